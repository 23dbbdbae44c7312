"""Candidates are mutants of the best, nothing is picked twice, and histories keep runs apart."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.core.random_streams import Streams
from nassim.strategies._candidates import Candidates, candidates, pick, thompson
from nassim.strategies._history import History
from tests.toys import Toy

SPACE = Toy((4, 3, 5))
ROWS = np.arange(3)


@pytest.fixture
def history() -> History:
    """Return 70 evaluations of three runs: more than there is room for at first; one of each fails."""
    history = History(SPACE, 3)
    generator = np.random.default_rng(0)
    for event in range(70):
        archs = SPACE.at(generator.integers(50, size=3))
        history.ask(ROWS, archs)
        history.tell(ROWS, archs, np.where(event == 7, np.nan, generator.uniform(1, 9, 3)))
    return history


def test_a_failed_training_counts_as_the_worst(history: History) -> None:
    """Its error is that of the worst so far; where all have failed it is 0."""
    error = history.error(ROWS)
    assert (error[:, 7] == np.delete(error, 7, axis=1).max(axis=1)).all()
    fresh = History(SPACE, 1)
    fresh.tell(ROWS[:1], SPACE.at(np.array([0])), np.array([np.nan]))
    assert fresh.error(ROWS[:1]).tolist() == [[0.0]]


def test_near_candidates_are_neighbours_of_the_best(history: History) -> None:
    """Every mutant is one edit away from one of the parents; all parents have mutants."""
    pool = candidates(history, Streams(0, "test", ROWS), ROWS, parents=2, near=40, far=3)
    assert pool.archs.shape == (3, 43, 3)
    for row in ROWS:
        best = history.archs(ROWS)[row, np.argsort(history.error(ROWS)[row], kind="stable")[:2]]
        apart = (pool.archs[row, :40, None] != best).sum(axis=2)
        assert (apart.min(axis=1) <= 1).all()
        assert ((apart == 1).sum(axis=0) > 0).all()


def test_fresh_is_what_was_never_asked_for(history: History) -> None:
    """Freshness is each row's own."""
    ids = np.repeat(np.arange(SPACE.size)[None], 3, axis=0)
    for row, fresh in enumerate(history.fresh(ROWS, ids)):
        assert set(ids[row, ~fresh]) == set(SPACE.index(history.archs(ROWS)[row]))


def test_picks_are_fresh_different_and_best_first() -> None:
    """Equal architectures are picked once; what was asked for already comes last."""
    ids = np.array([[4, 7, 4, 9, 5]])
    fresh = np.array([[True, False, True, True, True]])
    pool = Candidates(SPACE.at(ids[0])[None], ids, fresh)
    picked = pick(pool, np.array([[1.0, 0, 1, 2, 3]]), 3)
    assert SPACE.index(picked[0]).tolist() == [4, 9, 5]


def test_samples_have_the_mean_and_deviation_of_the_members() -> None:
    """Of many rows with the same ensemble, each candidate's samples are normal around the members' mean, by itself."""
    rows = np.arange(4000)
    said = np.array([[1.0, 4.0, 0.0], [3.0, 4.0, 9.0]])
    drawn = thompson(Streams(0, "test", rows), rows, np.repeat(said[None], rows.size, axis=0))
    assert np.abs(drawn.mean(axis=0) - said.mean(axis=0)).max() < 5 * 4.5 / np.sqrt(rows.size)
    np.testing.assert_allclose(np.cov(drawn.T), np.diag(said.var(axis=0)), atol=1.5)
    assert (drawn[:, 1] == 4).all()
