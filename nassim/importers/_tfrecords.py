"""Reads TFRecord files without TensorFlow: records one after the other, each with masked CRC-32C checksums.

A record is its length (8 bytes), that length's checksum (4), its data, and the data's checksum (4), little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.errors import DataError

Checksums = NDArray[np.uint32]
POLYNOMIAL = 0x82F63B78  # Castagnoli's, reversed
MASK = 0xA282EAD8
LENGTH, FOOT = struct.Struct("<Q"), struct.Struct("<I")
LARGEST = 1 << 16  # bytes of a record; published ones have about 800
MEND = "download it again"
BATCH = 4096  # records whose checksums are computed together


class Records(NamedTuple):
    """Some records in a row."""

    first: int  # the number of the first one, counted from 0
    data: list[bytes]
    read: int  # bytes of the file up to the end of the last one


class _Entry(NamedTuple):
    """A record as it is in the file."""

    head: bytes
    data: bytes
    foot: bytes
    end: int  # bytes of the file up to its end
    wrong: str  # what is wrong with it, apart from its checksums; it is the last one then


def read_records(path: Path) -> Iterator[Records]:
    """Yield the records of a file, checked; DataError names the one that is damaged."""
    first, entries = 0, _entries(path)
    while batch := list(islice(entries, BATCH)):
        heads = _agree([entry.head for entry in batch], LENGTH.size)
        whole = _agree([entry.data + entry.foot for entry in batch], -FOOT.size)
        for number, entry in enumerate(batch):
            wrong = entry.wrong or ("" if whole[number] else "its checksum is another")
            if entry.head[LENGTH.size :] and not heads[number]:
                wrong = "the checksum of its length is another"
            if wrong:
                raise DataError(f"{path}: record {first + number}: {wrong}; {MEND}")
        yield Records(first, [entry.data for entry in batch], batch[-1].end)
        first += len(batch)


def _entries(path: Path) -> Iterator[_Entry]:
    try:
        with path.open("rb") as file:
            while head := file.read(LENGTH.size + FOOT.size):
                length = int.from_bytes(head[: LENGTH.size], "little")
                data, wrong = b"", "" if length <= LARGEST else f"has {length:,} bytes, more than {LARGEST:,}"
                if not wrong:
                    data = file.read(length)
                foot = file.read(FOOT.size)
                if not wrong and len(foot) < FOOT.size:
                    wrong = "the file ends in it"
                yield _Entry(head, data, foot, file.tell(), wrong)
                if wrong:
                    return
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error


def _agree(texts: list[bytes], at: int) -> list[bool]:
    """Return whether the checksum of each text, from the place `at` on, is that of what comes before it."""
    found = masked(crc32c([text[:at] for text in texts])).tolist()
    return [text[at:] == FOOT.pack(crc) for text, crc in zip(texts, found, strict=True)]


def crc32c(data: Sequence[bytes]) -> Checksums:
    """Return the CRC-32C of each text of bytes, (n,): byte by byte, of all texts at once."""
    order = sorted(range(len(data)), key=lambda number: -len(data[number]))
    lengths = np.array([len(data[number]) for number in order])
    longest = int(lengths.max(initial=0))
    columns = np.frombuffer(b"".join(data[number].ljust(longest, b"\0") for number in order), dtype=np.uint8)
    columns = np.ascontiguousarray(columns.reshape(len(data), longest).T)
    crc = np.full(len(data), 0xFFFFFFFF, dtype=np.uint32)
    for column, left in zip(columns, np.searchsorted(-lengths, -np.arange(longest), side="left"), strict=True):
        some = crc[:left]
        some[:] = TABLE[(some ^ column[:left]) & np.uint32(0xFF)] ^ some >> np.uint32(8)
    found = np.empty_like(crc)
    found[order] = ~crc
    return found


def masked(crc: Checksums) -> Checksums:
    """Return checksums as files have them."""
    return (crc >> np.uint32(15) | crc << np.uint32(17)) + np.uint32(MASK)


def _table() -> Checksums:
    """Return what a byte adds to a checksum, (256,)."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = table >> np.uint32(1) ^ np.where(table & 1, np.uint32(POLYNOMIAL), np.uint32(0))
    return table


TABLE = _table()
