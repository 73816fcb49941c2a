"""A U-Net drawn as a U from its settings alone: maps, convolutions, ways down, across and up.

It imports no Keras and reads no weights. Lengths are in the drawing's own units.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, field

from seg_core.network.settings import UnetSettings

MARGIN = 20.0
STEP = 52.0
"""Length of a convolution's arrow."""
GAP = 32.0
"""Between two levels: the length of an arrow down or up."""
TOP_HEIGHT = 116.0
SHRINK = 0.68
"""Height of a level's maps against the level above; true halves would leave the bottom a dot."""
SIDE_LABEL = 74.0

INK = "#9aa6b2"
COLOURS = {
    "map": "#4aa3df",
    "convolution": INK,
    "down": "#e08a5b",
    "up": "#5fb98c",
    "copy": "#8b97a6",
    "output": "#c78bd6",
}
"""Of maps and arrows; they stay apart for colour-blind eyes and on dark and light pages."""


@dataclass(frozen=True)
class Slab:
    """One stack of feature maps: left edge, top edge, width and height of its rectangle.

    kind: `map`; `pooled` is drawn without its number, which stands above it; `copy` is hollow.
    """

    x: float
    y: float
    width: float
    height: float
    channels: int
    kind: str = "map"

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def centre(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Arrow:
    """From a point to a point: `convolution`, `down`, `up`, `copy` or `output`."""

    kind: str
    start: tuple[float, float]
    end: tuple[float, float]


@dataclass
class Drawing:
    """What is to be drawn, and how large the whole is.

    sides: right edge and middle of a label, and the side of the level's maps in pixels.
    """

    slabs: list[Slab] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    sides: list[tuple[float, float, int]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def add(self, level: int, channels: int, x: float, kind: str = "map") -> Slab:
        """Put down maps of a level with their left edge at `x`."""
        slab = Slab(x, _top(level), _width(channels), _height(level), channels, kind)
        self.slabs.append(slab)
        return slab

    def convolve(self, level: int, before: Slab, channels: int, times: int) -> Slab:
        """Put down what a block of convolutions makes of `before`; the last of its maps."""
        for _ in range(times):
            after = self.add(level, channels, before.right + STEP)
            self.join("convolution", (before.right, before.middle), (after.x, after.middle))
            before = after
        return before

    def join(self, kind: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Put down an arrow."""
        self.arrows.append(Arrow(kind, start, end))


def lay_out(settings: UnetSettings) -> Drawing:
    """Places of all maps and arrows of the network that `settings` describe."""
    drawing = Drawing()
    maps = drawing.add(0, settings.channels, MARGIN + SIDE_LABEL)
    skips = []
    for level, channels in enumerate(settings.widths):
        drawing.sides.append((maps.x - 8, maps.middle, settings.size // 2**level))
        maps = drawing.convolve(level, maps, channels, settings.convolutions)
        if level < settings.depth:
            skips.append(maps)
            pooled = drawing.add(level + 1, channels, maps.x, "pooled")
            drawing.join("down", (maps.centre, maps.bottom), (pooled.centre, pooled.y))
            maps = pooled
    for level, skip in reversed(list(enumerate(skips))):
        copy_x = maps.centre - _width(skip.channels) / 2
        copy = drawing.add(level, skip.channels, copy_x, "copy")
        up = drawing.add(level, skip.channels, copy.right)
        drawing.join("copy", (skip.right, skip.middle), (copy.x, copy.middle))
        drawing.join("up", (up.centre, maps.y), (up.centre, up.bottom))
        maps = drawing.convolve(level, up, skip.channels, settings.convolutions)
    output = drawing.add(0, 1, maps.right + STEP)
    drawing.join("output", (maps.right, maps.middle), (output.x, output.middle))
    drawing.width = output.right + MARGIN
    drawing.height = _top(settings.depth) + _height(settings.depth) + MARGIN
    return drawing


def network_html(settings: UnetSettings) -> str:
    """The drawing and its legend, as `st.html` takes them (it removes an inline `<svg>`)."""
    picture = base64.b64encode(network_svg(settings).encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{picture}" alt="{described(settings)}" '
        'style="display:block;width:100%;max-height:26rem;object-fit:contain">' + _legend(settings)
    )


def network_svg(settings: UnetSettings) -> str:
    """The drawing as a picture of its own, readable on dark and light pages."""
    drawing = lay_out(settings)
    parts = [
        f'<svg viewBox="0 0 {drawing.width:.0f} {drawing.height:.0f}" '
        f'width="{drawing.width:.0f}" height="{drawing.height:.0f}" '
        f'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" fill="{INK}">'
    ]
    parts += [_arrow_svg(arrow) for arrow in drawing.arrows]
    parts += [_slab_svg(slab) for slab in drawing.slabs]
    parts += [_text(x, y + 4, f"{side} × {side}", "end") for x, y, side in drawing.sides]
    return "".join(parts) + "</svg>"


def described(settings: UnetSettings) -> str:
    """The network in one line of words."""
    widths = ", ".join(str(width) for width in settings.widths)
    return (
        f"U-Net of {settings.depth} levels and a bottom with {widths} filters, "
        f"input {settings.size} × {settings.size} × {settings.channels}"
    )


def _top(level: int) -> float:
    return MARGIN + sum(_height(above) + GAP for above in range(level))


def _height(level: int) -> float:
    return TOP_HEIGHT * SHRINK**level


def _width(channels: int) -> float:
    return 4 + 2.6 * math.log2(channels + 1)


def _slab_svg(slab: Slab) -> str:
    hollow = f'fill="none" stroke="{COLOURS["copy"]}"'
    look = hollow if slab.kind == "copy" else f'fill="{COLOURS["map"]}"'
    number = "" if slab.kind == "pooled" else str(slab.channels)
    return (
        f'<rect x="{slab.x:.1f}" y="{slab.y:.1f}" width="{slab.width:.1f}" '
        f'height="{slab.height:.1f}" rx="1.5" {look}/>'
        + _text(slab.centre, slab.y - 4, number, "middle")
    )


def _arrow_svg(arrow: Arrow) -> str:
    (x1, y1), (x2, y2) = arrow.start, arrow.end
    colour = COLOURS[arrow.kind]
    length = math.hypot(x2 - x1, y2 - y1)
    along = ((x2 - x1) / length, (y2 - y1) / length)
    tip_x, tip_y = x2 - 2 * along[0], y2 - 2 * along[1]
    back_x, back_y = tip_x - 6 * along[0], tip_y - 6 * along[1]
    across = (3 * along[1], -3 * along[0])
    points = [(tip_x, tip_y), (back_x + across[0], back_y + across[1])]
    points.append((back_x - across[0], back_y - across[1]))
    dashes = ' stroke-dasharray="4 3"' if arrow.kind == "copy" else ""
    return (
        f'<line x1="{x1 + 2 * along[0]:.1f}" y1="{y1 + 2 * along[1]:.1f}" x2="{back_x:.1f}" '
        f'y2="{back_y:.1f}" stroke="{colour}" stroke-width="1.4"{dashes}/>'
        f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="{colour}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{anchor}">{text}</text>'


def _legend(settings: UnetSettings) -> str:
    normalised = ", batch normalisation" if settings.normalisation == "batch" else ""
    meanings = {
        "convolution": f"3 × 3 convolution{normalised}, ReLU",
        "down": "2 × 2 max pooling",
        "up": "3 × 3 transposed convolution, stride 2",
        "copy": "copied and joined",
        "output": "1 × 1 convolution, sigmoid",
    }
    if settings.dropout:
        meanings["dropout"] = f"dropout {settings.dropout:g} before each block but the first"
    entries = [
        f'<span><span style="color:{COLOURS.get(kind, "transparent")}">→</span> {meaning}</span>'
        for kind, meaning in meanings.items()
    ]
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:.8rem;opacity:.85;'
        f'padding-top:.6rem">{"".join(entries)}</div>'
    )
