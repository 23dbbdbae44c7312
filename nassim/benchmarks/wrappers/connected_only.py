"""ConnectedOnly: any benchmark without the architectures that have no path from input to output.

wrap = [{name = "connected_only"}]

Such cells of NAS-Bench-201, 341 of 15,625, can only guess: on CIFAR-10 they have errors of 90 %, where the worst of the
rest has 68 %. They are in no front there, but stretch the scale on which hypervolumes are measured.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from typing import Self

import numpy as np

from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import Benchmark, Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.excluding import excluding
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.core.wrapper import Wrapper

BLOCK = 256  # mixtures answered at a time


class ConnectedOnly(Wrapper):
    """Unconnected architectures are neither drawn, nor mutants, children or neighbours, nor part of any reference.

    What a strategy puts together gene by gene may be one all the same: it fails, as what is no architecture does. In
    the expectation under a mixture it counts as the worst error of the rest, as failed trainings do.
    """

    def __init__(self, benchmark: Benchmark) -> None:
        super().__init__(benchmark)
        self._lost = benchmark.space.unconnected
        if not len(self._lost):
            raise SettingError(
                f"space {benchmark.space.name} knows of no unconnected architecture; leave the wrapper out"
            )
        if benchmark.card.supernet:
            raise SettingError(f"{benchmark.name} shares weights already; write connected_only before weight_sharing")
        self.space = excluding(benchmark.space, self._lost)
        self.name = f"{benchmark.name}[unconnected=excluded]"
        self.card = replace(
            benchmark.card,
            title=f"{benchmark.card.title}, without {len(self._lost):,} unconnected architectures",
            sha256=sha256(f"{benchmark.card.sha256} connected".encode()).hexdigest(),
        )

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the outcome of each row; unconnected ones fail."""
        outcome, lost = self.benchmark.evaluate(query, training_seed), ~self.space.valid(query.archs)
        if not lost.any():
            return outcome
        costs = np.where(lost[:, None], np.nan, outcome.costs)
        return outcome._replace(error=np.where(lost, np.nan, outcome.error), costs=costs)

    def truth(self, archs: Archs) -> Floats:
        """Return the error on the report split, (n,); nan = unconnected."""
        return np.where(self.space.valid(archs), self.benchmark.truth(archs), np.nan)

    def everything(self) -> Archs | None:
        """Return the connected architectures that are recorded, (n, genes)."""
        every = self.benchmark.everything()
        return None if every is None else every[self.space.valid(every)]

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the exact expectation and its gradient; unconnected ones count as the worst of the rest.

        With e the errors, U what is unconnected, and p the probability of an architecture under the mixture,

            E = sum over all a of p(a) e(a) - sum over a in U of p(a) (e(a) - worst)                            (1)
        """
        answer = self.benchmark.relax(mixture, training_seed)
        error, gradient = answer.error.copy(), answer.gradient.copy()
        for start in range(0, len(error), BLOCK):
            some = slice(start, start + BLOCK)
            seeds = None if training_seed is None else training_seed[some]
            self._take_off(mixture.probabilities[some], seeds, error[some], gradient[some])
        return answer._replace(error=error, gradient=gradient)

    def per_network(self) -> Self:
        """Return the same around the benchmark with one answer per network."""
        return type(self)(self.benchmark.per_network())

    def _take_off(self, probabilities: Floats, seeds: RandomWords | None, error: Floats, gradient: Floats) -> None:
        """Subtract the second sum of equation 1 from expectations (m,) and gradients (m, genes, widest), in place."""
        runs, genes = len(error), np.arange(len(self.space.choices))
        asked = np.tile(self._lost, (runs, 1))
        seen = self.benchmark.evaluate(Query(asked), None if seeds is None else np.repeat(seeds, len(self._lost))).error
        excess = np.nan_to_num(seen - self._worst).reshape(runs, -1)
        each = probabilities[:, genes, self._lost]  # (m, lost, genes)
        others = np.stack([np.delete(each, gene, axis=2).prod(axis=2) for gene in genes], axis=2)
        error -= (excess * each.prod(axis=2)).sum(axis=1)
        for gene in genes:
            chosen = self._lost[:, gene, None] == np.arange(self.space.widest)
            gradient[:, gene] -= (excess * others[:, :, gene]) @ chosen

    @cached_property
    def _worst(self) -> float:
        every = self.space.at(np.arange(self.space.size))
        return float(np.nanmax(self.benchmark.evaluate(Query(every[self.space.valid(every)])).error))
