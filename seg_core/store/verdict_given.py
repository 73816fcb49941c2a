"""What a reviewer says of a study, kept whole or not at all: verdict, reveal, answers.

Each is one transaction of the caller's, with its lines in the record. It compares nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from seg_core.errors import ReadError
from seg_core.store import exposures, lock, reads, reveals
from seg_core.store.acts import insert_act, truth_shown_first
from seg_core.store.readings import ReadingRow, reading_numbered
from seg_core.store.reads import Read
from seg_core.store.reveals import AnswerWord, Comparison, Discrepancy, Reveal
from seg_core.store.seats import Seat
from seg_core.store.tables import studies
from seg_core.store.verdicts import LONGEST_NOTE, Verdict, as_columns, check_verdict


def seal(
    connection: Connection, seat: Seat, study_id: str, verdict: Verdict, reading: ReadingRow | None
) -> Read:
    """Store the verdict on the read that goes on. Raises ReadError; see ReadingRoom.seal."""
    if not seat.taken:
        raise ReadError(
            "verdict: expected a reviewer's name, found none. Sit down with your name on the "
            "worklist; nothing was stored."
        )
    check_verdict(verdict, _slices_of(connection, study_id))
    before = reads.find_read(connection, seat.reviewer, study_id)
    if before is not None and before.verdict is not None:
        raise ReadError(
            f"verdict: expected a study that {seat.reviewer} has not read, found a verdict "
            f"of {before.sealed}. It stays; a change is an answer after the reveal."
        )
    read = lock.read_that_goes_on(connection, seat, study_id)
    reads.insert_verdict(connection, read, verdict)
    _write_down(connection, seat, read, verdict, reading if read.mode == "concurrent" else None)
    sealed = reads.read_numbered(connection, read.seq)
    assert sealed is not None  # written a line above
    return sealed


def show_truth(connection: Connection, seat: Seat, study_id: str) -> None:
    """Note, once, that the truth is shown before any reveal. Raises ReadError; see ReadingRoom."""
    read = reads.find_read(connection, seat.reviewer, study_id) if seat.taken else None
    if read is None or read.verdict is None:
        raise ReadError(
            "ground truth: expected a stored verdict on this study, found none. Give the verdict "
            "first; nothing was shown."
        )
    if reveals.list_reveals(connection, [read.seq]):
        raise ReadError(
            "ground truth: expected a study that no model was revealed in, found discrepancies. "
            "The last answer to them opens it; nothing was shown."
        )
    if read.seq not in truth_shown_first(connection):
        insert_act(connection, "truth shown", seat, study_id, read.seq, mode=read.mode)


def reveal(
    connection: Connection, seat: Seat, read: Read, reading: ReadingRow, comparison: Comparison
) -> Reveal:
    """Store what is shown after the verdict, once. Raises ReadError while there is no verdict."""
    now = reads.read_numbered(connection, read.seq)
    if now is None or now.verdict is None:
        raise ReadError(
            "reveal: expected a read with its verdict, found one without. Give the verdict "
            "first; nothing was shown."
        )
    known = reveals.list_reveals(connection, [read.seq]).get(read.seq)
    if known is not None:
        return known
    reveals.insert_reveal(connection, read.seq, reading.seq, comparison)
    told = {"discrepancies": len(comparison.found)}
    insert_act(connection, "reveal", seat, read.study_id, read.seq, reading, read.mode, told)
    exposures.insert_exposures(connection, seat, [read.study_id], "reveal")
    return reveals.list_reveals(connection, [read.seq])[read.seq]


def answer(
    connection: Connection,
    seat: Seat,
    read: Read,
    discrepancy: Discrepancy,
    word: AnswerWord,
    note: str,
) -> None:
    """Add an answer to one of the own discrepancies; earlier ones stay. Raises ReadError.

    None is taken once the truth is shown: it would measure what the truth did, not the model. The
    answer that counts already, its note alike, is not said twice.
    """
    if read.reviewer != seat.reviewer or discrepancy.read_seq != read.seq:
        raise ReadError("answer: expected one of your own reads, found another's.")
    if word not in reveals.ANSWERS:
        raise ReadError(f"answer: expected keep, change or unsure, received {word!r}.")
    if len(note) > LONGEST_NOTE:
        raise ReadError(
            f"note: expected at most {LONGEST_NOTE} characters, received {len(note)}. Shorten it."
        )
    told: dict[str, Any] = {"discrepancy": discrepancy.number, "answer": word, "note": note}
    shown = reveals.list_reveals(connection, [read.seq])[read.seq]
    said = next(one.answers for one in shown.discrepancies if one.seq == discrepancy.seq)
    if said and (said[-1].answer, said[-1].note) == (word, note):
        return
    if shown.truth_shown:
        raise ReadError(
            "answer: expected a study whose ground truth is still held back, found it shown. The "
            "answers given before it stand."
        )
    reading = reading_numbered(connection, shown.reading_seq)
    reveals.insert_answer(connection, discrepancy.seq, word, note)
    insert_act(connection, "changed", seat, read.study_id, read.seq, reading, read.mode, told)


def _slices_of(connection: Connection, study_id: str) -> int:
    found = connection.execute(select(studies.c.slices).where(studies.c.id == study_id))
    slices = found.scalar_one_or_none()
    if slices is None:
        raise ReadError(f"study {study_id!r}: expected it on the shelf, found none of that id.")
    return slices


def _write_down(
    connection: Connection, seat: Seat, read: Read, verdict: Verdict, shown: ReadingRow | None
) -> None:
    """Two lines of the record: what was painted, and the verdict with its note and marks."""
    painted = {"slices": None if verdict.painted is None else list(verdict.painted)}
    said = as_columns(verdict)
    del said["painted"]
    place = (seat, read.study_id, read.seq, shown, read.mode)
    insert_act(connection, "painted", *place, painted)
    insert_act(connection, "verdict", *place, said)
