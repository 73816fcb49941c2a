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

COMMAND = """
import json, sys
from seg_core.cli.app import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code or 0
print(json.dumps({
    "exit": code,
    "loaded": sorted({"tensorflow", "keras", "jax", "openvino"} & set(sys.modules)),
}))
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
        COMMAND, "segment", str(patient), "--out", str(tmp_path), "--engine", "openvino"
    )

    assert json.loads(printed) == {"exit": 0, "loaded": ["openvino"]}


@pytest.mark.parametrize("command", ["segment", "train", "evaluate", "models", "doctor"])
def test_a_command_loads_no_engine_to_explain_itself(command: str) -> None:
    printed = in_fresh_interpreter(COMMAND, command, "--help")

    assert json.loads(printed) == {"exit": 0, "loaded": []}
