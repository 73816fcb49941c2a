"""The route that hands plotly.js to the browser, as the plotly package ships it. No patient's data.

Inline in the component it would travel anew with every update: 4.8 MB each two seconds. Here
the browser fetches it once and keeps it; the version stands in the address.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.metadata import version
from importlib.resources import files

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/second-reader/plotly-{version}.min.js"

A_YEAR = "public, max-age=31536000, immutable"


def plotly_address() -> str:
    """Where a page finds the script, under the server's base path if it has one."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return (f"/{base}" if base else "") + PATH.format(version=version("plotly"))


def plotly_route() -> Route:
    """The route for `st.App(routes=...)`."""
    return Route(plotly_address(), _serve, methods=["GET"])


async def _serve(request: Request) -> Response:
    headers = {
        "Cache-Control": A_YEAR,
        "Content-Encoding": "gzip",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(_compressed(), media_type="text/javascript", headers=headers)


@cache
def _compressed() -> bytes:
    """The script, compressed once for the life of the server."""
    script = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    return gzip.compress(script, compresslevel=6)
