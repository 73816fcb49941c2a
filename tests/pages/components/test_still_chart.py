import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]

WHILE_PANDAS_LOADS = """
import sys, threading
import plotly.graph_objects
from pages.components.still_chart import still_chart
assert "pandas" not in sys.modules
loading = threading.Thread(target=__import__, args=("pandas",))
loading.start()
while "pandas" not in sys.modules:
    pass
still_chart({"data": [{"type": "bar", "x": [1], "y": [0.5], "base": 0.0}], "layout": {}})
loading.join()
print("drawn")
"""


def test_a_chart_is_drawn_while_another_session_loads_pandas() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WHILE_PANDAS_LOADS],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "drawn\n", done.stderr[-2000:]
