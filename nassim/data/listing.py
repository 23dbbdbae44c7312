"""Spaces that a data folder brings along: the names in its own table of architectures."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nassim.core.errors import ArchitectureError, DataError
from nassim.core.space import Space
from nassim.data.arranging import MEND
from nassim.data.parquet import opened
from nassim.spaces._listed import listed

TEXT = "text"


def space_in(family: Path, name: str) -> Space:
    """Return the space that is the column `text` of a table of architectures in a family's folder, in its order.

    Raises:
        DataError: The table is not in the folder, is damaged, or has no such column of names, each once.
    """
    path = (family / name).resolve()
    if not path.is_relative_to(family.resolve()):
        raise DataError(f"{family / 'card.toml'}: the space {name!r:.80} must lie in this folder; {MEND}")
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@cache
def _read(path: Path, _changed: int) -> Space:
    with opened(path, str(path)) as file:
        if TEXT not in file.schema_arrow.names:
            raise DataError(f"{path}: expected a column {TEXT}, got {', '.join(file.schema_arrow.names):.200}; {MEND}")
        names = file.read(columns=[TEXT], use_threads=False)[TEXT].to_pylist()
    try:
        return listed([str(name) for name in names])
    except ArchitectureError as error:
        raise DataError(f"{path}: {error}; {MEND}") from error
