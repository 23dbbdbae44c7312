"""Walks over a pickle without building what it holds: damage can ask for more memory than any file of its size needs.

The unpickler of CPython keeps a table with a place for each index up to the largest that a pickle names, whatever its
length: one changed byte makes it as large as 64 GiB. Picklers number what they keep in order, so that no index is
beyond the bytes that came before it.
"""

from __future__ import annotations

import pickletools
from mmap import mmap
from pickle import UnpicklingError

PREFIX = {
    pickletools.TAKEN_FROM_ARGUMENT1: 1,
    pickletools.TAKEN_FROM_ARGUMENT4: 4,
    pickletools.TAKEN_FROM_ARGUMENT4U: 4,
    pickletools.TAKEN_FROM_ARGUMENT8U: 8,
}  # bytes that say how many follow
SIZE: list[int] = [0] * 256  # by opcode: its bytes where these are fixed, else 0
COUNTED: dict[int, int] = {}  # by opcode: how many bytes say how many follow
LINES: dict[int, int] = {}  # by opcode: lines that follow
for opcode in pickletools.opcodes:
    length = 0 if opcode.arg is None else opcode.arg.n
    if length >= 0:
        SIZE[ord(opcode.code)] = 1 + length
    elif length == pickletools.UP_TO_NEWLINE:
        LINES[ord(opcode.code)] = 2 if opcode.arg is pickletools.stringnl_noescape_pair else 1
    else:
        COUNTED[ord(opcode.code)] = PREFIX[length]
PUT, LONG_BINPUT, STOP = b"pr."


def end_of(data: bytes | mmap, at: int = 0) -> int:
    """Return where the pickle that begins at a place ends.

    Raises:
        UnpicklingError: If it is cut off or asks for too much.
    """
    begin, total = at, len(data)
    while at < total:
        code = data[at]
        if code == LONG_BINPUT:
            _check(int.from_bytes(data[at + 1 : at + 5], "little"), at - begin)
        elif code == PUT:
            _check(int(data[at + 1 : _line(data, at + 1) - 1]), at - begin)
        if size := SIZE[code]:
            at += size
            if code == STOP:
                return at
        else:
            at = _after(data, code, at + 1)
    raise UnpicklingError("it is cut off")


def _check(index: int, before: int) -> None:
    """Raise UnpicklingError unless an index is below the number of bytes that came before it."""
    if not 0 <= index <= before:
        raise UnpicklingError(f"it numbers the value after {before:,} bytes as the {index:,}th")


def _after(data: bytes | mmap, code: int, at: int) -> int:
    """Return where an argument of no fixed size ends."""
    if code in COUNTED:
        prefix = COUNTED[code]
        return at + prefix + int.from_bytes(data[at : at + prefix], "little")
    if code not in LINES:
        raise UnpicklingError(f"{bytes([code])!r} is no opcode")
    for _ in range(LINES[code]):
        at = _line(data, at)
    return at


def _line(data: bytes | mmap, at: int) -> int:
    """Return where the line that begins at a place ends, its newline included."""
    found = data.find(b"\n", at)
    if found < 0:
        raise UnpicklingError("it is cut off")
    return found + 1
