"""audit: how good is a surrogate, where does it extrapolate, and how near is it to the best that is possible?

random split      learned from random architectures, judged on others: the easiest case
one-hot baseline  scikit-learn's gradient boosting of one-hot features in the same split
extrapolation     learned from the worse 90 % of them, judged on the best 10 % of the others
without STRATEGY  learned from what other strategies visited, judged on what this one did
curves            where there are several fidelities: the random split's predictions after each, see curves.py
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nassim.core.arrays import Archs, Floats
from nassim.core.documents import JsonValue, Table
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.renamed import renamed_names
from nassim.core.settings import Count, Fraction, check_value
from nassim.surrogates.curves import TITLES as CURVE_TITLES
from nassim.surrogates.curves import AtEpoch, judge_curves
from nassim.surrogates.designs import design
from nassim.surrogates.fit import best_encoding, check_target, targets_of
from nassim.surrogates.learn import FEWEST, learn
from nassim.surrogates.model import Surrogate
from nassim.surrogates.scores import TITLES, Scores, score, tau
from nassim.surrogates.training_data import Trainings, architectures_known, draw, train_once, truth_of
from nassim.surrogates.training_records import Source

BEST = 0.1  # share that an extrapolation is judged on
TRIES = 8  # draws of an architecture's trainings, to find two different ones
BIN, RELATIVE_BIN = 0.1, 0.001  # of the sparse tau: in percent error; for other targets, as a share of the median
Visited = Callable[[], Mapping[str, Archs]]
RANDOM, BASELINE, EXTRAPOLATION = "random split", "one-hot baseline", "extrapolation"


@dataclass(frozen=True, eq=False)
class Audit:
    """The scores of each split, and the predictions of the random split for a figure."""

    benchmark: str
    target: str
    unit: str
    train: int  # trainings learned from in the random split
    encoding: str
    two_seeds: float  # the ceiling: Kendall's tau between two trainings of the same architectures; nan = there are none
    splits: dict[str, Scores]
    true: Floats  # (n,)
    mean: Floats  # (n,) predicted
    spread: Floats  # (n,) predicted standard deviation of a new training
    curves: tuple[AtEpoch, ...] = ()  # the random split's predictions after each fidelity, if there are several

    def json(self) -> str:
        """Return all numbers as JSON; nan, which JSON has not, becomes null."""
        names = ("benchmark", "target", "unit", "train", "encoding", "two_seeds")
        splits = {name: _plain(asdict(scores)) for name, scores in self.splits.items()}
        about = _plain({name: getattr(self, name) for name in names})
        curves = {"curves": [at.plain() for at in self.curves]} if self.curves else {}
        return json.dumps(about | {"splits": splits} | curves, indent=2, allow_nan=False)

    def card_facts(self) -> dict[str, float]:
        """Return what a card says of unseen architectures: Kendall's tau over all, and in the truly best tenth."""
        unseen = self.splits[RANDOM]
        told = {"tau": unseen.tau, "tau_best_tenth": unseen.tau_best_tenth}
        return {f"{self.target}_{name}": round(value, 4) for name, value in told.items() if not np.isnan(value)}

    def text(self) -> str:
        """Return the numbers as plain tables, with a row per split, and one per fidelity if there are several."""
        seeds = f"tau of two seeds of the same architectures: {self.two_seeds:.3f}"
        curves = aligned(self.curve_rows()) if self.curves else []
        return "\n".join([self.head, *aligned(self.rows()), seeds, *curves])

    @property
    def head(self) -> str:
        """What was learned, and from what."""
        return f"{self.benchmark}, {self.target} ({self.unit}) from {self.train:,} trainings, {self.encoding} features"

    def rows(self) -> list[list[str]]:
        """Return the numbers in words: a row of titles, and one per split."""
        return [["", *TITLES], *([name, *scores.told()] for name, scores in self.splits.items())]

    def curve_rows(self) -> list[list[str]]:
        """Return how good predicted curves are, in words: a row of titles, and one per fidelity."""
        return [CURVE_TITLES, *(at.told() for at in self.curves)]


