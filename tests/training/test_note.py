"""A run's note: kept whole, and never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from seg_core.training.note import RunNote, read_note, tags_of, write_note


def test_a_note_is_read_back_as_it_was_written(tmp_path: Path):
    note = RunNote("zu hohe Lernrate, ≈ 0.01", ("small", "2nd try"))

    write_note(tmp_path, note)

    assert read_note(tmp_path) == note


@pytest.mark.parametrize("content", ["", "{", "[]", '{"text": 1}', '{"text": "a", "tags": 3}'])
def test_a_damaged_note_is_an_empty_one(tmp_path: Path, content: str):
    (tmp_path / "note.json").write_text(content)

    assert read_note(tmp_path) == RunNote()


def test_tags_are_told_apart_by_commas_and_none_comes_twice():
    assert tags_of(" small, baseline ,,small") == ("small", "baseline")
    assert tags_of("") == ()
