"""Reads look-up tables of blocks in YAML, each named after its shape: the format that once-for-all's tables have.

expanded_conv-input:10x10x136-output:10x10x136-expand:408-kernel:3-stride:1-idskip:1-se:1-hs:1:
  count: 100
  mean: 0.86918
  std: 0.013
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from nassim.core.documents import MIB, read_text
from nassim.core.errors import DataError
from nassim.spaces._blocks import Block, Operation

LARGEST = 4 * MIB
MEND = "download it again"
NAME, FIELD = re.compile(r"(\S{1,200}):"), re.compile(r"  (\w{1,20}): (\S{1,40})")
SIDES = r"(\d{1,4})x(\d{1,4})x(\d{1,5})"
BLOCK = re.compile(
    rf"(\w+)-input:(?:{SIDES}|(\d{{1,5}}))-output:(?:{SIDES}|(\d{{1,5}}))"
    r"(?:-expand:(\d{1,5})-kernel:(\d)-stride:(\d)-idskip:[01]-se:([01])(?:-hs:[01])?)?"
)
STEM = 3  # pixels on a side of the first convolution's kernel
Fields = dict[str, float]


def entries(path: Path) -> Iterator[tuple[str, Fields]]:
    """Yield the name of each block and what was measured of it.

    Raises:
        DataError: Names the line that is not of this form.
    """
    name, fields = "", Fields()
    for number, line in enumerate(read_text(path, MEND, LARGEST).splitlines(), start=1):
        if begins := NAME.fullmatch(line):
            if name:
                yield name, fields
            name, fields = begins[1], {}
        elif name and (says := FIELD.fullmatch(line)) and _is_number(says[2]):
            fields[says[1]] = float(says[2])
        else:
            raise DataError(f"{path}: line {number}: expected NAME: or a number of a block, got {line!r:.60}; {MEND}")
    if not name:
        raise DataError(f"{path}: there are no blocks in it; {MEND}")
    yield name, fields


def block_of(name: str, image: int, operations: Mapping[str, Operation], *, ratio: bool, where: str) -> Block:
    """Return the block of a name.

    Args:
        name: As the table has it.
        image: Pixels on a side of the network's images; 0 = whatever they are.
        operations: The word that a name begins with -> what that is.
        ratio: Whether `expand` is the hidden channels as a multiple of those that enter, or their number.
        where: The table is.

    Raises:
        DataError: It is no such name.
    """
    match = BLOCK.fullmatch(name)
    if match is None or match[1] not in operations or (match[10] is None) == (operations[match[1]] == "layer"):
        raise DataError(f"{where}: expected blocks {', '.join(operations)} by their shape, got {name!r:.80}; {MEND}")
    side, _, inner = (int(value or 1) for value in match.group(2, 3, 4))
    after, _, outer = (int(value or 1) for value in match.group(6, 7, 8))
    inner, outer = int(match[5] or inner), int(match[9] or outer)
    operation = operations[match[1]]
    if operation == "layer":
        hidden = int(match[10]) * (inner if ratio else 1)
        kernel, stride, squeezed = int(match[11]), int(match[12]), match[13] == "1"
        return Block(image, operation, side, inner, after, outer, hidden, kernel, stride, squeezed)
    kernel, stride = (STEM, 2) if operation == "first_conv" else (1, 1)
    return Block(image, operation, side, inner, after, outer, kernel=kernel, stride=stride)


def number_of(fields: Fields, name: str, where: str, *, above: bool) -> float:
    """Return a number that was measured of a block; DataError unless it is there, and above 0 or at least 0."""
    value = fields.get(name, math.nan)
    if not (value > 0 or (value == 0 and not above)) or value == math.inf:
        raise DataError(f"{where}: {name} must be {'above 0' if above else '0 or more'}, got {value:g}; {MEND}")
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
