"""Parquet files are opened here: what one says of itself is read first, and held against the memory there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from nassim.core.errors import DataError, one_line
from nassim.data.memory import check_fits, said

COPIES = 3  # of the values at once: as they are read, as arrays, as what is made of these
TEXT = 32  # bytes, of a value that has no width of its own
SLACK = 1 << 21  # bytes of a column beyond its plain values: its dictionary


@contextmanager
def opened(source: Path | BinaryIO | pa.NativeFile, where: str, *, checksums: bool = False) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file whose rows fit.

    Args:
        checksums: Whether those of its pages, if it has any, are compared.

    Raises:
        DataError: Says how many bytes they take, or that it is damaged.
    """
    try:
        with pq.ParquetFile(source, page_checksum_verification=checksums) as file:
            check_rows(file, where)
            yield file
    except FileNotFoundError:
        raise DataError(f"{where}: there is no such file") from None
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{where}: damaged or no Parquet file ({one_line(error, 80)})") from error


def width_of(kind: pa.DataType) -> int:
    """Return how many bytes a value of a type takes."""
    try:
        return max(1, int(kind.bit_width) // 8)
    except ValueError:
        return TEXT


def check_rows(file: pq.ParquetFile, where: str) -> None:
    """Raise DataError unless the rows fit into memory, and take no more in the file than such rows can."""
    rows, kinds = file.metadata.num_rows, file.schema_arrow.types
    plain = rows * sum(map(width_of, kinds))
    check_fits(plain * COPIES, f"{where}: the {rows:,} rows that it claims")
    stored = sum(file.metadata.row_group(group).total_byte_size for group in range(file.metadata.num_row_groups))
    if all(kind != pa.string() for kind in kinds) and stored > (most := 2 * plain + SLACK * len(kinds)):
        raise DataError(f"{where}: claims {said(stored)} for {rows:,} rows, which take {said(most)} at most")
