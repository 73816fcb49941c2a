import struct
from io import BytesIO

import imagecodecs
import numpy as np
import pytest
import tifffile

from seg_core.errors import ImageRefused
from seg_core.readers.image import read_image
from tests.readers.made import pixels, tiff_bytes


def with_tag(data: bytes, code: int, value: int) -> bytes:
    """A little-endian classic TIFF with one tag's single value replaced."""
    changed = bytearray(data)
    directory = struct.unpack("<I", data[4:8])[0]
    for i in range(struct.unpack("<H", data[directory : directory + 2])[0]):
        at = directory + 2 + 12 * i
        if struct.unpack("<H", data[at : at + 2])[0] == code:
            struct.pack_into("<HII", changed, at + 2, 4, 1, value)
            return bytes(changed)
    raise KeyError(code)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_8_and_16_bits_of_1_3_and_4_channels_come_as_stored(
    dtype: str, channels: int, byteorder: str
) -> None:
    image = pixels(channels=channels, dtype=dtype)

    read = read_image(tiff_bytes(image.squeeze(), byteorder=byteorder), "a.tif")

    assert read.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(read, image)


@pytest.mark.parametrize("compression", ["lzw", "zlib", "packbits"])
def test_common_compressions_are_read(compression: str) -> None:
    read = read_image(tiff_bytes(pixels(), compression=compression), "a.tif")

    np.testing.assert_array_equal(read, pixels())


def test_channels_one_after_another_are_put_last() -> None:
    planes = np.moveaxis(pixels(), -1, 0)
    out = BytesIO()
    tifffile.imwrite(out, planes, photometric="rgb", planarconfig="separate")

    np.testing.assert_array_equal(read_image(out.getvalue(), "a.tif"), pixels())


def test_white_is_zero_is_turned_round() -> None:
    out = BytesIO()
    tifffile.imwrite(out, np.full((4, 4), 5, np.uint8), photometric="miniswhite")

    assert (read_image(out.getvalue(), "a.tif") == 250).all()


def test_a_page_directory_outside_the_file_is_refused() -> None:
    data = bytearray(tiff_bytes(pixels()))
    data[4:8] = struct.pack("<I", 10**9)

    with pytest.raises(ImageRefused, match="found a page directory that lies outside the file"):
        read_image(bytes(data), "a.tif")


def test_a_header_of_100000_x_100000_is_refused_before_decoding() -> None:
    data = with_tag(with_tag(tiff_bytes(pixels()), 256, 100_000), 257, 100_000)

    with pytest.raises(ImageRefused, match="claims 100,000 x 100,000; nothing was decoded"):
        read_image(data, "huge.tif")


def test_a_wild_tile_size_is_refused_before_decoding() -> None:
    data = with_tag(tiff_bytes(pixels(size=32), tile=(16, 16)), 322, 10_000_000)

    with pytest.raises(ImageRefused, match="nothing was decoded"):
        read_image(data, "a.tif")


def test_tiles_deeper_than_the_slice_are_refused_before_decoding() -> None:
    data = tiff_bytes(pixels(size=32), tile=(16, 16), extratags=[(65000, 4, 1, 512, True)])
    own, tile_depth = (struct.pack("<HHI", tag, 4, 1) for tag in (65000, 32998))
    data = data.replace(own, tile_depth)  # a tile is decoded whole

    with pytest.raises(ImageRefused, match="found tiles of depth 512"):
        read_image(data, "a.tif")


def test_several_pages_are_refused() -> None:
    out = BytesIO()
    tifffile.imwrite(out, np.zeros((4, 16, 16), np.uint8), photometric="minisblack")
    data = out.getvalue()

    with pytest.raises(ImageRefused, match=r"found several pages\. Save each slice as a file"):
        read_image(data, "stack.tif")


def test_a_truncated_tiff_is_refused() -> None:
    data = tiff_bytes(pixels())

    with pytest.raises(ImageRefused, match=r"expected a whole TIFF, found .*\(truncated\)"):
        read_image(data[:-100], "a.tif")


@pytest.mark.parametrize("keep", [4, 8, 20, 150])
def test_a_tiff_cut_in_its_header_is_refused(keep: int) -> None:
    with pytest.raises(ImageRefused):
        read_image(tiff_bytes(pixels())[:keep], "a.tif")


def test_strips_that_declare_too_little_are_refused() -> None:
    data = with_tag(tiff_bytes(pixels()), 279, 5)

    with pytest.raises(ImageRefused, match="5 bytes of pixels where 768 are declared"):
        read_image(data, "a.tif")


def test_a_strip_that_unpacks_to_more_than_declared_costs_no_memory() -> None:
    bomb = imagecodecs.zlib_encode(bytes(50_000_000), level=9)
    small = tiff_bytes(pixels(), compression="zlib")
    data = with_tag(with_tag(small, 273, len(small)), 279, len(bomb)) + bomb

    with pytest.raises(ImageRefused, match="cannot be decoded"):
        read_image(data, "bomb.tif")


@pytest.mark.parametrize("dtype", ["float32", "int16", "uint32"])
def test_other_types_are_refused_by_name(dtype: str) -> None:
    data = tiff_bytes(np.zeros((8, 8), dtype))

    with pytest.raises(ImageRefused, match=f"8 or 16 bits a pixel .* found {dtype}"):
        read_image(data, "a.tif")


def test_other_compressions_are_refused() -> None:
    data = tiff_bytes(pixels(), compression="zstd")

    with pytest.raises(ImageRefused, match="compressed with none, LZW, Deflate, PackBits"):
        read_image(data, "a.tif")


def test_five_channels_are_refused() -> None:
    out = BytesIO()
    stack = np.zeros((8, 8, 5), np.uint8)
    tifffile.imwrite(out, stack, photometric="minisblack", planarconfig="contig")

    with pytest.raises(ImageRefused, match="found 5 channels"):
        read_image(out.getvalue(), "a.tif")
