"""The reference point of hypervolumes, and what is 0 on the scale of each objective: fixed before results are seen.

max    the highest of each objective over the whole space; 0 is the lowest
nadir  the highest of each over the exact front within the limits; 0 is the front's lowest, its ideal
given  numbers in the objective's units; 0 is the lowest over the whole space, or what is given with it

A point that is worse in one objective counts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from nassim.core.arrays import Floats
from nassim.core.benchmark import Benchmark
from nassim.core.errors import SettingError
from nassim.core.objectives import amount_of
from nassim.core.policies import Amount, ReferencePoint

PAIR = 2  # what is 0 on the scale, and the reference point


class Scale(NamedTuple):
    """What is 0 and 1 for each objective, (k,) each."""

    named: Literal["max", "nadir", "given"]
    ideal: Floats
    point: Floats


def scale_of(
    benchmark: Benchmark, names: tuple[str, ...], said: ReferencePoint, whole: Floats, front: Floats | None
) -> Scale:
    """Return the scale that a study asks for.

    Args:
        benchmark: Whose units count.
        names: Of the objectives.
        said: The policy `reference_point`.
        whole: The objectives of all architectures, or of a sample, (n, k); none where numbers are given for all.
        front: The points of the exact front (m, k); None = unknown.

    Raises:
        SettingError: There is no such point, or it is no better than what is 0.
    """
    if isinstance(said, dict):
        pairs = _given(benchmark, names, said)
        low = whole.min(axis=0) if len(whole) else np.full(len(names), np.nan)
        ideal = np.where(np.isnan(pairs[:, 0]), low, pairs[:, 0])
        return _checked(Scale("given", ideal, pairs[:, 1]), names)
    if said == "max":
        low, high = whole.min(axis=0), whole.max(axis=0)
        return Scale("max", low, np.where(high > low, high, low + 1.0))
    if front is None or not len(front):
        lacks = "is not known where a space is too large to list" if front is None else "has no point"
        raise SettingError(
            f"reference_point = 'nadir' is of the exact front, which {lacks}; try 'max', or give numbers"
        )
    return _checked(Scale("nadir", front.min(axis=0), front.max(axis=0)), names)


def check_given(benchmark: Benchmark, names: tuple[str, ...], said: ReferencePoint) -> None:
    """Raise SettingError unless numbers that are given are of the objectives, each in a unit that it has."""
    if isinstance(said, dict):
        _given(benchmark, names, said)


def is_complete(said: ReferencePoint) -> bool:
    """Return whether a reference point says all numbers, and nothing of the space is asked for."""
    return isinstance(said, dict) and all(isinstance(one, list) for one in said.values())


def _given(benchmark: Benchmark, names: tuple[str, ...], said: Mapping[str, Amount | list[Amount]]) -> Floats:
    """Return what is 0 and what is 1 of each objective, (k, 2); nan = the former is not given."""
    plain = [name.removeprefix("-") for name in names]
    if sorted(said) != sorted(plain):
        raise SettingError(f"reference_point: expected {', '.join(plain)}, got {', '.join(said) or 'none'}")
    return np.array([_pair(benchmark, name, said[name.removeprefix("-")]) for name in names])


def _pair(benchmark: Benchmark, name: str, said: Amount | list[Amount]) -> tuple[float, float]:
    """Return what is 0 and what is 1 of an objective; of one that is maximised, both with a minus."""
    cost, sign = name.removeprefix("-"), -1.0 if name.startswith("-") else 1.0
    if isinstance(said, list) and len(said) != PAIR:
        raise SettingError(
            f"reference_point: of {cost}, expected a number or a pair [what is 0, the point], got {said}"
        )
    amounts = [sign * _amount(benchmark, cost, one) for one in (said if isinstance(said, list) else [said])]
    return (amounts[0], amounts[1]) if len(amounts) == PAIR else (np.nan, amounts[0])


def _amount(benchmark: Benchmark, cost: str, said: Amount) -> float:
    try:
        return amount_of(benchmark, cost, said)
    except SettingError as error:
        raise SettingError(f"reference_point: {error}") from error


def _checked(scale: Scale, names: tuple[str, ...]) -> Scale:
    """Return a scale if it has a width everywhere."""
    for name, low, high in zip(names, scale.ideal, scale.point, strict=True):
        if not low < high:
            raise SettingError(
                f"reference_point = {scale.named!r}: of {name}, expected a point above what is 0 on the scale, got "
                f"{high:g} and {low:g}; {'try max' if scale.named == 'nadir' else 'give another'}"
            )
    return scale
