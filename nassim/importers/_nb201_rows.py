"""Reads CSV files with a row for every cell of NAS-Bench-201, in official order."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from nassim.core.errors import DataError
from nassim.core.random_streams import Floats
from nassim.spaces.nb201 import NB201

LARGEST = 1 << 25  # bytes, unpacked: two thousand a row, of which published files have three hundred


def read_rows(source: Path, columns: Sequence[str]) -> Floats:
    """Return the numbers in some columns of a CSV file (may be .gz), (columns, 15625).

    Beside them it has the columns index and arch. DataError names the row that is not as it should be.
    """
    space = NB201()
    rows = _rows(source, space.size + 1)
    if len(rows) != space.size:
        more = "more" if len(rows) > space.size else f"{len(rows)}"
        raise DataError(f"{source}: expected {space.size} rows, got {more}; download it again")
    values = np.empty((len(columns), len(rows)))
    texts = [space.show(arch) for arch in space.from_official(np.arange(space.size))]
    for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
        if (row.get("index"), row.get("arch")) != (str(number), text):
            got = f"{row.get('index')!r:.20} and {row.get('arch')!r:.100}"
            raise DataError(f"{source}: row {number + 1}: expected index {number} and {text}, got {got}")
        try:
            values[:, number] = [float(row[column]) for column in columns]
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"{source}: row {number + 1}: {type(error).__name__}: {error!s:.200}") from error
    return values


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
