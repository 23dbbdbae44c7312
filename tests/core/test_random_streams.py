"""Streams: the published generator, and draws that depend on nothing but (seed, name, run, number of the draw)."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from nassim.core import random_streams as module
from nassim.core.random_streams import Streams, key_of, philox4x32

ALL = 0xFFFFFFFF
NAME = "a strategy"

# Salmon et al., Random123, examples/kat_vectors: philox 4x32 with 10 rounds.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ALL, ALL, ALL, ALL), (ALL, ALL), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

numbers = st.integers(0, ALL)
run_numbers = st.integers(0, 2**40) | st.integers(0, 3)


def scalar_philox(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """Philox4x32-10 as in the paper's figure, in plain Python integers."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        first, second = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (second >> 32) ^ c1 ^ k0, second & ALL, (first >> 32) ^ c3 ^ k1, first & ALL
        k0, k1 = (k0 + 0x9E3779B9) & ALL, (k1 + 0xBB67AE85) & ALL
    return c0, c1, c2, c3


def scalar_word(seed: int, name: str, run: int, draw: int) -> int:
    """Return draw number `draw` of a run, straight from the definition."""
    return scalar_philox((draw // 4, 0, run & ALL, run >> 32), key_of(seed, name))[draw % 4]


def scalar_words(seed: int, run: int, count: int) -> list[int]:
    """Return the first `count` words of a run's stream."""
    return [scalar_word(seed, NAME, run, draw) for draw in range(count)]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_philox_gives_the_published_answers(counter, key, answer):
    """The generator and the scalar oracle both reproduce the Random123 known-answer vectors."""
    assert tuple(int(word) for word in philox4x32(counter, key)) == answer
    assert scalar_philox(counter, key) == answer


@given(st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=8), st.tuples(numbers, numbers))
def test_philox_of_arrays_is_philox_of_each(counters, key):
    """Arrays of counters give, element by element, the scalar generator's blocks."""
    words = philox4x32(tuple(np.array(column) for column in zip(*counters, strict=True)), key)
    assert list(zip(*(word.tolist() for word in words), strict=True)) == [scalar_philox(c, key) for c in counters]


def test_philox_broadcasts_and_leaves_its_counters_alone():
    """Counter words of different shapes broadcast, and the arrays handed in keep their values."""
    rows, columns = np.arange(3, dtype=np.uint64)[:, None], np.arange(5, dtype=np.uint64)
    words = philox4x32((rows, 7, columns, 0), (1, 2))
    assert words[0].shape == (3, 5)
    assert tuple(int(word[2, 4]) for word in words) == scalar_philox((2, 7, 4, 0), (1, 2))
    assert rows.ravel().tolist() == [0, 1, 2]
    assert columns.tolist() == [0, 1, 2, 3, 4]


@given(
    runs=st.lists(run_numbers, min_size=1, max_size=5),
    ahead=st.sampled_from([1, 5, 64, 1 << 14]),
    seed=st.integers(-3, 2**70),
    data=st.data(),
)
@settings(deadline=None, max_examples=150)
def test_draws_depend_on_the_run_alone(runs, ahead, seed, data):
    """Whatever rows draw together, how many words at once and how far ahead, each run reads its own one stream."""
    rows_of = st.sets(st.sampled_from(range(len(runs))), min_size=1).map(sorted)
    everyone = st.just(list(range(len(runs))))
    calls = data.draw(st.lists(st.tuples(rows_of | everyone, st.integers(1, 23)), min_size=1, max_size=12))
    read: list[list[int]] = [[] for _ in runs]
    with patch.object(module, "AHEAD", ahead):
        streams = Streams(seed, NAME, runs)
        for rows, count in calls:
            words = streams.random_words(np.array(rows), count)
            assert words.shape == (len(rows), count)
            assert words.dtype == np.uint32
            for row, drawn in zip(rows, words.tolist(), strict=True):
                read[row] += drawn
    assert read == [scalar_words(seed, run, len(words)) for run, words in zip(runs, read, strict=True)]


@pytest.mark.parametrize("ahead", [1, 1 << 14])
def test_words_that_are_kept_stay_as_they_were(ahead):
    """What a strategy keeps of an earlier draw is not overwritten by later draws."""
    with patch.object(module, "AHEAD", ahead):
        streams = Streams(0, NAME, range(2))
        kept = streams.random_words(np.arange(2), 3)
        before = kept.tolist()
        for _ in range(100):
            streams.random_words(np.arange(2), 1 + ahead)
    assert kept.tolist() == before


@given(runs=st.lists(run_numbers, min_size=1, max_size=4), data=st.data())
@settings(deadline=None, max_examples=60)
def test_only_continues_one_run(runs, data):
    """`only` of a row goes on where that run stands, and neither stream moves the other."""
    row = data.draw(st.integers(0, len(runs) - 1))
    everyone, some = np.arange(len(runs)), np.array([row])
    streams = Streams(3, NAME, runs)
    taken = 0
    for rows, count in data.draw(st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(1, 9)), max_size=5)):
        streams.random_words(everyone if rows else some, count)
        taken += count
    single = streams.only(row)
    expected = scalar_words(3, runs[row], taken + 11)[taken:]
    assert single.runs == 1
    assert single.random_words(np.zeros(1, dtype=np.intp), 11)[0].tolist() == expected
    assert streams.random_words(some, 11)[0].tolist() == expected
    assert single.only(0).random_words(np.zeros(1, dtype=np.intp), 1)[0, 0] == scalar_word(
        3, NAME, runs[row], taken + 11
    )


