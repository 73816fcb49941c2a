"""DICOM files become a study: one series, or the three sequences of a visit on FLAIR's voxels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from seg_core.errors import ImageRefused
from seg_core.readers.assemble import put_together
from seg_core.readers.dicom.frames import Frame, frames_of, refused
from seg_core.readers.dicom.outlines import drawn_frames, drawn_on
from seg_core.readers.dicom.stack import Stack, stack_of
from seg_core.readers.image import Bytes
from seg_core.readers.limits import MAX_STUDY_BYTES
from seg_core.readers.names import OUTLINE
from seg_core.readers.planes import UNKNOWN_SIDES, pixel_notes, plane_notes
from seg_core.readers.resample import onto
from seg_core.readers.sequence import channel_names, sequence_notes
from seg_core.study import FLAIR, LGG_CHANNELS, Note, Skipped, Study


def open_dicom(
    name: str,
    source: str,
    roles: Mapping[str, str],
    read: Bytes,
    skipped: Sequence[Skipped] = (),
) -> Study:
    """The study that files make: of one series, or of a visit's three sequences.

    roles: each file's name, and its role as `Found.roles` has it. Raises NothingToRead when no
    slice is left, or none of FLAIR. What is not an MR image of the stack that most of its series
    are of is in `skipped`, and so is a segmentation that is no ground truth.
    """
    drawn = [file for file, role in roles.items() if role == OUTLINE]
    images = {file: role for file, role in roles.items() if role != OUTLINE}
    frames, lost = _read_all(images, read)
    stacks = {role: stack_of(name, some) for role, some in frames.items() if some}
    left_out = [one for stack in stacks.values() for one in stack.skipped]
    shown = _shown(stacks)
    planes = {} if shown is None else dict(zip(shown.stack.files, shown.slices, strict=True))
    study = put_together(
        name,
        source,
        list(planes),
        [],
        planes.__getitem__,
        [*skipped, *lost, *left_out],
        apart=True,
    )
    if shown is None:  # put_together raises where there is no slice
        return study
    main = shown.stack
    truth, unusable = _truth(drawn, read, main)
    return replace(
        study,
        truth=truth,
        truth_known=None if truth is None else np.ones(len(study), bool),
        skipped=(*study.skipped, *unusable),
        channels=study.channels if study.slices.shape[-1] > 1 else channel_names(main.description),
        spacing_mm=main.spacing_mm,
        grid=main.grid,
        evenly=main.evenly,
        notes=(
            *(note for note in study.notes if note.kind != "channel order"),
            *main.notes,
            *pixel_notes(main.spacing_mm),
            *shown.notes,
            *(plane_notes(main.grid) if main.grid is not None else (UNKNOWN_SIDES,)),
        ),
    )


def _truth(
    drawn: Sequence[str], read: Bytes, main: Stack
) -> tuple[np.ndarray | None, list[Skipped]]:
    """(what all files outline together, those that are no truth here). Nothing of it is noted: a
    first read is not told that there is truth."""
    truth = None
    skipped = []
    for file in drawn:
        try:
            if main.grid is None or not main.evenly:
                raise refused(
                    file, "a series of even steps that says where it lies", "none", NO_USE
                )
            seen = drawn_on(drawn_frames(read(file), file), main.grid, main.slices.shape, file)
        except ImageRefused as error:
            skipped.append(Skipped(file, error.reason, outline=True))
        else:
            truth = seen if truth is None else truth | seen
    return truth, skipped


NO_USE = "The study is kept without truth; give every slice of the series."


@dataclass(frozen=True, eq=False)
class Shown:
    """What becomes the study. slices: (n, height, width, 1 or 3), those of `stack` among them."""

    stack: Stack
    slices: np.ndarray
    notes: tuple[Note, ...]


def _shown(stacks: Mapping[str, Stack]) -> Shown | None:
    """The only series; or of three FLAIR, with the others on its voxels where they cover it."""
    main = stacks.get("") or stacks.get(LGG_CHANNELS[FLAIR])
    if main is None:
        return None
    alone = main.slices[..., None]
    if "" in stacks:
        return Shown(main, alone, sequence_notes(main.description))
    said = ", ".join(f"{role}: {stack.description}" for role, stack in stacks.items())
    fits = len(LGG_CHANNELS) * main.slices.nbytes <= MAX_STUDY_BYTES
    head = main.slices > DARK * np.percentile(main.slices, NEARLY_ALL)
    channels = [_on(stacks.get(role), main, head) if fits else None for role in LGG_CHANNELS]
    there = [channel for channel in channels if channel is not None]
    if len(there) < len(channels):
        return Shown(main, alone, (Note("channels", ALONE.format(said=said)),))
    kind = np.result_type(*there)
    slices = np.stack([channel.astype(kind, copy=False) for channel in there], axis=-1)
    beside = [
        Note(note.kind, f"{role}: {note.reason}")
        for role, stack in stacks.items()
        if stack is not main
        for note in stack.notes
    ]
    return Shown(main, slices, (Note("channel order", TOGETHER.format(said=said)), *beside))


LEAST_COVERED = 0.95
"""Share of FLAIR's head that pre-contrast and post-contrast must cover."""

DARK = 0.1
"""Of what nearly all of a volume's values lie below: what is brighter is the head."""

NEARLY_ALL = 99.5
"""Per cent."""

ALONE = (
    "FLAIR is read alone: pre-contrast and post-contrast are not both there, or do not cover it "
    "({said})."
)
TOGETHER = (
    "By the series' descriptions {said}. Pre-contrast and post-contrast are interpolated on the "
    "voxels of FLAIR where the scanner placed them: a patient who moved between them is not put "
    "back."
)


def _on(stack: Stack | None, main: Stack, head: np.ndarray) -> np.ndarray | None:
    """Its slices on the voxels of `main`; None where they do not cover its head, bool."""
    if stack is None or stack is main:
        return None if stack is None else main.slices
    if stack.grid is None or main.grid is None or not (stack.evenly and main.evenly):
        return None
    values, inside = onto(stack.slices, stack.grid, main.grid, main.slices.shape)
    return values if head.any() and inside[head].mean() >= LEAST_COVERED else None


def _read_all(
    roles: Mapping[str, str], read: Bytes
) -> tuple[dict[str, list[Frame]], list[Skipped]]:
    """Role -> slices that could be read, and what could not. Stops taking in pixels at
    MAX_STUDY_BYTES."""
    frames: dict[str, list[Frame]] = {}
    skipped = []
    room = MAX_STUDY_BYTES
    for file, role in roles.items():
        try:
            found = frames_of(read(file), file)
            room -= sum(frame.values.nbytes for frame in found)
            if room < 0:
                raise refused(
                    file,
                    f"at most {MAX_STUDY_BYTES:,} bytes in a study",
                    "more",
                    "Open it in parts.",
                )
        except ImageRefused as error:
            skipped.append(Skipped(file, error.reason))
        else:
            frames.setdefault(role, []).extend(found)
    return frames, skipped
