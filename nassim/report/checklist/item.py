"""Item: a question of the checklist, and what a study's own records say to it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Verdict = Literal["yes", "partly", "no", "yours"]  # yours = only the author can answer


class Item(NamedTuple):
    """One question and its answer."""

    question: str
    verdict: Verdict
    answer: str


def sentences(*parts: str) -> str:
    """Return sentences, of which some may be empty, as a text."""
    return " ".join(filter(None, parts))
