"""Dark by default, light on request: a script in each head settles the theme before a page starts.

With a light theme offered beside the dark one, Streamlit would follow the operating system, and
keep a choice in its menu for one address alone. The script begins with dark and carries the
choice to every address of the app. It draws nothing and sends nothing.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.components.html_answers import is_page

SCRIPT = b"""<script>
(() => {
  const kept = "second-reader.theme";
  const streamlits = `stActiveTheme-${location.pathname}-v2`;
  try {
    localStorage.setItem(streamlits, localStorage.getItem(kept) ?? '"Dark"');
    addEventListener("pagehide", () => {
      localStorage.setItem(kept, localStorage.getItem(streamlits) ?? '"Dark"');
    });
  } catch { /* a browser that keeps nothing follows the operating system */ }
})();
</script>"""
"""`stActiveTheme-...-v2` is where Streamlit 1.67 keeps the theme chosen in its menu."""


class FirstTheme:
    """Puts SCRIPT at the beginning of the head of each page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; a page is gathered and sent with the script in it."""
        if scope["type"] != "http" or not _asks_for_page(scope):
            await self.app(scope, receive, send)
            return
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, _Page(send))


class _Page:
    """Takes an answer's messages; holds a page back until it is whole."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and is_page(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self.start)

    async def _finish(self, start: Message) -> None:
        body = self.body.replace(b"<head>", b"<head>" + SCRIPT, 1)
        others = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        length = (b"content-length", str(len(body)).encode("ascii"))
        await self.send({**start, "headers": [*others, length]})
        await self.send({"type": "http.response.body", "body": body})


def _asks_for_page(scope: Scope) -> bool:
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
    return scope["method"] == "GET" and b"text/html" in accepted
