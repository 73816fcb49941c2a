"""The card of a released model: its schema. It measures nothing and opens no file.

Every figure on a card traces to an `evaluation/` folder, named in its `source`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from seg_core.models.file_names import (
    INT8_FILES,
    NETWORK_FILES,
    SECOND_BIN,
    SECOND_INT8_BIN,
    SECOND_INT8_XML,
    SECOND_WEIGHTS,
    SECOND_XML,
    SEEN_SLICES,
)
from seg_core.models.quantised import Quantised

AUTHOR_LETTERS, NOTE_LETTERS = 80, 1000
"""Most letters of what a person types beside an operating point."""

Share = Annotated[float, Field(ge=0, le=1)]
NAME = r"^[a-z0-9][a-z0-9-]*$"
"""What a model may be called: its name is a folder's too."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FLAGGED_FROM = 0.98
"""The confidence threshold unless a card or a reader sets another."""

InputKind = Literal["differing", "grey", "loose"]
KIND_WORDS: dict[InputKind, str] = {
    "differing": "three channels that differ",
    "grey": "studies of one grey channel",
    "loose": "loose grey images",
}
"""What may come in. Three equal channels are one; `loose`: grey images that make no study."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FrameCard(_Part):
    """How a slice becomes the network's input: a square of `size` pixels."""

    name: Literal["resize", "brain"]
    size: int = Field(ge=16)


class DataCard(_Part):
    """What the model was trained on. Counts of patients and slices are of all parts together.

    split_fingerprint: digest of who is in which part, as the run's split.json has it.
    parts: name of a part ("train", "validation", "test") -> number of patients in it.
    seen: the patients that training or its choices looked at, then the names of the grey images
        that it trained on beside them; no honest figure is theirs.
    seen_slices: how many slices of theirs SEEN_SLICES tells by their pixels; 0: names alone are
        compared, and a copy under another name passes for a stranger.
    negatives, positives: how many of these images hold no tumour, and how many one that nobody
        outlined.
    """

    name: str
    source: str
    licence: str
    patients: int = Field(ge=0)
    slices: int = Field(ge=0)
    tumour_slices: int = Field(ge=0)
    split_by: Literal["patient", "slice", "folds"]
    split_fingerprint: str
    parts: dict[str, int]
    seen: tuple[str, ...] = ()
    seen_slices: int = Field(0, ge=0)
    negatives: int = Field(0, ge=0)
    positives: int = Field(0, ge=0)

    @property
    def seen_patients(self) -> tuple[str, ...]:
        """Those of `seen` that are patients."""
        return self.seen[: len(self.seen) - self.negatives - self.positives]


class Begun(_Part):
    """A run whose best network a later one began with, and its settings."""

    run: str
    recipe: dict[str, Any]


class TrainingCard(_Part):
    """The run behind the model. recipe: the settings as resolved, as the run's recipe.json.

    pretrained: where the first weights came from, and their licence; "" where all were random.
    begun: the runs behind this one, each on the same split, the first one first.
    """

    run: str
    recipe: dict[str, Any]
    epochs: int = Field(ge=0)
    best_epoch: int = Field(ge=0)
    device: str = ""
    pretrained: str = ""
    begun: tuple[Begun, ...] = ()


