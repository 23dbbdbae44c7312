"""Faults: any benchmark on a cluster where trainings fail, workers are lost, and some are slow.

wrap = [{name = "faults", failed = 0.1, delayed = 0.05}]
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Self

import numpy as np

from nassim.core.arrays import Floats, RandomWords
from nassim.core.benchmark import Benchmark, Outcome, Query
from nassim.core.hashing import GOLDEN, hash32, uniform_of, words_of
from nassim.core.renamed import renamed_names
from nassim.core.settings import Fraction, NonNegative, Range, check_value, schema
from nassim.core.wrapper import Wrapper

Factor = Annotated[float, Range(1)]
KINDS = ("failed", "lost", "moment", "delayed")
SALTS = np.arange(1, len(KINDS) + 1, dtype=np.uint32) * GOLDEN  # of independent draws


class Faults(Wrapper):
    """A benchmark some of whose evaluations go wrong.

    Which evaluations these are is a hash of the run's training seed, the architecture and the epochs, so it is a pure
    function, and all strategies of one run meet the same faults: asking again for what failed fails again. Mixtures,
    which are no trainings, are answered as they were.

    Args:
        failed: Share that fails: the error is nan, the seconds are paid.
        lost: Share whose worker dies at a moment drawn uniformly: the error is nan, and the seconds until then are
            paid, and `replacement` seconds more until there is another worker.
        delayed: Share that takes `slowdown` times as long: stragglers.
        replacement: Seconds until there is another worker.
        slowdown: How many times as long a straggler takes.
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
        super().__init__(benchmark)
        rates = {"failed": failed, "lost": lost, "delayed": delayed, "replacement": replacement, "slowdown": slowdown}
        for name, (hint, _) in schema(Faults).items():
            check_value(f"faults: {name!r}", rates[name], hint)
        self._rates, self._identify = rates, benchmark.space.index
        spelled = ",".join(f"{name}={value:g}" for name, value in rates.items())
        self.name = f"{benchmark.name}[{spelled}]"
        self.card = replace(benchmark.card, facts={**benchmark.card.facts, "trouble": rates})

    @property
    def longest(self) -> float:
        """Seconds that no evaluation takes longer than."""
        return self.benchmark.longest * self._rates["slowdown"] + self._rates["replacement"]

    def per_network(self) -> Self:
        """Return the same faults of a benchmark whose isomorphic architectures share one's answers."""
        alike = super().per_network()
        alike._identify = self.space.canonical  # noqa: SLF001
        return alike

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the benchmark's outcome, or what went wrong."""
        outcome, drawn = self.benchmark.evaluate(query, training_seed), self._words(query, training_seed)
        rates = self._rates
        seconds = np.where(drawn["delayed"] < rates["delayed"], outcome.seconds * rates["slowdown"], outcome.seconds)
        lost = drawn["lost"] < rates["lost"]
        seconds = np.where(lost, seconds * drawn["moment"] + rates["replacement"], seconds)
        error = np.where(lost | (drawn["failed"] < rates["failed"]), np.nan, outcome.error)
        return outcome._replace(error=error, seconds=seconds)

    def _words(self, query: Query, training_seed: RandomWords | None) -> dict[str, Floats]:
        """Return a uniform number (m,) for each kind of fault."""
        words = hash32(words_of(self._identify(query.archs)) * GOLDEN)
        if training_seed is not None:
            words ^= training_seed
        if query.epochs is not None:
            words = hash32(words ^ query.epochs.astype(np.uint32) * GOLDEN)
        return dict(zip(KINDS, uniform_of(hash32(words + SALTS[:, None])), strict=True))


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"Trouble": f"{__name__}.Faults"})
