"""The vocabulary between strategies and benchmarks: small immutable types."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from nassim.core.benchmark import Card, Mixture, Outcome, Query, Relaxable, RelaxedOutcome
from tests.toys import toy_benchmark


def test_a_query_needs_only_architectures():
    """Without more, a query means: from scratch, to the last fidelity, without a label."""
    archs = np.zeros((2, 3), dtype=np.int8)
    query = Query(archs)
    assert query.archs is archs
    assert (query.epochs, query.since, query.tag) == (None, None, None)


@pytest.mark.parametrize("kind", [Query, Outcome, Mixture, RelaxedOutcome])
def test_what_is_asked_and_answered_cannot_be_changed(kind):
    """Questions and answers are immutable: a field cannot be set."""
    made = kind(*(np.zeros(1) for _ in kind._fields))
    with pytest.raises(AttributeError):
        setattr(made, kind._fields[0], np.ones(1))


def test_a_card_is_frozen_and_has_facts_of_its_own():
    """A card cannot be edited, and two cards do not share the dictionary of other facts."""
    first, second = (Card("title", "source", "licence", "valid", "test") for _ in range(2))
    with pytest.raises(FrozenInstanceError):
        first.unit = "accuracy"
    assert first.facts is not second.facts
    assert first.unit == "% error"


def test_only_what_relaxes_is_relaxable():
    """A table is Relaxable; a benchmark without `relax` is not."""
    assert isinstance(toy_benchmark((2, 3)), Relaxable)
    assert not isinstance(object(), Relaxable)
