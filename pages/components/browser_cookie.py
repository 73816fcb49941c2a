"""Tells one browser from another over tabs and restarts, by a random cookie. It knows no person.

Without it a second tab would not know that a first read goes on in the first one.
"""

from __future__ import annotations

import re
import secrets

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.components.html_answers import is_page

COOKIE = "second_reader_browser"

_KEPT_SECONDS = 400 * 24 * 3600
"""As long as browsers keep any cookie."""

_ID = re.compile(r"[A-Za-z0-9_-]{32}")


def valid_id(value: object) -> str | None:
    """The browser's id, or None where it is not one of ours."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


class BrowserCookie:
    """Gives a browser its cookie with the first page that it asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add the cookie to a page asked for without one."""
        if scope["type"] != "http" or _known(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and is_page(message):
                given = f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; Max-Age={_KEPT_SECONDS}"
                line = f"{given}; HttpOnly; SameSite=Lax"
                message = {
                    **message,
                    "headers": [*message["headers"], (b"set-cookie", line.encode("ascii"))],
                }
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _known(scope: Scope) -> bool:
    sent = [value for name, value in scope["headers"] if name == b"cookie"]
    return any(valid_id(cookie_parser(line.decode("latin-1")).get(COOKIE)) for line in sent)
