"""DICOM files become a study: one series, or the three sequences of a visit on FLAIR's voxels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from seg_core.errors import ImageRefused
from seg_core.readers.assemble import put_together
from seg_core.readers.dicom_frames import Frame, frames_of, refused
from seg_core.readers.dicom_stack import Stack, stack_of
from seg_core.readers.limits import MAX_STUDY_BYTES
from seg_core.readers.planes import UNKNOWN_SIDES, pixel_notes, plane_notes
from seg_core.readers.resample import onto
from seg_core.readers.sequence import channel_names, sequence_notes
from seg_core.study import FLAIR, LGG_CHANNELS, Note, Skipped, Study

Bytes = Callable[[str], bytes]
"""A file's name -> its bytes. Raises ImageRefused."""


def open_dicom(
    name: str, source: str, files: Sequence[str], read: Bytes, skipped: Sequence[Skipped] = ()
) -> Study:
    """The study that `files` of one series, or of a visit's three sequences, make.

    Raises NothingToRead when no slice is left. What is not an MR image of the stack that most of
    its series are of is in `skipped`.
    """
    frames, lost = _read_all(files, read)
    by_series: dict[str, list[Frame]] = {}
    for frame in frames:
        by_series.setdefault(frame.series, []).append(frame)
    stacks = [stack_of(name, some) for some in by_series.values()]
    main, slices, notes = _together(stacks)
    planes = dict(zip(main.files, slices, strict=True)) if main else {}
    left_out = [lost for stack in stacks for lost in stack.skipped]
    study = put_together(
        name,
        source,
        list(planes),
        [],
        planes.__getitem__,
        [*skipped, *lost, *left_out],
        apart=True,
    )
    assert main is not None  # put_together raises where there is no slice
    return replace(
        study,
        channels=study.channels if study.slices.shape[-1] > 1 else channel_names(main.description),
        spacing_mm=main.spacing_mm,
        grid=main.grid,
        evenly=main.evenly,
        notes=(
            *(note for note in study.notes if note.kind != "channel order"),
            *main.notes,
            *pixel_notes(main.spacing_mm),
            *notes,
            *(plane_notes(main.grid) if main.grid is not None else (UNKNOWN_SIDES,)),
        ),
    )


LEAST_COVERED = 0.95
"""Share of FLAIR's head that pre-contrast and post-contrast must cover."""

DARK = 0.1
"""Of a volume's highest value: what is brighter is the head."""


def _together(
    stacks: Sequence[Stack],
) -> tuple[Stack | None, np.ndarray | tuple[()], tuple[Note, ...]]:
    """(the stack that is shown, its slices (n, h, w, 1 or 3), what to say of channels).

    The three sequences on FLAIR's voxels, or FLAIR alone, or the only series there is.
    """
    if not stacks:
        return None, (), ()
    roles = {stack.role: stack for stack in stacks}
    main = roles.get(LGG_CHANNELS[FLAIR], stacks[0])
    if len(stacks) == 1:
        return main, main.slices[..., None], sequence_notes(main.description)
    channels = [_on(roles.get(role), main) for role in LGG_CHANNELS]
    said = ", ".join(f"{role}: {roles[role].description}" for role in LGG_CHANNELS if role in roles)
    if any(channel is None for channel in channels):
        return main, main.slices[..., None], (Note("channels", ALONE.format(said=said)),)
    kind = np.result_type(*(channel for channel in channels if channel is not None))
    planes = [channel.astype(kind, copy=False) for channel in channels if channel is not None]
    return main, np.stack(planes, axis=-1), (Note("channel order", TOGETHER.format(said=said)),)


ALONE = (
    "FLAIR is read alone: pre-contrast and post-contrast are not both there, or do not cover it "
    "({said})."
)
TOGETHER = (
    "By the series' descriptions {said}. Pre-contrast and post-contrast are interpolated on the "
    "voxels of FLAIR where the scanner placed them: a patient who moved between them is not put "
    "back."
)


def _on(stack: Stack | None, main: Stack) -> np.ndarray | None:
    """Its slices on the voxels of `main`; None where they do not cover the head there."""
    if stack is None or stack is main:
        return None if stack is None else main.slices
    if stack.grid is None or main.grid is None or not (stack.evenly and main.evenly):
        return None
    values, inside = onto(stack.slices, stack.grid, main.grid, main.slices.shape)
    head = main.slices > DARK * main.slices.max()
    return values if inside[head].mean() >= LEAST_COVERED else None


def _read_all(files: Sequence[str], read: Bytes) -> tuple[list[Frame], list[Skipped]]:
    """What could be read, and what not. Stops taking in pixels at MAX_STUDY_BYTES."""
    frames: list[Frame] = []
    skipped = []
    room = MAX_STUDY_BYTES
    for file in files:
        try:
            found = frames_of(read(file), file)
            room -= sum(frame.values.nbytes for frame in found)
            if room < 0:
                raise refused(
                    file, f"at most {MAX_STUDY_BYTES:,} bytes in a study", "more", "Open parts."
                )
        except ImageRefused as error:
            skipped.append(Skipped(file, error.reason))
        else:
            frames += found
    return frames, skipped
