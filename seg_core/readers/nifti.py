"""NIfTI volumes become a study: one, or the three sequences of a case, and their mask."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np

from seg_core.errors import ImageRefused, MaskRefused
from seg_core.readers.assemble import put_together
from seg_core.readers.image import Bytes, one_line
from seg_core.readers.limits import MAX_STUDY_BYTES, MIB, check_declared
from seg_core.readers.masks import MOST_LABELS, SECOND_MASK, as_mask
from seg_core.readers.names import numbered
from seg_core.readers.nifti_names import Volumes, case_of, volumes_of
from seg_core.readers.planes import UNKNOWN_SIDES, pixel_notes, plane_notes
from seg_core.readers.sequence import channel_names, sequence_notes
from seg_core.readers.values import whole_numbers
from seg_core.readers.volume import Volume, cut
from seg_core.study import FLAIR, LGG_CHANNELS, MASK_SUFFIX, Note, Skipped, Study, volume_stem

GZIP = b"\x1f\x8b"
HEADER_BYTES = 540
"""Of the longer header, that of NIfTI-2."""

MOST_BEFORE_VOXELS = 16 * MIB
"""Header and extensions, as some programs write the history of a file into."""

FLOAT_BYTES = np.float32().itemsize

TO_MM = {"meter": 1e3, "micron": 1e-3}
"""Of units that a header may state; without one it is millimetres."""

SAME_MM = 0.1
"""How far the grids of two volumes may lie apart, millimetres, to be one."""

A_WHOLE = 1e-3
"""How far a mask's values may lie beside whole numbers, for a scale factor, to be such."""

NONE = Volumes("", ())

SAVE_AGAIN = "Save it as one NIfTI volume of whole numbers or floats, `.nii` or `.nii.gz`."


@dataclass(frozen=True, eq=False)
class Opened:
    """A file's volume. stated: whether the file itself says how it lies in the patient."""

    volume: Volume
    stated: bool


def open_nifti(
    name: str, source: str, files: Sequence[str], read: Bytes, skipped: Sequence[Skipped] = ()
) -> Study:
    """The study that the `files` of one case make. Raises NothingToRead when no volume is left.

    Volumes that lie on another grid than FLAIR are left out, and with them the three channels.
    """
    case = next(iter(volumes_of(files)), NONE)
    volumes, refused = _read_all(case.channels, read)
    main = case.channels[FLAIR] if len(case.channels) > 1 else "".join(case.channels)
    far = [
        file for file in volumes if main in volumes and not _same_grid(volumes[file], volumes[main])
    ]
    near = [file for file in volumes if file not in far]
    whole = len(near) == len(case.channels)
    channels = near if whole else [file for file in near if file == main]
    lost = [
        *skipped,
        *refused,
        *(Skipped(file, OTHER_GRID.format(main=main)) for file in far),
        *(Skipped(file, NOT_ALONE) for file in near if file not in channels),
    ]
    planes, value_notes = _planes(name, [volumes[file] for file in channels])
    masks, unusable = _masks(case.masks, planes, volumes.get(main), read)
    study = put_together(
        name,
        source,
        list(planes),
        list(masks),
        {**planes, **masks}.__getitem__,
        lost,
        apart=len(channels) > 1,
    )
    shown = volumes[main].volume
    stated = volumes[main].stated
    return replace(
        study,
        channels=study.channels if len(channels) > 1 else channel_names(volume_stem(main)),
        spacing_mm=shown.spacing_mm,
        grid=shown.grid if stated else None,
        voxel_order=shown.order if stated else None,
        skipped=(*study.skipped, *unusable),
        notes=(
            *(note for note in study.notes if note.kind != "channel order"),
            *value_notes,
            *pixel_notes(shown.spacing_mm),
            *((Note("beside", f"Not read: {', '.join(case.beside)}."),) if case.beside else ()),
            *_channel_notes(channels),
            *(plane_notes(shown.grid) if stated else (UNKNOWN_SIDES,)),
        ),
    )


