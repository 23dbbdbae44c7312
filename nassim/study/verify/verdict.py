"""A verdict: one thing that was said or found before, and what was measured now."""

from __future__ import annotations

from typing import NamedTuple


class Verdict(NamedTuple):
    """One statement about one strategy on one benchmark, and what was measured."""

    text: str
    strategy: str
    benchmark: str
    statistic: str
    claimed: str
    measured: str
    holds: bool
