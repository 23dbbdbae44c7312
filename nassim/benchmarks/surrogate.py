"""SurrogateBenchmark: answers from XGBoost models that learned a benchmark from some of its trainings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

from nassim import catalog
from nassim.benchmarks.training_seeds import Drawn, drawn
from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.benchmark import Benchmark, Card, Outcome, Query, check_cost
from nassim.core.cost_noise import with_noise
from nassim.core.errors import SettingError
from nassim.core.expectation import contract, expect
from nassim.core.hashing import GOLDEN, hash32, normal_of, words_of
from nassim.core.relaxation import Mixture, RelaxedOutcome, TrainingSet
from nassim.core.space import Space
from nassim.data.atomic import whole_folder
from nassim.surrogates.model import Estimate, Surrogate
from nassim.surrogates.relaxation import Relaxation, through
from nassim.surrogates.training_data import MISSING
from nassim.surrogates.trees import read_leaves

HALF = 0.5  # share of architectures like this that lack a cost, above which it is missing
LEAST = 1e-6  # seconds that any training takes


class SurrogateBenchmark(Benchmark):
    """A benchmark whose every answer is a prediction.

    A space that can be enumerated is predicted once, and answers are looked up; in a larger one all rows of a query
    are predicted together.

    Args:
        error: Its mean is the truth; what a run sees of an architecture adds noise, by the run's training seed.
        seconds: Of training to the last epoch; training to an earlier one takes its share of them, and to a later one
            the rest, unless what it was learned from cannot be resumed.
        costs: Name -> model; of a cost that some lack, also name and " missing" -> that of which do.
        networks: Isomorphic architectures are answered for by one of them.
    """

    exact: ClassVar[bool] = False

    def __init__(
        self,
        name: str,
        card: Card,
        *,
        error: Surrogate,
        seconds: Surrogate,
        costs: Mapping[str, Surrogate],
        networks: bool = False,
    ) -> None:
        self.name, self.card, self.networks = name, card, networks
        self.space, self.epochs = error.space, error.epochs
        self.costs = tuple(name for name in costs if not name.endswith(MISSING))
        self.models = {"error": error, "seconds": seconds, **costs}
        self.resumable = bool(card.facts.get("surrogate", {}).get("resumable", True))
        self._relaxations: dict[str, Relaxation] = {}
        self._drawn: Drawn | None = None

    @classmethod
    def load(cls, folder: str | Path, space: Space | None = None) -> Self:
        """Read a saved surrogate; DataError names what is missing, damaged, or not of `space` where that is given."""
        from nassim.surrogates.storage import read_surrogate

        return cls(**read_surrogate(Path(folder), space, catalog.space))

    def save(self, folder: str | Path) -> None:
        """Write the models and a card.toml into a new folder, all of it or nothing."""
        from nassim.surrogates.storage import write_surrogate

        with whole_folder(Path(folder)) as new:
            write_surrogate(self.name, self.card, self.models, new)

    @property
    def enumerable(self) -> bool:
        """Whether all architectures are predicted once and for all."""
        return self.models["error"].enumerable

    @cached_property
    def optimum(self) -> float:
        """The lowest truth; nan, unknown, where the space cannot be enumerated."""
        return float(self._everywhere("error").mean.min()) if self.enumerable else float("nan")

    def per_network(self) -> Self:
        """Return this benchmark with isomorphic architectures sharing one's answers and training seed."""
        costs = {name: model for name, model in self.models.items() if name not in {"error", "seconds"}}
        error, seconds = self.models["error"], self.models["seconds"]
        return type(self)(self.name, self.card, error=error, seconds=seconds, costs=costs, networks=True)

    def truth(self, archs: Archs) -> Floats:
        """Return the mean that the model predicts, shape (n,)."""
        return self._mean("error", self._stand_in(archs))

    def far(self, archs: Archs) -> NDArray[np.bool_]:
        """Return which architectures lie far from all that the error was learned from, shape (n,)."""
        return self.models["error"].far(archs)

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the outcome of training each row of the query, as its training seed (m,) has it; None = the mean."""
        archs = self._stand_in(query.archs)
        error, noise = self._error(archs, query.epochs)
        if training_seed is not None:
            error = error + noise * normals(self.space.index(archs), training_seed)
        seconds = np.maximum(self._mean("seconds", archs), LEAST) * self._share(query)
        costs = np.column_stack([np.empty((len(archs), 0)), *(self._cost(name, archs) for name in self.costs)])
        told = with_noise(costs, self.costs, self.card.noise, self.space.index(archs), training_seed)
        return Outcome(error, seconds, told)

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return what the model predicts of one of the costs, shape (n,)."""
        check_cost(self.name, name, self.costs, self.card.measured)
        return self._cost(name, self._stand_in(archs))

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the expected error under independent choices per gene, its gradient, and expected seconds.

        Where the space can be enumerated this is exact, and each run relaxes its own draw of the predictions. In a
        larger one it is the expectation of the mean: exact for models of one-hot features on a linear scale, and for
        a logarithmic one see `through`. The noise of single trainings, which averages out over the architectures of
        a mixture, is left out there.
        """
        share, probabilities = mixture.epochs / self.epochs[-1], mixture.probabilities
        if self.enumerable:
            error, gradient = contract(self._tables(training_seed), probabilities, self.space.choices)
            seconds = expect(self._everywhere("seconds").mean, probabilities, self.space.choices)
        else:
            scale = self.models["error"].scale
            error, gradient = through(*self._relaxation("error").slope(probabilities), scale.back, scale.slope)
            scale = self.models["seconds"].scale
            seconds = scale.back(self._relaxation("seconds").expectation(probabilities))
        return RelaxedOutcome(error, gradient, np.maximum(seconds, LEAST) * share)

    def training_set(self, *, mean: bool) -> TrainingSet:  # noqa: ARG002  (one seed of each was learned from)
        """Return the trainings that the models were learned from, each of their mean seconds; nan = not on the card."""
        learned = cast("dict[str, float]", self.card.facts.get("surrogate", {}))
        count, seconds = int(learned.get("train", 1)), learned.get("training_seconds", math.nan)
        return TrainingSet(np.full(count, seconds / count))

    def _stand_in(self, archs: Archs) -> Archs:
        return self.space.representative(archs) if self.networks else archs

    def _mean(self, name: str, archs: Archs) -> Floats:
        model = self.models[name]
        if model.enumerable:
            return model.table().mean.take(self.space.index(archs))
        return model.predict(archs).mean

    def _cost(self, name: str, archs: Archs) -> Floats:
        """Return what is predicted of a cost; nan where it is rather missing."""
        cost, missing = self._mean(name, archs), f"{name}{MISSING}"
        return np.where(self._mean(missing, archs) > HALF, np.nan, cost) if missing in self.models else cost

    def _error(self, archs: Archs, epochs: NDArray[np.int64] | None) -> tuple[Floats, Floats]:
        """Return mean and noise of the error (n,) of each architecture after its epochs."""
        if epochs is None:
            return self._error_after(archs, self.epochs[-1])
        mean, noise = np.empty(len(archs)), np.empty(len(archs))
        for asked in np.unique(epochs).tolist():
            rows = np.flatnonzero(epochs == asked)
            mean[rows], noise[rows] = self._error_after(archs[rows], asked)
        return mean, noise

    def _error_after(self, archs: Archs, epochs: int) -> tuple[Floats, Floats]:
        if epochs not in self.epochs:
            raise SettingError(f"{self.name} has no results after {epochs} epochs; recorded: {self.epochs}")
        model = self.models["error"]
        if model.enumerable:
            table, index = model.table(epochs), self.space.index(archs)
            return table.mean.take(index), table.noise.take(index)
        estimate = model.predict(archs, epochs)
        return estimate.mean, estimate.noise

    def _share(self, query: Query) -> Floats:
        """Return which part of a whole training each row of the query has to pay for, (n,)."""
        since = query.since if self.resumable else None
        begun = np.zeros(len(query.archs)) if since is None else np.maximum(since, 0)
        ends = np.full(len(query.archs), self.epochs[-1]) if query.epochs is None else query.epochs
        share: Floats = (ends - begun) / self.epochs[-1]
        return share

    def _everywhere(self, name: str) -> Estimate:
        """Return the estimates of every architecture, by `index`."""
        table = self.models[name].table()
        return Estimate(*(column[self._rows] for column in table)) if self.networks else table

    @cached_property
    def _rows(self) -> Ids:
        """The id of the architecture that answers for each, by `index`."""
        return self.space.index(self._stand_in(self.space.at(np.arange(self.space.size))))

    def _tables(self, training_seed: RandomWords | None) -> Floats:
        """Return each run's own errors (m, size), or the one (1, size) of means; the last drawn is remembered."""
        mean, noise, _ = self._everywhere("error")
        if training_seed is None:
            return mean[None]

        def draw(word: RandomWords, table: Floats) -> None:
            np.add(mean, noise * normals(self._rows, word), out=table)

        self._drawn = drawn(self._drawn, training_seed, mean.size, draw)
        return self._drawn.tables

    def _relaxation(self, name: str) -> Relaxation:
        model = self.models[name]
        if model.encoding != "onehot" or len(self.epochs) > 1:
            raise SettingError(
                f"{self.name} answers for a mixture of architectures only if {name} was learned from one-hot features "
                f"at one fidelity; fit it with encoding='onehot'"
            )
        if name not in self._relaxations:
            self._relaxations[name] = Relaxation(read_leaves(model.ensemble.members, self.space))
        return self._relaxations[name]


def normals(ids: Ids, training_seed: RandomWords) -> Floats:
    """Return standard normal numbers, one for each pair of an architecture's id and a run's seed, by their hash."""
    return normal_of(hash32(words_of(ids) * GOLDEN ^ training_seed))