OTHER_GRID = (
    "expected a volume on the voxels of {main}, found others. Register and resample it to that one."
)
NOT_ALONE = (
    "expected pre-contrast, FLAIR and post-contrast on one grid, found one of them missing or "
    "elsewhere: no more than FLAIR is read. Register all three to FLAIR."
)


def read_volume(data: bytes, name: str) -> Opened:
    """A `.nii` or `.nii.gz`, cut into slices. Raises ImageRefused; sizes are looked at first."""
    try:
        return _opened(_loaded(data, name))
    except ImageRefused:
        raise
    except Exception as error:  # damaged data makes the library raise whatever there is
        raise ImageRefused(
            name,
            expected="a whole NIfTI volume",
            found=f"one that cannot be read ({one_line(error)})",
            do="The file is damaged or truncated: copy or export it again.",
        ) from error


def _loaded(data: bytes, name: str) -> Any:
    """A nibabel image, its declared size looked at before its voxels are unpacked."""
    import nibabel  # here, for the sake of those who open no volume

    packed = data[:2] == GZIP
    head = _unpacked(data, HEADER_BYTES) if packed else data[:HEADER_BYTES]
    sizes = {int.from_bytes(head[:4], order) for order in ("little", "big")}
    if 348 in sizes:
        kind = nibabel.Nifti1Image
    elif 540 in sizes:
        kind = nibabel.Nifti2Image
    else:
        raise _refused(name, "a NIfTI volume", "a header of another kind")
    header = kind.header_class.from_fileobj(BytesIO(head), check=False)
    _check(header, name)
    if bytes(header["magic"])[:2] == b"ni":
        raise _refused(name, "a NIfTI of one file", "a header whose voxels lie in a second file")
    begins = float(header["vox_offset"])
    if not 0 <= begins <= MOST_BEFORE_VOXELS:
        raise _refused(name, "voxels after its header", f"an offset of {begins:,.0f} bytes")
    whole = data
    if packed:
        whole = _unpacked(data, int(begins) + header.sizeof_hdr + _bytes_declared(header))
    return kind.from_bytes(whole)


def _unpacked(data: bytes, most: int) -> bytes:
    """At most so many bytes of a gzip file, which may have several members."""
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        return file.read(most)


def _check(header: Any, name: str) -> None:
    shape = header.get_data_shape()
    if len(shape) > 3 and max(shape[3:]) > 1:
        words = " x ".join(map(str, shape))
        raise _refused(name, "one volume", f"a series of them ({words}). Save each by itself")
    if len(shape) < 2 or min(shape) < 1:
        raise _refused(name, "a volume of three dimensions", f"{len(shape)} in its header")
    if header.get_data_dtype().kind not in "iuf":
        raise _refused(name, "one number a voxel", "colours or complex numbers")
    check_declared(name, max(shape[:3]), min(shape[:3]))
    voxels = int(np.prod(shape, dtype=object))
    if max(voxels * FLOAT_BYTES, _bytes_declared(header)) > MAX_STUDY_BYTES:
        raise _refused(name, f"at most {MAX_STUDY_BYTES:,} bytes of voxels", "a header with more")


def _bytes_declared(header: Any) -> int:
    return int(np.prod(header.get_data_shape(), dtype=object)) * header.get_data_dtype().itemsize


def _opened(image: Any) -> Opened:
    scaled = (image.dataobj.slope, image.dataobj.inter) != (1, 0)
    values = np.asanyarray(image.dataobj, dtype=np.float32 if scaled else None)
    affine = image.affine.copy()
    affine[:3] *= TO_MM.get(image.header.get_xyzt_units()[0], 1.0)
    return Opened(
        volume=cut(values.reshape((*image.shape, 1)[:3]), affine),
        stated=int(image.header["qform_code"]) > 0 or int(image.header["sform_code"]) > 0,
    )


