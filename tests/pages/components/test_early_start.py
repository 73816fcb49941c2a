from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

from pages.components.early_start import EarlyScripts, late_scripts, preload_links


def test_late_scripts_are_those_that_the_first_page_does_not_load_by_itself(tmp_path: Path) -> None:
    for name, content in {
        "index.a1.js": 'import"./shared.b2.js";',
        "shared.b2.js": "",
        "BidiComponent.c3.js": 'import{t as e}from"./shared.b2.js";import"./arrow.d4.js";',
        "arrow.d4.js": 'import"./gone.e5.js"',
        "PlotlyChart.f6.js": "",
    }.items():
        (tmp_path / name).write_text(content)

    assert late_scripts(tmp_path) == ["BidiComponent.c3.js", "arrow.d4.js"]
    assert late_scripts(tmp_path / "elsewhere") == []


def test_this_streamlit_has_scripts_that_come_late() -> None:
    assert any("/static/js/BidiComponent." in link for link in preload_links())


def test_only_pages_name_the_late_scripts() -> None:
    def answered(kind: bytes) -> dict[bytes, bytes]:
        sent: list[Any] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            headers = [(b"content-type", kind)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})

        async def keep(message: Any) -> None:
            sent.append(message)

        asyncio.run(EarlyScripts(app)({"type": "http"}, None, keep))  # type: ignore[arg-type]
        return dict(sent[0]["headers"])

    assert b"rel=modulepreload" in answered(b"text/html; charset=utf-8")[b"link"]
    assert b"link" not in answered(b"application/json")


def test_what_is_imported_early_exists_and_brings_no_network() -> None:
    script = (
        "import importlib, sys; from pages.components.early_start import FIRST_WANTED\n"
        "for name in FIRST_WANTED: importlib.import_module(name)\n"
        "print(sorted({'tensorflow', 'keras', 'jax', 'openvino'} & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[]"
