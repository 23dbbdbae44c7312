"""One's own results: a CSV file (or Parquet, see parquet.py) and a card beside it that says what they are.

results.csv needs a row per training and epoch, with a header, and results.toml beside it, for example

    title = "My cells, trained on my data"
    space = "nb201"                         # of `nassim list spaces`, or "./layers.py:Layers" beside it
    source = "measured by me"
    licence = "CC-BY-4.0"
    search_split = "error on 5,000 validation images"
    report_split = "error on 10,000 test images"

Columns are recognised by their names, whatever their capitals:

    arch                    the architecture's text; or `official`, its number in published files; or a column per gene
                            of the space with its options
    valid_error             what a search sees, lower is better; or valid_accuracy; in percent; nan = training failed
    test_error              what a study reports (optional); or test_accuracy, in percent
    seconds                 training time from scratch to the epoch (optional: then each epoch takes a second)
    epoch, replica          (optional) after how many epochs, and which repeated training, from 0
    anything else           numbers: a cost of the architecture, such as params; nan = not measured

What a name does not tell is said under [columns] of the card:

    [columns]
    valid_accuracy = "fraction"             # or "percent"
    epoch = "from 0"                        # the first epoch is written as 0
    energy = "measured"                     # after training; or "known" without it, as are those under [costs]
    comment = "ignored"
    top1 = "test_accuracy, fraction"        # this column is one of the above

Commas, semicolons, tabs and | separate columns; the file may be .gz. What cannot be read surely is refused, all of it
in one message.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as arrow

from nassim.core.errors import DataError
from nassim.data.writing import Family
from nassim.importers import Progress
from nassim.importers._lengths import Epochs
from nassim.importers._own import Opened, read_own

SEPARATORS = ",;\t|"
MAGIC = b"\x1f\x8b"  # of gzip
FIRST = 1 << 16  # bytes in which the header ends
GROWTH, SPARED = 200, 1 << 26  # how many times its size a .gz file may unpack to, and how many bytes it may in any case


def read(source: Path, progress: Progress, *, epochs: Epochs | None = None) -> Family:
    """Return one's own results as tables.

    Raises:
        DataError: Names the row or the columns that are not as described above.
    """
    return read_own(source, lambda: _opened(source), progress, epochs)


def _opened(source: Path) -> Opened:
    with _bytes(source) as file:
        text = file.read(FIRST).decode("utf-8-sig", errors="strict" if source.stat().st_size < FIRST else "ignore")
    separator = _separator(text.partition("\n")[0])
    header = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    how = arrow.ConvertOptions(column_types=dict.fromkeys(header, pa.string()))
    parsed = arrow.ParseOptions(delimiter=separator)
    return Opened(header, _batches(source, parsed, how))


def _batches(source: Path, parsed: arrow.ParseOptions, how: arrow.ConvertOptions) -> Iterator[pa.RecordBatch]:
    with _bytes(source) as file:
        yield from arrow.open_csv(file, parse_options=parsed, convert_options=how)


@contextmanager
def _bytes(source: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacked if it is a .gz."""
    with source.open("rb") as file:
        packed = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        yield _Bounded(file, source) if packed else file  # type: ignore[misc]  # it reads, which is all that is asked


class _Bounded(gzip.GzipFile):
    """A .gz file that unpacks to no more than what results can be."""

    def __init__(self, file: BinaryIO, source: Path) -> None:
        super().__init__(fileobj=file, mode="rb")
        self._source, self._most = source, SPARED + GROWTH * source.stat().st_size

    def read(self, size: int | None = -1) -> bytes:
        """Return some bytes.

        Raises:
            DataError: Where they are too many to be results.
        """
        some = super().read(FIRST if size is None or size < 0 else size)
        if self.tell() > self._most:
            raise DataError(f"{self._source}: unpacks to more than {GROWTH} times its size; unpack it and look at it")
        return some


def _separator(header: str) -> str:
    """Return which of the separators a header has most of; outside quotes they are in no name."""
    return max(SEPARATORS, key=lambda separator: len(next(csv.reader([header], delimiter=separator), [])))