def _read_all(files: Sequence[str], read: Bytes) -> tuple[dict[str, Opened], list[Skipped]]:
    volumes: dict[str, Opened] = {}
    skipped = []
    for file in files:
        try:
            volumes[file] = read_volume(read(file), file)
        except ImageRefused as error:
            skipped.append(Skipped(file, error.reason))
    return volumes, skipped


def _same_grid(one: Opened, other: Opened) -> bool:
    return one.volume.slices.shape == other.volume.slices.shape and np.allclose(
        one.volume.grid, other.volume.grid, atol=SAME_MM
    )


def _planes(name: str, volumes: Sequence[Opened]) -> tuple[dict[str, np.ndarray], tuple[Note, ...]]:
    """Slice names -> (height, width, 1 or 3), and what was done to the values."""
    if not volumes:
        return {}, ()
    made = [whole_numbers(one.volume.slices) for one in volumes]
    kind = np.result_type(*(values for values, _ in made))
    slices = np.stack([values.astype(kind, copy=False) for values, _ in made], axis=-1)
    notes = dict.fromkeys(note for _, said in made for note in said)
    return dict(zip(numbered(name, len(slices), ".nii"), slices, strict=True)), tuple(notes)


def _masks(
    files: Sequence[str], planes: dict[str, np.ndarray], main: Opened | None, read: Bytes
) -> tuple[dict[str, np.ndarray], list[Skipped]]:
    """Mask names -> uint8 (height, width, 1), 0 or 1, a slice each, of the first mask that fits."""
    made: dict[str, np.ndarray] = {}
    skipped = []
    for file in files:
        if made:
            skipped.append(Skipped(file, SECOND_MASK))
            continue
        try:
            mask = read_volume(read(file), file)
            if main is None or not _same_grid(mask, main):
                raise MaskRefused(
                    file,
                    expected="a mask on the voxels of its volume",
                    found="other voxels",
                    do="The volume is kept without truth; resample the mask to it.",
                )
            tumour = _tumour(np.nan_to_num(mask.volume.slices)).astype(np.uint8)[..., None]
        except (ImageRefused, MaskRefused) as error:
            skipped.append(Skipped(file, error.reason))
        else:
            names = [f"{slice_.removesuffix('.nii')}{MASK_SUFFIX}.nii" for slice_ in planes]
            made = dict(zip(names, tumour, strict=True))
    return made, skipped


def _tumour(values: np.ndarray) -> np.ndarray:
    """bool, where a mask's values (n, height, width) outline tumour; see `as_mask`.

    Fractions are the edges of a mask that was resampled: tumour from half a label on.
    """
    whole = np.rint(values)
    highest = float(values.max())
    if np.abs(values - whole).max() >= A_WHOLE:
        label = min(highest, 1.0) if highest < MOST_LABELS else highest
        return np.asarray((values > 0) & (values >= label / 2))
    if whole.min() < 0 or highest > np.iinfo(np.uint16).max:
        return np.asarray(whole != 0)
    tall = whole.astype(np.uint16).reshape(-1, values.shape[-1], 1)  # one plane: one rule for all
    return as_mask(tall).reshape(values.shape)


def _channel_notes(files: Sequence[str]) -> tuple[Note, ...]:
    """By which names the channels were told, or that a volume is not FLAIR."""
    if len(files) == 1:
        sequence = case_of(files[0])[1]
        return sequence_notes(volume_stem(files[0])) if sequence != LGG_CHANNELS[FLAIR] else ()
    pairs = ", ".join(f"{name}: {file}" for name, file in zip(LGG_CHANNELS, files, strict=True))
    return (Note("channel order", f"By the files' names {pairs}."),)


def _refused(name: str, expected: str, found: str) -> ImageRefused:
    return ImageRefused(name, expected=expected, found=found, do=SAVE_AGAIN)
