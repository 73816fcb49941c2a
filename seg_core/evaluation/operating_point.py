"""Thresholds chosen on validation patients, or out-of-fold, become a new version of a card.

It chooses none, and changes no network and no earlier version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from seg_core.errors import InputError, ModelError
from seg_core.evaluation.at_threshold import measured_at
from seg_core.evaluation.costs import costs
from seg_core.evaluation.stored import StoredEvaluation
from seg_core.evaluation.thresholds import THRESHOLDS
from seg_core.evaluation.tuning import check_tunable, confident, nearest, tuning
from seg_core.models.card import (
    AUTHOR_LETTERS,
    NOTE_LETTERS,
    Card,
    Cost,
    Measured,
    OperatingPoint,
)
from seg_core.models.next_version import EVALUATION, make_next_version
from seg_core.models.quantised import Quantised
from seg_core.models.registry import ReleasedModel
from seg_core.settings import Settings

TUNED_ON = "tuning"
"""Name of the evaluation that a new version gets where the choice was not made on its own."""


@dataclass(frozen=True)
class Choice:
    """Two of THRESHOLDS, who chose them, and why. author: as typed, not authenticated."""

    pixel_threshold: float
    confidence_threshold: float
    author: str
    note: str = ""


def save_operating_point(
    settings: Settings, model: ReleasedModel, stored: StoredEvaluation, choice: Choice
) -> ReleasedModel:
    """The next version of `model`: the same network, the chosen thresholds with their costs.

    stored: the evaluation on patients of TUNABLE that the choice was made on. Raises
    SplitError for one on other patients, InputError without a name or for thresholds that
    were not counted, ModelError for a model without a calibration.
    """
    point = operating_point(model, stored, choice)
    evaluations = {} if _own_name(model, stored) else {TUNED_ON: stored.folder}
    card = _card(model, point)
    return make_next_version(
        settings, model, lambda version: card.model_copy(update={"version": version}), evaluations
    )


def operating_point(
    model: ReleasedModel, stored: StoredEvaluation, choice: Choice
) -> OperatingPoint:
    """What a choice costs, as the card will say it. Errors as `save_operating_point`."""
    check_tunable(stored.evaluation)
    author, note = (" ".join(text.split()) for text in (choice.author, choice.note))
    _check_typed("author", author, "your name", AUTHOR_LETTERS)
    _check_typed("note", note or "-", "a note", NOTE_LETTERS)
    calibration = model.card.confidence
    if calibration is None:
        raise ModelError(
            f"{model.label}: expected a calibrated confidence to set a threshold for, found none. "
            "Release a run whose validation patients have slices with and without tumour."
        )
    source = f"{EVALUATION}/{_own_name(model, stored) or TUNED_ON}"
    return OperatingPoint(
        pixel_threshold=choice.pixel_threshold,
        confidence_threshold=choice.confidence_threshold,
        from_version=model.version,
        pixels=_pixel_figures(stored, choice.pixel_threshold, source),
        slices=costs(
            confident(stored, calibration),
            stored.evaluation.part,
            source,
            (choice.confidence_threshold,),
        )[0],
        author=author,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        note=note,
    )


def _check_typed(field: str, text: str, what: str, most: int) -> None:
    if not 1 <= len(text) <= most:
        raise InputError(
            field,
            expected=f"{what}, of at most {most} letters",
            found=f"{len(text)} letters" if text else "none",
            do="Type who chose these thresholds, and why if you like.",
        )


def _own_name(model: ReleasedModel, stored: StoredEvaluation) -> str | None:
    """The evaluation's name where it lies in the model's own folder, else None."""
    lies_within = stored.folder.resolve().parent == (model.folder / EVALUATION).resolve()
    return stored.folder.name if lies_within else None


def _pixel_figures(stored: StoredEvaluation, threshold: float, source: str) -> tuple[Measured, ...]:
    index = nearest(threshold)
    costs = tuning(stored.patients).pixels
    if costs is None or THRESHOLDS[index] != threshold:
        raise InputError(
            str(stored.folder),
            expected=f"pixels counted at the threshold {threshold:g}",
            found="none",
            do="Evaluate anew, and choose one of the thresholds that are offered.",
        )
    figures = []
    for name, curve in costs.curves.items():
        value, low, high = curve.at(index)
        figures.append(
            Measured(
                name=name,
                value=value,
                low=low,
                high=high,
                split=f"{stored.evaluation.part}, split by {stored.evaluation.split_kind}",
                patients=stored.evaluation.patients,
                slices=stored.evaluation.slices,
                source=source,
                pixel_threshold=threshold,
            )
        )
    return tuple(figures)


def _card(model: ReleasedModel, point: OperatingPoint) -> Card:
    """The model's card with other thresholds, and its figures of masks at the new one."""
    card = model.card
    measured = measured_at(
        card.measured, model.folder, point.pixel_threshold, before=card.pixel_threshold
    )
    fields = card.model_dump() | {
        "created": point.date[:10],
        "pixel_threshold": point.pixel_threshold,
        "confidence_threshold": point.confidence_threshold,
        "operating_point": point.model_dump(),
        "measured": [one.model_dump() for one in measured],
        "costs": [one.model_dump() for one in _with_cost(card.costs, point.slices)],
        "quantised": _quantised(card, point),
    }
    return Card.model_validate(fields)


def _quantised(card: Card, point: OperatingPoint) -> Quantised | None:
    """What eight bits cost at the card's own thresholds, as that; not of masks at another one."""
    made = card.quantised
    if made is None or made.moved is None:
        return made
    if point.pixel_threshold != card.pixel_threshold:
        return made.model_copy(update={"moved": None})
    at = made.moved.flagged_at or card.confidence_threshold
    return made.model_copy(update={"moved": made.moved.model_copy(update={"flagged_at": at})})


def _with_cost(costs: Sequence[Cost], chosen: Cost) -> list[Cost]:
    """The card's costs and the chosen one, in order of threshold.

    An earlier choice's cost goes: its evaluation may be replaced, and its own card keeps it.
    """
    others = [
        cost
        for cost in costs
        if cost.confidence_threshold != chosen.confidence_threshold
        and cost.source != f"{EVALUATION}/{TUNED_ON}"
    ]
    return sorted([*others, chosen], key=lambda cost: cost.confidence_threshold)
