"""A slice to a network's input, and a probability back; training and inference call the same."""

from seg_core.frames.brain import BrainFrame
from seg_core.frames.frame import FittedFrame, Frame, Levels
from seg_core.frames.make import make_frame
from seg_core.frames.resize import ResizeFrame, resize_plane, to_unit

__all__ = [
    "BrainFrame",
    "FittedFrame",
    "Frame",
    "Levels",
    "ResizeFrame",
    "make_frame",
    "resize_plane",
    "to_unit",
]
