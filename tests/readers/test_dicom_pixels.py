"""Compressed DICOM frames: read as they were, bounded, and refused where they are damaged."""

from __future__ import annotations

import contextlib
from io import BytesIO
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import RLELossless

from seg_core.errors import NothingToRead
from seg_core.readers import find_studies
from seg_core.study import Study
from tests.readers.made import dicom_bytes, pixels


def opened(path: Path) -> Study:
    (source,) = find_studies(path)
    return source.open()


def run_lengths(image: np.ndarray) -> bytes:
    dataset = dcmread(BytesIO(dicom_bytes(image)))
    dataset.compress(RLELossless)
    return next(generate_frames(dataset.PixelData, number_of_frames=1))


PACKED = {
    "1.2.840.10008.1.2.4.57": lambda image: imagecodecs.ljpeg_encode(image, bitspersample=12),
    "1.2.840.10008.1.2.4.80": imagecodecs.jpegls_encode,
    "1.2.840.10008.1.2.4.90": lambda image: imagecodecs.jpeg2k_encode(image, codecformat="J2K"),
    str(RLELossless): run_lengths,
}
"""Transfer syntax -> one frame packed without loss."""


def packed(syntax: str, image: np.ndarray, frames: int = 1, **more: Any) -> bytes:
    """A file whose header says what is true of `image`, or `more`."""
    made = encapsulate([PACKED[syntax](image)] * frames)
    return dicom_bytes(image, syntax=syntax, packed=made, BitsStored=12, HighBit=11, **more)


@pytest.mark.parametrize("syntax", PACKED)
def test_compressed_slices_are_read(tmp_path: Path, syntax: str) -> None:
    image = np.arange(0, 4096, 4, dtype=np.uint16).reshape(32, 32)
    (tmp_path / "a.dcm").write_bytes(packed(syntax, image))

    np.testing.assert_array_equal(opened(tmp_path).slices[0, ..., 0], image)


def test_a_frame_that_is_cut_off_is_not_given_to_a_codec(tmp_path: Path) -> None:
    image = pixels(1, 32, 1, "uint16")[..., 0] // 16
    cut = encapsulate([imagecodecs.jpegls_encode(image)[:-20]])
    (tmp_path / "a.dcm").write_bytes(
        dicom_bytes(image, syntax="1.2.840.10008.1.2.4.80", packed=cut)
    )

    with pytest.raises(NothingToRead, match="a frame without its end"):
        opened(tmp_path)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"])
def test_a_frame_of_several_colours_is_not_unpacked(tmp_path: Path, syntax: str) -> None:
    image = np.zeros((32, 32, 3), np.uint8)
    made = encapsulate([PACKED[syntax](image)])
    (tmp_path / "a.dcm").write_bytes(dicom_bytes(image[..., 0], syntax=syntax, packed=made))

    with pytest.raises(NothingToRead, match="a frame of 3 colours"):
        opened(tmp_path)


def test_how_a_file_is_packed_is_found_behind_other_elements(tmp_path: Path) -> None:
    data = dicom_bytes(pixels(0, 8, 1)[..., 0], syntax="1.2.840.10008.1.2.1.99")
    decoy = b"\x02\x00\x10\x00UI\x14\x001.2.840.10008.1.2.1\0"
    more = b"\x02\x00\x02\x01OB\0\0" + len(decoy).to_bytes(4, "little") + decoy
    (tmp_path / "a.dcm").write_bytes(data[:132] + more + data[132:])

    with pytest.raises(NothingToRead, match="expected a DICOM image"):
        opened(tmp_path)


def test_compressed_values_keep_their_sign(tmp_path: Path) -> None:
    image = np.arange(-512, 512, dtype=np.int16).reshape(32, 32)
    syntax = "1.2.840.10008.1.2.4.80"
    stored = (image & 0xFFF).astype(np.uint16)
    (tmp_path / "a.dcm").write_bytes(packed(syntax, stored, PixelRepresentation=1))

    np.testing.assert_array_equal(opened(tmp_path).slices[0, ..., 0], image + 512)


@pytest.mark.parametrize("syntax", PACKED)
def test_more_frames_than_a_header_says_are_not_unpacked(tmp_path: Path, syntax: str) -> None:
    image = np.zeros((32, 32), np.uint16)
    (tmp_path / "a.dcm").write_bytes(packed(syntax, image, frames=3))

    with pytest.raises(NothingToRead, match="more frames than its header says"):
        opened(tmp_path)


@pytest.mark.parametrize("syntax", list(PACKED)[:3])
def test_a_frame_larger_than_its_header_says_is_not_unpacked(tmp_path: Path, syntax: str) -> None:
    image = np.zeros((32, 32), np.uint16)
    (tmp_path / "a.dcm").write_bytes(packed(syntax, image, Rows=8, Columns=8))

    with pytest.raises(NothingToRead, match="a frame of 32 x 32 in a file of 8 x 8"):
        opened(tmp_path)


@pytest.mark.parametrize("syntax", list(PACKED)[:3])
def test_damaged_frames_are_refused_and_end_no_process(tmp_path: Path, syntax: str) -> None:
    whole = packed(syntax, pixels(1, 32, 1, "uint16")[..., 0] // 16)
    random = np.random.default_rng(0)
    at = whole.index(PACKED[syntax](pixels(1, 32, 1, "uint16")[..., 0] // 16))
    for _ in range(100):
        damaged = bytearray(whole)
        for place in random.integers(at, len(whole), 3):
            damaged[place] = random.integers(256)
        (tmp_path / "a.dcm").write_bytes(damaged)
        with contextlib.suppress(NothingToRead):
            opened(tmp_path)
