"""Tables of blocks: what each block of a network takes on a device, from which the latency of a network is a sum.

A folder `family/device` with blocks.parquet, beside the card.toml of its family; docs/data_format.md has the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa

from nassim import catalog
from nassim.core.arrays import Columns, Floats, Ids
from nassim.core.errors import DataError
from nassim.data.arranging import MEND
from nassim.data.reading import read_card, read_whole
from nassim.spaces._blocks import OPERATIONS, Block, Operation

SHAPE = tuple(name for name in Block._fields if name not in {"operation", "squeezed"})  # columns of whole numbers
Measured = tuple[float, float]  # milliseconds, and the standard deviation of single measurements


@dataclass(frozen=True, eq=False)
class BlockTable:
    """What blocks take on a device."""

    name: str
    sha256: str  # of its content
    measured: Mapping[Block, Measured] = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> BlockTable:
        """Read the table in a data folder.

        Raises:
            DataError: Names what is missing or damaged.
        """
        card = read_card(folder.parent / "card.toml")
        table, digest = read_whole(folder.parent, f"{folder.name}/{catalog.BLOCKS}", card)
        return cls(f"{folder.parent.name}/{folder.name}", digest, _measured(table, folder / catalog.BLOCKS))

    def milliseconds(self, blocks: Sequence[Block]) -> Floats:
        """Return what each block takes, (k,); 0 of an operation that the table has nothing of.

        Raises:
            DataError: It has the operation, and not this block.
        """
        return np.array([self._find(block)[0] for block in blocks])

    def sums(self, blocks: Sequence[Block], which: Ids) -> Floats:
        """Return the milliseconds (n,) of networks that have the blocks of these places (n, most); -1 = none."""
        used = np.unique(which[which >= 0])
        each = np.zeros(len(blocks) + 1)  # the last is that of no block
        each[used] = self.milliseconds([blocks[place] for place in used.tolist()])
        total: Floats = each[which].sum(axis=1)
        return total

    def _find(self, block: Block) -> Measured:
        found = self.measured.get(block) or self.measured.get(block._replace(image=0))
        if found is None and block.operation in self._operations:
            raise DataError(f"{self.name} has no block such as {block}; choose the width that its card names")
        return found or (0.0, 0.0)

    @cached_property
    def _operations(self) -> set[str]:
        return {block.operation for block in self.measured}


def blocks_table(measured: Mapping[Block, Measured]) -> pa.Table:
    """Return blocks as a table, sorted by their shape."""
    order = sorted(measured)
    columns: Columns = {name: np.array([getattr(block, name) for block in order], dtype=np.int32) for name in SHAPE}
    columns["squeezed"] = np.array([block.squeezed for block in order], dtype=np.int8)
    mean, deviation = np.array([measured[block] for block in order]).T
    operations = [block.operation for block in order]
    return pa.table({"operation": operations, **columns, "milliseconds": mean, "deviation": deviation})


def _measured(table: pa.Table, path: Path) -> dict[Block, Measured]:
    wanted = {"operation", *SHAPE, "squeezed", "milliseconds", "deviation"}
    if missing := sorted(wanted - set(table.column_names)):
        raise DataError(f"{path}: expected a column {missing[0]}; {MEND}")
    found = {}
    for row in table.select(sorted(wanted)).to_pylist():
        if row["operation"] not in OPERATIONS:
            raise DataError(f"{path}: expected an operation of {', '.join(OPERATIONS)}, got {row['operation']!r:.40}")
        shape = {name: int(row[name]) for name in SHAPE}
        block = Block(**shape, operation=cast("Operation", row["operation"]), squeezed=bool(row["squeezed"]))
        found[block] = (float(row["milliseconds"]), float(row["deviation"]))
    if len(found) < table.num_rows:
        raise DataError(f"{path}: expected every block once; {MEND}")
    return found