class Measured(_Part):
    """One figure. value: None where it could not be measured; low, high: its 95 % interval.

    name: with its unit, as a person reads it: "Dice of a patient, mean".
    split: the part it was measured on; source: its `evaluation/` folder.
    pixel_threshold: of the masks that it was measured on; None: the card's own, or no mask.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    split: str
    patients: int = Field(ge=0)
    slices: int = Field(ge=0)
    source: str = Field(min_length=1)
    pixel_threshold: Share | None = None

    @model_validator(mode="after")
    def _value_inside_interval(self) -> Self:
        if None not in (self.value, self.low, self.high) and not (
            self.low <= self.value <= self.high  # type: ignore[operator]  # None is ruled out above
        ):
            raise ValueError(
                f"{self.name}: expected low <= value <= high, "
                f"received {self.low} <= {self.value} <= {self.high}"
            )
        return self


class Rate(_Part):
    """A share between 0 and 1, with its 95 % interval over patients where it has one."""

    value: Share
    low: Share | None = None
    high: Share | None = None


class Cost(_Part):
    """What a confidence threshold costs.

    missed: share of the tumour slices that are not flagged.
    empty: share of the flagged slices that hold no outlined tumour; None when none is flagged.
    """

    confidence_threshold: Share
    missed: Rate | None
    empty: Rate | None
    tumour_slices: int = Field(ge=0)
    flagged_slices: int = Field(ge=0)
    split: str
    source: str = Field(min_length=1)


class Mirroring(NamedTuple):
    """Of which slices the mirror image is read too, by what the first look saw.

    least: the strongest probability from which on. unsure: how much of the probability is doubt,
    sum of min(p, 1 - p) over sum of p, from which on; 0 for whatever doubt.
    """

    least: float
    unsure: float = 0.0


class AsRead(_Part):
    """How the released network's logits become probabilities.

    flips: whether the logit is the mean of the slice's and of its mirror image's, mirrored back;
    it is built into the network's files. mirrored_from: the same for slices whose strongest
    probability is at least this, by the engines; None for none. mirrored_unsure: of those, the
    slices that are in doubt by at least this (see `Mirroring`). second_opinion: whether of these
    slices the network of the card's `beside` is asked too, slice and mirror image alike; its logit
    counts as much as the first network's.
    slope, intercept: probability = sigmoid(slope * logit + intercept), fitted on the pixels around
    tumour of patients that the network did not train on; 1 and 0 where it was not. Built in too.
    patients: that it was fitted on; source: the `evaluation/` folder of their predictions.
    """

    flips: bool = False
    mirrored_from: Share | None = None
    mirrored_unsure: Share = 0.0
    second_opinion: bool = False
    slope: float = Field(1.0, gt=0)
    intercept: float = 0.0
    split: str
    patients: int = Field(ge=0)
    source: str = Field(min_length=1)

    @property
    def mirroring(self) -> Mirroring | None:
        if self.mirrored_from is None:
            return None
        return Mirroring(self.mirrored_from, self.mirrored_unsure)

    @model_validator(mode="after")
    def _asked_of_some_slices(self) -> Self:
        if self.second_opinion and self.mirrored_from is None:
            raise ValueError("second_opinion: expected mirrored_from too, received None")
        return self


LISTED_COSTS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
"""Of a card's confidence thresholds, those that a table of their costs shows."""


class Calibration(_Part):
    """From the raw scores of a study's slices to their confidences, as plain numbers.

    logistic: 1 / (1 + exp(-(slope * x + intercept))), x the mean of the slice's logit(score) and
    of the mean of its two neighbours', the latter weighted by `neighbours` against 1.
    isotonic: straight lines between (scores[i], confidences[i]), flat outside them.
    true_of_flagged: of the slices flagged at FLAGGED_FROM, the share with tumour that a logistic
    fit was held to; None for a free one.
    covers: the kinds of input on which it was fitted; elsewhere nothing is calibrated.
    source: the `evaluation/` folder of the predictions that it was fitted on.
    caveat: where it holds, as it stands beside the costs.
    """

    method: Literal["logistic", "isotonic"]
    slope: float | None = None
    intercept: float | None = None
    neighbours: float = Field(0.0, ge=0)
    true_of_flagged: Share | None = None
    scores: tuple[Share, ...] = ()
    confidences: tuple[Share, ...] = ()
    covers: tuple[InputKind, ...] = ("differing",)
    caveat: str = (
        "Calibrated on patients who all had a lower-grade glioma; elsewhere the same confidence "
        "holds less often."
    )
    split: str
    patients: int = Field(ge=0)
    slices: int = Field(ge=0)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _numbers_fit_method(self) -> Self:
        if self.method == "logistic" and (self.slope is None or self.intercept is None):
            raise ValueError("logistic: expected slope and intercept, received None")
        if self.method == "isotonic":
            if len(self.scores) < 2 or len(self.scores) != len(self.confidences):
                raise ValueError("isotonic: expected as many scores as confidences, at least 2")
            for name in ("scores", "confidences"):
                if list(getattr(self, name)) != sorted(getattr(self, name)):
                    raise ValueError(f"isotonic: expected {name} that never fall")
        return self


class OperatingPoint(_Part):
    """Thresholds that a person chose on validation patients, and what they cost there.

    from_version: of the same network, whose card stood before. pixels: figures of the masks
    at the pixel threshold; slices: the cost of the confidence threshold.
    author: as typed; nobody checked who typed it. date: ISO 8601 in UTC.
    """

    pixel_threshold: Share
    confidence_threshold: Share
    from_version: str = Field(pattern=r"^[1-9][0-9]*$")
    pixels: tuple[Measured, ...]
    slices: Cost
    author: str = Field(min_length=1, max_length=AUTHOR_LETTERS)
    authenticated: Literal[False] = False
    date: str
    note: str = Field(default="", max_length=NOTE_LETTERS)


