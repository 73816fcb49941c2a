"""Imports OpenVINO without its telemetry. It loads no network.

`import openvino` alone reports to Google Analytics and keeps an identity in ~/intel, unless
the user has opted out. It does neither where the package openvino_telemetry cannot be found.
"""

from __future__ import annotations

import sys
from types import ModuleType


def import_openvino() -> ModuleType:
    """The package openvino. Call it before anything else imports it. Raises ImportError."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # "not to be found"
    import openvino

    return openvino
