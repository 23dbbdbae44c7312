"""What every strategy promises on a cluster: nobody waits, budgets hold, trouble is paid, nothing is asked twice."""

from __future__ import annotations

import heapq
import importlib
import inspect
import re
from typing import Any

import numpy as np
import pytest

import nassim
from nassim import Faults, catalog
from nassim.core.lifting import lifted
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from nassim.core.wrapper import Wrapper
from tests.contracts.strategies import NAMES, QUICK
from tests.toys import toy_benchmark

TOY = toy_benchmark((3, 2, 5, 4))
EVALUATIONS = 45
LEARN = re.compile(r"from nassim.strategies._(batches|density|history|parzen) import")  # what models are made with
OPTIONS: dict[str, dict[str, Any]] = {"bohb": {"random_fraction": 0.0}, "optuna": {"sampler": "TPESampler"}}


def has_model(name: str) -> bool:
    """Return whether a strategy proposes what a model of the errors likes best."""
    return name == "optuna" or bool(
        LEARN.search(inspect.getsource(importlib.import_module(f"nassim.strategies.{name}")))
    )


class Watched(Wrapper):
    """A benchmark that keeps what it has answered, in the order of the questions."""

    def __init__(self, benchmark: Any) -> None:
        super().__init__(benchmark)
        self.answers: list[Any] = []
        self._judging = False

    def evaluate(self, query: Any, training_seed: Any = None) -> Any:
        """Answer, and keep the answer, unless it is part of that to a mixture."""
        answer = self.benchmark.evaluate(query, training_seed)
        if not self._judging:
            self.answers.append(answer)
        self._judging = False
        return answer

    def relax(self, mixture: Mixture, training_seed: Any = None) -> Any:
        """Answer for a mixture, and keep the answer."""
        self.answers.append(self.benchmark.relax(mixture, training_seed))
        self._judging = mixture.supernet is not None and mixture.supernet.candidates is not None
        return self.answers[-1]


def troubled() -> Watched:
    """Return the toy table on a cluster where much goes wrong."""
    return Watched(Faults(TOY, failed=0.1, lost=0.05, delayed=0.1, replacement=2.0))


def schedule(answers: list[Any], row: int, workers: int) -> tuple[list[float], list[float]]:
    """Return when each question of a row begins and ends if every worker begins the next as soon as it is free."""
    free, begins, ends = [0.0] * workers, [], []
    for answer in answers:
        begins.append(heapq.heappop(free))
        ends.append(begins[-1] + float(answer.seconds[row]))
        heapq.heappush(free, ends[-1])
    return begins, ends


@pytest.mark.parametrize("workers", [1, 5, 16])
@pytest.mark.parametrize("name", NAMES)
def test_no_free_worker_waits_and_trouble_is_paid(name, workers):
    """Every training, failed or not, takes its worker's seconds, after which that worker at once begins the next; the
    budget is spent and not exceeded; what is handed in has not failed.
    """
    bench = troubled()
    trace = nassim.simulate(name, bench, runs=3, evaluations=EVALUATIONS, workers=workers, **QUICK.get(name, {}))
    assert trace.lengths.tolist() == [len(bench.answers)] * 3
    assert len(bench.answers) <= EVALUATIONS
    for row in range(3):
        np.testing.assert_allclose(trace.seconds[row], sorted(schedule(bench.answers, row, workers)[1]), rtol=1e-12)
    relaxed = trace.provenance["hands_in"] == "latest"
    assert relaxed or np.isnan(trace.error).any()
    handed_in = np.take_along_axis(trace.error, trace.incumbent()[:, -1:], axis=1)
    assert np.isfinite(handed_in).all()


@pytest.mark.parametrize("workers", [1, 7])
@pytest.mark.parametrize("name", NAMES)
def test_in_trouble_nothing_begins_after_the_seconds_are_spent(name, workers):
    """Workers begin what they can until the last second of the budget, and nothing after it."""
    bench, seconds = troubled(), 150.0 * workers**0.5
    trace = nassim.simulate(name, bench, runs=[5], seconds=seconds, workers=workers, **QUICK.get(name, {}))
    begins, ends = schedule(bench.answers, 0, workers)
    assert max(begins) < seconds
    assert trace.lengths.tolist() == [len(ends)]
    limit = lifted(catalog.strategy(name))(TOY.space, Streams(0, name, [0]), **QUICK.get(name, {})).max_evaluations
    assert len(ends) == limit or sum(end >= seconds for end in ends) == workers


@pytest.mark.parametrize("name", [name for name in NAMES if has_model(name)])
def test_a_model_proposes_nothing_that_is_pending(name):
    """After 40 answers, 16 suggestions that get none are all different.

    Of one objective `mo_tpe` has few good ones to draw from, as Optuna's: that they are due makes repeats rarer, and
    does not exclude them.
    """
    bench = toy_benchmark((4, 5, 6, 3))
    for run in range(3):
        settings = QUICK.get(name, {}) | OPTIONS.get(name, {})
        told: Any = {"fidelities": bench.epochs, "cost_oracle": bench.cost}
        searcher = nassim.solo(name, bench.space, run=run, **told, **settings)
        for _ in range(40):
            asked = searcher.ask()
            searcher.tell(asked, bench.evaluate(asked))
        pending = {tuple(searcher.ask().archs[0]) for _ in range(16)}
        assert len(pending) >= (10 if name == "mo_tpe" else 16)
