"""The one guard that opens images: kind by content, declared size first, then pixels.

It knows single images only: no order, no masks, no meaning of channels.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image, ImageOps

from seg_core.errors import ImageRefused
from seg_core.readers import tiff
from seg_core.readers.limits import MAX_FILE_BYTES, SAVE_AGAIN, check_declared

IMAGE_ENDINGS = (".tif", ".tiff", ".png", ".jpg", ".jpeg")
"""What a folder or a zip is searched for. What a file is, its content says."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_SIGNATURE = b"\xff\xd8\xff"
FOREIGN = {
    b"PK\x03\x04": "a zip",
    b"GIF8": "a GIF",
    b"BM": "a BMP",
    b"RIFF": "a WebP or other RIFF file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file (NIfTI?)",
}
"""First bytes of what people give us by mistake, to name it."""


Bytes = Callable[[str], bytes]
"""A file's name -> its bytes. Raises ImageRefused."""


def read_image(source: Path | bytes, name: str) -> np.ndarray:
    """Pixels as stored: uint8 or uint16, (height, width, channels), channels 1 to 4.

    2 channels are grey and alpha, 4 are RGB and alpha. `name` is what a refusal calls the
    file. Raises ImageRefused for whatever cannot be read whole.
    """
    data = source if isinstance(source, bytes) else file_bytes(source, name)
    kind = image_kind(data, name)
    decode = {"TIFF": tiff.read_tiff, "PNG": _read_png, "JPEG": _read_jpeg}[kind]
    try:
        return decode(data, name)
    except ImageRefused:
        raise
    except Exception as error:  # damaged data makes decoders raise whatever there is
        raise ImageRefused(
            name,
            expected=f"a whole {kind}",
            found=f"one that cannot be decoded ({one_line(error)})",
            do="The file is damaged or truncated: copy or export it again.",
        ) from error


def image_kind(data: bytes, name: str) -> str:
    """`TIFF`, `PNG` or `JPEG` by the first bytes, whatever the ending. Raises ImageRefused."""
    if data[:4] in tiff.SIGNATURES:
        return "TIFF"
    if data.startswith(PNG_SIGNATURE):
        return "PNG"
    if data.startswith(JPEG_SIGNATURE):
        return "JPEG"
    raise ImageRefused(
        name, expected="a TIFF, PNG or JPEG image", found=_what_else(data), do=_advice(data)
    )


def has_image_ending(name: str) -> bool:
    """Whether a file of this name is looked at as a slice or mask."""
    return name.lower().endswith(IMAGE_ENDINGS)


def file_bytes(path: Path, name: str, most: int = MAX_FILE_BYTES) -> bytes:
    """The file whole, once it is known to be a plain file of at most so many bytes.

    Raises ImageRefused.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ImageRefused(
                name, expected="a file", found="a folder or a device", do="Give an image file."
            )
        if status.st_size > most:
            raise ImageRefused(
                name,
                expected=f"at most {most:,} bytes",
                found=f"{status.st_size:,}",
                do="Save each slice as a file of its own.",
            )
        return path.read_bytes()
    except OSError as error:
        raise ImageRefused(
            name,
            expected="a readable file",
            found=error.strerror or type(error).__name__,
            do="Check the file and who may read it.",
        ) from error


def _what_else(data: bytes) -> str:
    """What bytes that are no image look like, in words."""
    if not data:
        return "an empty file (0 bytes)"
    for signature, words in FOREIGN.items():
        if data.startswith(signature):
            return words
    head = data[:512]
    printable = sum(32 <= byte < 127 or byte in b"\t\r\n" for byte in head)
    return "text" if printable >= 0.95 * len(head) else "unknown content"


def _advice(data: bytes) -> str:
    if not data:
        return "Copy or export the file again."
    return "Give the slice as a TIFF, PNG or JPEG; its ending does not matter."


def one_line(error: Exception) -> str:
    """What a library says of damaged data, in a line; its kind where it says nothing."""
    text = str(error).strip().splitlines()
    return text[0][:160] if text else type(error).__name__


# --- PNG


def _read_png(data: bytes, name: str) -> np.ndarray:
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise ValueError("no image header")
    width, height, bits = struct.unpack(">IIB", data[16:25])
    check_declared(name, width, height)
    if b"IEND" not in data:  # decoders forgive this, with black rows now and then
        raise ValueError("the end is missing")
    pixels = np.asarray(imagecodecs.png_decode(data))  # refuses rows too few, Pillow does not
    if bits == 16:  # Pillow would cut RGB to its upper 8 bits and say nothing
        return _with_channels(pixels, name)
    return _read_by_pillow(data, name, "PNG")


# --- JPEG


def _read_jpeg(data: bytes, name: str) -> np.ndarray:
    width, height, bits = _jpeg_header(data)
    check_declared(name, width, height)
    if bits != 8:
        raise ImageRefused(name, expected="a JPEG of 8 bits", found=f"{bits} bits", do=SAVE_AGAIN)
    return _read_by_pillow(data, name, "JPEG")


def _jpeg_header(data: bytes) -> tuple[int, int, int]:
    """(width, height, bits) from the frame header (ITU T.81, B.2.2). Raises ValueError."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            bits, height, width = struct.unpack(">BHH", data[at + 4 : at + 9])
            return width, height, bits
        else:
            at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    raise ValueError("no frame header")


# --- Pillow, for both


def _read_by_pillow(data: bytes, name: str, kind: str) -> np.ndarray:
    with Image.open(BytesIO(data), formats=[kind]) as opened:
        if getattr(opened, "n_frames", 1) > 1 and kind == "PNG":
            raise ImageRefused(
                name, expected="one image", found="an animation", do="Save each slice by itself."
            )
        opened.load()
        # photographs and scans are turned by what they say of themselves, as any viewer does
        image: Image.Image = ImageOps.exif_transpose(opened) if kind == "JPEG" else opened
        if image.mode == "1":
            image = image.convert("L")
        elif image.mode == "P":
            image = image.convert("RGBA" if "transparency" in image.info else "RGB")
        if image.mode not in ("L", "LA", "RGB", "RGBA"):
            raise ImageRefused(
                name, expected="grey or RGB pixels", found=f"mode {image.mode}", do=SAVE_AGAIN
            )
        return _with_channels(np.asarray(image), name)


def _with_channels(pixels: np.ndarray, name: str) -> np.ndarray:
    """(h, w) or (h, w, c) -> (h, w, c)."""
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4:
        raise ImageRefused(
            name, expected="1, 3 or 4 channels", found=f"shape {pixels.shape}", do=SAVE_AGAIN
        )
    return np.ascontiguousarray(pixels)
