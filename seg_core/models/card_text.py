"""card.md: a card as a person reads it, written from the card alone. It adds no fact of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seg_core.models.card import (
    FLAGGED_FROM,
    KIND_WORDS,
    AsRead,
    Calibration,
    Card,
    Cost,
    DataCard,
    Measured,
    OperatingPoint,
    Rate,
    TrainingCard,
    UsualLook,
    UsualRange,
)  # fmt: skip
from seg_core.models.quantised import Quantised
from seg_core.notice import NOTICE

DASH = "\N{EN DASH}"
MARKUP = frozenset("\\`*_[]<>|!#")
"""Characters that could begin markup, a picture or a table's next cell."""


def card_text(card: Card) -> str:
    """The whole card as Markdown, ending in a line break."""
    sections = [
        f"# {card.name}, version {card.version}\n\n{NOTICE}\n\n{card.summary}",
        *_operating_point(card.operating_point),
        _section("Measured", _measured(card.measured)),
        _section("What a threshold costs", _costs(card.listed_costs)),
        _section("Probability", as_read_words(card.as_read)),
        _section("Confidence", _confidence(card)),
        _section("Unlike the training data", _usual(card.usual)),
        _section("Not for", _bullets(card.not_for)),
        _section("Input", _input(card)),
        *_quantised(card.quantised),
        _section("Network", _settings(card.network, f"{card.parameters:,} parameters")),
        _section("Data", _data(card)),
        _section("Training", _training(card)),
        _section("Licence", card.licence),
        _section("Files", _table(("file", "SHA-256"), sorted(card.files.items()))),
    ]
    return "\n\n".join(sections) + "\n"


def figure(value: float | None, digits: int = 3) -> str:
    """A number as cards and pages show it; a dash where it was not measured."""
    return DASH if value is None else f"{value:.{digits}f}"


def interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """`0.763 to 0.855`, or a dash where there is no interval."""
    if low is None or high is None:
        return DASH
    return f"{figure(low, digits)} to {figure(high, digits)}"


def of_100(rate: Rate | None, things: str = "") -> str:
    """A share as `3.2 of 100 things (1.1 to 6.0)`; a dash where there is none."""
    if rate is None:
        return DASH
    text = f"{100 * rate.value:.1f} of 100 {things}".rstrip()
    if rate.low is None or rate.high is None:
        return text
    return f"{text} ({100 * rate.low:.1f} to {100 * rate.high:.1f})"


def on_whom(m: Measured) -> str:
    """The part of the data, and the masks' threshold where the figure names one."""
    if m.pixel_threshold is None:
        return m.split
    return f"{m.split}, at pixel threshold {m.pixel_threshold:g}"


def chosen_by(point: OperatingPoint) -> str:
    """Who chose the thresholds and when, and that nobody checked who it was."""
    return (
        f"Chosen on {point.slices.split} patients by {point.author} (typed, not authenticated), "
        f"{point.date[:16].replace('T', ' ')} UTC, after version {point.from_version} of the same "
        "network."
    )


