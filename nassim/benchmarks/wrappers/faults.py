"""Faults: any benchmark on a cluster where trainings fail, workers are lost, and some are slow."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np

from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import (
    Benchmark,
    Floor,
    Mixture,
    Outcome,
    Query,
    Relaxable,
    RelaxedOutcome,
    Retrained,
    TrainingSet,
    is_exact,
    training_set,
)
from nassim.core.errors import SettingError
from nassim.core.hashing import GOLDEN, hash32, uniform_of, words_of
from nassim.core.renamed import renamed_names
from nassim.core.settings import Fraction, NonNegative, Range, check_value

Factor = Annotated[float, Range(1)]
KINDS = ("failed", "lost", "moment", "delayed")
SALTS = np.arange(1, len(KINDS) + 1, dtype=np.uint32) * GOLDEN  # of independent draws
RATES: dict[str, Any] = {
    "failed": Fraction,
    "lost": Fraction,
    "delayed": Fraction,
    "replacement": NonNegative,
    "slowdown": Factor,
}


class Faults:
    """A benchmark some of whose evaluations go wrong.

    failed       share that fails: the error is nan, the seconds are paid
    lost         share whose worker dies at a moment drawn uniformly: the error is nan, and the seconds until then are
                 paid, and `replacement` seconds more until there is another worker
    delayed      share that takes `slowdown` times as long: stragglers

    Which evaluations these are is a hash of the run's training seed, the architecture and the epochs, so it is a pure
    function, and all strategies of one run meet the same trouble: asking again for what failed fails again. Mixtures,
    which are no trainings, are answered as they were.
    """

    def __init__(
        self,
        benchmark: Benchmark,
        *,
        failed: Fraction = 0.0,
        lost: Fraction = 0.0,
        delayed: Fraction = 0.0,
        replacement: NonNegative = 0.0,
        slowdown: Factor = 4.0,
    ) -> None:
        rates = {"failed": failed, "lost": lost, "delayed": delayed, "replacement": replacement, "slowdown": slowdown}
        for name, value in rates.items():
            check_value(f"trouble: {name!r}", value, RATES[name])
        self._benchmark, self._rates = benchmark, rates
        self.space, self.epochs, self.costs = benchmark.space, benchmark.epochs, benchmark.costs
        self._identify = benchmark.space.index
        spelled = ",".join(f"{name}={value:g}" for name, value in rates.items())
        self.name = f"{benchmark.name}[{spelled}]"
        self.card = replace(benchmark.card, facts=benchmark.card.facts | {"trouble": rates})

    @property
    def exact(self) -> bool:
        """Whether the benchmark's answers are the same on every machine; what goes wrong is."""
        return is_exact(self._benchmark)

    @property
    def optimum(self) -> float:
        """The lowest truth of the benchmark."""
        return self._benchmark.optimum

    def truth(self, archs: Archs) -> Floats:
        """Return the error on the report split, shape (n,)."""
        return self._benchmark.truth(archs)

    def unseen(self, archs: Archs, training_seed: RandomWords) -> Floats:
        """Return the benchmark's mean error over the trainings that runs of this seed (n,) do not see, (n,)."""
        if not isinstance(self._benchmark, Retrained):
            raise SettingError(f"{self._benchmark.name} has no trainings that could judge who saw the others")
        return self._benchmark.unseen(archs, training_seed)

    def floor(self) -> Floor | None:
        """Return what luck is left in that; None where the benchmark cannot judge so."""
        return self._benchmark.floor() if isinstance(self._benchmark, Retrained) else None

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return one of the costs, (n,), which are known without training and without trouble."""
        return self._benchmark.cost(name, archs)

    def per_network(self) -> Self:
        """Return the same trouble with a benchmark whose isomorphic architectures share one's answers."""
        alike = copy(self)
        alike._benchmark, alike._identify = self._benchmark.per_network(), self.space.canonical  # noqa: SLF001
        return alike

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the benchmark's outcome, or the trouble with it."""
        outcome, drawn = self._benchmark.evaluate(query, training_seed), self._words(query, training_seed)
        rates = self._rates
        seconds = np.where(drawn["delayed"] < rates["delayed"], outcome.seconds * rates["slowdown"], outcome.seconds)
        lost = drawn["lost"] < rates["lost"]
        seconds = np.where(lost, seconds * drawn["moment"] + rates["replacement"], seconds)
        error = np.where(lost | (drawn["failed"] < rates["failed"]), np.nan, outcome.error)
        return outcome._replace(error=error, seconds=seconds)

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the benchmark's own answer."""
        if not isinstance(self._benchmark, Relaxable):
            raise SettingError(f"{self._benchmark.name} cannot answer for a mixture of architectures")
        return self._benchmark.relax(mixture, training_seed)

    def training_set(self, *, mean: bool) -> TrainingSet:
        """Return the trainings that the benchmark's answers for mixtures are made of."""
        return training_set(self._benchmark, mean=mean)

    def _words(self, query: Query, training_seed: RandomWords | None) -> dict[str, Floats]:
        """Return a uniform number (m,) for each kind of trouble."""
        words = hash32(words_of(self._identify(query.archs)) * GOLDEN)
        if training_seed is not None:
            words ^= training_seed
        if query.epochs is not None:
            words = hash32(words ^ query.epochs.astype(np.uint32) * GOLDEN)
        return dict(zip(KINDS, uniform_of(hash32(words + SALTS[:, None])), strict=True))


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"Trouble": f"{__name__}.Faults"})
