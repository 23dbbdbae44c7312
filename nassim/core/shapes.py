"""Shapes of documents: what a TOML or JSON file must and may say, declared as types and checked place by place.

A TypedDict is a table: its keys, those that must be there, and what each is. `Annotated[Table, OPEN]` may have other
keys too. `dict[str, T]` is a table of any keys, `list[T]` a list, `A | B` either; the rest is as in settings.py.

Studies and claims are read by pydantic (tables.py), which has more to give: values of their types, and a JSON schema.
Cards and the like are held to their shapes without it: a benchmark is loaded in a third of a second, of which importing
pydantic would take a fourth.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, NotRequired, TypeVar, cast, get_type_hints, is_typeddict

from nassim.core.documents import JsonValue, Table
from nassim.core.errors import DataError, NassimError, SettingError, UnknownNameError
from nassim.core.hints import alternatives, arguments, bare, extras, origin
from nassim.core.settings import check_value

if TYPE_CHECKING:
    from nassim.core.hints import Hint

Shaped = TypeVar("Shaped")
OPEN = "open"  # a table that may have keys besides


def shaped(document: JsonValue, shape: type[Shaped], where: str, mend: str, *, is_open: bool = False) -> Shaped:
    """Return a document that has a shape; one that is open may have other keys too.

    Raises:
        DataError: Where it has not; it says what was expected and what came.
    """
    try:
        check_shape(document, cast("Hint", Annotated[shape, OPEN]) if is_open else shape, "")
    except NassimError as error:
        raise DataError(f"{where}: {error}; {mend}") from error
    return cast("Shaped", document)


def check_shape(value: JsonValue, shape: Hint, place: str, of: str = "") -> None:
    """Raise SettingError or UnknownNameError that names the place unless a value has a shape.

    `of` is what messages say after the place, such as " of [budget]".
    """
    check_value(f"{place!r}{of}" if place else "the document", value, shape)
    for kind in alternatives(shape):
        wanted = bare(kind)
        if is_typeddict(wanted) and isinstance(value, dict):
            _check_table(value, cast("type", wanted), place, of, is_open=OPEN in extras(kind))
        elif isinstance(value, dict | list) and type(value) is origin(wanted):
            _check_each(value, arguments(wanted)[-1], place, of)


def _check_table(table: Table, shape: type, place: str, of: str, *, is_open: bool) -> None:
    hints = get_type_hints(shape, include_extras=True)
    within = f" of {place!r}{of}" if place else of
    for key in table:
        if key not in hints and not is_open:
            raise UnknownNameError.of(f"key{within}", key, hints)
    for key, hint in hints.items():
        if key in table:
            wanted = arguments(hint)[0] if origin(hint) is NotRequired else hint
            check_shape(table[key], wanted, f"{place}.{key}" if place else key, of)
        elif origin(hint) is not NotRequired:
            raise SettingError(f"the key {key!r}{within} is missing")


def _check_each(values: Table | list[JsonValue], shape: Hint, place: str, of: str) -> None:
    items: Iterable[tuple[str | int, JsonValue]]
    items = values.items() if isinstance(values, dict) else enumerate(values, start=1)
    for key, value in items:
        check_shape(value, shape, f"{place}.{key}" if isinstance(values, dict) else f"{place}[{key}]", of)
