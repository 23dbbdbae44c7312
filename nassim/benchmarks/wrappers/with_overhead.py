"""WithOverhead: any benchmark whose every evaluation takes seconds besides its training, such as those of a validation.

wrap = [{name = "with_overhead", cost = "validation_seconds"}]
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from hashlib import sha256

import numpy as np

from nassim.benchmarks.monte_carlo import draw, mean_of_each
from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import Benchmark, Outcome, Query, check_cost
from nassim.core.errors import SettingError
from nassim.core.expectation import expect
from nassim.core.relaxation import Mixture, RelaxedOutcome, TrainingSet
from nassim.core.wrapper import Wrapper

LISTED = 1 << 20  # architectures of a space whose expected overhead is exact; of a larger one it is estimated


class WithOverhead(Wrapper):
    """Every evaluation pays a cost in seconds of its architecture, and so does every step of a search by mixtures.

    Args:
        cost: The name of one of the benchmark's costs, in seconds, which is known of every architecture.
    """

    def __init__(self, benchmark: Benchmark, *, cost: str) -> None:
        super().__init__(benchmark)
        check_cost(benchmark.name, cost, benchmark.costs)
        self._cost, self._column = cost, benchmark.costs.index(cost)
        every = self._every
        if every is not None and not (self._known(every[self.space.valid(every)]) >= 0).all():
            raise SettingError(f"{benchmark.name}: {cost} is not known of every architecture, so it cannot be charged")
        self.name = f"{benchmark.name} + {cost}"
        self.card = replace(benchmark.card, sha256=sha256(f"{benchmark.card.sha256} + {cost}".encode()).hexdigest())

    @property
    def longest(self) -> float:
        """Seconds that no evaluation takes longer than."""
        return self.benchmark.longest + (np.inf if self._every is None else float(self._overhead(self._every).max()))

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the outcome of each row, which takes longer."""
        outcome = self.benchmark.evaluate(query, training_seed)
        return outcome._replace(seconds=outcome.seconds + np.nan_to_num(outcome.costs[:, self._column]))

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the benchmark's answer, which takes longer by the overhead that is expected under the mixture."""
        answer = self.benchmark.relax(mixture, training_seed)
        return answer._replace(seconds=answer.seconds + self._expected(mixture.probabilities, training_seed))

    def training_set(self, *, mean: bool) -> TrainingSet:
        """Return the benchmark's trainings, each with its overhead; of unknown cost where it is unknown whose they are.

        Whose they are is known where each architecture has one, or where there is one of all that is recorded.
        """
        trainings, every = self.benchmark.training_set(mean=mean), self._every
        if trainings.which is not None:
            every = self.space.at(np.unique(trainings.which, return_index=True)[1])
        overhead = np.nan if every is None or len(every) != trainings.seconds.size else self._overhead(every)
        return trainings._replace(seconds=trainings.seconds + overhead * trainings.times)

    @cached_property
    def _every(self) -> Archs | None:
        return self.benchmark.everything()

    def _overhead(self, archs: Archs) -> Floats:
        """Return the seconds (n,) that evaluations take besides trainings; none of what is no architecture."""
        return np.nan_to_num(self._known(archs))

    def _known(self, archs: Archs) -> Floats:
        """Return the cost of each, (n,): also one that no search may know, since it is measured after training."""
        measured = self._cost in self.benchmark.card.measured
        return self.benchmark.measure(self._cost, archs) if measured else self.benchmark.cost(self._cost, archs)

    def _expected(self, probabilities: Floats, training_seed: RandomWords | None) -> Floats:
        """Return the expectation (m,) under mixtures (m, genes, widest)."""
        if self.space.size <= LISTED:
            return expect(self._table, probabilities, self.space.choices)
        drawn = draw(probabilities, training_seed)
        return mean_of_each(self._overhead(drawn.reshape(-1, drawn.shape[2])).reshape(len(drawn), -1))

    @cached_property
    def _table(self) -> Floats:
        """The overhead of all architectures, by `index`, (size,)."""
        return self._overhead(self.space.at(np.arange(self.space.size)))
