"""Who may see what, and what they said: seats, lists, the lock of a first read, verdicts, answers.

Every question about the lock is answered here, from the database and in one transaction with
what is noted of it, so that tabs, restarts and other processes get the same answer. It shows
nothing and compares nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from seg_core.errors import ReadError
from seg_core.store import acts, exposures, lists, lock, reads, reveals, seats, verdict_given
from seg_core.store.acts import Act, ActRow
from seg_core.store.database import Store
from seg_core.store.lists import StudyList
from seg_core.store.lock import Listed
from seg_core.store.readings import ReadingRow
from seg_core.store.reads import Read
from seg_core.store.reveals import AnswerWord, Comparison, Discrepancy, Reveal
from seg_core.store.seats import Mode, Seat
from seg_core.store.verdicts import Verdict
from seg_core.store.worklist import WorklistRow, list_worklist


class ReadingRoom:
    """The reading room of one workspace, over its store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- who sits here

    def seat(self, browser: str) -> Seat:
        """Who sits at this browser now."""
        with self._store.reading() as connection:
            return seats.find_seat(connection, browser)

    def sit(self, browser: str, name: str) -> Seat:
        """Somebody of that name ("" for nobody) sits down; what this browser showed before counts.

        A name that was given before but for its capitals is that one. Raises ReadError for a name
        that cannot be kept.
        """
        cleaned = seats.clean_name(name) if name else ""
        with self._store.writing() as connection:
            seat = Seat(browser, seats.known_spelling(connection, cleaned))
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

    # --- the lists

    def lists(self) -> list[StudyList]:
        """Every study list with how it is read, Main first."""
        with self._store.reading() as connection:
            return lists.all_lists(connection)

    def list_by_study(self) -> dict[str, str]:
        """The list of each study that lies in another one than Main."""
        with self._store.reading() as connection:
            return lists.list_by_study(connection)

    def set_mode(self, seat: Seat, name: str, mode: Mode) -> None:
        """From now on the list is read so, by everybody; reads that go on keep their mode.

        Raises ReadError without a reviewer's name: the record says who set it.
        """
        if not seat.taken:
            raise ReadError(
                "list: expected the name of who sets its mode, found none. Sit down on the "
                "worklist; nothing was changed."
            )
        with self._store.writing() as connection:
            lists.insert_mode(connection, lists.clean_list_name(name), mode, seat.reviewer)
            acts.insert_act(connection, "list set", seat, details={"list": name, "mode": mode})

    def put_into(self, seat: Seat, study_ids: Iterable[str], name: str) -> int:
        """Let the studies lie in the list of that name, which may be new. How many moved."""
        with self._store.writing() as connection:
            kept = lists.clean_list_name(name)
            return lists.put_into(connection, study_ids, kept, seat.reviewer)

    # --- the lock

    def may_see(self, seat: Seat, study_id: str) -> bool:
        """Whether anything derived from model, truth or others may be sent to this seat now."""
        with self._store.reading() as connection:
            return lock.may_see(connection, seat, study_id)

    def may_see_truth(self, seat: Seat, study_id: str) -> bool:
        """Whether the truth may be sent to this seat now."""
        with self._store.reading() as connection:
            return lock.may_see_truth(connection, seat, study_id)

    def show_truth(self, seat: Seat, study_id: str) -> None:
        """The reviewer asks for the truth although no model was revealed: noted, then to be sent.

        What a model finds later is then laid beside the verdict, and nothing is asked. Raises
        ReadError before the verdict, and after a reveal, whose answers open the truth.
        """
        with self._store.writing() as connection:
            verdict_given.show_truth(connection, seat, study_id)

    def look(self, seat: Seat, study_id: str, place: str) -> bool:
        """Ask to see the findings of a study: noted and True, or False and nothing may be sent.

        The note is on the disk before this returns, so before the first byte goes out.
        """
        with self._store.reading() as connection:
            if not lock.may_see(connection, seat, study_id):
                return False
            if exposures.has_seen(connection, seat, study_id):
                return True
        with self._store.writing() as connection:
            if seats.find_seat(connection, seat.browser) != seat:
                return False  # another tab sat down, or got up, in between
            if not lock.may_see(connection, seat, study_id):
                return False
            exposures.insert_exposures(connection, seat, [study_id], place)
        return True

    def note_patients(self, seat: Seat, patients: Iterable[str], place: str) -> None:
        """A page is about to show truth or masks of these patients of a data set, by name.

        No study of a patient so named can then be read first by who sits here, nor by who sits
        down at this browser next; whether the study is on the shelf already does not matter.
        """
        names = frozenset(patients)
        with self._store.reading() as connection:
            if names <= exposures.patients_seen(connection, seat):
                return
        with self._store.writing() as connection:
            seat = seats.find_seat(connection, seat.browser)  # who sits here by now
            new = names - exposures.patients_seen(connection, seat)
            exposures.insert_patients(connection, seat, sorted(new), place)

    def listed(self, seat: Seat, place: str) -> frozenset[str]:
        """Ids of the studies whose findings a list may show to this seat; noted first."""
        return self._listed(seat, place).shown

    def seen(self, seat: Seat) -> frozenset[str]:
        """Ids of the studies whose findings this seat may see and was shown before; notes none."""
        with self._store.reading() as connection:
            found = lock.listed(connection, seat)
        return found.shown - found.new

    def worklist(self, seat: Seat, place: str) -> list[WorklistRow]:
        """Every study, oldest first, with findings only where this seat may see them.

        What it is about to show for the first time, of lists that are read concurrently, is
        noted first.
        """
        listed = self._listed(seat, place)
        with self._store.reading() as connection:
            return list_worklist(connection, seat, listed)

    def _listed(self, seat: Seat, place: str) -> Listed:
        with self._store.reading() as connection:
            found = lock.listed(connection, seat)
        if found.new:
            with self._store.writing() as connection:
                if seats.find_seat(connection, seat.browser) != seat:  # somebody sat down meanwhile
                    return replace(found, shown=frozenset(), new=frozenset())
                exposures.insert_exposures(connection, seat, sorted(found.new), place)
        return found

    # --- reads

    def open(self, seat: Seat, study_id: str, reading: ReadingRow | None = None) -> Read | None:
        """The reviewer opens a study: the read that goes on, or a new one; None without a name.

        reading: what of a model is shown with it. A read is a first one unless its findings
        were seen before or its list is read concurrently.
        """
        if not seat.taken:
            return None
        with self._store.writing() as connection:
            read = lock.read_that_goes_on(connection, seat, study_id)
            details = {"list": lists.list_of(connection, study_id)}
            acts.insert_act(
                connection, "opened", seat, study_id, read.seq, reading, read.mode, details
            )
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
        with self._store.writing() as connection:
            return verdict_given.seal(connection, seat, study_id, verdict, reading)

    def reveal(self, seat: Seat, read: Read, reading: ReadingRow, comparison: Comparison) -> Reveal:
        """Store what the reviewer is shown after the verdict; the first reveal stays.

        Raises ReadError while the read is not sealed.
        """
        with self._store.writing() as connection:
            return verdict_given.reveal(connection, seat, read, reading, comparison)

    def revealed(self, read: Read) -> Reveal | None:
        """What this read's reviewer was shown, with the answers so far."""
        with self._store.reading() as connection:
            return reveals.list_reveals(connection, [read.seq]).get(read.seq)

    def answer(
        self, seat: Seat, read: Read, discrepancy: Discrepancy, word: AnswerWord, note: str = ""
    ) -> None:
        """Add an answer; the first verdict and earlier answers stay. Raises ReadError."""
        with self._store.writing() as connection:
            verdict_given.answer(connection, seat, read, discrepancy, word, note)

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

    def reads_first(self, seat: Seat) -> bool:
        """Whether a first read of this reviewer goes on."""
        with self._store.reading() as connection:
            return lock.reads_first(connection, seat)

    def reveals(self, read_seqs: Sequence[int] | None = None) -> dict[int, Reveal]:
        """Every reveal by its read's number; of these reads only, unless None."""
        with self._store.reading() as connection:
            return reveals.list_reveals(connection, read_seqs)
