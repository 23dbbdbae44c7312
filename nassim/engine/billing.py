"""What answers cost: seconds by which a simulated clock can go, for benchmarks of a user's own too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Floats, Rows
from nassim.core.benchmark import Benchmark, Outcome, Query
from nassim.core.errors import DataError, SettingError
from nassim.core.policies import TrainingSetBill
from nassim.core.relaxation import RelaxedOutcome
from nassim.core.renamed import renamed_names

PATIENCE = 10_000  # evaluations in a row that may take no time, where seconds alone end a run


def bill(benchmark: Benchmark, policy: TrainingSetBill, budget: float | None, *, mean: bool) -> float:
    """Return when a run begins: after the trainings that a benchmark's answers are made of, if these are billed.

    SettingError where there is no budget in seconds, so that nobody would pay; where the benchmark does not say what
    the trainings took; or where they take the whole budget.
    """
    if policy == "free":
        return 0.0
    if budget is None:
        raise SettingError("training_set = 'billed' is paid in seconds: give a budget in seconds, or leave it out")
    seconds = float(benchmark.training_set(mean=mean).seconds.sum())
    if math.isnan(seconds):
        raise SettingError(
            f"training_set = 'billed': {benchmark.name} does not say how many seconds the trainings took that its "
            "answers are made of; fit the surrogate again, or leave the policy out"
        )
    if seconds >= budget:
        raise SettingError(
            f"training_set = 'billed': the trainings that the answers of {benchmark.name} are made of take "
            f"{seconds:,.0f} seconds, expected fewer than the budget of {budget:,.0f}; give more, or fit from fewer"
        )
    return seconds


def prepared(benchmark: Benchmark, budget: float | None) -> float:
    """Return the seconds that each run pays before it begins; SettingError where they take the whole budget."""
    if budget is not None and benchmark.preparation >= budget:
        raise SettingError(
            f"{benchmark.name}: measurements before a run begins take {benchmark.preparation:,.0f} seconds, expected "
            f"fewer than the budget of {budget:,.0f}; give more, or measure fewer"
        )
    return benchmark.preparation


def check_outcome(benchmark: Benchmark, asked: Query, outcome: Outcome, *, timed: bool) -> None:
    """Raise DataError naming the first architecture whose training takes no seconds that can be.

    Args:
        timed: Whether seconds alone end a run: then every training that does not fail takes some.
    """
    least, most = np.minimum.reduce(outcome.seconds, initial=1.0), np.maximum.reduce(outcome.seconds, initial=1.0)
    if not (least > 0 and most < math.inf):  # nor where one of them is nan
        _check_some(benchmark, asked, outcome, timed=timed)


def check_relaxed_outcome(benchmark: Benchmark, answer: RelaxedOutcome) -> None:
    """Raise DataError unless a step of a search by mixtures takes seconds that can be."""
    wrong = ~((answer.seconds >= 0) & (answer.seconds < math.inf))
    if wrong.any():
        got = answer.seconds[wrong.argmax()]
        raise DataError(f"{benchmark.name}: expected a step on a mixture to take a number of seconds >= 0, got {got}")


class Standstill:
    """Sees to it that runs whose budget is seconds alone end, whatever answers cost."""

    def __init__(self, runs: int) -> None:
        self._since: NDArray[np.int64] = np.zeros(runs, dtype=np.int64)  # evaluations since the time went on
        self._last: Floats = np.zeros(runs)

    def check(self, benchmark: Benchmark, rows: Rows, seconds: Floats) -> None:
        """Take note that evaluations of rows (m,) completed at these seconds.

        Raises:
            DataError: If a run stands still.
        """
        still = self._since[rows] = np.where(seconds > self._last[rows], 0, self._since[rows] + 1)
        self._last[rows] = seconds
        if still.max(initial=0) >= PATIENCE:
            raise DataError(
                f"{benchmark.name}: {PATIENCE:,} evaluations in a row took no time, so a budget in seconds is never "
                "spent; give a budget in evaluations too"
            )


def _check_some(benchmark: Benchmark, asked: Query, outcome: Outcome, *, timed: bool) -> None:
    """Check trainings of which some take no time or less: at once where it never passes, or resumed for nothing."""
    seconds, since = outcome.seconds, 0 if asked.since is None else asked.since
    wrong = ~((seconds >= 0) & (seconds < math.inf))
    if wrong.any():
        at = int(wrong.argmax())
        expected = "a number of seconds >= 0 that rises along epochs"
        raise _refusal(benchmark, asked, at, f"{seconds[at]} seconds", expected)
    further = asked.epochs > since if asked.epochs is not None else np.ones(seconds.shape, dtype=np.bool_)
    free = (seconds == 0) & further & ~np.isnan(outcome.error) & (timed | (np.asarray(since) > 0))
    if free.any():
        expected = "more than that, or a budget in seconds is never spent, and going on with a training costs nothing"
        raise _refusal(benchmark, asked, int(free.argmax()), "0 seconds", expected)


def _refusal(benchmark: Benchmark, asked: Query, row: int, got: str, expected: str) -> DataError:
    """Return what is raised about one of the architectures asked for."""
    part = "".join(
        f" {word} {int(epochs[row])} epochs"
        for word, epochs in (("from", asked.since), ("to", asked.epochs))
        if epochs is not None
    )
    said = f"training {benchmark.space.show(asked.archs[row]):.80}{part}"
    return DataError(f"{benchmark.name}: {said} gave {got}, expected {expected}; correct the benchmark")


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"check_slope": f"{__name__}.check_relaxed_outcome"})
