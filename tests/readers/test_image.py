import struct
import zlib
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from seg_core.errors import ImageRefused
from seg_core.readers.image import has_image_ending, image_kind, read_image
from tests.readers.made import pixels, png_bytes, tiff_bytes


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_png_of_8_bits_comes_as_stored(channels: int) -> None:
    image = pixels(channels=channels)

    read = read_image(png_bytes(image.squeeze()), "a.png")

    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, image)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_png_of_16_bits_keeps_all_its_bits(channels: int) -> None:
    image = pixels(channels=channels, dtype="uint16")

    read = read_image(imagecodecs.png_encode(image.squeeze()), "a.png")

    assert read.dtype == np.uint16
    np.testing.assert_array_equal(read, image)


def test_a_png_with_a_palette_is_shown_in_its_colours() -> None:
    out = BytesIO()
    Image.new("RGB", (4, 4), (10, 20, 30)).quantize(4).save(out, "PNG")

    assert read_image(out.getvalue(), "a.png")[0, 0].tolist() == [10, 20, 30]


def test_a_png_of_one_bit_becomes_0_and_255() -> None:
    out = BytesIO()
    Image.fromarray(np.eye(8, dtype=bool)).save(out, "PNG")

    read = read_image(out.getvalue(), "mask.png")

    np.testing.assert_array_equal(read[..., 0], np.eye(8, dtype=np.uint8) * 255)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_jpeg_has_as_many_channels_as_it_was_saved_with(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (8, 8)).save(out, "JPEG")

    assert read_image(out.getvalue(), "a.jpg").shape == (8, 8, len(mode))


def test_the_content_decides_not_the_ending() -> None:
    image = pixels()

    np.testing.assert_array_equal(read_image(png_bytes(image), "really_a_png.tif"), image)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ImageRefused, match=r"^a\.tif: expected .* found an empty file \(0 bytes\)"):
        read_image(b"", "a.tif")


def test_text_with_an_image_ending_is_refused() -> None:
    with pytest.raises(ImageRefused, match=r"found text\. Give the slice as a TIFF, PNG or JPEG"):
        read_image(b"patient,age\nA,3\n", "a.tif")


@pytest.mark.parametrize(
    ("data", "called"),
    [(b"GIF89a", "a GIF"), (b"%PDF-1.7", "a PDF"), (b"PK\x03\x04", "a zip"), (b"\0\1", "unknown")],
)
def test_another_kind_of_file_is_called_by_its_name(data: bytes, called: str) -> None:
    with pytest.raises(ImageRefused, match=f"found {called}"):
        image_kind(data, "a.png")


@pytest.mark.parametrize("keep", [10, 40, 200, -20])
def test_a_truncated_png_is_refused(keep: int) -> None:
    with pytest.raises(ImageRefused, match="expected a whole PNG"):
        read_image(png_bytes(pixels(size=32))[:keep], "a.png")


@pytest.mark.parametrize("keep", [40, 200, -20])
def test_a_truncated_png_of_16_bits_is_refused(keep: int) -> None:
    data = imagecodecs.png_encode(pixels(size=32, dtype="uint16"))

    with pytest.raises(ImageRefused, match="expected a whole PNG"):
        read_image(data[:keep], "a.png")