class UsualRange(_Part):
    """One figure of the training studies, or of their slices looked at alone.

    seen_low, seen_high: between them lie nine of ten. low, high: the limits, further out; an
    input beyond them is unlike the training data.
    """

    name: str
    seen_low: float
    seen_high: float
    low: float
    high: float


class UsualLook(_Part):
    """What the inputs looked like that the network was trained on, as plain numbers.

    channels: of the input, as described; patients: so many. studies: ranges over whole studies;
    slices: over slices looked at alone, as loose images are. Which figure is which stands in
    `seg_core.triage.appearance` and `templates`.
    templates: mean pictures from the lowest slices to the highest, each side x side values a
    channel, channel after channel and row by row, in hundredths of a standard deviation.
    """

    channels: tuple[str, ...]
    patients: int = Field(ge=1)
    studies: tuple[UsualRange, ...]
    slices: tuple[UsualRange, ...]
    templates: tuple[tuple[int, ...], ...]


class Card(_Part):
    """All that is said of one released model.

    files: file name -> SHA-256; filled by `write_card`.
    channels: what the network's input channels hold, in order.
    network: settings of the builder that made the network; parameters: their number, those of
        `beside` with them.
    beside: the runs behind the further networks that its own reads together with: the mean of
        their logits, of every slice or, as a second opinion, of those that `as_read` says. A
        network of fewer channels reads FLAIR alone.
    operating_point: who chose the thresholds, on what; None: as the release set them.
    as_read: None on cards of before, whose networks give their own probabilities.
    usual: what inputs are held against before they are read; none on cards of before.
    quantised: how the network in eight bits was made and what it costs; None without one.
    """

    card_format: Literal[1] = 1
    name: str = Field(pattern=NAME)
    version: str = Field(pattern=r"^[1-9][0-9]*$")
    created: str
    summary: str
    files: dict[str, Sha256] = Field(default_factory=dict)
    frame: FrameCard
    channels: tuple[str, ...]
    network: dict[str, Any]
    parameters: int = Field(ge=1)
    data: DataCard
    training: TrainingCard
    beside: tuple[TrainingCard, ...] = ()
    measured: tuple[Measured, ...] = ()
    pixel_threshold: Share
    confidence_threshold: Share = FLAGGED_FROM
    as_read: AsRead | None = None
    confidence: Calibration | None = None
    costs: tuple[Cost, ...] = ()
    operating_point: OperatingPoint | None = None
    usual: tuple[UsualLook, ...] = ()
    quantised: Quantised | None = None
    not_for: tuple[str, ...]
    licence: str

    @property
    def mirroring(self) -> Mirroring | None:
        """Of which slices the mirror image is read too."""
        return self.as_read.mirroring if self.as_read else None

    @property
    def second_opinion(self) -> bool:
        """Whether a further network, in files of its own, is asked about some slices."""
        return self.as_read is not None and self.as_read.second_opinion

    @property
    def network_files(self) -> tuple[str, ...]:
        """What its folder holds of networks."""
        int8, second = self.quantised is not None, self.second_opinion
        return (
            *NETWORK_FILES,
            *(INT8_FILES if int8 else ()),
            *((SECOND_WEIGHTS, SECOND_XML, SECOND_BIN) if second else ()),
            *((SECOND_INT8_XML, SECOND_INT8_BIN) if second and int8 else ()),
        )

    @property
    def files_beside(self) -> tuple[str, ...]:
        """What its folder holds beside the card."""
        return (*self.network_files, *((SEEN_SLICES,) if self.data.seen_slices else ()))

    @property
    def listed_costs(self) -> tuple[Cost, ...]:
        """Those that a table shows: a round number of them, and the card's own threshold."""
        shown = {*LISTED_COSTS, self.confidence_threshold}
        return tuple(cost for cost in self.costs if cost.confidence_threshold in shown)

    @model_validator(mode="after")
    def _says_whose_second_opinion(self) -> Self:
        if self.second_opinion and len(self.beside) != 1:
            raise ValueError(
                f"second_opinion: expected one run in beside, received {len(self.beside)}"
            )
        return self

    @model_validator(mode="after")
    def _starts_from_its_operating_point(self) -> Self:
        point = self.operating_point
        if point is not None and (point.pixel_threshold, point.confidence_threshold) != (
            self.pixel_threshold,
            self.confidence_threshold,
        ):
            raise ValueError(
                "operating_point: expected the card's own thresholds "
                f"{self.pixel_threshold} and {self.confidence_threshold}, received "
                f"{point.pixel_threshold} and {point.confidence_threshold}"
            )
        return self
