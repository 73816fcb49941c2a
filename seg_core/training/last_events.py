"""The newest event of each kind in a run's log, without reading the log twice. It draws nothing.

A page asks every two seconds. The first time the log is read from its end, as far as needed;
then only what came since. A log that was cut, as on a resume, is read anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

KINDS = ("step", "epoch", "state")
"""What the standing of a run is told by."""

BLOCK = 1 << 16
"""Bytes that are read at once on the way from the end to the beginning."""

COMPARED = 256
"""Bytes before the remembered offset by which a log is known again: they hold times."""

Event = dict[str, Any]


@dataclass(frozen=True)
class _Seen:
    """What was found in the whole lines up to byte `offset`; `tail`: the bytes just before it."""

    offset: int
    tail: bytes
    events: dict[str, Event]


_seen: dict[Path, _Seen] = {}
"""Remembered by this process; each is replaced whole, so several sessions may ask at once."""


def parsed(lines: Iterable[bytes]) -> Iterator[Event]:
    """The events of whole lines; empty and damaged ones are passed over."""
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:  # empty, or damaged: power loss may leave zeros
            continue


def last_events(path: Path) -> dict[str, Event]:
    """kind -> its newest event, for those of KINDS that the log holds; {} while there is none.

    A line that is still being written is left for the next call.
    """
    try:
        with path.open("rb") as file:
            seen = _seen.get(path)
            if seen is None or _tail(file, seen.offset) != seen.tail:
                seen = _from_the_end(file)
            seen = _and_since(file, seen)
    except FileNotFoundError:
        _seen.pop(path, None)
        return {}
    _seen[path] = seen
    return seen.events


def _and_since(file: BinaryIO, seen: _Seen) -> _Seen:
    file.seek(seen.offset)
    data = file.read()
    whole = data[: data.rfind(b"\n") + 1]
    if not whole:
        return seen
    newer = {event["kind"]: event for event in parsed(whole.split(b"\n"))}
    events = seen.events | {kind: newer[kind] for kind in KINDS if kind in newer}
    offset = seen.offset + len(whole)
    return _Seen(offset, _tail(file, offset), events)


def _from_the_end(file: BinaryIO) -> _Seen:
    """All kinds, found backwards: a run that has ended is known by its last few lines."""
    events: dict[str, Event] = {}
    offset = None
    end, rest = file.seek(0, os.SEEK_END), b""
    while end > 0 and len(events) < len(KINDS):
        begin = max(0, end - BLOCK)
        file.seek(begin)
        data = file.read(end - begin) + rest
        if offset is None and b"\n" in data:
            offset = begin + data.rfind(b"\n") + 1
            data = data[: offset - begin]
        lines = data.split(b"\n")
        rest = lines.pop(0) if begin else b""
        for event in parsed(reversed(lines)):
            if event["kind"] in KINDS:
                events.setdefault(event["kind"], event)
        end = begin
    return _Seen(offset or 0, _tail(file, offset or 0), events)


def _tail(file: BinaryIO, offset: int) -> bytes:
    """The bytes just before `offset`; fewer where the log is shorter, and so unlike those kept."""
    begin = max(offset - COMPARED, 0)
    file.seek(begin)
    return file.read(offset - begin)
