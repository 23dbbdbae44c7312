"""The file of a trace: Parquet, a row per evaluation. What it says of itself is checked before its rows are read."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from nassim.core.arrays import Columns
from nassim.core.documents import json_of
from nassim.core.errors import DataError, SettingError, short
from nassim.core.provenance import About
from nassim.core.trace_schema import MOST_OPTIONS, MisfitError, check_about, check_columns, check_content, dense
from nassim.data.atomic import whole
from nassim.data.memory import check_fits

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

FORMAT = 2  # of the file
UNCOUNTED = 1  # the one before, which did not say how many options a gene has
READ = (UNCOUNTED, FORMAT)  # a reader refuses others
FOREIGN = (MisfitError, SettingError, KeyError, AttributeError, TypeError, ValueError, OverflowError, RecursionError)


def write(path: Path, about: About, columns: Columns) -> None:
    """Write the file of a trace atomically.

    Raises:
        DataError: If that is not possible.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = json.dumps(about | {"format": FORMAT}, sort_keys=True)
    table = pa.table(columns).replace_schema_metadata({"nassim": text, "sha256": _digest(text, columns)})
    with whole(path) as file:
        pq.write_table(table, file, compression="zstd")


def read_about(path: Path) -> tuple[About, list[str]]:
    """Return what a trace says of itself, and the names of its columns, without its rows.

    Raises:
        DataError: As `read`.
    """
    from nassim.data.parquet import opened

    try:
        with opened(path, str(path)) as file:
            about, _ = _about(path, file)
            return about, list(file.schema_arrow.names)
    except FOREIGN as error:
        raise _damaged(path, error) from error


def read(path: Path) -> tuple[About, Columns]:
    """Return what a trace says of itself, and its columns.

    Raises:
        DataError: Names the place that is not as it must be.
    """
    try:
        return _read(path)
    except FOREIGN as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(f"{path}: damaged or not a trace of nassim; delete it and run again ({error!s:.160})")


def _about(path: Path, file: ParquetFile) -> tuple[About, str]:
    """Return what a trace says of itself, checked, and the text that says it."""
    text: str = (file.schema_arrow.metadata or {})[b"nassim"].decode()
    about = cast("About", json_of(text, str(path), "delete it and run again"))
    if about["format"] not in READ:
        found = f"trace format {short(repr(about['format']))}, this nassim reads {FORMAT}"
        raise DataError(f"{path}: {found}; run the study again")
    kinds = [(field.name, str(field.type)) for field in file.schema_arrow]
    if about["format"] == UNCOUNTED:
        genes = sum(name.startswith("gene") for name, _ in kinds)
        about["provenance"].setdefault("choices", [MOST_OPTIONS] * genes)
    check_about(about, file.metadata.num_rows)
    check_columns(kinds, about)
    return about, text


def _read(path: Path) -> tuple[About, Columns]:
    from nassim.data.parquet import opened

    with opened(path, str(path)) as file:
        about, text = _about(path, file)
        digest = file.schema_arrow.metadata[b"sha256"].decode()
        kinds = [(field.name, str(field.type)) for field in file.schema_arrow]
        check_fits(dense(about, kinds), f"{path}: its evaluations")
        table = file.read()
    if any(column.null_count for column in table.columns):
        raise MisfitError("expected a number in every row and column, got none in some")
    columns = {name: table[name].to_numpy() for name in table.column_names}
    if (found := _digest(text, columns)) != digest:
        raise MisfitError(f"expected a content with the checksum {short(digest)}, got {found[:12]}...")
    check_content(about, columns)
    return about, columns


def _digest(text: str, columns: Columns) -> str:
    """Return a digest of all that a file holds: Parquet's own checksums leave out its description of itself."""
    digest = sha256(text.encode())
    for name, values in columns.items():
        digest.update(f"{name} {values.dtype}".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()
