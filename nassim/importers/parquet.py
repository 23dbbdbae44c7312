"""One's own results in a Parquet file, with the columns and the card beside it that csv.py describes."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from nassim.data.parquet import check_rows
from nassim.data.writing import Family
from nassim.importers import Progress
from nassim.importers._lengths import Epochs
from nassim.importers._own import Opened, read_own


def read(source: Path, progress: Progress, *, epochs: Epochs | None = None) -> Family:
    """Return one's own results as tables.

    Raises:
        DataError: Names what is not as described in csv.py.
    """
    return read_own(source, lambda: _opened(source), progress, epochs)


def _opened(source: Path) -> Opened:
    file = pq.ParquetFile(source, page_checksum_verification=True)
    check_rows(file, str(source))
    return Opened(file.schema_arrow.names, file.iter_batches())
