"""Tables that are read from files, declared as pydantic models; what is refused is refused in one line.

A message says which key, what was expected and what came, in the words that settings of strategies are refused in:
types are those of settings.py, which pydantic understands. It takes a tenth of a second to import. So cards and
constructors are held to their types without it (shapes.py, settings.py), and loading and simulating start sooner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from types import NoneType
from typing import TYPE_CHECKING, TypeVar, cast, get_type_hints

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue, models_json_schema
from pydantic_core import CoreSchema, ErrorDetails
from pydantic_core.core_schema import DataclassSchema

from nassim.core import documents
from nassim.core.errors import NassimError, SettingError, UnknownNameError
from nassim.core.hints import arguments, kinds, origin
from nassim.core.settings import describe

if TYPE_CHECKING:
    from nassim.core.documents import JsonValue
    from nassim.core.hints import Hint
else:
    from pydantic import JsonValue  # the same, as it knows it

Plain = dict[str, JsonValue]  # a table of TOML or JSON, as it was read
PLAIN = "a text, a finite number, true or false, or a list or table of such"
Step = int | str
DIALECT = "https://json-schema.org/draft/2020-12/schema"
Kind = TypeVar("Kind", bound=BaseModel)


class Table(BaseModel):
    """A table with the keys that are declared and no others, each of its type; it does not change once it is read."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class FromTable:
    """Marks a dataclass that is read from a table of its fields, which are held to their types as a Table's are."""

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = cast("DataclassSchema", handler.resolve_ref_schema(handler(source)))
        schema["strict"] = False  # of the whole: a table is not yet of the class
        return schema


def read(kind: type[Kind], table: Mapping[str, documents.JsonValue], of: str = "") -> Kind:
    """Return a table that was read from a file as what it is declared as.

    Args:
        kind: What it is.
        table: What was read.
        of: What messages say after a key, such as " of [baseline]".

    Raises:
        UnknownNameError: It has a key that is not declared.
        SettingError: A key is missing, or its value is of another type or out of its range.
    """
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        raise _refusal(kind, _worst(error.errors(include_url=False)), of) from None


def file_schema(kind: type[BaseModel], items: Mapping[str, type[BaseModel]]) -> JsonSchemaValue:
    """Return the JSON schema of a TOML file.

    Args:
        kind: What the file is.
        items: By keys that hold lists of tables, what each of these is.
    """
    _, schema = models_json_schema([(one, "validation") for one in (kind, *items.values())])
    own = schema["$defs"].pop(kind.__name__)
    for key, item in items.items():
        said = {name: text for name, text in own["properties"][key].items() if name == "description"}
        own["properties"][key] = {"type": "array", "items": {"$ref": f"#/$defs/{item.__name__}"}, **said}
    return {"$schema": DIALECT, **own, **schema}


def _worst(errors: Iterable[ErrorDetails]) -> ErrorDetails:
    """Return what to say first: an unknown key, which may be a missing one misspelt; the farthest within a value."""
    order = {"extra_forbidden": 0, "missing": 1, "default_factory_not_called": 3}
    first, *rest = sorted(errors, key=lambda error: order.get(error["type"], 2))
    same = [error for error in rest if error["loc"][0] == first["loc"][0]]
    return max([first, *same], key=lambda error: len(error["loc"]))


def _refusal(kind: type[BaseModel], error: ErrorDetails, of: str) -> NassimError:
    """Return what to raise for what pydantic says of a value at a place."""
    hint: Hint = kind
    steps, place, inner = list(error["loc"]), "", _table_of(hint)
    while steps and inner is not None:
        of, hints = f" of [{place}]{of}" if place else of, get_type_hints(inner, include_extras=True)
        key = str(steps.pop(0))
        if key not in hints:
            return UnknownNameError.of(f"key{of}", key, hints)
        place, hint = _within(key, hints[key], steps)
        inner = _table_of(hint)
    if error["type"] == "missing":
        return SettingError(f"the key {place!r}{of} is missing")
    return SettingError(f"{place!r}{of} must be {_said(hint)}, got {error['input']!r}")


def _said(hint: Hint) -> str:
    """Return in words what is wanted."""
    if hint is cast("Hint", JsonValue):
        return PLAIN
    return "a table" if _table_of(hint) is hint else describe(hint).removesuffix(" or absent")


def _within(place: str, hint: Hint, steps: list[Step]) -> tuple[str, Hint]:
    """Follow steps into lists and tables of any keys, and return the place that they lead to and what is wanted there.

    A step into a type that is one of several comes after pydantic's name of that type, which leads nowhere.
    """
    while steps and _table_of(hint) is None:
        several = [kind for kind in kinds(hint) if kind is not NoneType]
        if len(several) > 1:
            steps.pop(0)
        container = list if steps and isinstance(steps[0], int) else dict
        inner = next((arguments(kind)[-1] for kind in several if origin(kind) is container), None)
        if inner is None or not steps:  # within plain data, or at the end
            break
        step, hint = steps.pop(0), inner
        place = f"{place}[{step + 1}]" if isinstance(step, int) else f"{place}.{step}"
    return place, hint


def _table_of(hint: Hint) -> type | None:
    """Return the table, a model or a dataclass, that a value is wanted to be."""
    plain = [kind for kind in kinds(hint) if isinstance(kind, type)]
    return next((kind for kind in plain if is_dataclass(kind) or hasattr(kind, "model_fields")), None)
