"""Writes files in the layout of NAS-Bench-101, by an encoder of its own: bit by bit, with struct and json."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FIELDS = (1, 2, 3, 4, 5)  # of an evaluation: epoch, seconds, accuracies on training, validation and test images


def checksum(data: bytes) -> int:
    """Return the masked CRC-32C of bytes, bit by bit, as its definition has it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def framed(data: bytes) -> bytes:
    """Return a record as it stands in a file."""
    head = struct.pack("<Q", len(data))
    return head + struct.pack("<I", checksum(head)) + data + struct.pack("<I", checksum(data))


def varint(number: int) -> bytes:
    """Return a whole number in groups of seven bits, the lowest first."""
    groups = []
    while number > 127:
        groups.append(number % 128 + 128)
        number //= 128
    return bytes([*groups, number])


def evaluation(*values: float) -> bytes:
    """Return an evaluation, the text of a checkpoint's path last."""
    doubles = b"".join(bytes([8 * field + 1]) + struct.pack("<d", value) for field, value in enumerate(values, start=1))
    return doubles + b"\x32\x04none"


def metrics(epochs: int, seconds: float, valid: float, test: float, params: int = 1000) -> bytes:
    """Return a training's metrics: before it, half-way and at its end."""
    parts = [
        evaluation(0, 0, 0.1, 0.1, 0.1),
        evaluation(epochs / 2, seconds / 2, 0.5, 0.4, 0.4),
        evaluation(epochs, seconds, 1.0, valid, test),
    ]
    written = b"".join(b"\x0a" + varint(len(part)) + part for part in parts)
    return written + b"\x10" + varint(params) + b"\x19" + struct.pack("<d", 2 * seconds)


def record(cell: str, epochs: Any, bits: str, names: str, message: bytes) -> bytes:
    """Return the JSON of a record."""
    return json.dumps([cell, epochs, bits, names, base64.encodebytes(message).decode()]).encode()


def written(path: Path, records: Iterable[bytes]) -> Path:
    """Write records as a file."""
    path.write_bytes(b"".join(map(framed, records)))
    return path