def test_begin_is_the_number_of_the_first_draw():
    """A stream that begins at draw 5 gives what another gives after five draws."""
    rows = np.arange(2)
    assert Streams(1, NAME, [4, 9], begin=5).random_words(rows, 6).tolist() == [
        scalar_words(1, run, 11)[5:] for run in (4, 9)
    ]


def test_seed_name_and_run_each_change_the_stream():
    """Seeds, names and runs, also runs that agree in their low 32 bits, have streams of their own."""
    origins = [(0, "a"), (1, "a"), (-1, "a"), (2**64, "a"), (0, "b"), (0, "")]
    runs = [0, 1, 2**32, 2**32 + 1, 2**62]
    streams = {
        (origin, run): tuple(words)
        for origin in origins
        for run, words in zip(runs, Streams(*origin, runs).random_words(np.arange(5), 4).tolist(), strict=True)
    }
    assert len(set(streams.values())) == len(origins) * len(runs)


@pytest.mark.parametrize("run", [2**32 - 1, 2**32, 2**32 + 7, 2**62 + 12345])
def test_run_numbers_beyond_32_bits(run):
    """A run number fills the third counter word and overflows into the fourth."""
    assert Streams(0, NAME, [run]).random_words(np.zeros(1, dtype=np.intp), 9)[0].tolist() == scalar_words(0, run, 9)


highs = st.integers(1, ALL) | st.integers(1, 300)