def as_typed(text: str) -> str:
    """What a person typed, such that Markdown neither marks it up nor fetches anything for it."""
    return "".join("\\" + letter if letter in MARKUP else letter for letter in text)


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "Nothing stated."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = [[cell.replace("|", r"\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _measured(measured: tuple[Measured, ...]) -> str:
    if not measured:
        return "Nothing was measured yet."
    head = ("figure", "value", "95 % interval", "on", "patients", "slices", "source")
    return _table(head, [_measured_row(m) for m in measured])


def _measured_row(m: Measured) -> list[str]:
    counts = [str(m.patients), str(m.slices)]
    value = [m.name, figure(m.value), interval(m.low, m.high)]
    return [*value, on_whom(m), *counts, f"`{m.source}`"]


def _operating_point(point: OperatingPoint | None) -> list[str]:
    """The section of a choice that a person made; none for a card as released."""
    if point is None:
        return []
    thresholds = (
        f"Pixel threshold {point.pixel_threshold:g}, "
        f"confidence threshold {point.confidence_threshold:g}."
    )
    note = f"Note: {as_typed(point.note)}" if point.note else "No note was left."
    said = [f"{thresholds} {as_typed(chosen_by(point))}", note, _measured(point.pixels)]
    return [_section("Operating point", "\n\n".join([*said, _costs((point.slices,))]))]


def _costs(costs: tuple[Cost, ...]) -> str:
    if not costs:
        return "Not measured."
    head = ("confidence threshold", "tumour slices missed", "flagged without outlined tumour")
    counts = ("tumour slices", "flagged slices", "on", "source")
    return _table((*head, *counts), [_cost_row(c) for c in costs])


def _cost_row(c: Cost) -> list[str]:
    shares = [of_100(c.missed), of_100(c.empty)]
    counts = [str(c.tumour_slices), str(c.flagged_slices)]
    return [f"{c.confidence_threshold:g}", *shares, *counts, c.split, f"`{c.source}`"]


def _confidence(card: Card) -> str:
    if card.confidence is None:
        return "Not calibrated: scores are shown, and no slice is flagged."
    start = f"A slice is flagged from confidence {card.confidence_threshold:g}."
    return f"{_formula(card.confidence)} {start}"


def as_read_words(how: AsRead | None) -> str:
    """What is added to the trained network, in the released files or while reading."""
    if how is None:
        return "The network's own probabilities."
    views = "The mean of a slice and its mirror image. " if how.flips else ""
    if how.mirrored_from is not None:
        unsure = f" and at least {how.mirrored_unsure:g} of its probability is doubt"
        views = (
            "The mean of a slice and its mirror image where the strongest probability of the slice "
            f"is at least {how.mirrored_from:g}{unsure if how.mirrored_unsure else ''}. "
        )
    if how.second_opinion:
        views += "There a second network reads both too, and its logit counts as much. "
    if (how.slope, how.intercept) == (1.0, 0.0):
        return f"{views}Otherwise the network's own, not calibrated."
    return (
        f"{views}Probability = sigmoid({how.slope:.4f} x logit + {how.intercept:.4f}), fitted "
        f"around tumour on {how.patients} {how.split} patients, `{how.source}`."
    )


def _formula(fit: Calibration) -> str:
    if fit.method == "logistic":
        how = f"logistic on the score's logit, {fit.slope:.4f} x logit + {fit.intercept:.4f}"
        if fit.neighbours:
            how += f", the two neighbours' mean counting {fit.neighbours:g} to the slice's own 1"
        if fit.true_of_flagged is not None:
            how += (
                f", held to {100 * fit.true_of_flagged:g} % with tumour of the slices flagged at "
                f"{FLAGGED_FROM:g}"
            )
    else:
        how = f"isotonic, {len(fit.scores)} knots"
    covered = " and ".join(KIND_WORDS[kind] for kind in fit.covers) or "no kind of input"
    return (
        f"Calibrated ({how}) on {fit.patients} {fit.split} patients, {fit.slices} slices, "
        f"`{fit.source}`. It covers {covered}; elsewhere confidence is not calibrated."
    )


def _usual(looks: tuple[UsualLook, ...]) -> str:
    """What an input is held against; the templates' numbers stay in card.json."""
    if not looks:
        return "Not checked: the card holds nothing of what inputs looked like in training."
    tables = [
        f"{' and '.join(look.channels)}, {look.patients} patients. Beyond these limits an input "
        f"gets a note, and nothing of it is flagged.\n\n{_limits(look)}"
        for look in looks
    ]
    return "\n\n".join(tables)


def _limits(look: UsualLook) -> str:
    alone = {one.name: one for one in look.slices}
    rows = [
        (one.name, _seen(one), _limit(one), _limit(alone[one.name]) if one.name in alone else DASH)
        for one in look.studies
    ]
    return _table(("figure", "nine studies of ten", "limits", "limits of a slice alone"), rows)


def _seen(one: UsualRange) -> str:
    return f"{one.seen_low:.2f} to {one.seen_high:.2f}"


def _limit(one: UsualRange) -> str:
    return f"{one.low:.2f} to {one.high:.2f}"


def _input(card: Card) -> str:
    size = card.frame.size
    return _bullets(
        [
            f"frame: {card.frame.name}, {size} x {size} pixels",
            f"channels: {', '.join(card.channels)}",
            f"pixel threshold: {card.pixel_threshold:g}",
        ]
    )


def _quantised(made: Quantised | None) -> list[str]:
    """The section of the network in eight bits; none for a model without one."""
    if made is None:
        return []
    how = (
        f"By {made.by}. The ranges of its layers come from {made.slices} slices of "
        f"{len(made.patients)} training patients, seed {made.seed}."
    )
    return [_section("In eight bits", f"{how}\n\n{_moved(made)}")]


def precision_words(made: Quantised | None) -> str:
    """In which precision a model is read by default, and what that costs."""
    if made is None or made.moved is None or not made.good_enough:
        return "float32"
    m = made.moved
    return f"int8 by default, mean Dice {m.dice:+.4f} beside float32 on {m.patients} patients"


def _moved(made: Quantised) -> str:
    if made.moved is None:
        return "What it costs beside float32 was not measured: models are read in float32."
    m = made.moved
    rows = (
        ("Dice of a patient, mean", f"{m.dice:+.4f}", interval(m.low, m.high, 4)),
        ("Dice of the patient that lost most", f"{m.worst:+.4f}", DASH),
        ("F1 over all pixels", DASH if m.f1 is None else f"{m.f1:+.4f}", DASH),
        ("Score of a slice, largest change", figure(m.score), DASH),
        ("Slices flagged in one of the two only", str(m.flagged_differ), DASH),
    )
    at = "" if m.flagged_at is None else f" at {m.flagged_at:g}"
    said = (
        f"Eight bits less float32, on {m.patients} patients ({m.split}), {m.slices} slices, "
        f"`{m.source}`. Flagged{at}: {m.flagged_int8} slices, {m.flagged_float32} in float32. "
        f"Calibration error: {figure(m.error_int8)}, {figure(m.error_float32)} in float32."
    )
    default = "eight bits" if made.good_enough else "float32"
    table = _table(("figure", "change", "95 % interval"), rows)
    return f"{said}\n\n{table}\n\nUnless asked otherwise it is read in {default}."


def known_by(data: DataCard) -> str:
    """By what the training patients are recognised."""
    if not data.seen_slices:
        return "training patients are recognised by name alone, copies under other names are not"
    return (
        f"training patients are recognised by name and by the pixels of {data.seen_slices} slices"
    )


def _data(card: Card) -> str:
    data = card.data
    parts = ", ".join(f"{name} {count}" for name, count in data.parts.items())
    beside = [
        f"beside them {number} grey images {what}"
        for number, what in (
            (data.negatives, "without tumour"),
            (
                data.positives,
                "with a tumour that nobody outlined: told that there is one, not where",
            ),
        )
        if number
    ]
    return _bullets(
        [
            f"{data.name}: {data.source}",
            f"{data.patients} patients, {data.slices} slices, {data.tumour_slices} with tumour",
            *beside,
            known_by(data),
            f"split by {data.split_by}; patients: {parts or DASH}",
            f"split fingerprint: `{data.split_fingerprint}`",
            f"licence of the data: {data.licence}",
        ]
    )


def _training(card: Card) -> str:
    runs = [_run(run) for run in (card.training, *card.beside)]
    together = f"{len(runs)} networks read together: the mean of their logits"
    where = ", where the first is in doubt." if card.second_opinion else "."
    said = [together + where] if card.beside else []
    return "\n\n".join([*said, *runs, f"Released {card.created}."])


def _run(run: TrainingCard) -> str:
    head = f"run `{run.run}`: {run.epochs} epochs, best epoch {run.best_epoch}"
    if run.device:
        head += f", on {run.device}"
    if run.pretrained:
        head += f". Its encoder began from weights of {run.pretrained}"
    earlier = [_settings(one.recipe, f"first, run `{one.run}`") for one in run.begun]
    if earlier:
        head += f". It went on from the best network of run `{run.begun[-1].run}`"
    return "\n\n".join([*earlier, _settings(run.recipe, head)])


def _settings(settings: dict[str, object], head: str) -> str:
    rows = [(name, f"`{value}`") for name, value in settings.items()]
    return f"{head}\n\n{_table(('setting', 'value'), rows)}" if rows else head
