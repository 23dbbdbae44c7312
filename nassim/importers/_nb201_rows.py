"""Reads CSV files with a row for every cell of NAS-Bench-201, in official order."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nassim.errors import DataError
from nassim.spaces.nb201 import NB201
from nassim.streams import Floats

LARGEST = 1 << 28  # bytes, unpacked


def read_rows(source: Path, columns: Sequence[str]) -> Floats:
    """Return the numbers in some columns of a CSV file (may be .gz), (columns, 15625).

    Beside them it has the columns index and arch. DataError names the row that is not as it should be.
    """
    try:
        with gzip.open(source) if source.suffix == ".gz" else source.open("rb") as file:
            data = file.read(LARGEST + 1)
        rows = list(csv.DictReader(io.StringIO(data.decode())))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{source}: damaged, or no CSV ({error!s:.80}); download it again") from error
    space = NB201()
    if len(data) > LARGEST or len(rows) != space.size:
        raise DataError(f"{source}: expected {space.size} rows, got {len(rows)}")
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
