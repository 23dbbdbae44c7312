"""Records: rows of queries and answers, with fields that are records themselves or left out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from nassim.core.errors import SettingError
from nassim.core.records import put, room_for, rows_of


class Inner(NamedTuple):
    """A record in a record."""

    value: np.ndarray


class Outer(NamedTuple):
    """A record of three kinds of fields."""

    array: np.ndarray
    inner: Inner
    left_out: None = None


def record() -> Outer:
    """Return a record of four rows."""
    return Outer(np.arange(8).reshape(4, 2), Inner(np.arange(4.0)))


def test_some_rows_are_of_all_fields():
    """By index or by mask; what is left out stays so."""
    for which in (np.array([1, 3]), np.array([False, True, False, True])):
        some = rows_of(record(), which)
        assert some.array.tolist() == [[2, 3], [6, 7]]
        assert some.inner.value.tolist() == [1, 3]
        assert some.left_out is None


def test_what_is_put_into_room_comes_back():
    """Rows lie at (run, worker); types and shapes are those of the record."""
    room, where = room_for(record(), (4, 2)), (np.arange(4), np.array([0, 1, 0, 1]))
    assert room.array.shape == (4, 2, 2)
    put(room, where, record())
    again = rows_of(room, where)
    assert again.array.tolist() == record().array.tolist()
    assert again.inner.value.dtype == np.float64


def test_a_field_is_given_always_or_never():
    """The message names the field."""
    with pytest.raises(SettingError, match="must give 'left_out' in all that it asks, or in none"):
        put(room_for(record(), (4, 4)), (np.arange(4),) * 2, record()._replace(left_out=np.zeros(4)))
