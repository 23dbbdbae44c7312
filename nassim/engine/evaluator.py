"""Evaluator: takes the questions of many runs to the benchmark under the study's policies, and remembers repeats."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids, RandomWords, Rows
from nassim.core.benchmark import Benchmark, Outcome, Query
from nassim.core.constraint_handling import told_error
from nassim.core.growing import with_room
from nassim.core.objectives import Objectives
from nassim.core.policies import Identity, Policies
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetAnswer, SupernetState
from nassim.core.renamed import renamed_names
from nassim.core.space import Space
from nassim.core.strategy import Answer, Asked
from nassim.engine.billing import check_outcome, check_relaxed_outcome
from nassim.engine.disclosure import Disclosure


class Evaluator:
    """Asks a benchmark on behalf of runs.

    `streams` decides the training seed of each run: strategies that share them meet the same training seeds. What
    answers cost is checked.

    `disclosure` is what runs heard of mixtures; None = nothing.

    Args:
        deaf: Whether answers for mixtures are not heard but for their seconds.
        timed: Whether seconds alone end a run.
    """

    disclosure: Disclosure | None = None

    def __init__(
        self,
        benchmark: Benchmark,
        streams: Streams,
        policies: Policies = Policies(),
        *,
        deaf: bool = False,
        timed: bool = False,
    ) -> None:
        self.benchmark = benchmark.per_network() if policies.identity == "isomorphism" else benchmark
        self._streams = streams
        self.objectives = Objectives.of(self.benchmark, policies.objectives, policies.constraints)
        self._handling, self._weight = policies.handling, policies.handling_weight
        self._signal, self._restart, self._deaf, self._timed = policies.signal, policies.restart, deaf, timed
        self.training_seed = streams.random_words(np.arange(streams.runs), 1)[:, 0]  # (runs,) which trainings each sees
        identify = _identify(benchmark.space, policies.identity)
        self._memory = Memory(identify, streams.runs) if policies.repeats == "free" else None

    def answer(self, rows: Rows, asked: Asked, now: Floats, before: Asked | None = None) -> Answer:
        """Return what the benchmark says to each row; `now` (m,) is the simulated time of asking.

        `before` is what the same workers have just completed: who goes on with that training need not restart it.
        """
        training_seed = self._training_seed_of(rows)
        if isinstance(asked, Mixture):
            answer = relaxed(self.benchmark, asked, training_seed)
            check_relaxed_outcome(self.benchmark, answer)
            self._disclose(rows, asked)
            return answer
        try:
            outcome = self._train(asked, training_seed, before)
        except (IndexError, ValueError):
            self.benchmark.space.check(asked.archs)  # says which row is no architecture
            raise
        outcome = self._memory.recall(rows, asked, outcome, now) if self._memory else outcome
        return outcome if self.objectives.plain else self.objectives.told(outcome)

    def heard(self, answer: Answer) -> Answer:
        """Return an answer as a strategy that knows only errors is told it: limits are handled as the policy says."""
        if not isinstance(answer, Outcome) or answer.violation is None or self._handling in {"none", "reject"}:
            return answer
        ratios = self.objectives.ratios(answer.error, answer.costs)
        told = told_error(self._handling, self._weight, answer.error, ratios, answer.violation)
        return answer._replace(error=told)

    def _disclose(self, rows: Rows, asked: Mixture) -> None:
        """Keep count of what the answers for mixtures tell."""
        if self._deaf:
            return
        if self.disclosure is None:
            trainings = self.benchmark.training_set(mean=self._signal == "mean")
            self.disclosure = Disclosure(self.benchmark.space, trainings, self.training_seed.size)
        self.disclosure.add(rows, asked)

    def _train(self, asked: Query, training_seed: RandomWords | None, before: Asked | None) -> Outcome:
        """Return the outcome of trainings, begun or resumed; what a restart costs is the policy `restart`."""
        if asked.since is None or not self._restart:
            return self._evaluated(asked, training_seed)
        restarts = (asked.since > 0) & ~_goes_on(asked, before)
        if self._restart == "scratch":
            return self._evaluated(asked._replace(since=np.where(restarts, 0, asked.since)), training_seed)
        outcome = self._evaluated(asked, training_seed)
        return outcome._replace(seconds=outcome.seconds + np.where(restarts, self._restart, 0.0))

    def _evaluated(self, asked: Query, training_seed: RandomWords | None) -> Outcome:
        outcome = self.benchmark.evaluate(asked, training_seed)
        check_outcome(self.benchmark, asked, outcome, timed=self._timed)
        return outcome

    def _training_seed_of(self, rows: Rows) -> RandomWords | None:
        if self._signal == "mean":
            return None
        if self._signal == "resampled":
            return self._streams.random_words(rows, 1)[:, 0]
        return self.training_seed if rows.size == self.training_seed.size else self.training_seed[rows]


def relaxed(benchmark: Benchmark, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
    """Return what a benchmark says of a mixture, and of each of its candidates with the same weights."""
    answer, state = benchmark.relax(mixture, training_seed), mixture.supernet
    if state is None or state.candidates is None:
        return answer
    runs, many, genes = state.candidates.shape
    each = np.repeat(np.arange(runs), many)
    shared = None if state.trained is None else SupernetState(state.trained[each])
    query = Query(state.candidates.reshape(-1, genes), supernet=shared)
    outcome = benchmark.evaluate(query, None if training_seed is None else training_seed[each])
    said = answer.supernet or SupernetAnswer()
    return answer._replace(supernet=said._replace(candidate_error=outcome.error.reshape(runs, many)))


def _identify(space: Space, identity: Identity) -> Callable[[Archs], Ids]:
    """Return the function that gives equal ids to what counts as the same architecture."""
    return space.canonical if identity == "isomorphism" else space.index


def _goes_on(asked: Query, before: Asked | None) -> NDArray[np.bool_]:
    """Return which rows (m,) ask their worker to go on with the very training that it has just done."""
    if not isinstance(before, Query) or before.epochs is None:
        return np.zeros(len(asked.archs), dtype=np.bool_)
    same: NDArray[np.bool_] = (asked.archs == before.archs).all(axis=1) & (asked.since == before.epochs)
    return same


class Memory:
    """What each run has already trained, so that asking again can be free."""

    def __init__(self, identify: Callable[[Archs], Ids], runs: int) -> None:
        self._identify = identify
        self._asked = 0
        self._keys = np.empty((runs, 0), dtype=np.int64)  # (runs, asked) which architecture, how far trained
        self._error = np.empty((runs, 0))
        self._ready = np.empty((runs, 0))  # simulated time at which the answer was known

    def recall(self, rows: Rows, asked: Query, outcome: Outcome, now: Floats) -> Outcome:
        """Return the outcome with repeats answered as the first time, at no seconds but those still to wait."""
        self._make_room()
        keys = self._key(asked)
        known = self._keys[rows, : self._asked] == keys[:, None]
        repeat, first = known.any(axis=1), (rows, known.argmax(axis=1)) if self._asked else (rows, 0)
        error = np.where(repeat, self._error[first], outcome.error)
        seconds = np.where(repeat, np.maximum(self._ready[first] - now, 0), outcome.seconds)
        here = (rows, self._asked)
        self._keys[here], self._error[here], self._ready[here] = keys, error, now + seconds
        self._asked += 1
        return outcome._replace(error=error, seconds=seconds)

    def _key(self, asked: Query) -> Ids:
        index = self._identify(asked.archs)
        return index if asked.epochs is None else index * (1 << 20) + asked.epochs  # epochs stay far below 2**20

    def _make_room(self) -> None:
        self._keys = with_room(self._keys, self._asked, -1)
        self._error, self._ready = with_room(self._error, self._asked), with_room(self._ready, self._asked)


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"Desk": f"{__name__}.Evaluator"})
