"""XGB search: XGBoost learns errors as the search goes on (Chen and Guestrin, KDD 2016; White et al., NeurIPS 2021).

The papers: "XGBoost: A Scalable Tree Boosting System", arXiv:1603.02754; "How Powerful are Performance Predictors in
Neural Architecture Search?", arXiv:2104.01177, which puts such predictors in the place of BANANAS's networks.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import candidates, pick, thompson
from nassim.strategies._features import Features
from nassim.surrogates.boosting import Boosting, boost, predict

SHARE = 0.8  # of rows, and of features, that each tree sees: so members differ


class XgbSearch(Strategy[Query, Outcome]):
    """Boosted trees learn the errors; of mutants of the `parents` best architectures and random ones, those of the
    lowest independent Thompson sample, mean + deviation of the members x normal, are trained, `batch` at a time; then
    the trees are fitted anew.

    The frame is that of BANANAS, with an ensemble of three as in the second paper. Trees learn the errors' normal
    scores. Every model is fitted by one thread, from a seed out of its run's own stream: a run alone equals its row bit
    for bit, with one version of xgboost. Failed trainings count as the worst of their run.

    Args:
        encoding: What the trees see; None = "graph" where the space has it, else "onehot".
        members: How many boosted models.
        rounds: Trees of each.
        depth: Of a tree.
        eta: The learning rate.
        near: How many candidates are mutants.
        far: How many candidates are random architectures.
    """

    runs_per_unit = 50

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        initial: Count = 10,
        batch: Count = 10,
        parents: Count = 10,
        near: Count = 100,
        far: Count = 20,
        encoding: str | None = None,
        members: Count = 3,
        rounds: Count = 50,
        depth: Count = 5,
        eta: Positive = 0.3,
    ) -> None:
        super().__init__(space, streams)
        self.parents, self.near, self.far, self.members = parents, near, far, members
        self.how = Boosting(rounds, depth, eta, SHARE, SHARE)
        self.features = Features(space, encoding)
        self.batches = Batches(space, streams, initial, batch)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then those that the samples like best."""
        return self.batches.ask(rows, self._propose)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.batches.tell(rows, asked, answer)

    def _propose(self, rows: Rows) -> Archs:
        history = self.batches.history
        pool = candidates(history, self.streams, rows, parents=self.parents, near=self.near, far=self.far)
        seeds = self.streams.random_words(rows, self.members)
        by_row = zip(*self.features.training_set(history, rows), self.features(pool.archs), seeds, strict=True)
        said = np.stack([self._said(*row) for row in by_row])
        return pick(pool, thompson(self.streams, rows, said), self.batches.batch)

    def _said(self, known: Floats, target: Floats, unknown: Floats, seeds: Floats) -> Floats:
        """Return what members fitted to one run say of its candidates, (members, pool)."""
        boosters = boost(known, target, self.how, [int(seed) >> 1 for seed in seeds])
        return np.stack([predict(booster, unknown) for booster in boosters])
