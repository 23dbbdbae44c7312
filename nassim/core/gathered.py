"""Fields of a record that are one value now: the old ones can still be given and read, with one warning.

The old names go with the next minor version but one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from warnings import warn

Owner = TypeVar("Owner", bound=type[tuple[Any, ...]])


class Gathered:
    """An attribute by its old name: that of the value which it is part of now, None without such a value."""

    def __init__(self, owner: str, old: str, into: str, new: str) -> None:
        self._old, self._into, self._new = f"{owner}.{old}", into, new

    def __get__(self, instance: Any, kind: type) -> Any:
        """Return the part of the value."""
        if instance is None:
            return self
        _warn(self._old, f"{self._into}.{self._new}")
        value = getattr(instance, self._into)
        return None if value is None else getattr(value, self._new)


def gathered_fields(into: str, record: type[tuple[Any, ...]], **names: str) -> Callable[[Owner], Owner]:
    """Let fields of a NamedTuple be given and read by their old names, though they are fields of one of its fields.

    Args:
        into: The field that has them now.
        record: What that field holds.
        names: Old name -> name in the record, in the order in which they followed each other.
    """

    def decorate(kind: Owner) -> Owner:
        made: Callable[..., tuple[Any, ...]] = kind.__new__
        place = _fields(kind).index(into)

        def gathering(cls: Owner, *args: Any, **kwargs: Any) -> Any:
            given = {old: kwargs.pop(old) for old in names if old in kwargs}
            if len(args) > place and not isinstance(args[place], record | None):  # in their old places
                given |= zip(names, args[place:], strict=False)
                args = args[:place]
            if given:
                _warn(f"{kind.__name__}: {', '.join(given)}", f"{into} = {record.__name__}(...)")
                kwargs[into] = record(**{names[old]: value for old, value in given.items()})
            return made(cls, *args, **kwargs)

        setattr(kind, "__new__", gathering)  # noqa: B010  (mypy)
        for old, new in names.items():
            setattr(kind, old, Gathered(kind.__name__, old, into, new))
        return kind

    return decorate


def _fields(kind: Any) -> tuple[str, ...]:
    fields: tuple[str, ...] = kind._fields
    return fields


def _warn(old: str, new: str) -> None:
    warn(f"{old} is in {new} now", DeprecationWarning, stacklevel=3)