def audit_source(
    source: Source,
    target: str,
    train: int,
    seed: int,
    *,
    test: int,
    active: float,
    encoding: str | None,
    search: bool,
    visited: Visited,
) -> Audit:
    """Learn from `train` trainings, or about as many, in each way, and judge on up to `test` unseen architectures.

    Args:
        active: Share of the random split's trainings that are chosen for a low predicted error, see `design`.
        visited: Which different architectures each strategy visited, in their order; asked only once models are
            learned.
    """
    for name, value in {"train": train, "test": test, "seed": seed}.items():
        check_value(name, value, int if name == "seed" else Count)
    check_value("active", active, Fraction)
    check_target(source, target, targets_of(source))
    job = Job(source, target, best_encoding(source.space, target, encoding), search=search, seed=seed)
    seen, unseen = job.split(train, test, active)
    model = job.learn(seen)
    estimate = model.predict(unseen.archs)
    ways = {RANDOM: job.judge(model, unseen), BASELINE: job.baseline(seen, unseen)}
    ways |= {EXTRAPOLATION: job.extrapolation(seen, unseen)}
    return Audit(
        benchmark=source.name,
        target=target,
        unit=source.card.unit if target == "error" else target,
        train=len(seen.archs),
        encoding=job.encoding,
        two_seeds=two_seeds(source, unseen.archs, seed) if target == "error" else float("nan"),
        splits=ways | job.leave_one_out(visited(), train, test),
        true=truth_of(source, unseen.archs, target),
        mean=estimate.mean,
        spread=np.hypot(estimate.noise, estimate.epistemic),
        curves=judge_curves(model, source, unseen.archs) if target == "error" else (),
    )


