"""Worlds and the contest: runs live in draws of what is known, and who learns wins where that can be learned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from nassim.automl.batch import first, known_of, next_batch, predicted
from nassim.automl.candidates import Candidates
from nassim.automl.contest import CONTESTANTS, gains, proposals
from nassim.automl.posterior import Posterior, posterior
from nassim.automl.session import Session
from nassim.automl.worlds import Worlds
from nassim.core.arrays import Floats
from nassim.core.benchmark import Query

WORLDS = 96


def true_errors(candidates: Candidates) -> Floats:
    """Return errors that parameters decide, and how many edges pool or hand on: the larger, the better."""
    size = np.log(candidates.costs["params"] / candidates.costs["params"].min())
    idle = np.isin(candidates.archs, (1, 4)).sum(axis=1)
    errors: Floats = 30 - 8 * size + 1.5 * idle
    return errors


@pytest.fixture(scope="module")
def worlds(candidates: Candidates) -> Worlds:
    """Return what twenty trainings leave possible, where half of the networks are too large."""
    places = np.arange(0, 2000, 100)
    error = true_errors(candidates)[places]
    features = candidates.space.encode(candidates.archs, "graph")
    known = posterior(features, places, error, np.ones(20, dtype=np.bool_), worlds=WORLDS, seed=0)
    seen = np.full(len(candidates), np.nan)
    seen[places] = error
    feasible = candidates.costs["params"] <= np.quantile(candidates.costs["params"], 0.9)
    return Worlds(candidates, known, seen, feasible | ~np.isnan(seen))


def test_what_was_seen_stands_and_what_is_true_varies(worlds: Worlds, candidates: Candidates) -> None:
    """In every world; an untrained network has the truth of one draw, and noise around it; the rest fails."""
    seeds = np.arange(1, 400, dtype=np.uint32) * np.uint32(2654435761)
    trained = np.repeat(candidates.archs[:1], seeds.size, axis=0)
    assert set(worlds.evaluate(Query(trained), seeds).error) == {worlds.seen[0]}
    fresh = int(np.flatnonzero(np.isnan(worlds.seen) & worlds.feasible)[0])
    archs = np.repeat(candidates.archs[fresh : fresh + 1], seeds.size, axis=0)
    true = worlds.unseen(archs, seeds)
    draws = worlds.posterior.scale.back(worlds.posterior.draws[:, fresh])
    assert set(true) <= set(draws)
    assert np.unique(true).size > WORLDS / 2
    noise = worlds.posterior.scale.to(worlds.evaluate(Query(archs), seeds).error) - worlds.posterior.scale.to(true)
    assert noise.std() == pytest.approx(worlds.posterior.noise, rel=0.2)
    large = int(np.flatnonzero(~worlds.feasible)[0])
    assert np.isnan(worlds.evaluate(Query(candidates.archs[large : large + 1])).error).all()


@pytest.mark.parametrize("strategy", CONTESTANTS)
def test_proposals_are_new_feasible_and_always_the_same(worlds: Worlds, candidates: Candidates, strategy: str) -> None:
    """Whatever the strategy asks for first."""
    trained = candidates.networks[np.arange(0, 2000, 100)]
    chosen = proposals(worlds, strategy, trained, 6, seed=1)
    assert np.unique(chosen).size == 6
    assert np.isnan(worlds.seen[chosen]).all()
    assert worlds.feasible[chosen].all()
    np.testing.assert_array_equal(chosen, proposals(worlds, strategy, trained, 6, seed=1))


def test_who_learns_wins_where_errors_can_be_learned(worlds: Worlds, candidates: Candidates) -> None:
    """A Gaussian process promises more than chance, and nobody promises a loss."""
    trained = candidates.networks[np.arange(0, 2000, 100)]
    promised = {name: gains(worlds, name, trained, 20, seed=0) for name in CONTESTANTS}
    assert promised["gaussian_process"].mean() > promised["random_search"].mean() >= 0
    for found in promised.values():
        assert found.shape == (WORLDS,)


def test_a_predicted_gain_is_what_draws_and_noise_say(worlds: Worlds) -> None:
    """Held against drawing it by hand, one world after the other."""
    places = np.flatnonzero(np.isnan(worlds.seen) & worlds.feasible)[:8]
    known = worlds.posterior._replace(noise=0.0)
    said = predicted(known, float(np.nanmin(worlds.seen)), places, seed=0)
    by_hand = []
    for world in known.draws:
        errors = [min(max(float(known.scale.back(world[place])), 0.0), 100.0) for place in places]
        by_hand.append(max(float(np.nanmin(worlds.seen)) - min(errors), 0.0))
    assert said["mean"] == pytest.approx(np.mean(by_hand))
    assert [said["low"], said["high"]] == pytest.approx(np.quantile(by_hand, [0.1, 0.9]).tolist())


def test_a_search_that_learns_beats_one_that_does_not(
    session_of: Callable[[int], Session], candidates: Candidates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over errors that are looked up instead of trained, a few trainings end below what chance finds in as many."""
    true, session = true_errors(candidates), session_of(60)

    def looked_up(jobs: list[tuple[int, int]]) -> None:
        session.done += jobs
        session.errors += true[candidates.places(np.array([network for network, _ in jobs]))].tolist()

    monkeypatch.setattr(session, "search", looked_up)
    chosen_by: list[str] = []
    for number in range(4):
        decided = next_batch(session, chosen_by, number) if number else first(session, 10)
        session.search([(job["network"], job["replica"]) for job in decided["batch"]])
        chosen_by += [job["by"] for job in decided["batch"]]
    drawn = np.random.default_rng(0).choice(true, size=(2000, len(session.done))).min(axis=1)
    assert session.lowest < np.quantile(drawn, 0.3)
    known = known_of(session, chosen_by, 0)
    assert isinstance(known, Posterior)
    assert known.ranks
    assert {"stratum", "random"} <= set(chosen_by)
