"""The log of a run: one JSON object a line, appended. It interprets nothing."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class EventLog:
    """Appends events to `events.jsonl`; one writer a run."""

    def __init__(self, path: Path, length: int = 0) -> None:
        """Open the log and cut it to `length` bytes: what came after the state is done again.

        A log that is shorter stays as it is.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        self._file.truncate(min(length, self._file.seek(0, os.SEEK_END)))  # it could grow by NULs

    def append(self, kind: str, **values: Any) -> None:
        """Write one event; a reader sees whole lines only."""
        event = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "kind": kind}
        self._file.write(json.dumps({**event, **values}, allow_nan=False).encode() + b"\n")
        self._file.flush()

    @property
    def length(self) -> int:
        """Bytes written and synced, for the state that is saved now."""
        os.fsync(self._file.fileno())
        return self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        self._file.close()
