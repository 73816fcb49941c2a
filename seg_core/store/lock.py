"""The lock of a first read: what of a study's findings may be sent to a seat. It sends nothing.

Asked inside the caller's transaction, so that the answer still holds when it is written down.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from seg_core.store import acts, exposures, lists, reads, removals, reveals
from seg_core.store.reading_tables import reads as reads_table
from seg_core.store.reading_tables import verdicts
from seg_core.store.readings import read_for_all
from seg_core.store.reads import Read
from seg_core.store.seats import Mode, Seat


def may_see(connection: Connection, seat: Seat, study_id: str) -> bool:
    """Nobody reads here, the verdict is stored, it was seen, or it is read concurrently.

    A read that goes on keeps the mode that it began with, whatever its list says now.
    """
    if not seat.taken or exposures.has_sealed(connection, seat.reviewer, study_id):
        return True
    if exposures.has_seen(connection, seat, study_id):
        return True
    begun = reads.find_read(connection, seat.reviewer, study_id)
    return (begun.mode if begun else lists.mode_of(connection, study_id)) == "concurrent"


def may_see_truth(connection: Connection, seat: Seat, study_id: str) -> bool:
    """Whether the truth may be sent: a named reviewer answers every discrepancy without it.

    Otherwise nobody could tell what the model's reading did to an answer. Before any reveal it
    is held too, for a model may come later, unless the reviewer asked for it.
    """
    if not seat.taken:
        return True
    read = reads.find_read(connection, seat.reviewer, study_id)
    if read is None or read.verdict is None:
        return False
    shown = reveals.list_reveals(connection, [read.seq]).get(read.seq)
    if shown is None:
        return read.seq in acts.truth_shown_first(connection)
    return shown.open == 0


def read_that_goes_on(connection: Connection, seat: Seat, study_id: str) -> Read:
    """The read of this seat, begun where there is none.

    A first one turns concurrent once its findings were seen.
    """
    there = reads.find_read(connection, seat.reviewer, study_id)
    if there is not None and there.verdict is not None:
        return there
    mode: Mode = "concurrent" if may_see(connection, seat, study_id) else "first"
    return reads.begin_read(connection, seat.reviewer, study_id, mode)


def reads_first(connection: Connection, seat: Seat) -> bool:
    """Whether a first read of this seat's reviewer goes on, of a study that is here.

    Where its findings were seen meanwhile it goes on too, but concurrently.
    """
    sealed, begun = _own_reads(connection, seat)
    going_on = begun - sealed - removals.removed_ids(connection)
    return any(not may_see(connection, seat, study_id) for study_id in going_on)


@dataclass(frozen=True)
class Listed:
    """Ids of the studies that a model has read, as a list of studies may show them to a seat.

    shown: with findings. new: those of them that this seat has not seen before.
    """

    by_models: frozenset[str]
    shown: frozenset[str]
    new: frozenset[str]


def listed(connection: Connection, seat: Seat) -> Listed:
    """What a list may show: what was seen, what is sealed, and lists that are read concurrently.

    Of these not the first reads that go on. A browser without a name lists nothing of other
    lists that it was not shown before, so that a study can still be read first.
    """
    there = exposures.read_by_models(connection)
    seen = exposures.seen_by(connection, seat)
    sealed, going_on = _own_reads(connection, seat)
    open_lists, lying = lists.read_concurrently(connection), lists.list_by_study(connection)
    known = {one.id for one in there if seen.holds(one)}
    for_all = read_for_all(connection)  # of a reading on trial a list shows nothing
    open_now = {one for one in for_all if lying.get(one, lists.MAIN) in open_lists}
    shown = known | (open_now - going_on) | (sealed & {one.id for one in there})
    return Listed(frozenset(one.id for one in there), frozenset(shown), frozenset(shown - known))


def _own_reads(connection: Connection, seat: Seat) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of the studies that this seat's reviewer has sealed, and of the first reads going on."""
    if not seat.taken:
        return frozenset(), frozenset()
    query = (
        select(reads_table.c.study_id, reads_table.c.mode, verdicts.c.seq)
        .outerjoin(verdicts, verdicts.c.read_seq == reads_table.c.seq)
        .where(reads_table.c.reviewer == seat.reviewer)
    )
    rows = connection.execute(query).all()
    sealed = frozenset(study_id for study_id, _, verdict in rows if verdict is not None)
    turned = {study_id for study_id, mode, _ in rows if mode == "concurrent"}
    return sealed, frozenset(study_id for study_id, _, _ in rows if study_id not in turned)
