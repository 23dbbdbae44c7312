"""audit: how good is a surrogate, where does it extrapolate, and how near is it to the best that is possible?

random split      trained on random architectures, judged on others: the easiest case
extrapolation     trained on the worse 90 % of them, judged on the best 10 % of the others
without STRATEGY  trained on what other strategies visited, judged on what this one did
one-hot baseline  scikit-learn's gradient boosting of one-hot features in the random split
two seeds         the ceiling: how well one training of an architecture says what another gives
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nassim.benchmarks.fitting import best_encoding, targets
from nassim.benchmarks.samples import Samples
from nassim.benchmarks.trainings import Source, Trainings, draw, source_of, train, truth_of
from nassim.errors import SettingError, UnknownNameError
from nassim.settings import Count, check_value
from nassim.simulation import simulate
from nassim.space import Archs
from nassim.streams import Floats, Streams
from nassim.surrogates.learn import learn
from nassim.surrogates.model import Surrogate
from nassim.surrogates.scores import Scores, score, tau

STRATEGIES = ("random_search", "regularized_evolution", "local_search", "reinforce")
RUNS, EVALUATIONS = 50, 200  # of each strategy, to see what it visits
BEST = 0.1  # share that an extrapolation is judged on
TWO = 2  # trainings that are compared for the ceiling
BIN, RELATIVE_BIN = 0.1, 0.001  # of the sparse tau: in percent error; for other targets, as a share of the median
RANDOM = "random split"


@dataclass(frozen=True, eq=False)
class Audit:
    """The scores of each split, and the predictions of the random split for a figure."""

    benchmark: str
    target: str
    unit: str
    train: int
    encoding: str
    ceiling: float  # Kendall's tau between two seeds of the same architectures; nan = there are no two
    far: float  # share of the judged architectures that are flagged as far from the training data
    splits: dict[str, Scores]
    true: Floats  # (n,) of the random split
    mean: Floats  # (n,) predicted
    spread: Floats  # (n,) predicted standard deviation of a new training

    def summary(self) -> dict[str, Any]:
        """Return all numbers as plain data."""
        head = {name: getattr(self, name) for name in ("benchmark", "target", "unit", "train", "encoding")}
        splits = {name: asdict(scores) for name, scores in self.splits.items()}
        return head | {"tau_of_two_seeds": self.ceiling, "far": self.far, "splits": splits}


def audit(
    benchmark: str | Source,
    target: str = "error",
    train: int = 1000,
    seed: int = 0,
    *,
    test: int = 3000,
    encoding: str | None = None,
    search: bool = False,
    strategies: Sequence[str] = STRATEGIES,
) -> Audit:
    """Fit surrogates from `train` trainings in several ways and judge each on up to `test` unseen architectures."""
    for name, value in {"train": train, "test": test}.items():
        check_value(name, value, Count)
    source = source_of(benchmark)
    if target not in targets(source):
        raise UnknownNameError(f"target of {source.name}", target, targets(source))
    return _Auditor(source, target, best_encoding(source.space, target, encoding), search, seed).audit(
        train, test, strategies
    )
