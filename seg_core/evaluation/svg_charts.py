"""Charts of a report as SVG text, for a page that asks no one for anything. It computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from seg_core.evaluation.froc import Froc
from seg_core.evaluation.reliability import Reliability
from seg_core.evaluation.slice_roc import SliceRoc

SIDE, LEFT, BOTTOM, TOP = 300, 46, 40, 12
"""Pixels: of the square that holds a curve, and of the room around it."""

BLUE, ORANGE, GREY = "#2f86d6", "#e08a00", "#8a93a1"

Point = tuple[float, float]
"""Of the unit square, y upwards."""


def roc_svg(roc: SliceRoc) -> str:
    """Sensitivity over the share of slices flagged for nothing, with the reported points."""
    curve = list(zip(roc.false_positive_rate, roc.sensitivity, strict=True))
    dots = "".join(_dot((1 - at.specificity, at.value), ORANGE, 4) for at in roc.at)
    body = _path([(0, 0), (1, 1)], GREY, dashed=True) + _path(curve, BLUE) + dots
    return _square(body, "1 − specificity", "sensitivity", f"ROC of slices, AUROC {roc.auroc:.3f}")


def froc_svg(froc: Froc) -> str:
    """Lesions found over false findings a patient, with the reported points that lie on it."""
    end = max(1.0, froc.all_kept.false_per_patient)
    curve = [(x / end, y) for x, y in zip(froc.false_per_patient, froc.sensitivity, strict=True)]
    dots = "".join(
        _dot((at.false_per_patient / end, at.value), ORANGE, 4) for at in froc.on_the_curve
    )
    label = f"FROC of findings, {froc.lesions} lesions"
    return _square(
        _path(curve, BLUE) + dots, "false findings a patient", "lesions found", label, end
    )


def reliability_svg(reliability: Reliability) -> str:
    """Share with tumour over mean confidence of each bin; the dot's area follows its slices."""
    bins = [one for one in reliability.bins if one.slices]
    most = max(one.slices for one in bins)
    points = [(one.confidence or 0.0, one.tumour or 0.0) for one in bins]
    dots = "".join(
        _dot(point, BLUE, 3 + 7 * (one.slices / most) ** 0.5)
        for point, one in zip(points, bins, strict=True)
    )
    body = _path([(0, 0), (1, 1)], GREY, dashed=True) + _path(points, BLUE) + dots
    title = f"Reliability, expected calibration error {reliability.error:.3f}"
    return _square(body, "confidence", "share with tumour", title)


def bars_svg(names: Sequence[str], values: Sequence[float | None]) -> str:
    """A bar a patient, 0 to 1, in the order given; a dash where there is no value."""
    width = max(12 * len(values), SIDE)
    step = width / max(len(values), 1)
    bars = []
    for i, (name, value) in enumerate(zip(names, values, strict=True)):
        x, tip = LEFT + i * step, f"{name}: {'–' if value is None else format(value, '.3f')}"
        height = SIDE * (value or 0) / 2
        bars.append(
            f'<rect x="{x + 1:.1f}" y="{TOP + SIDE / 2 - height:.1f}" width="{step - 2:.1f}" '
            f'height="{max(height, 1):.1f}" fill="{BLUE}"><title>{escape(tip)}</title></rect>'
        )
    lines = "".join(
        f'<path d="M{LEFT} {y:.1f}h{width}" stroke="#ccd2da"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
        for tick in (0, 0.5, 1)
        for y in (TOP + SIDE / 2 * (1 - tick),)
    )
    size = f'width="{LEFT + width + 12}" height="{TOP + SIDE // 2 + 12}"'
    return f'<svg {size} role="img" aria-label="Dice of each patient">{lines}{"".join(bars)}</svg>'


def _square(body: str, x_title: str, y_title: str, label: str, x_end: float = 1.0) -> str:
    """A unit square with ticks around some marks; to the right it ends at `x_end`."""
    ticks = "".join(
        f'<text x="{_x(t):.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle">{t * x_end:.3g}</text>'
        f'<text x="{LEFT - 6}" y="{_y(t) + 4:.1f}" text-anchor="end">{t:g}</text>'
        for t in (0, 0.2, 0.4, 0.6, 0.8, 1)
    )
    frame = f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none"/>'
    middle = TOP + SIDE / 2
    titles = (
        f'<text x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 34}" text-anchor="middle">{x_title}</text>'
        f'<text x="12" y="{middle}" transform="rotate(-90 12 {middle})" '
        f'text-anchor="middle">{y_title}</text>'
    )
    size = f'width="{LEFT + SIDE + 12}" height="{TOP + SIDE + BOTTOM}"'
    return (
        f'<svg {size} role="img" aria-label="{escape(label)}">'
        f'<g stroke="#ccd2da">{frame}</g>{ticks}{titles}{body}</svg>'
    )


def _path(points: Sequence[Point], colour: str, dashed: bool = False) -> str:
    steps = "L".join(f"{_x(x):.1f} {_y(y):.1f}" for x, y in points)
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<path d="M{steps}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'


def _dot(point: Point, colour: str, radius: float) -> str:
    x, y = _x(point[0]), _y(point[1])
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>'


def _x(share: float) -> float:
    return LEFT + share * SIDE


def _y(share: float) -> float:
    return TOP + (1 - share) * SIDE
