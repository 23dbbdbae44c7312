"""One run of a strategy, driven by hand: ask, train for real, tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import ArrayLike

from nassim.core.arrays import Floats
from nassim.core.asking import ask, blamed, tell
from nassim.core.benchmark import Outcome
from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError
from nassim.core.lifting import lifted
from nassim.core.objectives import MOST
from nassim.core.random_streams import Streams
from nassim.core.relaxation import RelaxedOutcome
from nassim.core.renamed import renamed_names
from nassim.core.settings import Range, check_settings, check_value
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

    def tell(self, asked: Asked, answer: Answer | ArrayLike, missed: float = 0.0) -> None:
        """Give back the answer to `asked`: what a benchmark answered (a Mixture: `benchmark.relaxed`), or the error.

        Args:
            asked: What was asked.
            answer: It; of several objectives their values, lower is better, nan = failed or not known.
            missed: By how much all limits are missed, best as shares of their bounds; 0 = they are kept.

        Raises:
            SettingError: If it is no answer to that, or if it has more or fewer objectives than the search.
        """
        if not isinstance(answer, Outcome | RelaxedOutcome):
            answer = self._outcome(np.atleast_1d(np.asarray(answer, dtype=np.float64)), missed)
        tell(self._strategy, ONE, asked, answer)

    def _outcome(self, values: Floats, missed: float) -> Outcome:
        expected = self._strategy.objectives
        if values.shape != (expected,):
            wanted = "an error" if expected == 1 else f"{expected} objectives"
            raise SettingError(f"{self._name}: expected {wanted}, got {values.tolist()!s:.80}")
        violation = np.array([missed], dtype=np.float64) if self._strategy.limited else None
        objectives = None if expected == 1 else values[None]
        return Outcome(values[:1], np.zeros(1), np.zeros((1, 0)), objectives, violation)


def solo(
    strategy: StrategyClass,
    space: Space,
    settings: Mapping[str, JsonValue],
    *,
    seed: int = 0,
    run: int = 0,
    fidelities: tuple[int, ...] = (1,),
    cost_oracle: CostOracle | None = None,
    objectives: int = 1,
    limited: bool = False,
) -> AskAndTell:
    """Return run number `run` of a strategy, to be driven by hand: see `nassim.solo`."""
    kind = lifted(strategy)
    check_settings(kind, settings, name_of(kind))
    searcher = kind(space, Streams(seed, name_of(kind), [run]), **settings)
    check_value("objectives", objectives, Annotated[int, Range(1, MOST)])
    searcher.objectives, searcher.limited = objectives, limited
    searcher.prepare(fidelities)
    if cost_oracle is not None:
        searcher.set_cost_oracle(cost_oracle)
    return AskAndTell(searcher, name_of(kind))


if not TYPE_CHECKING:  # mypy takes a module with it for one that has any name
    __getattr__ = renamed_names(__name__, {"Solo": "nassim.engine.ask_and_tell.AskAndTell"})
