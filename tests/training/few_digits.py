"""A few of the digits, for trainings that only have to run."""

from __future__ import annotations

from dataclasses import replace

from nassim.training.data import Data, Split, load


def few_digits(count: int) -> Data:
    """Return `count` of the digits for each purpose."""
    whole = load("digits")
    splits = {name: Split(*(values[:count] for values in getattr(whole, name))) for name in ("train", "valid", "test")}
    return replace(whole, **splits)
