"""A study's bytes as the browser gets them: three parts, packed once. It sends nothing.

images   uint8, a block a slice, (channels, height, width)
truth    one bit a pixel, rows end to end, first pixel in the highest bit; a block a slice
reading  uint8 tick codes of the probability, (height, width); a block a slice

The parts are apart because they are granted apart: in a first read the browser gets
`images` and nothing else. Slices stand in their natural order in all of them, so that
the order of the bytes tells nothing about the findings; the viewer fetches the block
of the slice it shows first by itself and the whole beside it.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pages.components.slice_viewer.ticks import tick_codes
from seg_core.study import Reading, Study

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"
_LAST_BLOCK = b"\x03\x00"
"""An empty final deflate block: what ends a stream that was only flushed so far."""

_FASTEST = 1
"""zlib's level: 27 MB in about 0.3 s; higher levels save little on images."""


@dataclass(frozen=True, eq=False)
class Part:
    """One kind of bytes of one study, compressed a block a slice.

    digest: SHA-256 in hex over kind, shape and the uncompressed bytes.
    length: bytes of the whole, uncompressed; block: bytes of one slice, uncompressed.
    """

    kind: str
    digest: str
    length: int
    block: int
    pieces: tuple[bytes, ...]
    checks: tuple[int, ...]
    check: int

    @property
    def size(self) -> int:
        """Bytes that this part holds in memory."""
        return sum(map(len, self.pieces))

    def whole(self) -> bytes:
        """All slices in natural order as one gzip stream."""
        return _gzip(self.pieces, self.check, self.length)

    def one(self, index: int) -> bytes:
        """The block of one slice, from 0, as a gzip stream. IndexError when there is none."""
        if not 0 <= index < len(self.pieces):
            raise IndexError(index)
        return _gzip((self.pieces[index],), self.checks[index], self.block)


def pack_images(study: Study) -> Part:
    """The slices; 16-bit ones are spread over 8 bits as `intensity_range` says."""
    low, high = intensity_range(study)
    blocks = (_to_bytes(image, low, high) for image in study.slices)
    return _pack("images", {"shape": study.slices.shape, "range": (low, high)}, blocks)


def pack_truth(study: Study) -> Part:
    """The truth, a bit a pixel. Raises ValueError when the study has none."""
    if study.truth is None:
        raise ValueError(f"{study.name}: expected a study with truth, received one without")
    blocks = (np.packbits(mask).tobytes() for mask in study.truth)
    return _pack("truth", {"shape": study.truth.shape}, blocks)


def pack_reading(reading: Reading, ticks: tuple[float, ...]) -> Part:
    """The probability as codes of `ticks`.

    The model is part of the digest: two versions of one network give the same bytes, and the
    viewer must still start from the newer one's thresholds.
    """
    blocks = (tick_codes(plane, ticks).tobytes() for plane in reading.probability)
    told = {"shape": reading.probability.shape, "ticks": ticks, "model": reading.model_sha256}
    return _pack("reading", told, blocks)


def intensity_range(study: Study) -> tuple[int, int]:
    """Intensities that become 0 and 255: (0, 255) for uint8, the extremes for uint16."""
    if study.slices.dtype == np.uint8:
        return 0, 255
    low, high = int(study.slices.min()), int(study.slices.max())
    return low, max(high, low + 1)


def _to_bytes(image: np.ndarray, low: int, high: int) -> bytes:
    """(h, w, c) uint8 or uint16 -> uint8 (c, h, w)."""
    planes = np.moveaxis(image, -1, 0)
    if image.dtype != np.uint8:
        scaled = (planes.astype(np.float32) - low) * (255.0 / (high - low))
        planes = np.rint(scaled).astype(np.uint8)
    return np.ascontiguousarray(planes).tobytes()


def _pack(kind: str, shape: dict[str, object], blocks: Iterable[bytes]) -> Part:
    digest = hashlib.sha256(json.dumps([kind, shape], sort_keys=True).encode())
    pieces: list[bytes] = []
    checks: list[int] = []
    check = length = block_length = 0
    for block in blocks:
        digest.update(block)
        check = zlib.crc32(block, check)
        checks.append(zlib.crc32(block))
        squeeze = zlib.compressobj(_FASTEST, zlib.DEFLATED, -zlib.MAX_WBITS)
        # A full flush ends at a byte and refers to nothing before it: pieces can be joined.
        pieces.append(squeeze.compress(block) + squeeze.flush(zlib.Z_FULL_FLUSH))
        length, block_length = length + len(block), len(block)
    return Part(kind, digest.hexdigest(), length, block_length, tuple(pieces), tuple(checks), check)


def _gzip(pieces: tuple[bytes, ...], check: int, length: int) -> bytes:
    """RFC 1952: header, deflate data, CRC-32 and length modulo 2**32."""
    end = struct.pack("<II", check, length & 0xFFFFFFFF)
    return b"".join((_GZIP_HEADER, *pieces, _LAST_BLOCK, end))
