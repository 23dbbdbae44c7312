"""Reads TFRecord files without TensorFlow: records one after the other, each with masked CRC-32C checksums.

A record is its length (8 bytes), that length's checksum (4), its data, and the data's checksum (4), little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

import google_crc32c

from nassim.core.errors import DataError

MASK = 0xA282EAD8
LENGTH, FOOT = struct.Struct("<Q"), struct.Struct("<I")
LARGEST = 1 << 16  # bytes of a record; published ones have about 800
MEND = "download it again"
BATCH = 4096  # records that are given together


class Records(NamedTuple):
    """Some records in a row."""

    first: int  # the number of the first one, counted from 0
    data: list[bytes]
    read: int  # bytes of the file up to the end of the last one


class _Entry(NamedTuple):
    """A record as it is in the file."""

    data: bytes
    end: int  # bytes of the file up to its end
    wrong: str  # what is wrong with it; it is the last one then


def read_records(path: Path) -> Iterator[Records]:
    """Yield the records of a file, checked.

    Raises:
        DataError: Names the one that is damaged.
    """
    first, entries = 0, _entries(path)
    while batch := list(islice(entries, BATCH)):
        for number, entry in enumerate(batch, start=first):
            if entry.wrong:
                raise DataError(f"{path}: record {number}: {entry.wrong}; {MEND}")
        yield Records(first, [entry.data for entry in batch], batch[-1].end)
        first += len(batch)


def _entries(path: Path) -> Iterator[_Entry]:
    try:
        with path.open("rb") as file:
            while head := file.read(LENGTH.size + FOOT.size):
                entry = _entry(head, file)
                yield entry
                if entry.wrong:
                    return
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error


def _entry(head: bytes, file: BinaryIO) -> _Entry:
    """Return the record that begins with a head, of which the rest is read now."""
    length = int.from_bytes(head[: LENGTH.size], "little")
    if head[LENGTH.size :] and not _agrees(head[: LENGTH.size], head[LENGTH.size :]):
        return _Entry(b"", file.tell(), "the checksum of its length is another")
    if length > LARGEST:
        return _Entry(b"", file.tell(), f"has {length:,} bytes, more than {LARGEST:,}")
    data, foot = file.read(length), file.read(FOOT.size)
    if len(foot) < FOOT.size:
        return _Entry(b"", file.tell(), "the file ends in it")
    return _Entry(data, file.tell(), "" if _agrees(data, foot) else "its checksum is another")


def _agrees(text: bytes, foot: bytes) -> bool:
    """Return whether a checksum is that of a text, masked as it is in these files."""
    crc = google_crc32c.value(text)
    return foot == FOOT.pack(((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF)
