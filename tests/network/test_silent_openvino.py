import os
import subprocess
import sys
from pathlib import Path

from seg_core.settings import PROJECT


def test_openvino_is_imported_without_telemetry(tmp_path: Path) -> None:
    code = """
import sys
from seg_core.network.silent_openvino import import_openvino
assert import_openvino().Core().available_devices
assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]
"""
    home = {**os.environ, "HOME": str(tmp_path)}
    home.pop("CI", None)  # telemetry keeps quiet by itself in continuous integration

    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=home, check=True)

    assert list(tmp_path.iterdir()) == []  # no ~/intel with an identity
