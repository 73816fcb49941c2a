from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pages.components.first_theme import SCRIPT, FirstTheme

PAGE = b"<!doctype html><html><head><title>t</title></head></html>"


def answer(kind: bytes, accept: bytes = b"text/html", status: int = 200) -> tuple[Any, bytes]:
    """Headers and body that a browser gets of PAGE, sent in two parts."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert all(name != b"accept-encoding" for name, _ in scope["headers"]) == (
            b"html" in accept
        )
        length = str(len(PAGE)).encode()
        headers = [(b"content-type", kind), (b"content-length", length)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
        await send({"type": "http.response.body", "body": PAGE[20:]})

    async def keep(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept", accept), (b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": "GET", "headers": headers}
    asyncio.run(FirstTheme(app)(scope, None, keep))  # type: ignore[arg-type]
    return dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


def test_a_page_settles_the_theme_before_anything_else() -> None:
    headers, body = answer(b"text/html; charset=utf-8")

    assert body == PAGE.replace(b"<head>", b"<head>" + SCRIPT)
    assert headers[b"content-length"] == str(len(body)).encode()


@pytest.mark.parametrize(
    ("kind", "accept", "status"),
    [
        (b"application/json", b"text/html", 200),
        (b"text/html", b"*/*", 200),
        (b"text/html", b"text/html", 404),
    ],
)
def test_everything_else_passes_as_it_is(kind: bytes, accept: bytes, status: int) -> None:
    assert answer(kind, accept, status)[1] == PAGE
