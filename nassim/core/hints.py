"""Hints: annotated types as values, such as `Annotated[int, Range(1)] | None`, and what they are made of."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, Union, cast, get_args, get_origin

from nassim.core.documents import JsonValue

if TYPE_CHECKING:
    from typing_extensions import TypeForm  # comes with mypy, which alone needs it

    Hint: TypeAlias = TypeForm[object]


def origin(hint: Hint) -> object:
    """Return what a type is made with, such as list of `list[int]`; None of a plain one."""
    return get_origin(cast("type", hint))


def arguments(hint: Hint) -> tuple[Hint, ...]:
    """Return the types in the brackets of one."""
    return get_args(cast("type", hint))


def alternatives(hint: Hint) -> tuple[Hint, ...]:
    """Return the types of a union; of another, itself."""
    return arguments(hint) if origin(hint) in {Union, UnionType} else (hint,)


def kinds(hint: Hint) -> list[Hint]:
    """Return the types that a value may be of, without their annotations."""
    several = alternatives(bare(hint))
    return [kind for one in several for kind in kinds(one)] if len(several) > 1 else [*several]


def bare(hint: Hint) -> Hint:
    """Return a type without its annotations."""
    return arguments(hint)[0] if origin(hint) is Annotated else hint


def extras(hint: Hint) -> tuple[object, ...]:
    """Return the annotations of a type."""
    return get_args(cast("type", hint))[1:] if origin(hint) is Annotated else ()


def literals(hint: Hint) -> tuple[JsonValue, ...]:
    """Return the values of a Literal; none of another type."""
    return cast("tuple[JsonValue, ...]", arguments(hint)) if origin(hint) is Literal else ()
