"""Shortens a cold start: imports, and browser fetches, that the first page will want, made early.

Both happen while the browser is still busy with Streamlit's own bundle. It opens no study,
and where something it looks for is missing, the page only starts later.
"""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.components.html_answers import is_page

FIRST_WANTED = (
    "pages.components.workspace",
    "pages.components.slice_viewer",
    "pages.components.study_opener",
    "seg_core.readers.folder",
    "seg_core.models",
    "alembic.command",
    "pandas",
    "pyarrow",
)
"""Modules of the first page, those that Streamlit imports late among them."""

ELEMENTS = ("BidiComponent", "Html", "Selectbox", "Popover", "Button")
"""Parts of Streamlit's bundle that the browser otherwise asks for once a page needs them."""

_IMPORTED = re.compile(rb'(?:from|import)\s*"\./([\w.-]+\.js)"')


@asynccontextmanager
async def early_imports(app: Any) -> AsyncIterator[None]:
    """A lifespan of the app that begins the imports beside the server's start."""
    threading.Thread(target=_import_all, name="early imports", daemon=True).start()
    yield


def _import_all() -> None:
    for name in FIRST_WANTED:
        try:
            importlib.import_module(name)
        except ImportError:  # the page that wants it will say so
            return


class EarlyScripts:
    """Names the late parts of the bundle in the head of each page, to be fetched at once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add a `Link` header to pages."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start" and is_page(message):
                links = [(b"link", line.encode("ascii")) for line in preload_links()]
                message = {**message, "headers": [*message["headers"], *links]}
            await send(message)

        await self.app(scope, receive, send_with_links)


@cache
def preload_links() -> tuple[str, ...]:
    """A `Link` header's value for each late script, below the server's base path."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    folder = f"/{base}/static/js" if base else "/static/js"
    scripts = Path(st.__file__).parent / "static" / "static" / "js"
    return tuple(f"<{folder}/{name}>; rel=modulepreload" for name in late_scripts(scripts))


def late_scripts(folder: Path) -> list[str]:
    """Names of the scripts of ELEMENTS that Streamlit's first page does not load by itself.

    folder: where Streamlit keeps its scripts. Empty when they are laid out otherwise.
    """
    first = _with_imports(folder, _named(folder, "index"))
    return sorted(_with_imports(folder, _named(folder, *ELEMENTS)) - first)


def _named(folder: Path, *stems: str) -> set[str]:
    return {path.name for stem in stems for path in folder.glob(f"{stem}.*.js")}


def _with_imports(folder: Path, names: Iterable[str]) -> set[str]:
    """These scripts and what they import at their head, and so on."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or not (folder / name).is_file():
            continue
        found.add(name)
        waiting += [n.decode("ascii") for n in _IMPORTED.findall((folder / name).read_bytes())]
    return found
