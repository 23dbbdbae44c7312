"""Records: queries and answers of many runs. Each field is an array with the rows first, a record, or None."""

from __future__ import annotations

from typing import TypeVar, Union, cast

import numpy as np

from nassim.core.arrays import Flags, Rows, Values
from nassim.core.errors import SettingError

Field = Union[Values, tuple["Field", ...], None]  # noqa: UP007  (the quoted name is its own)
Record = TypeVar("Record", bound=tuple[Field, ...])


def rows_of(record: Record, which: Rows | Flags | tuple[Rows, Rows]) -> Record:
    """Return some rows of a record, by an index of the first axis or of the first two."""
    return cast("Record", _made(record, [_rows_of(field, which) for field in record]))


def room_for(record: Record, shape: tuple[int, ...]) -> Record:
    """Return an unfilled record, whose fields have `shape` in the place of the rows."""
    return cast("Record", _made(record, [_room_for(field, shape) for field in record]))


def put(store: Record, where: tuple[Rows, Rows], record: Record) -> None:
    """Write the rows of a record into a record of room.

    Raises:
        SettingError: If one of them has a field that the other leaves out.
    """
    names: tuple[str, ...] = getattr(record, "_fields", ())
    for name, room, field in zip(names, store, record, strict=True):
        if (room is None) != (field is None):
            raise SettingError(f"a strategy must give {name!r} in all that it asks, or in none")
        if isinstance(room, tuple) and isinstance(field, tuple):
            put(room, where, field)
        elif isinstance(room, np.ndarray) and isinstance(field, np.ndarray):
            room[where] = field


def _made(like: tuple[Field, ...], fields: list[Field]) -> tuple[Field, ...]:
    return type(like)(*fields)  # type: ignore[arg-type]  # a NamedTuple takes its fields


def _rows_of(field: Field, which: Rows | Flags | tuple[Rows, Rows]) -> Field:
    if isinstance(field, tuple):
        return rows_of(field, which)
    return None if field is None else field[which]


def _room_for(field: Field, shape: tuple[int, ...]) -> Field:
    if isinstance(field, tuple):
        return room_for(field, shape)
    return None if field is None else np.empty((*shape, *field.shape[1:]), dtype=field.dtype)
