"""The application's own route for a study's bytes. It decides nothing: `grants` does.

404 for whatever is not granted, so that an answer never tells whether a study exists.
"""

from __future__ import annotations

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pages.components.slice_viewer.grants import GRANTS

TOKEN_HEADER = "x-second-reader-token"
"""In a header, not in the address: addresses end up in logs."""

_HEADERS = {
    "Content-Encoding": "gzip",  # compressed once, when packed; Streamlit leaves it alone
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def route_prefix() -> str:
    """Where the route lies, below the server's base path: `/viewer-bytes`."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/viewer-bytes" if base else "/viewer-bytes"


def byte_routes() -> list[Route]:
    """The whole part by its digest, and one slice's block (from 0) of it."""
    prefix = route_prefix()
    return [
        Route(prefix + "/{digest}", serve_bytes, methods=["GET"]),
        Route(prefix + "/{digest}/{index:int}", serve_bytes, methods=["GET"]),
    ]


async def serve_bytes(request: Request) -> Response:
    """The bytes of a part that the header's token opens; 404 for anything else."""
    token = request.headers.get(TOKEN_HEADER, "")
    part = GRANTS.fetch(token, request.path_params["digest"])
    if part is None:
        return _not_found()
    index = request.path_params.get("index")
    try:
        body = part.whole() if index is None else part.one(index)
    except IndexError:
        return _not_found()
    return Response(body, media_type="application/octet-stream", headers=_HEADERS)


def _not_found() -> Response:
    return Response("Not found", 404, {"Cache-Control": "no-store"}, "text/plain")
