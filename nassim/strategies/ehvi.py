"""EHVI: the expected hypervolume improvement under a Gaussian process of each objective (Emmerich et al., 2006).

The paper: "Single- and multiobjective evolutionary optimization assisted by Gaussian random field metamodels", IEEE
TEC, doi:10.1109/TEVC.2005.859463; the sum over strips is that of Emmerich, Deutz and Klinkenberg, CEC 2011.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.dominance import dominance_ranks, non_dominated
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import candidates, pick
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._kernels import expected_improvement, posterior_mean
from nassim.strategies._outcomes import Outcomes, targets
from nassim.strategies._points import Asked, Points
from nassim.strategies._processes import Processes
from nassim.strategies._scales import Scales

BEYOND = 0.1  # by how much the reference point is worse than the worst that was seen, in normal scores


class Ehvi(Strategy[Query, Outcome]):
    """After `initial` random architectures, train the candidate that is expected to add most to the hypervolume.

    For one objective that is the expected improvement; more than two are refused. The processes are those of
    `gaussian_process`, one of each objective's normal scores; the front is of their means where something was
    observed. What misses a limit is in no front, and its scores are worse than those of all that keeps them. Failed
    trainings count as the worst of their run. Nothing pending is asked again.

    Args:
        encoding: What the kernels see; None = "graph" where the space has it, else "onehot".
        refit: So often, in evaluations, length scales and noises of each run are chosen anew.
        near: How many candidates are mutants of `parents` from the first fronts.
        far: How many candidates are random architectures.
    """

    several_objectives: ClassVar[bool] = True

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        initial: Count = 10,
        encoding: str | None = None,
        refit: Count = 10,
        parents: Count = 10,
        near: Count = 48,
        far: Count = 8,
    ) -> None:
        super().__init__(space, streams)
        self.parents, self.near, self.far, self.refit = parents, near, far, refit
        self.features = Features(space, encoding)
        self.batches = Batches(space, streams, initial, batch=1)

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Make a process of each objective; SettingError if there are more than two."""
        super().prepare(epochs)
        if self.objectives > 2:  # noqa: PLR2004
            raise SettingError(f"ehvi minimises two objectives at most, got {self.objectives}; try parego or nsga2")
        self.points, runs = Points(self.streams.runs, self.features), self.streams.runs
        self.processes = [Processes(self.points, Scales(runs, self.refit)) for _ in range(self.objectives)]
        self.outcomes = Outcomes(self.streams.runs, self.objectives)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then those that are expected to add most."""
        return self.batches.ask(rows, self._propose)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.outcomes.tell(rows, answer)
        self.batches.tell(rows, asked, answer)

    def _propose(self, rows: Rows) -> Archs:
        history = self.batches.history
        seen, missed = self.outcomes.values(rows), self.outcomes.missed(rows)
        history.relabel(rows, dominance_ranks(seen, missed).astype(np.float64))
        pool = candidates(history, self.streams, rows, parents=self.parents, near=self.near, far=self.far)
        self.points.learn(rows, history.archs(rows))
        asked, learnt = self.points.ask(pool), np.moveaxis(targets(seen, missed), 2, 0)
        told = [self._told(rows, model, asked, of) for model, of in zip(self.processes, learnt, strict=True)]
        means, deviations, behind = (np.stack(part, axis=2) for part in zip(*told, strict=True))
        behind[np.isnan(seen).any(axis=2) | (missed > 0)] = np.nan
        return pick(pool, np.where(asked.worth, -expected_gain(means, deviations, behind), np.inf))

    def _told(self, rows: Rows, processes: Processes, asked: Asked, objective: Floats) -> tuple[Floats, Floats, Floats]:
        """Return means and deviations of a pool (m, pool), and means behind observations (m, n) of an objective.

        Candidates that are not asked about are as before anything was observed.
        """
        y = normal_scores(objective)
        processes.fit(rows, y)
        said = processes.posterior(rows, asked, y)
        behind = posterior_mean(y, processes.scales.noise[rows, None], said.weights)
        return asked.spread(said.mean, 0.0), asked.spread(np.sqrt(said.variance), 1.0), behind


def expected_gain(means: Floats, deviations: Floats, observed: Floats) -> Floats:
    """Return the expected hypervolume improvement of candidates, (m, pool).

    What a point adds to the hypervolume is a sum over the strips between neighbours of the front, in each of which it
    is a product of both objectives, which are independent. The reference point is worse than all that was observed.

    Args:
        means: Of candidates, (m, pool, k), k = 1 or 2.
        deviations: Of the same.
        observed: Points (m, n, k); nan = in no front.
    """
    known = np.where(np.isnan(observed), -np.inf, observed)
    reference = np.maximum(known.max(axis=1), means.max(axis=1)) + BEYOND
    front = non_dominated(observed) & ~np.isnan(observed).any(axis=2)
    if means.shape[2] == 1:
        lowest = np.where(front, observed[:, :, 0], reference).min(axis=1)
        return expected_improvement(lowest[:, None] - means[:, :, 0], deviations[:, :, 0])
    first = np.where(front, observed[:, :, 0], reference[:, :1])  # what is in no front has a strip of no width
    second = np.where(front, observed[:, :, 1], reference[:, 1:])
    order = np.argsort(first, axis=1, kind="stable")[:, : front.sum(axis=1).max()]
    ends = np.concatenate([np.take_along_axis(first, order, axis=1), reference[:, :1]], axis=1)
    tops = np.concatenate([reference[:, 1:], np.take_along_axis(second, order, axis=1)], axis=1)
    gain, before = np.zeros(means.shape[:2]), np.zeros(means.shape[:2])
    for end, top in zip(ends.T[:, :, None], tops.T[:, :, None], strict=True):
        wide = expected_improvement(end - means[:, :, 0], deviations[:, :, 0])
        gain += (wide - before) * expected_improvement(top - means[:, :, 1], deviations[:, :, 1])
        before = wide
    return gain
