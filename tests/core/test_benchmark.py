"""The vocabulary between strategies and benchmarks: small immutable types, and the hash that is a run's seed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nassim.core.benchmark import Card, Mixture, Outcome, Query, Relaxable, RelaxedOutcome, hash32
from tests.toys import toy_benchmark

ALL = 0xFFFFFFFF
words = st.lists(st.integers(0, ALL), min_size=1, max_size=20)


def murmur3_finaliser(word: int) -> int:
    """Return MurmurHash3's 32-bit finaliser of one word, in plain Python."""
    word ^= word >> 16
    word = word * 0x85EBCA6B & ALL
    word ^= word >> 13
    word = word * 0xC2B2AE35 & ALL
    return word ^ (word >> 16)


@pytest.mark.parametrize(("word", "mixed"), [(0, 0), (1, 0x514E28B7), (ALL, 0x81F16F39)])
def test_scramble_gives_published_answers(word, mixed):
    """MurmurHash3_x86_32 of the empty text is its finaliser of the seed: known for seeds 0, 1 and 2**32 - 1."""
    assert int(hash32(np.array([word], dtype=np.uint32))[0]) == mixed
    assert murmur3_finaliser(word) == mixed


@given(words)
def test_scramble_is_the_finaliser_of_each_word(drawn):
    """Every word is hashed by itself, and the words handed in keep their values."""
    given_words = np.array(drawn, dtype=np.uint32)
    mixed = hash32(given_words)
    assert mixed.dtype == np.uint32
    assert mixed.tolist() == [murmur3_finaliser(word) for word in drawn]
    assert given_words.tolist() == drawn


def test_scramble_never_merges_words():
    """The hash is a bijection: 2**16 neighbours and 2**16 multiples of 2**16 stay apart."""
    low = np.arange(1 << 16, dtype=np.uint32)
    for some in (low, low << np.uint32(16)):
        assert np.unique(hash32(some)).size == some.size


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