def test_a_png_whose_rows_end_early_is_refused() -> None:
    whole = png_bytes(pixels(size=32))
    at = whole.index(b"IDAT")
    (length,) = struct.unpack(">I", whole[at - 4 : at])
    rows = zlib.decompress(whole[at + 4 : at + 4 + length])
    half = b"IDAT" + zlib.compress(rows[: len(rows) // 2])
    short = struct.pack(">I", len(half) - 4) + half + struct.pack(">I", zlib.crc32(half))
    data = whole[: at - 4] + short + whole[whole.index(b"IEND") - 4 :]

    with pytest.raises(ImageRefused, match="cannot be decoded"):
        read_image(data, "a.png")


@pytest.mark.parametrize("keep", [3, 100, 700])
def test_a_truncated_jpeg_is_refused(keep: int) -> None:
    out = BytesIO()
    Image.fromarray(pixels(size=64)).save(out, "JPEG")

    with pytest.raises(ImageRefused, match="expected a whole JPEG"):
        read_image(out.getvalue()[:keep], "a.jpg")


def test_a_corrupt_png_is_refused() -> None:
    data = bytearray(png_bytes(pixels(size=32)))
    data[80:120] = b"\xff" * 40

    with pytest.raises(ImageRefused, match="cannot be decoded"):
        read_image(bytes(data), "a.png")


def test_a_png_that_claims_100000_x_100000_pixels_is_refused_before_decoding() -> None:
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    data += struct.pack(">I", zlib.crc32(chunk)) + b"\0" * 20

    with pytest.raises(ImageRefused, match="claims 100,000 x 100,000; nothing was decoded"):
        read_image(data, "huge.png")


def test_a_slice_as_long_as_a_street_is_refused_however_narrow() -> None:
    strip = png_bytes(np.zeros((5000, 2), np.uint8))

    with pytest.raises(ImageRefused, match="at most 4,096 pixels a side"):
        read_image(strip, "strip.png")


def test_a_jpeg_that_claims_65000_x_65000_pixels_is_refused_before_decoding() -> None:
    out = BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG")
    data = bytearray(out.getvalue())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)

    with pytest.raises(ImageRefused, match="claims 65,000 x 65,000; nothing was decoded"):
        read_image(bytes(data), "huge.jpg")


def test_a_jpeg_for_print_is_refused() -> None:
    out = BytesIO()
    Image.new("CMYK", (8, 8)).save(out, "JPEG")

    with pytest.raises(ImageRefused, match="found mode CMYK"):
        read_image(out.getvalue(), "a.jpg")


def test_an_animation_is_refused() -> None:
    out = BytesIO()
    frames = [Image.fromarray(pixels(seed)) for seed in (1, 2)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])

    with pytest.raises(ImageRefused, match="found an animation"):
        read_image(out.getvalue(), "a.png")


def test_a_folder_with_an_image_ending_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tif").mkdir()

    with pytest.raises(ImageRefused, match="found a folder or a device"):
        read_image(tmp_path / "a.tif", "a.tif")


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageRefused, match="found No such file"):
        read_image(tmp_path / "a.tif", "a.tif")


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.tif").open("wb") as file:
        file.truncate(300 * 2**20)

    with pytest.raises(ImageRefused, match="expected at most 268,435,456 bytes, found 314,572,800"):
        read_image(tmp_path / "a.tif", "a.tif")


def test_endings_are_told_in_any_case() -> None:
    assert has_image_ending("A.TIFF")
    assert not has_image_ending("data.csv")


def test_a_tiff_goes_through_the_same_guard(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(tiff_bytes(pixels()))

    np.testing.assert_array_equal(read_image(tmp_path / "a.tif", "a.tif"), pixels())


def test_damaged_bytes_give_pixels_or_a_refusal_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    jpeg = BytesIO()
    Image.fromarray(pixels(size=32)).save(jpeg, "JPEG")
    whole = [
        tiff_bytes(pixels(size=32)),
        tiff_bytes(pixels(size=32), compression="lzw"),
        tiff_bytes(pixels(size=32, dtype="uint16"), tile=(16, 16)),
        png_bytes(pixels(size=32)),
        imagecodecs.png_encode(pixels(size=32, dtype="uint16")),
        jpeg.getvalue(),
    ]
    for number in range(600):
        damaged = np.frombuffer(whole[number % len(whole)], np.uint8).copy()
        at = rng.integers(0, min(400, len(damaged)), 4)
        damaged[at] = rng.choice([0, 1, 127, 255], 4)
        try:
            read = read_image(damaged.tobytes(), "damaged")
        except ImageRefused:
            continue
        assert read.dtype in (np.uint8, np.uint16)
        assert read.ndim == 3


def test_a_jpeg_is_turned_as_it_says_of_itself() -> None:
    image = Image.new("L", (16, 8))
    image.paste(255, (0, 0, 8, 8))
    turned = Image.Exif()
    turned[0x0112] = 6  # its first row is the right side
    out = BytesIO()
    image.save(out, "JPEG", exif=turned)

    shown = read_image(out.getvalue(), "a.jpg")[..., 0]

    assert shown.shape == (16, 8)
    assert shown[:7].min() > 200
    assert shown[9:].max() < 50
