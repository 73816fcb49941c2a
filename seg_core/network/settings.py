"""The settings of a network, and what follows from them. It imports no Keras: pages use it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from seg_core.network import efficient_settings
from seg_core.network.efficient_settings import EfficientUnetSettings


class UnetSettings(BaseModel):
    """The settings of `build_unet`; the defaults are `paper-unet`.

    size: side of the square input in pixels; must be divisible by 2 to the power of `depth`.
    channels: channels of the input.
    filters: filters of the first block; every level down has twice as many.
    depth: how often the network halves the image.
    convolutions: 3 x 3 convolutions a block.
    dropout: share of features dropped before each block but the first, 0 to 1.
    normalisation: after each convolution of a block.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["unet"] = "unet"
    size: int = Field(224, ge=16, le=1024)
    channels: int = Field(3, ge=1, le=16)
    filters: int = Field(16, ge=1, le=256)
    depth: int = Field(5, ge=1, le=7)
    convolutions: int = Field(1, ge=1, le=4)
    dropout: float = Field(0.05, ge=0.0, lt=1.0)
    normalisation: Literal["batch", "none"] = "batch"

    @property
    def pretrained(self) -> str:
        """Nothing: every weight begins at random."""
        return ""

    @model_validator(mode="after")
    def _divisible(self) -> UnetSettings:
        if self.size % 2**self.depth:
            raise ValueError(
                f"size: expected a multiple of {2**self.depth} for depth {self.depth}, "
                f"received {self.size}"
            )
        return self

    @property
    def widths(self) -> tuple[int, ...]:
        """Filters of each level, from the finest to the bottom: depth + 1 numbers."""
        return tuple(self.filters * 2**level for level in range(self.depth + 1))


def _kind(values: Any) -> str:
    """Cards and runs from before there was a second kind of network name none."""
    found = values.get("kind", "unet") if isinstance(values, dict) else values.kind
    return str(found)


NETWORK_KINDS = ("unet", "efficient-unet")

NetworkSettings = Annotated[
    Annotated[UnetSettings, Tag("unet")] | Annotated[EfficientUnetSettings, Tag("efficient-unet")],
    Discriminator(_kind),
]
"""The settings of any network that a recipe or a card may name."""


def count_parameters(s: NetworkSettings) -> int:
    """Parameters of the network, moving means and variances of the normalisation included."""
    return sum(stage[1] for stage in stages(s))


def count_multiplications(s: NetworkSettings) -> int:
    """Multiplications of the convolutions for one slice (normalisation left out)."""
    return sum(stage[2] for stage in stages(s))


def stages(s: NetworkSettings) -> list[tuple[str, int, int]]:
    """(name, parameters, multiplications) of each stage, from the input to the output."""
    if isinstance(s, EfficientUnetSettings):
        return efficient_settings.stages(s)
    return _unet_stages(s)


def _unet_stages(s: UnetSettings) -> list[tuple[str, int, int]]:
    found = []
    channels = s.channels
    for level, width in enumerate(s.widths):
        name = "bottom" if level == s.depth else f"down {level + 1}"
        found.append((name, *_block(s, channels, width, s.size // 2**level)))
        channels = width
    for level in reversed(range(s.depth)):
        width, side = s.widths[level], s.size // 2**level
        up_parameters = 9 * channels * width + width
        # A transposed convolution multiplies each *input* pixel with the whole kernel.
        up_multiplications = 9 * channels * width * (side // 2) ** 2
        parameters, multiplications = _block(s, 2 * width, width, side)
        found.append(
            (f"up {level + 1}", up_parameters + parameters, up_multiplications + multiplications)
        )
        channels = width
    found.append(("output", channels + 1, channels * s.size**2))
    return found


def _block(s: UnetSettings, channels: int, width: int, side: int) -> tuple[int, int]:
    """(parameters, multiplications) of one block of convolutions at side x side."""
    parameters = multiplications = 0
    for _ in range(s.convolutions):
        parameters += 9 * channels * width + width
        parameters += 4 * width if s.normalisation == "batch" else 0
        multiplications += 9 * channels * width * side**2
        channels = width
    return parameters, multiplications
