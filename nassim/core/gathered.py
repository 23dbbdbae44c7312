"""Fields of a record that are one value now: the old ones can still be given and read, with one warning.

The old names go with the next minor version but one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, TypeVar
from warnings import warn

from nassim.core.records import Field
from nassim.old_names import OldNameWarning

Owner = TypeVar("Owner", bound=type[tuple[Field, ...]])


class Gathered:
    """An attribute by its old name: that of the value which it is part of now, None without such a value."""

    def __init__(self, owner: str, old: str, into: str, new: str) -> None:
        self._old, self._into, self._new = f"{owner}.{old}", into, new

    def __get__(self, instance: tuple[Field, ...] | None, kind: type) -> Self | Field:
        """Return the part of the value."""
        if instance is None:
            return self
        _warn(self._old, f"{self._into}.{self._new}")
        value = getattr(instance, self._into)
        part: Field = None if value is None else getattr(value, self._new)
        return part


def gathered_fields(into: str, record: type[tuple[Field, ...]], **names: str) -> Callable[[Owner], Owner]:
    """Let fields of a NamedTuple be given and read by their old names, though they are fields of one of its fields.

    Args:
        into: The field that has them now.
        record: What that field holds.
        names: Old name -> name in the record, in the order in which they followed each other.
    """

    def decorate(kind: Owner) -> Owner:
        made = kind.__new__
        place = _fields(kind).index(into)

        def gathering(cls: Owner, *args: Field, **kwargs: Field) -> tuple[Field, ...]:
            given = {old: kwargs.pop(old) for old in names if old in kwargs}
            if len(args) > place and not isinstance(args[place], record | None):  # in their old places
                given |= zip(names, args[place:], strict=False)
                args = args[:place]
            if given:
                _warn(f"{kind.__name__}: {', '.join(given)}", f"{into} = {record.__name__}(...)")
                kwargs[into] = record(**{names[old]: value for old, value in given.items()})
            return made(cls, *args, **kwargs)  # type: ignore[arg-type]  # a NamedTuple takes its fields

        setattr(kind, "__new__", gathering)  # noqa: B010  (mypy)
        for old, new in names.items():
            setattr(kind, old, Gathered(kind.__name__, old, into, new))
        return kind

    return decorate


def _fields(kind: type) -> tuple[str, ...]:
    fields: tuple[str, ...] = getattr(kind, "_fields")  # noqa: B009  (of a NamedTuple)
    return fields


def _warn(old: str, new: str) -> None:
    warn(f"{old} is in {new} now", OldNameWarning, stacklevel=3)
