"""A frame by the name that a card or a recipe gives it. It fits none."""

from __future__ import annotations

from seg_core.frames.brain import BrainFrame
from seg_core.frames.frame import Frame
from seg_core.frames.resize import ResizeFrame


def make_frame(name: str, size: int, channels: int = 3) -> Frame:
    """The frame `name` for a network of size x size pixels and so many channels.

    Raises ValueError for an unknown one, or where the frame cannot give those channels.
    """
    if name == "resize":
        return ResizeFrame(size)
    if name == "brain":
        return BrainFrame(size, channels)
    raise ValueError(f"frame: expected 'resize' or 'brain', received {name!r}")
