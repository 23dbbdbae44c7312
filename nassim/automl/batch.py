"""What is trained next: some as a strategy proposes, some of all strata, some at random, and what that promises."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from nassim.automl.candidates import stratified
from nassim.automl.contest import RANDOM, contest, proposals
from nassim.automl.posterior import FEWEST, Posterior, posterior
from nassim.automl.session import Session
from nassim.automl.shapes import Batch, Job
from nassim.automl.worlds import Worlds
from nassim.core.arrays import Ids
from nassim.core.model_card import Promise
from nassim.core.random_streams import Streams

LEAST_TOLD = 3  # trainings within the limits, which strategies go on from
WORLDS = 128  # in which the future is simulated
LEAST, SHARE = 8, 8  # trainings of a batch at least; one in so many is of a stratum, and one random
ENDS = (0.1, 0.9)  # of an 80 % interval
BEGIN, REPEATED = "begin", 6  # one in so many of those that a search begins with is trained twice
FAIR = (BEGIN, "repeat", "stratum", "random")  # by whom a training is chosen without a look at predictions


def first(session: Session, count: int) -> Batch:
    """Return the trainings that a search begins with: networks of all sizes, some of them twice."""
    places = stratified(session.candidates.size, session.feasible, count)
    repeats = [
        job | {"replica": 1, "by": "repeat"} for job in _jobs(session, places[: len(places) // REPEATED].tolist(), "")
    ]
    return {"batch": [*_jobs(session, places.tolist(), BEGIN), *repeats], "strategy": BEGIN, "why": "one of each size"}


def next_batch(session: Session, chosen_by: list[str], number: int) -> Batch:
    """Return what is trained next, who proposes it and why, and what it promises.

    Args:
        session: The search.
        chosen_by: By whom each training so far was chosen.
        number: Of the batch.
    """
    left, seed = session.purse.to_search, session.request.seed + number
    known = known_of(session, chosen_by, seed)
    size = min(left, max(LEAST, 2 * session.processes))
    trained = session.candidates.networks[session.places][session.feasible[session.places]]
    if known is None or trained.size < LEAST_TOLD:
        drawn = _jobs(session, _random(session, set(), size, seed), "random")
        return {"strategy": RANDOM, "why": "too few trainings to learn from", "batch": drawn}
    worlds = Worlds(session.candidates, known, session.seen, session.feasible)
    prospects = contest(worlds, trained, left, seed) if known.ranks else []
    strategy = prospects[0]["strategy"] if prospects else RANDOM
    why = "promises most" if prospects else "what was learned does not rank networks better than chance"
    batch = _chosen(session, worlds, strategy, trained, size, seed)
    places = session.candidates.places(np.array([job["network"] for job in batch]))
    return {
        "strategy": strategy,
        "why": why,
        "tau": list(known.audit),
        "noise": known.noise,
        "prospects": prospects,
        "gain": predicted(known, session.lowest, places, seed),
        "batch": batch,
    }


def predicted(known: Posterior, lowest: float, places: Ids, seed: int) -> Promise:
    """Return by how much trainings of some places (m,) will better the `lowest` error that was seen, in points.

    A mean of two trainings counts as seen; of what is trained now, one training is.
    """
    rows = np.arange(len(known.draws))
    luck = ndtri(Streams(seed, "search luck", rows).uniform(rows, places.size))
    come = known.scale.back(known.draws[:, places] + known.noise * luck).clip(0.0, 100.0)
    gains = np.maximum(lowest - come.min(axis=1), 0.0)
    low, high = np.quantile(gains, ENDS).tolist()
    return {"mean": float(gains.mean()), "low": low, "high": high}


def known_of(session: Session, chosen_by: list[str], seed: int) -> Posterior | None:
    """Return what all trainings so far tell; None = they are too few, or all alike."""
    error = np.array(session.errors)
    real = ~np.isnan(error)
    if real.sum() < FEWEST or np.ptp(error[real]) == 0:
        return None
    space = session.candidates.space
    features = space.encode(session.candidates.archs, "graph" if "graph" in space.encodings else "onehot")
    fair = np.isin(chosen_by, FAIR)[real]
    return posterior(features, session.places[real], error[real], fair, worlds=WORLDS, seed=seed)


def _chosen(session: Session, worlds: Worlds, strategy: str, trained: Ids, size: int, seed: int) -> list[Job]:
    """Return a batch of jobs: a strategy's, one of a stratum of what is predicted, and random ones."""
    apart = max(size // SHARE, 1) if size > 2 else 0  # noqa: PLR2004  (of two or less, all are the strategy's)
    fresh = session.feasible & np.isnan(session.seen)
    spread = stratified(worlds.posterior.mean, fresh, 4 * apart)
    turn = Streams(seed, "search strata", [0]).integers(np.zeros(1, dtype=np.intp), spread.size, apart)[0]
    strata = list(dict.fromkeys(spread[turn].tolist()))
    own = [place for place in proposals(worlds, strategy, trained, size, seed).tolist() if place not in strata]
    own = own[: max(size - len(strata) - apart, 0)]
    others = _random(session, {*strata, *own}, size - len(own) - len(strata), seed)
    return [*_jobs(session, own, strategy), *_jobs(session, strata, "stratum"), *_jobs(session, others, "random")]


def _random(session: Session, without: set[int], count: int, seed: int) -> list[int]:
    """Return random places that keep the limits and were not trained."""
    fresh = np.setdiff1d(np.flatnonzero(session.feasible & np.isnan(session.seen)), list(without))
    words = Streams(seed, "search random", fresh).random_words(np.arange(fresh.size), 1)[:, 0]
    chosen: list[int] = fresh[np.argsort(words, kind="stable")][:count].tolist()
    return chosen


def _jobs(session: Session, places: list[int], by: str) -> list[Job]:
    return [{"network": int(session.candidates.networks[place]), "replica": 0, "by": by} for place in places]
