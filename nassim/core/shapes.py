"""Shapes of documents: what a TOML or JSON file must and may say, declared as types and checked place by place.

A TypedDict is a table: its keys, those that must be there, and what each is. `Annotated[Table, OPEN]` may have other
keys too. `dict[str, T]` is a table of any keys, `list[T]` a list, `A | B` either; the rest is as in settings.py.

Studies and claims are read by pydantic (tables.py), which has more to give: values of their types, and a JSON schema.
Cards and the like are held to their shapes without it: a benchmark is loaded in a third of a second, of which importing
pydantic would take a fourth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, NotRequired, TypeVar, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

from nassim.core.documents import JsonValue, Table
from nassim.core.errors import DataError, NassimError, SettingError, UnknownNameError
from nassim.core.settings import check_value

Shaped = TypeVar("Shaped")
OPEN = "open"  # a table that may have keys besides


def shaped(document: JsonValue, shape: type[Shaped], where: str, mend: str, *, is_open: bool = False) -> Shaped:
    """Return a document that has a shape; one that is open may have other keys too.

    Raises:
        DataError: Where it has not; it says what was expected and what came.
    """
    try:
        check_shape(document, Annotated[shape, OPEN] if is_open else shape, "")
    except NassimError as error:
        raise DataError(f"{where}: {error}; {mend}") from error
    return cast("Shaped", document)


def check_shape(value: JsonValue, shape: Any, place: str, of: str = "") -> None:
    """Raise SettingError or UnknownNameError that names the place unless a value has a shape.

    `of` is what messages say after the place, such as " of [budget]".
    """
    check_value(f"{place!r}{of}" if place else "the document", value, shape)
    for kind in get_args(shape) if get_origin(shape) in {Union, UnionType} else (shape,):
        bare, is_open = _bare(kind)
        if is_typeddict(bare) and isinstance(value, dict):
            _check_table(value, bare, place, of, is_open=is_open)
        elif isinstance(value, dict | list) and isinstance(value, get_origin(bare) or ()):
            _check_each(value, get_args(bare)[-1], place, of)


def _check_table(table: Mapping[str, JsonValue], shape: Any, place: str, of: str, *, is_open: bool) -> None:
    hints = get_type_hints(shape, include_extras=True)
    within = f" of {place!r}{of}" if place else of
    for key in table:
        if key not in hints and not is_open:
            raise UnknownNameError.of(f"key{within}", key, hints)
    for key, hint in hints.items():
        if key in table:
            wanted = get_args(hint)[0] if get_origin(hint) is NotRequired else hint
            check_shape(table[key], wanted, f"{place}.{key}" if place else key, of)
        elif get_origin(hint) is not NotRequired:
            raise SettingError(f"the key {key!r}{within} is missing")


def _check_each(values: Table | list[JsonValue], shape: Any, place: str, of: str) -> None:
    items: Iterable[tuple[str | int, JsonValue]]
    items = values.items() if isinstance(values, dict) else enumerate(values, start=1)
    for key, value in items:
        check_shape(value, shape, f"{place}.{key}" if isinstance(values, dict) else f"{place}[{key}]", of)


def _bare(shape: Any) -> tuple[Any, bool]:
    """Return a shape without its annotations, and whether it is an open table."""
    if get_origin(shape) is Annotated:
        return get_args(shape)[0], OPEN in get_args(shape)[1:]
    return shape, False
