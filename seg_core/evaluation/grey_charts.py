"""Shares of images with a mask over the pixel threshold, as SVG text. It computes no share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from seg_core.evaluation.grey_figures import ClassShare

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 300, 52, 150, 12, 42
"""Pixels: of the field that holds the curves, and of the room around it."""

COLOURS = ("#2f86d6", "#e08a00", "#00936a", "#4fb0e0", "#b6a300", "#8a93a1")
"""Of classes with tumour, in their order."""

PINK = "#c2629b"
"""Of classes without tumour, whose curve is also dashed."""

TICKS = (0.01, 0.1, 0.5, 0.9, 0.98, 0.99, 0.999)
"""Thresholds named under the axis."""


def spread(threshold: float) -> float:
    """The threshold's place on the axis: its logit, which draws the upper nineties apart."""
    return math.log(threshold / (1 - threshold))


FIRST, LAST = spread(0.01), spread(0.999)


def shares_svg(curves: Sequence[Sequence[ClassShare]], without: Sequence[str], label: str) -> str:
    """A curve a class with its interval as a band; `without` names the classes without tumour."""
    body = []
    names: list[tuple[float, str, str, str]] = []
    coloured = iter(COLOURS * (1 + len(curves) // len(COLOURS)))
    for curve in curves:
        points = [one for one in curve if one.share.value is not None]
        if not points:
            continue
        name = points[0].class_name
        dashed = name in without
        colour = PINK if dashed else next(coloured)
        low = [(one.threshold, one.share.low or 0.0) for one in points]
        high = [(one.threshold, one.share.high or 0.0) for one in points]
        line = [(one.threshold, one.share.value or 0.0) for one in points]
        body.append(f'<path d="M{_steps(high + low[::-1])}z" fill="{colour}" opacity=".14"/>')
        dash = ' stroke-dasharray="7 4"' if dashed else ""
        body.append(
            f'<path d="M{_steps(line)}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        )
        middle = line[len(line) // 2][1]
        names.append((middle, name, colour, dash))
    size = f'width="{LEFT + WIDTH + RIGHT}" height="{TOP + HEIGHT + BOTTOM}"'
    return (
        f'<svg {size} role="img" aria-label="{escape(label, quote=True)}">'
        f"{_axes()}{''.join(body)}{_legend(names)}</svg>"
    )


def _axes() -> str:
    lines = "".join(
        f'<path d="M{LEFT} {_y(share):.1f}h{WIDTH}" stroke="#dde2e8"/>'
        f'<text x="{LEFT - 6}" y="{_y(share) + 4:.1f}" text-anchor="end">{share * 100:.0f} %</text>'
        for share in (0, 0.2, 0.4, 0.6, 0.8, 1)
    )
    ticks = "".join(
        f'<path d="M{_x(tick):.1f} {TOP}v{HEIGHT}" stroke="#eef1f4"/>'
        f'<text x="{_x(tick):.1f}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{tick:g}</text>'
        for tick in TICKS
    )
    title = (
        f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 36}" text-anchor="middle">'
        "pixel threshold (drawn by its logit)</text>"
    )
    return ticks + lines + title


def _legend(names: Sequence[tuple[float, str, str, str]]) -> str:
    """Beside the field, in the order of the curves' heights at its middle, highest first."""
    lines = []
    for i, (_, name, colour, dash) in enumerate(sorted(names, reverse=True)):
        x, y = LEFT + WIDTH + 12, TOP + 10 + 20 * i
        lines.append(
            f'<path d="M{x} {y - 4}h22" stroke="{colour}" stroke-width="2"{dash}/>'
            f'<text x="{x + 28}" y="{y}">{escape(name)}</text>'
        )
    return "".join(lines)


def _steps(points: Sequence[tuple[float, float]]) -> str:
    return "L".join(f"{_x(threshold):.1f} {_y(share):.1f}" for threshold, share in points)


def _x(threshold: float) -> float:
    return LEFT + (spread(threshold) - FIRST) / (LAST - FIRST) * WIDTH


def _y(share: float) -> float:
    return TOP + (1 - share) * HEIGHT
