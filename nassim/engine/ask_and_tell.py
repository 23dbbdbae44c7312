"""One run of a strategy, driven by hand: ask, train for real, tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from nassim.core.asking import ask, blamed, tell
from nassim.core.benchmark import Outcome
from nassim.core.documents import JsonValue
from nassim.core.lifting import lifted
from nassim.core.random_streams import Streams
from nassim.core.relaxation import RelaxedOutcome
from nassim.core.renamed import renamed_names
from nassim.core.settings import check_settings
from nassim.core.space import Space
from nassim.core.strategy import ONE, Answer, Asked, CostOracle, Searcher, StrategyClass, name_of


class AskAndTell:
    """One run of a strategy, driven by hand: ask, train, tell."""

    def __init__(self, strategy: Searcher, name: str = "") -> None:
        self._strategy, self._name = strategy, name or type(strategy).__name__

    def ask(self) -> Asked:
        """Return what to evaluate next, as a batch of one; `.archs[0]` is the architecture."""
        with blamed(self._name):
            return ask(self._strategy, ONE)

    def tell(self, asked: Asked, answer: Answer | ArrayLike) -> None:
        """Give back the answer to `asked`: what a benchmark answered (a Mixture: `benchmark.relaxed`), or the error."""
        if not isinstance(answer, Outcome | RelaxedOutcome):
            error = np.atleast_1d(np.asarray(answer, dtype=np.float64))
            answer = Outcome(error, np.zeros(1), np.zeros((1, 0)))
        tell(self._strategy, ONE, asked, answer)


def solo(
    strategy: StrategyClass,
    space: Space,
    settings: Mapping[str, JsonValue],
    *,
    seed: int = 0,
    run: int = 0,
    fidelities: tuple[int, ...] = (1,),
    cost_oracle: CostOracle | None = None,
) -> AskAndTell:
    """Return run number `run` of a strategy, to be driven by hand: see `nassim.solo`."""
    kind = lifted(strategy)
    check_settings(kind, settings, name_of(kind))
    searcher = kind(space, Streams(seed, name_of(kind), [run]), **settings)
    searcher.prepare(fidelities)
    if cost_oracle is not None:
        searcher.set_cost_oracle(cost_oracle)
    return AskAndTell(searcher, name_of(kind))


if not TYPE_CHECKING:  # mypy takes a module with it for one that has any name
    __getattr__ = renamed_names(__name__, {"Solo": "nassim.engine.ask_and_tell.AskAndTell"})
