"""A run's note and tags, kept in its folder. They change nothing in the run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from seg_core.whole_files import write_whole

FILE = "note.json"


@dataclass(frozen=True)
class RunNote:
    """What a researcher wrote beside a run."""

    text: str = ""
    tags: tuple[str, ...] = ()


def read_note(run: Path) -> RunNote:
    """The note of a run's folder; an empty one where there is none, or none that can be read."""
    try:
        record = json.loads((run / FILE).read_text(encoding="utf-8"))
        return RunNote(str(record["text"]), tuple(str(tag) for tag in record["tags"]))
    except (OSError, ValueError, KeyError, TypeError):
        return RunNote()


def write_note(run: Path, note: RunNote) -> None:
    """Keep the note; the old one stays whole until the new one is."""
    content = json.dumps({"text": note.text, "tags": list(note.tags)}, ensure_ascii=False)
    write_whole(run / FILE, content)


def tags_of(words: str) -> tuple[str, ...]:
    """Tags from a line such as `baseline, small`: no empty ones, none twice, in their order."""
    return tuple(dict.fromkeys(tag for part in words.split(",") if (tag := part.strip())))
