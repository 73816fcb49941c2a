from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest
from starlette.applications import Starlette

from pages.components.slice_viewer.grants import GRANTS
from pages.components.slice_viewer.payload import Part, pack_images
from pages.components.slice_viewer.route import TOKEN_HEADER, byte_routes
from tests.browser.made_studies import make_study


@pytest.fixture
def part() -> Part:
    """Images of a made study; `token` opens them, `another` opens those of a second study."""
    mine = GRANTS.part("route test", lambda: pack_images(make_study(31, slices=3, size=16)))
    other = GRANTS.part("route test 2", lambda: pack_images(make_study(32, slices=3, size=16)))
    GRANTS.allow("token", mine.digest)
    GRANTS.allow("another", other.digest)
    return mine


def ask(path: str, token: str | None, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a request to an app of nothing but the byte routes."""
    sent: list[dict[str, Any]] = []
    headers = [] if token is None else [(TOKEN_HEADER.encode(), token.encode())]
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    scope |= {"query_string": b"", "http_version": "1.1", "scheme": "http", "root_path": ""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(Starlette(routes=byte_routes())(scope, receive, send))
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(m.get("body", b"") for m in sent[1:])


def test_the_right_token_gets_the_bytes_compressed_and_not_to_be_stored(part: Part) -> None:
    status, headers, body = ask(f"/viewer-bytes/{part.digest}", "token")

    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert headers["cache-control"] == "no-store"
    assert len(gzip.decompress(body)) == part.length


def test_one_slice_can_be_asked_for(part: Part) -> None:
    status, _, body = ask(f"/viewer-bytes/{part.digest}/2", "token")

    assert status == 200
    assert len(gzip.decompress(body)) == part.block


@pytest.mark.parametrize("token", [None, "", "wrong", "another", "TOKEN"])
def test_without_the_studys_own_token_there_is_nothing(part: Part, token: str | None) -> None:
    status, headers, body = ask(f"/viewer-bytes/{part.digest}", token)

    assert (status, body) == (404, b"Not found")
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("tail", ["", "0" * 64, "{digest}/3", "{digest}/-1", "{digest}/x", "../x"])
def test_another_digest_or_slice_is_not_found(part: Part, tail: str) -> None:
    path = "/viewer-bytes/" + tail.format(digest=part.digest)

    assert ask(path, "token")[0] == 404


def test_a_withdrawn_token_opens_nothing_any_more(part: Part) -> None:
    GRANTS.withdraw("token", part.digest)

    assert ask(f"/viewer-bytes/{part.digest}", "token")[0] == 404


def test_nothing_can_be_sent_to_the_route(part: Part) -> None:
    assert ask(f"/viewer-bytes/{part.digest}", "token", method="POST")[0] == 405
