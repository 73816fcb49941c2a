"""Which session may fetch which bytes: tokens, and the packed parts behind them.

One table a process, shared by the pages (which grant) and the route (which asks). It
knows no user: whoever can open the app gets a token of their own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from pages.components.slice_viewer.payload import Part

MOST_BYTES = 256 * 1024 * 1024
"""Compressed bytes kept; the parts used longest ago go first."""

MOST_TOKENS = 1_000
"""Sessions remembered; a session that comes back after that is granted anew at its next run."""

MOST_PARTS = 48
"""Parts that one token opens, the last ones granted: some sixteen studies."""


class Grants:
    """Packed parts by digest, and the digests that each token opens. Thread-safe."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._parts: OrderedDict[str, Part] = OrderedDict()
        self._digest_of: dict[Hashable, str] = {}
        self._opens: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def part(self, name: Hashable, pack: Callable[[], Part]) -> Part:
        """The part that `name` stands for, packed by `pack` unless it is still here."""
        with self._lock:
            known = self._parts.get(self._digest_of.get(name, ""))
            if known is not None:
                self._parts.move_to_end(known.digest)
                return known
        packed = pack()  # outside the lock: another session's fetch does not wait for it
        with self._lock:
            self._digest_of[name] = packed.digest
            self._parts[packed.digest] = packed
            self._parts.move_to_end(packed.digest)
            self._drop_oldest()
        return packed

    def allow(self, token: str, digest: str) -> None:
        """From now on `token` opens the part with this digest."""
        with self._lock:
            opens = self._opens.setdefault(token, OrderedDict())
            opens[digest] = None
            opens.move_to_end(digest)
            self._opens.move_to_end(token)
            while len(opens) > MOST_PARTS:
                opens.popitem(last=False)
            while len(self._opens) > MOST_TOKENS:
                self._opens.popitem(last=False)

    def withdraw(self, token: str, digest: str | None = None) -> None:
        """`token` opens this part no more; without a digest, nothing at all."""
        with self._lock:
            if digest is None:
                self._opens.pop(token, None)
            else:
                self._opens.get(token, OrderedDict()).pop(digest, None)

    def fetch(self, token: str, digest: str) -> Part | None:
        """The part, when this token opens it and it is still here."""
        with self._lock:
            if digest not in self._opens.get(token, ()):
                return None
            return self._parts.get(digest)

    def _drop_oldest(self) -> None:
        while len(self._parts) > 1 and sum(p.size for p in self._parts.values()) > self._most_bytes:
            gone, _ = self._parts.popitem(last=False)
            self._digest_of = {n: d for n, d in self._digest_of.items() if d != gone}


GRANTS = Grants()
"""This process' table."""
