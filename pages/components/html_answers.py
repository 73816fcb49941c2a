"""Which of the server's answers is a page. It changes none."""

from __future__ import annotations

from starlette.types import Message


def is_page(message: Message) -> bool:
    """Whether an `http.response.start` begins an HTML page that is there."""
    headers = {name.lower(): value for name, value in message["headers"]}
    kind = bytes(headers.get(b"content-type", b""))
    return bool(message["status"] == 200 and kind.startswith(b"text/html"))
