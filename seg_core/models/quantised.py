"""What a card says of a network in eight bits that lies beside the float32 one. It makes none."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MOST_LOST = 0.002
"""The mean Dice of a patient that eight bits may cost and still be what a model is read with."""

Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Moved(_Part):
    """What eight bits change beside float32, on slices that the network never saw.

    dice: mean over patients of Dice in eight bits less Dice in float32, with its 95 % interval
    over patients; worst: of the patient that lost most. f1: the same difference over all pixels.
    score: largest change of a slice's raw score. flagged_float32, flagged_int8, flagged_differ:
    slices at or above the confidence threshold `flagged_at` in each, and in one of them only; on
    cards of before it is the card's own.
    error_float32, error_int8: expected calibration error of each, by the card's one calibration,
    over the patients that it covers.
    source: the `evaluation/` folders in which both stand.
    """

    dice: float
    low: float | None = None
    high: float | None = None
    worst: float
    f1: float | None
    score: Share
    flagged_at: Share | None = None
    flagged_float32: int = Field(ge=0)
    flagged_int8: int = Field(ge=0)
    flagged_differ: int = Field(ge=0)
    error_float32: float | None = None
    error_int8: float | None = None
    split: str
    patients: int = Field(ge=1)
    slices: int = Field(ge=1)
    source: str = Field(min_length=1)


class Quantised(_Part):
    """How network_int8 was made of network.xml.

    by: the program and its settings. patients, slices: whose slices, and how many, the ranges of
    the layers were taken from. moved: None where it was not measured.
    """

    by: str
    patients: tuple[str, ...]
    slices: int = Field(ge=1)
    seed: int
    moved: Moved | None = None

    @property
    def good_enough(self) -> bool:
        """Whether its cost is measured, and less than MOST_LOST."""
        return self.moved is not None and self.moved.dice > -MOST_LOST