@dataclass(frozen=True, eq=False)
class Job:
    """What stays the same in all splits."""

    source: Source
    target: str
    encoding: str
    search: bool
    seed: int

    def split(self, train: int, test: int, active: float) -> tuple[Trainings, Trainings]:
        """Return trainings to learn from, and those of other architectures, random ones, to judge on."""
        space = self.source.space
        known = architectures_known(self.source)
        count = min(test, known - train)
        if count < FEWEST:
            raise SettingError(
                f"{self.source.name}: {known:,} architectures, too few to learn from {train:,} and judge by {FEWEST}"
            )
        seen = design(self.source, train, self.seed, active, self._learn_error)
        drawn = draw(self.source, train + count, self.seed)
        others = ~np.isin(space.index(drawn.archs), space.index(seen.archs))
        return self._usable(seen), self._usable(drawn.only(others))

    def _learn_error(self, trainings: Trainings) -> Surrogate:
        job = replace(self, target="error", encoding=best_encoding(self.source.space, "error", self.encoding))
        return job.learn(job._usable(trainings))  # noqa: SLF001 - its own

    def learn(self, trainings: Trainings) -> Surrogate:
        """Return the model of some trainings."""
        source, curve = self.source, self.target == "error"
        return learn(
            source.space,
            trainings.archs,
            trainings.values(self.target),
            target=self.target,
            encoding=self.encoding,
            epochs=source.epochs if curve else source.epochs[-1:],
            seed=self.seed,
            search=self.search,
        )

    def judge(self, model: Surrogate, unseen: Trainings) -> Scores:
        """Return the scores of a model on some trainings' architectures."""
        estimate = model.predict(unseen.archs)
        spread = np.hypot(estimate.noise, estimate.epistemic)
        far = float(model.far(unseen.archs).mean())
        return replace(self._score(estimate.mean, unseen, spread), far=far)

    def baseline(self, seen: Trainings, unseen: Trainings) -> Scores:
        """Return the scores of scikit-learn's gradient boosting of one-hot features."""
        from sklearn.ensemble import HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        model = HistGradientBoostingRegressor(random_state=0, early_stopping=False)
        with threadpool_limits(1):
            model.fit(self.source.space.encode(seen.archs), self._last(seen))
        return self._score(model.predict(self.source.space.encode(unseen.archs)), unseen)

    def extrapolation(self, seen: Trainings, unseen: Trainings) -> Scores:
        """Return the scores on the best of the unseen architectures, learned from the worse of the seen."""
        observed, true = self._last(seen), truth_of(self.source, unseen.archs, self.target)
        worse, best = observed > np.quantile(observed, BEST), true <= np.quantile(true, BEST)
        return self.judge(self.learn(seen.only(worse)), unseen.only(best))

    def leave_one_out(self, visited: Mapping[str, Archs], train: int, test: int) -> dict[str, Scores]:
        """Return the scores on what each strategy visited, learned from what only others did."""
        found = {}
        for strategy, mine in visited.items():
            others = np.concatenate([mine[:0], *(archs for other, archs in visited.items() if other != strategy)])
            chosen = self._others(others, mine, train)
            if len(chosen) >= FEWEST <= len(mine):
                model = self.learn(self._trained(chosen))
                found[f"without {strategy}"] = self.judge(model, self._trained(mine[:test]))
        return found

    def _others(self, archs: Archs, mine: Archs, count: int) -> Archs:
        """Return up to `count` of `archs`, each once, in random order, that are not among `mine`."""
        archs = np.unique(archs, axis=0)
        space = self.source.space
        archs = archs[~np.isin(space.index(archs), space.index(mine))]
        if not len(archs):  # a small space, all of which was visited
            return archs
        rows = np.arange(len(archs))
        return archs[np.argsort(Streams(self.seed, "others", rows).random_words(rows, 1)[:, 0], kind="stable")[:count]]

    def _trained(self, archs: Archs) -> Trainings:
        rows = np.arange(len(archs))
        return self._usable(
            train_once(self.source, archs, Streams(self.seed, "audit", rows).random_words(rows, 1)[:, 0])
        )

    def _usable(self, trainings: Trainings) -> Trainings:
        """Return the trainings that did not fail and were measured."""
        values = trainings.values(self.target).reshape(len(trainings.archs), -1)
        true = truth_of(self.source, trainings.archs, self.target)
        return trainings.only(np.isfinite(values).all(axis=1) & np.isfinite(true))

    def _last(self, trainings: Trainings) -> Floats:
        """Return the values after the last epoch, (n,)."""
        values = trainings.values(self.target)
        return values[:, -1] if values.ndim > 1 else values

    def _score(self, mean: Floats, unseen: Trainings, spread: Floats | None = None) -> Scores:
        true = truth_of(self.source, unseen.archs, self.target)
        width = BIN if self.target == "error" else RELATIVE_BIN * abs(float(np.median(true)))
        return score(true, mean, one=self._last(unseen), spread=spread, width=width)


def two_seeds(source: Source, archs: Archs, seed: int) -> float:
    """Return Kendall's tau between two different trainings of each architecture that has two; nan where none has."""
    rows = np.arange(len(archs))
    words = Streams(seed, "two seeds", rows).random_words(rows, TRIES)
    first, *others = (train_once(source, archs, words[:, i]).error[:, -1] for i in range(TRIES))
    second = first
    for other in others:
        second = np.where(second == first, other, second)
    two = (second != first) & np.isfinite(first) & np.isfinite(second)
    return tau(first[two], second[two])


def aligned(rows: list[list[str]]) -> list[str]:
    """Return a line per row: the first column on the left of its width, the others on the right of theirs."""
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join([row[0].ljust(wide[0]), *map(str.rjust, row[1:], wide[1:])]) for row in rows]


def _plain(values: Mapping[str, JsonValue]) -> Table:
    return {
        name: None if isinstance(value, float) and not np.isfinite(value) else value for name, value in values.items()
    }


if not TYPE_CHECKING:  # of what was benchmarks/audit.py
    __getattr__ = renamed_names(__name__, {"audit": "nassim.benchmarks.learning.audit"})
