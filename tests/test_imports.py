"""What is loaded when: pages load no engine, and reading with OpenVINO loads no TensorFlow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("[a-z]*.py"))

OPEN_PAGE = """
import json, sys
from streamlit.testing.v1 import AppTest
page = AppTest.from_file(sys.argv[1], default_timeout=60).run()
print(json.dumps({
    "errors": [e.value for e in page.exception],
    "loaded": sorted({"tensorflow", "keras", "jax", "openvino"} & set(sys.modules)),
}))
"""

SEGMENT = """
import json, sys
from seg_core.cli.app import app
try:
    app(sys.argv[1:], standalone_mode=False)
finally:
    print(json.dumps(sorted({"tensorflow", "keras", "jax", "openvino"} & set(sys.modules))))
"""


def in_fresh_interpreter(script: str, *argv: str, **environ: str) -> str:
    """What `script` prints as its last line."""
    done = subprocess.run(
        [sys.executable, "-c", script, *argv],
        cwd=PROJECT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_by_itself_and_loads_no_engine(page: str, phantom_dir: Path) -> None:
    printed = in_fresh_interpreter(
        OPEN_PAGE, f"pages/{page}.py", SECOND_READER_DATA=str(phantom_dir)
    )

    assert json.loads(printed) == {"errors": [], "loaded": []}


def test_segmenting_with_openvino_loads_no_tensorflow(phantom_dir: Path, tmp_path: Path) -> None:
    patient = min(phantom_dir.iterdir())

    printed = in_fresh_interpreter(
        SEGMENT, "segment", str(patient), "--out", str(tmp_path), "--engine", "openvino", "--quiet"
    )

    assert json.loads(printed) == ["openvino"]


def test_the_command_line_loads_no_engine_to_explain_itself() -> None:
    printed = in_fresh_interpreter(
        "import sys, seg_core.cli.app; from typer.main import get_command;"
        "get_command(seg_core.cli.app.app);"
        "print(sorted({'tensorflow', 'keras', 'jax', 'openvino'} & set(sys.modules)))"
    )

    assert printed == "[]"
