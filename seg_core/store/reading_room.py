"""Who may see what, and what they said: seats, the lock of a first read, verdicts, answers.

Every question about the lock is answered here, from the database and in one transaction with
what is noted of it, so that tabs, restarts and other processes get the same answer. It shows
nothing and compares nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from seg_core.errors import ReadError
from seg_core.store import acts, exposures, reads, reveals, seats
from seg_core.store.acts import Act, ActRow
from seg_core.store.database import Store
from seg_core.store.readings import ReadingRow, newest_reading, reading_numbered
from seg_core.store.reads import Read
from seg_core.store.reveals import AnswerWord, Comparison, Discrepancy, Reveal
from seg_core.store.seats import Mode, Seat
from seg_core.store.tables import studies
from seg_core.store.verdicts import LONGEST_NOTE, Verdict, check_verdict
from seg_core.store.worklist import WorklistRow, list_worklist, listed_with_findings


class ReadingRoom:
    """The reading room of one workspace, over its store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- who sits here

    def seat(self, browser: str) -> Seat:
        """Who sits at this browser now, and how that person reads."""
        with self._store.reading() as connection:
            return seats.find_seat(connection, browser)

    def sit(self, browser: str, name: str, mode: Mode = "first") -> Seat:
        """Somebody of that name ("" for nobody) sits down; what this browser showed before counts.

        Raises ReadError for a name that cannot be kept.
        """
        seat = Seat(browser, seats.clean_name(name) if name else "", mode)
        with self._store.writing() as connection:
            if seats.find_seat(connection, browser) == seat:
                return seat
            seats.insert_seat(connection, seat)
            if seat.taken:
                exposures.carry_over(connection, seat)
                acts.insert_act(connection, "sat down", seat)
        return seat

    def reviewers(self) -> list[str]:
        """Every name that was given so far."""
        with self._store.reading() as connection:
            return seats.all_reviewers(connection)

    # --- the lock

    def may_see(self, seat: Seat, study_id: str) -> bool:
        """Whether anything derived from model, truth or others may be sent to this seat now."""
        with self._store.reading() as connection:
            return _may_see(connection, seat, study_id)

    def may_see_truth(self, seat: Seat, study_id: str) -> bool:
        """Whether the truth may be sent: a named reviewer answers every discrepancy without it.

        Otherwise nobody could tell what the model's reading did to an answer.
        """
        if not seat.taken:
            return True
        with self._store.reading() as connection:
            read = reads.find_read(connection, seat.reviewer, study_id)
            if read is None or read.verdict is None:
                return False
            shown = reveals.list_reveals(connection, [read.seq]).get(read.seq)
            if shown is None:
                return newest_reading(connection, study_id) is None
            return shown.open == 0

    def look(self, seat: Seat, study_id: str, place: str) -> bool:
        """Ask to see the findings of a study: noted and True, or False and nothing may be sent.

        The note is on the disk before this returns, so before the first byte goes out.
        """
        with self._store.reading() as connection:
            if not _may_see(connection, seat, study_id):
                return False
            if exposures.has_seen(connection, seat, study_id):
                return True
        with self._store.writing() as connection:
            if not _may_see(connection, seat, study_id):
                return False  # another tab sat down in between
            exposures.insert_exposures(connection, seat, [study_id], place)
        return True

    def listed(self, seat: Seat, place: str) -> frozenset[str]:
        """Ids of the studies whose findings a list may show to this seat.

        In concurrent mode these are all that a model has read: that is noted first.
        """
        self._look_at_list(seat, place)
        with self._store.reading() as connection:
            return listed_with_findings(connection, seat)

    def worklist(self, seat: Seat, place: str) -> list[WorklistRow]:
        """Every study, oldest first, with findings only where this seat may see them.

        In concurrent mode the list shows every study's findings: that is noted first.
        """
        self._look_at_list(seat, place)
        with self._store.reading() as connection:
            return list_worklist(connection, seat)

    def _look_at_list(self, seat: Seat, place: str) -> None:
        if seat.mode != "concurrent":
            return
        with self._store.reading() as connection:
            if not exposures.list_is_new(connection, seat):
                return
        with self._store.writing() as connection:
            exposures.insert_list_exposure(connection, seat, place)

    # --- reads

    def open(self, seat: Seat, study_id: str, reading: ReadingRow | None = None) -> Read | None:
        """The reviewer opens a study: the read that goes on, or a new one; None without a name.

        reading: what of a model is shown with it. A read is a first one unless its findings
        were seen before or the list is read concurrently.
        """
        if not seat.taken:
            return None
        with self._store.writing() as connection:
            read = _current(connection, seat, study_id)
            acts.insert_act(connection, "opened", seat, study_id, read.seq, reading, read.mode)
        return read

    def find(self, seat: Seat, study_id: str) -> Read | None:
        """This reviewer's read of a study, sealed or going on."""
        with self._store.reading() as connection:
            return reads.find_read(connection, seat.reviewer, study_id) if seat.taken else None

    def seal(
        self, seat: Seat, study_id: str, verdict: Verdict, reading: ReadingRow | None = None
    ) -> Read:
        """Store the verdict: the read is sealed, with two lines in the record, or nothing is.

        The verdict is kept as concurrent where the findings were seen meanwhile, in whatever
        tab. reading: what of a model was on screen. Raises ReadError for a verdict that does
        not fit, and for a read that is sealed already.
        """
        if not seat.taken:
            raise ReadError(
                "verdict: expected a reviewer's name, found none. Sit down with your name on the "
                "worklist; nothing was stored."
            )
        with self._store.writing() as connection:
            check_verdict(verdict, _slices_of(connection, study_id))
            before = reads.find_read(connection, seat.reviewer, study_id)
            if before is not None and before.verdict is not None:
                raise ReadError(
                    f"verdict: expected a study that {seat.reviewer} has not read, found a verdict "
                    f"of {before.sealed}. It stays; a change is an answer after the reveal."
                )
            read = _current(connection, seat, study_id)
            reads.insert_verdict(connection, read, verdict)
            _write_down(connection, seat, read, verdict, reading)
            sealed = reads.read_numbered(connection, read.seq)
        assert sealed is not None  # written a line above
        return sealed

    def reveal(self, seat: Seat, read: Read, reading: ReadingRow, comparison: Comparison) -> Reveal:
        """Store what the reviewer is shown after the verdict; the first reveal stays.

        Raises ReadError while the read is not sealed.
        """
        with self._store.writing() as connection:
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
            details = {"discrepancies": len(comparison.found)}
            acts.insert_act(
                connection,
                "reveal",
                seat,
                read.study_id,
                read.seq,
                reading,
                read.mode,
                details,
            )
            exposures.insert_exposures(connection, seat, [read.study_id], "reveal")
            return reveals.list_reveals(connection, [read.seq])[read.seq]

    def revealed(self, read: Read) -> Reveal | None:
        """What this read's reviewer was shown, with the answers so far."""
        with self._store.reading() as connection:
            return reveals.list_reveals(connection, [read.seq]).get(read.seq)

    def answer(
        self, seat: Seat, read: Read, discrepancy: Discrepancy, word: AnswerWord, note: str = ""
    ) -> None:
        """Add an answer; the first verdict and earlier answers stay. Raises ReadError."""
        if read.reviewer != seat.reviewer or discrepancy.read_seq != read.seq:
            raise ReadError("answer: expected one of your own reads, found another's.")
        if word not in reveals.ANSWERS or len(note) > LONGEST_NOTE:
            raise ReadError(f"answer: expected keep, change or unsure, received {word!r}.")
        details: dict[str, Any] = {"discrepancy": discrepancy.number, "answer": word, "note": note}
        with self._store.writing() as connection:
            shown = reveals.list_reveals(connection, [read.seq])[read.seq]
            reading = reading_numbered(connection, shown.reading_seq)
            reveals.insert_answer(connection, discrepancy.seq, word, note)
            acts.insert_act(
                connection, "changed", seat, read.study_id, read.seq, reading, read.mode, details
            )

    # --- the record

    def note(
        self,
        act: Act,
        seat: Seat,
        study_id: str | None = None,
        reading: ReadingRow | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line to the record: something was exported, for one."""
        if not seat.taken:
            return
        with self._store.writing() as connection:
            read = reads.find_read(connection, seat.reviewer, study_id) if study_id else None
            acts.insert_act(
                connection,
                act,
                seat,
                study_id,
                read.seq if read else None,
                reading,
                read.mode if read else None,
                details,
            )

    def record(self, reviewer: str) -> list[ActRow]:
        """Every line of one reviewer's record, in order."""
        with self._store.reading() as connection:
            return acts.list_acts(connection, reviewer)

    def reads(self, reviewer: str | None = None) -> list[Read]:
        """Every read, of all reviewers unless one is named."""
        with self._store.reading() as connection:
            return reads.list_reads(connection, reviewer)

    def reveals(self, read_seqs: Sequence[int] | None = None) -> dict[int, Reveal]:
        """Every reveal by its read's number; of these reads only, unless None."""
        with self._store.reading() as connection:
            return reveals.list_reveals(connection, read_seqs)


def _may_see(connection: Connection, seat: Seat, study_id: str) -> bool:
    """Nobody reads here, the list is read concurrently, it was seen, or the verdict is stored."""
    if not seat.taken or seat.mode == "concurrent":
        return True
    if exposures.has_sealed(connection, seat.reviewer, study_id):
        return True
    return exposures.has_seen(connection, seat, study_id)


def _current(connection: Connection, seat: Seat, study_id: str) -> Read:
    """The read that goes on: a first one turns concurrent once its findings were seen."""
    there = reads.find_read(connection, seat.reviewer, study_id)
    if there is not None and there.verdict is not None:
        return there
    mode: Mode = "concurrent" if _may_see(connection, seat, study_id) else "first"
    return reads.begin_read(connection, seat.reviewer, study_id, mode)


def _slices_of(connection: Connection, study_id: str) -> int:
    found = connection.execute(select(studies.c.slices).where(studies.c.id == study_id))
    slices = found.scalar_one_or_none()
    if slices is None:
        raise ReadError(f"study {study_id!r}: expected it on the shelf, found none of that id.")
    return slices


def _write_down(
    connection: Connection, seat: Seat, read: Read, verdict: Verdict, reading: ReadingRow | None
) -> None:
    """Two lines of the record: what was painted, and the verdict."""
    painted = {"slices": None if verdict.painted is None else list(verdict.painted)}
    said = {
        "tumour": verdict.tumour,
        "slices": list(verdict.slices),
        "difficulty": verdict.difficulty,
        "active_seconds": verdict.active_seconds,
    }
    shown = reading if read.mode == "concurrent" else None
    for act, details in (("painted", painted), ("verdict", said)):
        acts.insert_act(
            connection,
            act,  # type: ignore[arg-type]  # both are acts
            seat,
            read.study_id,
            read.seq,
            shown,
            read.mode,
            details,
        )
