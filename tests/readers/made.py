"""Slices, masks and zips as the readers' tests give them. It asserts nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import nibabel
import numpy as np
import tifffile
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import UID, MRImageStorage, generate_uid


def pixels(seed: int = 0, size: int = 16, channels: int = 3, dtype: str = "uint8") -> np.ndarray:
    """Random (size, size, channels) over the type's whole range; the channels differ."""
    highest = np.iinfo(dtype).max
    shape = (size, size, channels)
    return np.random.default_rng(seed).integers(0, highest, shape, dtype, endpoint=True)


def tiff_bytes(image: np.ndarray, **how: object) -> bytes:
    out = BytesIO()
    rgb = image.ndim == 3 and image.shape[-1] >= 3
    tifffile.imwrite(out, image, photometric="rgb" if rgb else "minisblack", **how)
    return out.getvalue()


def png_bytes(image: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()


def patient(folder: Path, slices: int = 3, size: int = 16) -> Path:
    """A Kaggle patient folder: p_1.tif, p_1_mask.tif and so on; masks mark one pixel."""
    folder.mkdir(parents=True, exist_ok=True)
    mask = np.zeros((size, size), np.uint8)
    mask[2, 3] = 255
    for number in range(1, slices + 1):
        image = pixels(number, size)
        (folder / f"{folder.name}_{number}.tif").write_bytes(tiff_bytes(image))
        (folder / f"{folder.name}_{number}_mask.tif").write_bytes(tiff_bytes(mask))
    return folder


def zip_of(folder: Path, path: Path) -> Path:
    """The folder packed with its name, as a zip program does."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")):
            packed.write(file, file.relative_to(folder.parent))
    return path


AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
"""ImageOrientationPatient of slices whose rows go to the patient's left, columns to the back."""


def dicom_bytes(
    image: np.ndarray,
    *,
    number: int = 1,
    position: tuple[float, float, float] | None = (0.0, 0.0, 0.0),
    orientation: tuple[float, ...] | None = AXIAL,
    series: str = "1.2.3",
    description: str = "AX FLAIR",
    syntax: str = "1.2.840.10008.1.2.1",
    packed: bytes | None = None,
    **more: object,
) -> bytes:
    """An MR file of (height, width) or (frames, height, width) integers; `more` sets further
    keywords, `packed` the pixels where `syntax` is a compression."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = MRImageStorage, generate_uid()
    dataset.Modality, dataset.PatientName, dataset.PatientID = "MR", "Secret^Name", "4711"
    dataset.SeriesInstanceUID, dataset.SeriesDescription = series, description
    dataset.InstanceNumber, dataset.SeriesNumber = number, 3
    if position is not None:
        dataset.ImagePositionPatient = [str(value) for value in position]
    if orientation is not None:
        dataset.ImageOrientationPatient = [str(value) for value in orientation]
    dataset.PixelSpacing, dataset.SliceThickness = ["0.5", "0.75"], "5"
    dataset.Rows, dataset.Columns = image.shape[-2:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = image.dtype.itemsize * 8
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(image.dtype.kind == "i")
    if image.ndim == 3:
        dataset.NumberOfFrames = len(image)
    dataset.PixelData = np.ascontiguousarray(image).tobytes() if packed is None else packed
    dataset["PixelData"].VR = "OW" if packed is None else "OB"
    dataset["PixelData"].is_undefined_length = packed is not None
    for keyword, value in more.items():
        setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def enhanced_bytes(frames: np.ndarray, places: Sequence[float], **more: object) -> bytes:
    """A multi-frame MR file of (frames, height, width), axial, a frame at each of `places` towards
    the head, its pixels 1 x 2 mm."""

    def holding(keyword: str, **said: object) -> dict[str, object]:
        item = Dataset()
        for name, value in said.items():
            setattr(item, name, value)
        return {keyword: DicomSequence([item])}

    def group(*parts: dict[str, object]) -> Dataset:
        made = Dataset()
        for keyword, value in (pair for part in parts for pair in part.items()):
            setattr(made, keyword, value)
        return made

    of_frames = [
        group(holding("PlanePositionSequence", ImagePositionPatient=[0, 0, place]))
        for place in places
    ]
    shared = group(
        holding("PlaneOrientationSequence", ImageOrientationPatient=list(AXIAL)),
        holding("PixelMeasuresSequence", PixelSpacing=[1, 2]),
    )
    return dicom_bytes(
        frames,
        position=None,
        orientation=None,
        SharedFunctionalGroupsSequence=DicomSequence([shared]),
        PerFrameFunctionalGroupsSequence=DicomSequence(of_frames),
        **more,
    )


def dicom_series(folder: Path, slices: int = 4, step: float = 5.0, **how: object) -> np.ndarray:
    """Files IM1, IM2, ... from the feet up, whose numbers run from the head down; their pixels,
    uint16 (slices, 6, 8), from the feet up."""
    folder.mkdir(parents=True, exist_ok=True)
    made = np.stack([pixels(k, 8, 1, "uint16")[:6, :, 0] // 16 for k in range(slices)])
    for k, image in enumerate(made):
        data = dicom_bytes(image, number=slices - k, position=(0.0, 0.0, step * k), **how)
        (folder / f"IM{k + 1}").write_bytes(data)
    return made


def nifti(path: Path, values: np.ndarray, affine: np.ndarray | None = None) -> Path:
    """A volume (x, y, z) in `path`, on an affine of 1 mm voxels towards right, front and head."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4) if affine is None else affine), path)
    return path