@given(high=st.lists(highs, min_size=6, max_size=6), count=st.sampled_from([None, 1, 3]))
@settings(deadline=None, max_examples=60)
def test_integers_are_the_scaled_words_and_high_broadcasts(high, count):
    """Integers are word * high // 2**32 for a single draw, and for a high per row, per column and per cell."""
    rows = np.array([0, 1])
    shapes = [(), (2,)] if count is None else [(2, 1), (count,), (2, count)]
    for shape in shapes:
        bounds = np.array(high[: int(np.prod(shape))], dtype=np.int64).reshape(shape)
        drawn = Streams(5, NAME, [8, 11]).integers(rows, bounds, count)
        words = np.array([scalar_words(5, run, count or 1) for run in (8, 11)], dtype=object)
        words = words[:, 0] if count is None else words
        assert drawn.dtype == np.int64
        assert drawn.tolist() == (words * bounds.astype(object) // 2**32).tolist()


def scalar_shared(run: int, high: int, count: int) -> tuple[list[int], int]:
    """Return so many integers below `high` that share words as they may, and how many words they took."""
    share = max([share for share in range(1, count + 1) if high**share <= 1 << 16], default=1)
    words = scalar_words(5, run, -(-count // share))
    drawn = [word * high**number // 2**32 % high for number in range(1, share + 1) for word in words]
    return drawn[:count], len(words)


@given(high=highs, count=st.integers(1, 40))
@settings(deadline=None, max_examples=100)
def test_integers_below_one_number_share_words(high, count):
    """Integers are the digits of the words as fractions to the base `high`, the first of all words coming first."""
    runs, rows = (8, 2**35), np.array([0, 1])
    streams = Streams(5, NAME, runs)
    drawn = streams.integers(rows, high, count)
    for run, own, word in zip(runs, drawn.tolist(), streams.random_words(rows, 1)[:, 0].tolist(), strict=True):
        expected, used = scalar_shared(run, high, count)
        assert own == expected
        assert word == scalar_word(5, NAME, run, used)


@pytest.mark.parametrize(("high", "count"), [(10, 3), (2, 10), (40, 2), (3, 7)])
def test_integers_that_share_a_word_are_independent(high, count):
    """All combinations of integers drawn together are equally likely, by chi-square."""
    rows = np.arange(40_000)
    drawn = Streams(1, NAME, rows).integers(rows, high, count)
    combination = drawn @ high ** np.arange(count)
    assert 1e-3 < chi_square_p(combination, high**count) < 1 - 1e-3


def test_integers_take_plain_numbers_and_stay_in_range():
    """A Python integer is a high like any other; every value below it occurs, none outside."""
    drawn = Streams(0, NAME, range(50)).integers(np.arange(50), 7, 40)
    assert sorted(set(drawn.ravel().tolist())) == list(range(7))
    assert not Streams(0, NAME, range(50)).integers(np.arange(50), 1, 40).any()


def test_uniform_lies_strictly_between_0_and_1():
    """The extreme words 0 and 2**32 - 1 give numbers inside the open interval, and each word the middle of its bin."""
    streams = Streams(0, NAME, [0, 1])
    extremes = np.array([[0], [ALL]], dtype=np.uint32)
    with patch.object(streams, "random_words", return_value=extremes):
        low, high = streams.uniform(np.arange(2))
    assert low == 0.5 / 2**32
    assert high == 1 - 0.5 / 2**32
    drawn = Streams(0, NAME, [6]).uniform(np.zeros(1, dtype=np.intp), 5)
    assert drawn[0].tolist() == [(word + 0.5) / 2**32 for word in scalar_words(0, 6, 5)]


def chi_square_p(values: np.ndarray, bins: int) -> float:
    """Return the p-value of the hypothesis that integers in [0, bins) are uniform."""
    counts = np.bincount(values, minlength=bins)
    expected = values.size / bins
    return float(chi2.sf(((counts - expected) ** 2 / expected).sum(), bins - 1))


def test_words_are_uniform_within_and_across_runs():
    """High bits, low bits, successive pairs and neighbouring runs all pass a chi-square test; p is not too good."""
    words = Streams(0, NAME, range(64)).random_words(np.arange(64), 4096).astype(np.int64)
    nibble = words >> 28
    samples = {
        "high byte": words >> 24,
        "low byte": words & 255,
        "pairs in a run": nibble[:, :-1] * 16 + nibble[:, 1:],
        "pairs across runs": nibble[:-1] * 16 + nibble[1:],
    }
    p_values = {what: chi_square_p(values.ravel(), 256) for what, values in samples.items()}
    assert all(1e-3 < p < 1 - 1e-3 for p in p_values.values()), p_values


def test_no_draws_are_an_empty_array():
    """A count of 0 takes nothing from the streams."""
    streams, rows = Streams(0, "none", range(3)), np.arange(3)
    assert streams.integers(rows, 5, 0).shape == streams.uniform(rows, 0).shape == (3, 0)
    assert np.array_equal(streams.random_words(rows, 2), Streams(0, "none", range(3)).random_words(rows, 2))
