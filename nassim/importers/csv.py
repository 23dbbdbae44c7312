"""One's own results: a CSV file (or Parquet, see parquet.py) and a card beside it that says what they are.

results.csv needs a row per training and epoch, with a header, and results.toml beside it, for example

    title = "My cells, trained on my data"
    space = "nb201"                         # of `nassim list spaces`, or "./layers.py:Layers" beside it
    source = "measured by me"
    licence = "CC-BY-4.0"
    search_split = "error on 5,000 validation images"
    report_split = "error on 10,000 test images"

Columns are recognised by their names:

    arch                    the architecture's text, or instead a column per gene of the space with its options
    valid_error             what a search sees, lower is better; or valid_accuracy, in percent
    test_error              what a study reports (optional); or test_accuracy, in percent
    seconds                 training time from scratch to the epoch (optional: then each epoch takes a second)
    epoch, replica          (optional) after how many epochs, and which repeated training, from 0
    anything else           numbers: a cost of the architecture, such as params; its mean where rows differ
"""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow

from nassim.family import Family
from nassim.importers import Progress
from nassim.importers._own import read_own
from nassim.space import Space


def read(source: Path, progress: Progress) -> Family:
    """Return one's own results as tables; DataError names the row that is not as described above."""

    def batches(space: Space) -> arrow.CSVStreamingReader:
        with source.open(newline="", encoding="utf-8-sig") as file:
            header = next(csv.reader(file), [])
        text = {"arch", *space.genes}
        types = {name: pa.string() if name in text else pa.float64() for name in header}
        return arrow.open_csv(source, convert_options=arrow.ConvertOptions(column_types=types))

    return read_own(source, batches, progress)
