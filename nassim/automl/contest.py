"""Which strategy would spend the rest of the budget best: each is simulated in all worlds that are possible."""

from __future__ import annotations

import numpy as np

from nassim.automl.shapes import Prospect
from nassim.automl.warm_start import WarmStart
from nassim.automl.worlds import Worlds
from nassim.core.arrays import Floats, Ids
from nassim.core.documents import JsonValue
from nassim.core.policies import Budget, Policies
from nassim.core.random_streams import Streams
from nassim.engine.loop import simulate

RANDOM = "random_search"
CONTESTANTS: dict[str, dict[str, JsonValue]] = {
    RANDOM: {},
    "regularized_evolution": {"population": 10, "sample": 3},
    "reinforce": {"learning_rate": 0.05},
    "gaussian_process": {"initial": 1, "near": 64, "far": 64, "hands_in": "model"},
}
HORIZON = 64  # trainings that are looked ahead at most
TRIES = 50  # questions for one that was not asked yet


def contest(worlds: Worlds, trained: Ids, trainings: int, seed: int) -> list[Prospect]:
    """Return what each strategy promises for so many more trainings, the best first.

    `trained` are the ids of the architectures that were trained, in their order.
    """
    found = [prospect(name, gains(worlds, name, trained, min(trainings, HORIZON), seed)) for name in CONTESTANTS]
    return sorted(found, key=lambda one: -one["gain"])


def prospect(strategy: str, gains: Floats) -> Prospect:
    """Return what gains (worlds,) in points of error promise."""
    error = float(gains.std(ddof=1) / np.sqrt(gains.size))
    return {"strategy": strategy, "gain": float(gains.mean()), "error": error}


def gains(worlds: Worlds, strategy: str, trained: Ids, trainings: int, seed: int) -> Floats:
    """Return by how much what a strategy hands in after so many more trainings is better, (worlds,).

    Better than what has the lowest error now: whoever hands in by a model starts no worse than the others for that.
    """
    trace = simulate(
        WarmStart,
        worlds,
        runs=len(worlds.posterior.draws),
        seed=seed,
        budget=Budget(evaluations=len(trained) + trainings),
        policies=Policies(judged_by="unseen-seeds"),
        settings={"strategy": strategy, "settings": _own(strategy, trained), "trained": trained.tolist()},
    )
    seen = np.where(np.isnan(trace.error[:, : len(trained)]), np.inf, trace.error[:, : len(trained)])
    now = np.take_along_axis(trace.truth, seen.argmin(axis=1)[:, None], axis=1)[:, 0]
    gained: Floats = now - trace.incumbent_truth()[:, -1]
    return gained


def proposals(worlds: Worlds, strategy: str, trained: Ids, count: int, seed: int) -> Ids:
    """Return the places of up to `count` candidates that a strategy asks for next; none was trained."""
    streams = Streams(seed, f"search {strategy}", [0])
    searcher = WarmStart(
        worlds.space, streams, strategy=strategy, settings=_own(strategy, trained), trained=trained.tolist()
    )
    searcher.prepare(worlds.epochs)
    row = np.zeros(1, dtype=np.intp)
    for _ in trained:
        asked = searcher.ask(row)
        searcher.tell(row, asked, worlds.evaluate(asked))
    found: list[int] = []
    for _ in range(TRIES * count):
        if len(found) == count:
            break
        archs = searcher.ask(row).archs
        place = int(worlds.candidates.place[worlds.space.index(archs)][0])
        if worlds.keeps(archs)[0] and np.isnan(worlds.seen[place]) and place not in found:
            found.append(place)
    return np.array(found, dtype=np.int64)


def _own(strategy: str, trained: Ids) -> dict[str, JsonValue]:
    """Return the settings of a strategy; a population is at most what was trained."""
    settings = dict(CONTESTANTS[strategy])
    if "population" in settings:
        settings["population"] = min(10, max(len(trained), 3))
    return settings
