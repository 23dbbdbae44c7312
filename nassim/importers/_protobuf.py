"""Reads messages of protobuf without their schema: which field has which number is for the caller to know."""

from __future__ import annotations

import struct
from collections.abc import Iterator

VARINT, TEXT = 0, 2  # how a value is written
FIXED = {1: ("<d", 8), 5: ("<f", 4)}
LONGEST = 70  # bits of a varint


def fields(message: bytes) -> Iterator[tuple[int, float | bytes]]:
    """Yield number and value of each field: a whole number, eight bytes as a double, four as a float, or bytes.

    Raises:
        ValueError: Says that these bytes are no message.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = _varint(message, at)
            yield number, value
        elif kind in FIXED:
            letter, length = FIXED[kind]
            yield number, struct.unpack(letter, _part(message, at, length))[0]
            at += length
        elif kind == TEXT:
            length, at = _varint(message, at)
            yield number, _part(message, at, length)
            at += length
        else:
            raise ValueError(f"field {number} is written in the unknown way {kind}")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Return a whole number, seven bits a byte, and where it ends."""
    if at < len(message) and message[at] < 128:  # noqa: PLR2004  (the usual case)
        return message[at], at + 1
    value = 0
    for place, byte in enumerate(message[at : at + LONGEST // 7]):
        value |= (byte & 127) << 7 * place
        if byte < 128:  # noqa: PLR2004  (the last byte)
            return value, at + place + 1
    raise ValueError("a number does not end")


def _part(message: bytes, at: int, length: int) -> bytes:
    if at + length > len(message):
        raise ValueError("it ends too early")
    return message[at : at + length]
