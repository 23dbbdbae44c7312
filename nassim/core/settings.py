"""A constructor is the schema of its settings: names, types and ranges are read from its annotations."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, is_dataclass
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, get_type_hints, is_typeddict

from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError, suggest
from nassim.core.hints import alternatives, bare, extras, literals, origin

if TYPE_CHECKING:
    from annotated_types import Ge, Gt, Le, MinLen, Predicate
    from pydantic import GetJsonSchemaHandler, JsonValue
    from pydantic_core import CoreSchema

    from nassim.core.hints import Hint


class Bound:
    """What a value must fulfil besides its type; pydantic, where it reads a file, unfolds it into its own."""

    __is_annotated_types_grouped_metadata__ = True


@dataclass(frozen=True)
class Range(Bound):
    """Bounds of a numeric setting; `above` excludes the lower one."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False

    def holds(self, value: JsonValue) -> bool:
        """Return whether `value` lies within."""
        return (
            isinstance(value, float | int)
            and (self.low < value if self.above else self.low <= value)
            and value <= self.high
        )

    def __str__(self) -> str:
        lower = f"{'> ' if self.above else '>= '}{self.low:g}"
        return lower if self.high == math.inf else f"{lower} and <= {self.high:g}"

    def __iter__(self) -> Iterator[Gt | Ge | Le]:
        from annotated_types import Ge, Gt, Le

        yield Gt(self.low) if self.above else Ge(self.low)
        if self.high < math.inf:
            yield Le(self.high)


@dataclass(frozen=True)
class Filled(Bound):
    """A list or table that is not empty."""

    def holds(self, value: JsonValue) -> bool:
        """Return whether `value` has something in it."""
        return isinstance(value, Sized) and len(value) > 0

    def __str__(self) -> str:
        return "of one or more"

    def __iter__(self) -> Iterator[MinLen]:
        from annotated_types import MinLen

        yield MinLen(1)


@dataclass(frozen=True)
class Line(Bound):
    """A text that can stand in one line of a table."""

    def holds(self, value: JsonValue) -> bool:
        """Return whether `value` is printed, and can be seen."""
        return isinstance(value, str) and value.isprintable() and bool(value.strip())

    def __str__(self) -> str:
        return "in one line"

    def __iter__(self) -> Iterator[Predicate]:
        from annotated_types import Predicate

        yield Predicate(self.holds)


@dataclass(frozen=True)
class Wanted:
    """What a message asks for, where the type says too little."""

    text: str


@dataclass(frozen=True)
class Says:
    """What a setting stands for, in a sentence: for the reference, and for the JSON schema that pydantic makes."""

    text: str

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, JsonValue]:
        return handler(core) | {"description": self.text}


@dataclass(frozen=True)
class Judges:
    """Marks the name of the benchmark on whose report split what was found is worth something.

    In a study, "table" is that which a surrogate was learned from; all others are in the catalog.
    """


JudgeName = Annotated[str, Judges()]
Count = Annotated[int, Range(1)]
NonNegative = Annotated[float, Range(0)]
Positive = Annotated[float, Range(0, above=True)]
Fraction = Annotated[float, Range(0, 1)]


WORDS: dict[object, str] = {
    dict: "a table",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    list: "a list",
    NoneType: "absent",
}


class Setting(NamedTuple):
    """A keyword setting of a constructor."""

    hint: Hint  # its annotated type
    default: JsonValue | type  # `inspect.Parameter.empty` where there is none


def schema(kind: type) -> dict[str, Setting]:
    """Return the keyword settings that a strategy class takes, by name."""
    constructor = getattr(getattr(kind, "one_run", kind), "__init__")  # noqa: B009  (of any class)
    hints = get_type_hints(constructor, include_extras=True)
    parameters = inspect.signature(constructor).parameters.values()
    return {
        parameter.name: Setting(hints.get(parameter.name, object), parameter.default)
        for parameter in parameters
        if parameter.kind is parameter.KEYWORD_ONLY
    }


def check_settings(kind: type, settings: Mapping[str, JsonValue], owner: str, beside: Iterable[str] = ()) -> None:
    """Raise SettingError unless `kind` takes these settings.

    `owner` is how a message names it; `beside` are names that may have been meant though they are none of its settings.
    """
    known = schema(kind)
    for name, value in settings.items():
        if name not in known:
            raise SettingError(f"{owner} has no setting {name!r}{suggest(name, {*known, *beside})}")
        check_value(f"{owner}: setting {name!r}", value, known[name].hint)
    for name, setting in known.items():
        if setting.default is inspect.Parameter.empty and name not in settings:
            raise SettingError(f"{owner} needs the setting {name!r}; it has no default")


def check_value(what: str, value: JsonValue, hint: Hint) -> None:
    """Raise SettingError unless `value` is of the annotated type `hint` and in its range."""
    if not fits(value, hint):
        raise SettingError(f"{what} must be {describe(hint)}, got {value!r}")


def describe(hint: Hint) -> str:
    """Return an annotated type in words, such as 'a whole number >= 1'."""
    if wanted := [extra.text for extra in extras(hint) if isinstance(extra, Wanted)]:
        return wanted[0]
    if bare(hint) is not hint:
        return " ".join(map(str, (describe(bare(hint)), *_bounds(hint))))
    if literals(hint):
        return " or ".join(map(repr, literals(hint)))
    if len(several := alternatives(hint)) > 1:
        return " or ".join(map(describe, several))
    if is_typeddict(hint) or is_dataclass(hint) or origin(hint) is dict:
        return "a table"
    return WORDS.get(origin(hint) or hint, str(hint))


def fits(value: JsonValue, hint: Hint) -> bool:
    """Return whether `value` is of the annotated type `hint` and in its range; what a list holds is not looked at."""
    if bare(hint) is not hint:
        return fits(value, bare(hint)) and all(bound.holds(value) for bound in _bounds(hint))
    if options := literals(hint):
        return any(type(value) is type(option) and value == option for option in options)
    if len(several := alternatives(hint)) > 1:
        return any(fits(value, option) for option in several)
    return _is_of(value, dict if is_typeddict(hint) else origin(hint) or hint)


def _bounds(hint: Hint) -> list[Range | Filled | Line]:
    """Return the bounds among the annotations of a type."""
    return [extra for extra in extras(hint) if isinstance(extra, Range | Filled | Line)]


def _is_of(value: JsonValue, kind: object) -> bool:
    """Return whether a value is of a plain type; a whole number is a number too, true and false are neither."""
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return kind is Any or not isinstance(kind, type) or isinstance(value, kind)
