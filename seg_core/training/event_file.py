"""TensorBoard's event files, written and cut, without TensorBoard. It knows no run and no metric.

A file is a row of TFRecords, each one `Event` message (tensorflow/core/util/event.proto), of which
five fields are written here. So neither TensorFlow nor TensorBoard need be there: under JAX they
are not, and TensorFlow 2.21 brings no TensorBoard with it.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

VARINT, FIXED_64, BYTES, FIXED_32 = 0, 1, 2, 5
"""Wire types of protocol buffers."""

SESSION_START = 1
"""SessionLog.SessionStatus.START: a TensorBoard that is open drops what it has from there on."""


class EventFile:
    """Appends to one event file; one writer a file."""

    def __init__(self, path: Path, first_step: int) -> None:
        """Begin a new file, which says that its session starts with `first_step`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("xb")
        self._write(_field(3, BYTES, b"brain.Event:2"))
        self._write(
            _field(2, VARINT, first_step) + _field(7, BYTES, _field(1, VARINT, SESSION_START))
        )
        self._file.flush()

    def append(
        self, step: int, scalars: Mapping[str, float], pictures: Mapping[str, bytes]
    ) -> None:
        """Write one step: scalars by tag, and whole PNG files by tag."""
        values = [
            _field(1, BYTES, tag.encode()) + _field(2, FIXED_32, struct.pack("<f", value))
            for tag, value in scalars.items()
        ] + [
            _field(1, BYTES, tag.encode()) + _field(4, BYTES, _picture(png))
            for tag, png in pictures.items()
        ]
        summary = b"".join(_field(1, BYTES, value) for value in values)
        self._write(_field(2, VARINT, step) + _field(5, BYTES, summary))
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _write(self, fields: bytes) -> None:
        event = _field(1, FIXED_64, struct.pack("<d", time.time())) + fields
        length = struct.pack("<Q", len(event))
        record = length + _masked_checksum(length) + event + _masked_checksum(event)
        self._file.write(record)


def _picture(png: bytes) -> bytes:
    """An `Image` message: height and width, as the PNG's header has them, and the file."""
    width, height = struct.unpack(">II", png[16:24])
    return _field(1, VARINT, height) + _field(2, VARINT, width) + _field(4, BYTES, png)


def cut_after(path: Path, step: int) -> None:
    """Drop a file's records from the first one beyond `step` on, and a half-written last one."""
    with path.open("r+b") as file:
        data = file.read()
        end = 0
        for begin, event in _records(data):
            if _step(event) > step:
                break
            end = begin + len(event) + 16  # length and two checksums
        file.truncate(end)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(offset, event) of each whole record."""
    begin = 0
    while begin + 12 <= len(data):
        (length,) = struct.unpack_from("<Q", data, begin)
        end = begin + 12 + length + 4
        if end > len(data):
            return
        yield begin, data[begin + 12 : end - 4]
        begin = end


def _step(event: bytes) -> int:
    """An event's step; this writer puts it right behind the time, or leaves it out for 0."""
    if event[9:10] != bytes([2 << 3 | VARINT]):
        return 0
    value = 0
    for shift, byte in enumerate(event[10:20]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            break
    return value


def _field(number: int, wire_type: int, value: int | bytes) -> bytes:
    """One field of a message: its key and its value, as protocol buffers have it."""
    key = _varint(number << 3 | wire_type)
    if isinstance(value, int):
        return key + _varint(value)
    return key + (_varint(len(value)) if wire_type == BYTES else b"") + value


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the top bit says that more follow."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _masked_checksum(data: bytes) -> bytes:
    """CRC-32C of `data`, turned and shifted as TFRecord wants it (tensorflow/core/lib/hash)."""
    table, crc = _checksum_table(), 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


@cache
def _checksum_table() -> tuple[int, ...]:
    """CRC-32C (Castagnoli), reflected polynomial 0x82F63B78, a byte at a time."""
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return tuple(table)
