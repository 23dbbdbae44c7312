"""The one hash, and the uniform and normal numbers that are made of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nassim.core.hashing import below, hash32, normal_of, replica_of, uniform_of, words_of

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
def test_the_hash_gives_published_answers(word, mixed):
    """MurmurHash3_x86_32 of the empty text is its finaliser of the seed: known for seeds 0, 1 and 2**32 - 1."""
    assert int(hash32(np.array([word], dtype=np.uint32))[0]) == mixed
    assert murmur3_finaliser(word) == mixed


@given(words)
def test_the_hash_is_the_finaliser_of_each_word(drawn):
    """Every word is hashed by itself, and the words handed in keep their values."""
    given_words = np.array(drawn, dtype=np.uint32)
    mixed = hash32(given_words)
    assert mixed.dtype == np.uint32
    assert mixed.tolist() == [murmur3_finaliser(word) for word in drawn]
    assert given_words.tolist() == drawn


def test_the_hash_never_merges_words():
    """The hash is a bijection: 2**16 neighbours and 2**16 multiples of 2**16 stay apart."""
    low = np.arange(1 << 16, dtype=np.uint32)
    for some in (low, low << np.uint32(16)):
        assert np.unique(hash32(some)).size == some.size


@given(words, st.integers(1, 2**32))
def test_whole_numbers_are_words_scaled_down(drawn, high):
    """A word below 2**32 becomes the whole number below `high` at the same place."""
    found = below(np.array(drawn, dtype=np.uint32), high)
    assert found.dtype == np.int64
    assert found.tolist() == [word * high >> 32 for word in drawn]


def test_uniform_and_normal_numbers_have_their_distributions():
    """Of hashed words; the smallest and the largest word are in the open interval too."""
    hashed = hash32(np.arange(20_000, dtype=np.uint32))
    assert stats.kstest(uniform_of(hashed), "uniform").pvalue > 0.01
    assert stats.kstest(normal_of(hashed), "norm").pvalue > 0.01
    assert uniform_of(np.array([0, ALL], dtype=np.uint32)).tolist() == [2.0**-33, 1 - 2.0**-33]


def test_ids_beyond_a_word_count_whole():
    """Ids that differ in their upper half alone have different words; small ones are their own."""
    assert words_of(np.arange(5)).tolist() == [0, 1, 2, 3, 4]
    assert np.unique(words_of(7 + (np.arange(1000) << 32))).size == 1000


def test_a_training_is_picked_by_architecture_and_seed():
    """Each of the trainings of an architecture is as likely, over many seeds."""
    picked = replica_of(np.full(30_000, 5), hash32(np.arange(30_000, dtype=np.uint32)), np.full(30_000, 3))
    assert stats.chisquare(np.bincount(picked, minlength=3)).pvalue > 0.01
