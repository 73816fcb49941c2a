"""One TIFF page to pixels, looked at tag by tag before it is decoded. It never reads a series.

tifffile has no limits of its own, answers a wild directory offset with an empty array, and
its series may point to other files (OME) or other shapes (ImageJ): so only the page is used.
"""

from __future__ import annotations

import logging
from io import BytesIO

import numpy as np
import tifffile

from seg_core.errors import ImageRefused
from seg_core.readers.limits import SAVE_AGAIN, check_declared

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""Classic TIFF and BigTIFF, both byte orders."""

COMPRESSIONS = {1: "none", 5: "LZW", 8: "Deflate", 32946: "Deflate", 32773: "PackBits"}
"""The ones whose decoders are told how many bytes may come out."""

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2


def read_tiff(data: bytes, name: str) -> np.ndarray:
    """uint8 or uint16, (height, width, 1 to 4), as stored; white-is-zero is turned round.

    Raises ImageRefused. Anything else that escapes comes from damaged data: the caller
    turns it into a refusal.
    """
    tifffile.logger().setLevel(logging.CRITICAL)  # what it would log, we raise
    with tifffile.TiffFile(BytesIO(data)) as tif:
        page = _only_page(tif, name)
        check_declared(name, page.imagewidth, page.imagelength)
        _check_layout(page, name)
        _check_data_is_there(page, name, len(data))
        pixels = page.asarray()
    if page.axes == "SYX":
        pixels = np.moveaxis(pixels, 0, -1)
    pixels = pixels.reshape(page.imagelength, page.imagewidth, page.samplesperpixel)
    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8) * np.uint8(255)
    if page.photometric == WHITE_IS_ZERO:
        pixels = np.iinfo(pixels.dtype).max - pixels
    return np.ascontiguousarray(pixels)


def _only_page(tif: tifffile.TiffFile, name: str) -> tifffile.TiffPage:
    """The file's one page. A further page is looked for, not counted: the chain may be long."""
    try:
        page = tif.pages[0]
    except IndexError:
        raise ImageRefused(
            name,
            expected="a TIFF with one page",
            found="a page directory that lies outside the file",
            do="The file is damaged: copy or export it again.",
        ) from None
    try:
        tif.pages[1]
    except IndexError:
        pass
    else:
        raise ImageRefused(
            name,
            expected="a TIFF with one page",
            found="several pages",
            do="Save each slice as a file of its own, numbered.",
        )
    if not isinstance(page, tifffile.TiffPage):
        raise TypeError(f"a full page, received {type(page).__name__}")
    return page


def _check_layout(page: tifffile.TiffPage, name: str) -> None:
    """Type, channels, compression, colour model and tiles are ones that we carry out."""

    def refuse(expected: str, found: str) -> ImageRefused:
        return ImageRefused(name, expected=expected, found=found, do=SAVE_AGAIN)

    if page.dtype not in (np.uint8, np.uint16, np.bool_):
        kind = page.dtype if page.dtype is not None else f"{page.bitspersample} bits"
        raise refuse("whole numbers of 8 or 16 bits a pixel (uint8, uint16)", f"{kind}")
    if page.imagedepth != 1 or not 1 <= page.samplesperpixel <= 4:
        raise refuse(
            "a flat image of 1, 3 or 4 channels",
            f"{page.samplesperpixel} channels and depth {page.imagedepth}",
        )
    if page.compression not in COMPRESSIONS:
        known = ", ".join(dict.fromkeys(COMPRESSIONS.values()))
        raise refuse(f"a TIFF compressed with {known}", f"compression {page.compression}")
    if page.photometric not in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB):
        raise refuse("grey or RGB pixels", f"colour model {page.photometric}")
    if page.is_tiled:
        check_declared(name, page.tilewidth, page.tilelength)
        if page.tiledepth != 1:  # a tile is decoded whole, whatever the image needs of it
            raise refuse("flat tiles", f"tiles of depth {page.tiledepth:,}")


def _check_data_is_there(page: tifffile.TiffPage, name: str, size: int) -> None:
    """Every strip lies inside the file, and uncompressed ones are as long as the pixels need."""
    offsets, counts = page.dataoffsets, page.databytecounts
    ends = [offset + count for offset, count in zip(offsets, counts, strict=False)]
    needed = page.nbytes if page.compression == 1 and page.dtype != np.bool_ else 1
    if not ends or len(offsets) != len(counts) or sum(counts) < needed:
        found = f"{sum(counts):,} bytes of pixels where {page.nbytes:,} are declared"
    elif max(ends) > size:
        found = f"a file of {size:,} bytes whose pixels reach to byte {max(ends):,}"
    else:
        return
    raise ImageRefused(
        name,
        expected="a whole TIFF",
        found=f"{found} (truncated)",
        do="Copy or export the file again.",
    )
