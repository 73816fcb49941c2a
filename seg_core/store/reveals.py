"""What the model has beside a sealed read, the discrepancies, and the answers to them.

Stored as it was found at the reveal, so that no later threshold or model changes what a
reviewer was asked. It compares nothing; `reading` does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select

from seg_core.store.acts import truth_shown_first
from seg_core.store.reading_tables import answers, discrepancies, reveals
from seg_core.store.seats import utc_now
from seg_core.store.tables import readings

Who = Literal["model", "reviewer"]
AnswerWord = Literal["keep", "change", "unsure"]
ANSWERS: tuple[AnswerWord, ...] = ("keep", "change", "unsure")


@dataclass(frozen=True)
class Found:
    """Something that one of the two has and the other has not, slices numbered from 1.

    at_slice, x, y: where to look at it, in pixels of the slice; x and y None for a mere slice.
    area_px: pixels over all its slices. holds_tumour: by the truth, None where not known.
    """

    kind: Who
    slices: tuple[int, ...]
    at_slice: int
    x: float | None = None
    y: float | None = None
    area_px: int | None = None
    holds_tumour: bool | None = None


@dataclass(frozen=True)
class Comparison:
    """A model's reading laid beside a verdict, slices numbered from 1.

    model_slices: slices of the model's components that are listed; specks: components too
    small to list. truth_slices: slices with outlined tumour among `known_slices`, whose
    truth is known; both None for a study without truth. agreed_slices: slices of the listed
    components that the reviewer has too; None for a comparison stored without them.
    """

    pixel_threshold: float
    model_slices: tuple[int, ...]
    specks: int
    found: tuple[Found, ...]
    truth_slices: tuple[int, ...] | None = None
    known_slices: tuple[int, ...] | None = None
    agreed_slices: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Answer:
    """A reviewer's answer to one discrepancy."""

    answer: AnswerWord
    note: str
    time: str


@dataclass(frozen=True)
class Discrepancy:
    """A discrepancy as it was stored, and every answer to it; the last one counts."""

    seq: int
    read_seq: int
    number: int
    found: Found
    answers: tuple[Answer, ...] = ()

    @property
    def answer(self) -> AnswerWord | None:
        """The answer that counts, or None while there is none."""
        return self.answers[-1].answer if self.answers else None


@dataclass(frozen=True)
class Reveal:
    """What a reviewer was shown after the verdict; model: its name and version.

    truth_first: the reviewer knew the truth before it, so that nothing is asked.
    """

    read_seq: int
    time: str
    reading_seq: int
    model: str
    comparison: Comparison
    discrepancies: tuple[Discrepancy, ...]
    truth_first: bool = False

    @property
    def open(self) -> int:
        """Discrepancies that wait for an answer."""
        return 0 if self.truth_first else sum(d.answer is None for d in self.discrepancies)

    @property
    def truth_shown(self) -> bool:
        """Whether the reviewer may see the study's truth, so that no answer counts any more."""
        return self.truth_first or (self.comparison.truth_slices is not None and self.open == 0)


def insert_reveal(
    connection: Connection, read_seq: int, reading_seq: int, comparison: Comparison
) -> None:
    """Store a comparison with all its discrepancies."""
    truth, known = comparison.truth_slices, comparison.known_slices
    agreed = comparison.agreed_slices
    row = {
        "read_seq": read_seq,
        "time": utc_now(),
        "reading_seq": reading_seq,
        "pixel_threshold": float(comparison.pixel_threshold),
        "model_slices": list(comparison.model_slices),
        "specks": comparison.specks,
        "truth_slices": None if truth is None else list(truth),
        "known_slices": None if known is None else list(known),
        "agreed_slices": None if agreed is None else list(agreed),
    }
    connection.execute(insert(reveals).values(row))
    lines = [
        {"read_seq": read_seq, "number": number} | vars(found) | {"slices": list(found.slices)}
        for number, found in enumerate(comparison.found, start=1)
    ]
    if lines:
        connection.execute(insert(discrepancies), lines)


def insert_answer(connection: Connection, discrepancy: int, word: AnswerWord, note: str) -> None:
    """Add an answer to the discrepancy of that `seq`; earlier ones stay."""
    row = {"discrepancy_seq": discrepancy, "time": utc_now(), "answer": word, "note": note}
    connection.execute(insert(answers).values(row))


def list_reveals(
    connection: Connection, read_seqs: Collection[int] | None = None
) -> dict[int, Reveal]:
    """Every reveal by its read's number; of these reads only, unless None."""
    query = select(reveals, readings.c.model_name, readings.c.model_version).join(
        readings, readings.c.seq == reveals.c.reading_seq
    )
    if read_seqs is not None:
        query = query.where(reveals.c.read_seq.in_(read_seqs))
    listed = _discrepancies(connection, read_seqs)
    knew = truth_shown_first(connection)
    found = {}
    for row in connection.execute(query):
        mine = tuple(listed.get(row.read_seq, ()))
        comparison = Comparison(
            pixel_threshold=row.pixel_threshold,
            model_slices=tuple(row.model_slices),
            specks=row.specks,
            found=tuple(d.found for d in mine),
            truth_slices=_numbers(row.truth_slices),
            known_slices=_numbers(row.known_slices),
            agreed_slices=_numbers(row.agreed_slices),
        )
        model = f"{row.model_name}/{row.model_version}"
        found[row.read_seq] = Reveal(
            row.read_seq,
            row.time,
            row.reading_seq,
            model,
            comparison,
            mine,
            truth_first=row.read_seq in knew,
        )
    return found


def open_discrepancies(connection: Connection, read_seqs: Collection[int]) -> dict[int, int]:
    """How many discrepancies wait for an answer, by read; reads without any are left out."""
    answered = select(answers.c.seq).where(answers.c.discrepancy_seq == discrepancies.c.seq)
    query = (
        select(discrepancies.c.read_seq, func.count())
        .where(~answered.exists())
        .group_by(discrepancies.c.read_seq)
    )
    wanted = set(read_seqs) - truth_shown_first(connection)
    return {seq: count for seq, count in connection.execute(query) if seq in wanted}


def _discrepancies(
    connection: Connection, read_seqs: Collection[int] | None
) -> dict[int, list[Discrepancy]]:
    query = select(discrepancies).order_by(discrepancies.c.read_seq, discrepancies.c.number)
    said = (
        select(answers)
        .join(discrepancies, discrepancies.c.seq == answers.c.discrepancy_seq)
        .order_by(answers.c.seq)
    )
    if read_seqs is not None:
        query = query.where(discrepancies.c.read_seq.in_(read_seqs))
        said = said.where(discrepancies.c.read_seq.in_(read_seqs))
    by_discrepancy: dict[int, list[Answer]] = {}
    for row in connection.execute(said):
        answer = Answer(row.answer, row.note, row.time)
        by_discrepancy.setdefault(row.discrepancy_seq, []).append(answer)
    found: dict[int, list[Discrepancy]] = {}
    for row in connection.execute(query):
        one = _discrepancy_of(row._mapping, by_discrepancy.get(row.seq, []))
        found.setdefault(row.read_seq, []).append(one)
    return found


def _discrepancy_of(has: Any, said: Sequence[Answer]) -> Discrepancy:
    fields = {name: has[name] for name in Found.__dataclass_fields__}
    found = Found(**fields | {"slices": tuple(has["slices"])})
    return Discrepancy(has["seq"], has["read_seq"], has["number"], found, tuple(said))


def _numbers(column: list[int] | None) -> tuple[int, ...] | None:
    return None if column is None else tuple(column)
