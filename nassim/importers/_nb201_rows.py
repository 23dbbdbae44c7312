"""Reads CSV files with a row for every cell of NAS-Bench-201, in any order."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from nassim.core.arrays import Floats
from nassim.core.errors import DataError
from nassim.spaces.nb201 import NB201

DIGITS = 10  # of an index, fewer; a longer number is none
LARGEST = 1 << 25  # bytes, unpacked: two thousand a row, of which published files have three hundred


def read_rows(source: Path, columns: Sequence[str]) -> Floats:
    """Return the numbers in some columns of a CSV file (may be .gz), (columns, 15625).

    They are in official order, whatever that of the file, which has the columns index and arch beside them. DataError
    names the row that is not as it should be.
    """
    space = NB201()
    rows = _rows(source, space.size + 1)
    if len(rows) != space.size:
        more = "more" if len(rows) > space.size else f"{len(rows)}"
        raise DataError(f"{source}: expected {space.size} rows, got {more}; download it again")
    values, seen = np.empty((len(columns), len(rows))), np.zeros(len(rows), dtype=np.bool_)
    texts = [space.show(arch) for arch in space.from_official(np.arange(space.size))]
    for number, row in enumerate(rows, start=1):
        cell = _cell(row, texts, f"{source}: row {number}")
        if seen[cell]:
            raise DataError(f"{source}: row {number}: index {cell} is there twice; download it again")
        seen[cell] = True
        try:
            values[:, cell] = [float(row[column]) for column in columns]
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"{source}: row {number}: {type(error).__name__}: {error!s:.200}") from error
    return values


def _cell(row: dict[str, str], texts: list[str], where: str) -> int:
    """Return the official index of a row; DataError unless its cell is that of this index."""
    index, text = row.get("index"), row.get("arch")
    cell = int(index) if index is not None and index.isdecimal() and len(index) < DIGITS else -1
    if not 0 <= cell < len(texts):
        raise DataError(f"{where}: expected an index from 0 to {len(texts) - 1}, got {index!r:.20}")
    if text != texts[cell]:
        raise DataError(f"{where}: expected {texts[cell]} of index {cell}, got {text!r:.100}")
    return cell


def _rows(source: Path, most: int) -> list[dict[str, str]]:
    """Return the rows of a file, `most` at most: a small .gz may unpack to any number of bytes and rows."""
    try:
        with gzip.open(source) if source.suffix == ".gz" else source.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise DataError(f"{source}: expected {LARGEST >> 20} MiB at most, unpacked; download it again")
        return list(islice(csv.DictReader(io.StringIO(data.decode())), most))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{source}: damaged, or no CSV ({error!s:.80}); download it again") from error
