"""Images of one study put together: bad ones named, the rest one array. It opens no file itself.

Every reader ends here, so a study is the same whether it came as files, series or volume.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from seg_core.errors import ImageRefused, NothingToRead
from seg_core.readers.channels import drop_alpha, join_grey, name_channels
from seg_core.readers.limits import MAX_STUDY_BYTES
from seg_core.readers.masks import Read, read_truth, unpaired
from seg_core.readers.names import is_mask, natural_order
from seg_core.readers.numbering import numbering_notes
from seg_core.study import Note, Skipped, Study


def assemble(
    name: str,
    source: str,
    files: Sequence[str],
    read: Read,
    skipped: Sequence[Skipped] = (),
) -> Study:
    """The study that `files` make, a slice or a mask each, in the order of their names.

    As `put_together`, with notes on what the numbers in the names leave out.
    """
    ordered = natural_order(files)
    wanted = [file for file in ordered if not is_mask(file)]
    masks = [file for file in ordered if is_mask(file)]
    study = put_together(name, source, wanted, masks, read, skipped)
    return replace(study, notes=(*study.notes, *numbering_notes(wanted)))


def put_together(
    name: str,
    source: str,
    wanted: Sequence[str],
    masks: Sequence[str],
    read: Read,
    skipped: Sequence[Skipped] = (),
    *,
    apart: bool = False,
) -> Study:
    """The study of the slices `wanted`, in that order, read one by one (file name -> pixels).

    apart: channels come from files of their own, so that alike ones are no grey picture. Files that
    cannot be used are in the study's `skipped` with their reasons, after those given. Raises
    NothingToRead when no slice is left.
    """
    lost = [*skipped, *unpaired(masks, wanted)]
    images, unread = _read_all(wanted, read)
    lost += unread
    if not images:
        raise _nothing(name, len(wanted), len(masks), lost)
    kept, slices, notes, other = _one_form(name, images, apart=apart)
    lost += other
    height_width = (slices.shape[1], slices.shape[2])
    truth, known, unusable = read_truth(kept, masks, read, height_width)
    channels, substituted, channel_notes = name_channels(slices, name)
    return Study(
        name=name,
        source=source,
        files=tuple(kept),
        slices=slices,
        truth=truth,
        truth_known=known,
        channels=channels,
        substituted=substituted,
        skipped=tuple(lost + unusable),
        notes=(*notes, *channel_notes, *_range_notes(slices)),
    )


def _read_all(files: Sequence[str], read: Read) -> tuple[dict[str, np.ndarray], list[Skipped]]:
    """What could be read, and what not. Stops taking in pixels at MAX_STUDY_BYTES."""
    images: dict[str, np.ndarray] = {}
    skipped = []
    room = MAX_STUDY_BYTES
    for file in files:
        try:
            image = read(file)
            room -= image.nbytes
            if room < 0:
                raise _too_much(file)
        except ImageRefused as error:
            skipped.append(Skipped(file, error.reason))
        else:
            images[file] = image
    return images, skipped


def _one_form(
    name: str, images: dict[str, np.ndarray], *, apart: bool
) -> tuple[list[str], np.ndarray, tuple[Note, ...], list[Skipped]]:
    """(files kept, their slices (n, h, w, c), notes, skipped): the form that most slices have.

    A form is size, channels and bits. Of two equally frequent, the first slice's wins.
    """
    plain, alpha_notes = drop_alpha(list(images.values()))
    plain, grey_notes = (plain, ()) if apart else join_grey(plain, name)
    forms = [_form(image) for image in plain]
    usual = Counter(forms).most_common(1)[0][0]
    named = list(zip(images, plain, forms, strict=True))
    skipped = [
        Skipped(file, _other_form(file, form, usual).reason)
        for file, _, form in named
        if form != usual
    ]
    kept = [file for file, _, form in named if form == usual]
    slices = np.stack([image for _, image, form in named if form == usual])
    return kept, slices, (*alpha_notes, *grey_notes), skipped


def _range_notes(slices: np.ndarray) -> tuple[Note, ...]:
    """Said where 16 bits hold what a scanner's 12 do: black, where no brightness is evened out."""
    highest = int(slices.max())
    if slices.dtype != np.uint16 or highest >= np.iinfo(np.uint16).max // 4:
        return ()
    reason = (
        f"16 bits of which {highest:,} of 65,535 is the highest value: very dark to a model that "
        "does not even out brightness, as paper-unet."
    )
    return (Note("dark", reason),)


def _form(image: np.ndarray) -> str:
    height, width, channels = image.shape
    plural = "" if channels == 1 else "s"
    return f"{width} x {height}, {channels} channel{plural}, {image.dtype.itemsize * 8} bits"


def _other_form(file: str, form: str, usual: str) -> ImageRefused:
    return ImageRefused(
        file,
        expected=f"{usual} as most slices of this study",
        found=form,
        do="Open it as a study of its own, or export the series in one size.",
    )


def _too_much(file: str) -> ImageRefused:
    return ImageRefused(
        file,
        expected=f"at most {MAX_STUDY_BYTES:,} bytes of pixels in one study",
        found="more",
        do="Open the study in parts.",
    )


def _nothing(name: str, slices: int, masks: int, lost: Sequence[Skipped]) -> NothingToRead:
    if slices:
        found = f"none among {slices} image{'' if slices == 1 else 's'}"
    else:
        found = f"{masks} mask{'' if masks == 1 else 's'} and no slice" if masks else "no image"
    if lost:
        found += f" ({lost[0].file}: {lost[0].reason})"
    return NothingToRead(
        name,
        expected="at least one readable slice",
        found=found,
        do="Give slices as TIFF, PNG or JPEG files, masks beside them with `_mask` in the name, "
        "or a DICOM series, or a NIfTI volume.",
    )
