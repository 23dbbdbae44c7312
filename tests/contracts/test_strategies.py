"""What every strategy promises of its runs: alone, in company, in any order, within any budget."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import nassim
from nassim import catalog
from nassim.core.benchmark import Query
from nassim.core.lifting import lifted
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from nassim.core.trace import Trace
from nassim.core.wrapper import Wrapper
from nassim.engine.ask_and_tell import AskAndTell
from nassim.engine.evaluator import relaxed
from nassim.stats.paired import signed_rank
from tests.contracts.strategies import (
    ARRAYS,
    EVALUATIONS,
    NAMES,
    NUMBERS,
    QUICK,
    TOY,
    bench,
    differences,
    simulate,
    whole,
)
from tests.toys import toy_benchmark

pytestmark = pytest.mark.parametrize("name", NAMES)


CURVES = toy_benchmark((3, 2, 5, 4), replicas=3, epochs=tuple(range(1, 31)))  # long enough to be extrapolated


REAL = "nb201/cifar10"


BENCHMARKS = ["toy", *({REAL} & set(catalog.names("benchmarks")))]


LEARNS = {  # of whose defaults nothing, or random search, is seen within so few evaluations
    "moead": {"population": 10},
    "nsga2": {"population": 10},
    "nsga3": {"population": 10},
    "optuna": {"sampler": "TPESampler"},
    "sms_emoa": {"population": 10},
}


SLOW = {
    *QUICK,
    "ehvi",
    "gaussian_process",
    "kernel_ridge_thompson",
    "parego",
    "zero_cost_prior",
}  # models are fitted often


on_every_benchmark = pytest.mark.parametrize("where", BENCHMARKS)


def in_time(where: str) -> float:
    """Return a budget in seconds for about 20 evaluations."""
    archs = bench(where).space.sample(np.arange(200), Streams(0, "times", range(200)))
    return 20 * float(bench(where).evaluate(Query(archs)).seconds.mean())


def cut(trace: Trace, rows: list[int]) -> Trace:
    """Return some rows of a trace, padded no longer than needed."""
    end = trace.lengths[rows].max()
    parts = {field: getattr(trace, field)[rows] for field in ARRAYS}
    return Trace(**{field: part[:, :end] if part.ndim > 1 else part for field, part in parts.items()}, provenance={})


def failing(rate: float) -> Any:
    """Return the toy table with some of its trainings failed."""
    broken = copy.copy(TOY)
    fails = np.random.default_rng(1).random(TOY._error.shape[1:]) < rate
    broken._error, broken._drawn = np.where(fails, np.nan, TOY._error), None
    return broken


def solo(name: str, space: Any, **options: Any) -> AskAndTell:
    """Return the same to be driven by hand."""
    return nassim.solo(name, space, **QUICK.get(name, {}) | options)


class Witness(Wrapper):
    """A benchmark that checks every question before it is answered, and that nobody changes it later."""

    def __init__(self, benchmark: Any) -> None:
        super().__init__(benchmark)
        self.asked: list[tuple[Any, Any]] = []

    def evaluate(self, query: Query, training_seed: Any = None) -> Any:
        """Answer a valid query."""
        self.space.check(query.archs)
        assert query.archs.dtype == np.int8
        self.asked.append((query, copy.deepcopy(query)))
        return self.benchmark.evaluate(query, training_seed)

    def relax(self, mixture: Mixture, training_seed: Any = None) -> Any:
        """Answer a valid mixture."""
        probabilities, option_mask = mixture.probabilities, self.space.option_mask
        assert probabilities.shape[1:] == option_mask.shape
        assert (probabilities >= 0).all()
        assert not probabilities[:, ~option_mask].any()
        assert np.allclose(probabilities.sum(axis=2), 1, atol=1e-9)
        assert mixture.epochs.shape == probabilities.shape[:1]
        assert (mixture.epochs > 0).all()
        self.asked.append((mixture, copy.deepcopy(mixture)))
        return self.benchmark.relax(mixture, training_seed)

    def changed(self) -> int:
        """Return how many questions were changed after they were asked."""
        return sum(not unchanged(asked, kept) for asked, kept in self.asked)


def unchanged(asked: Any, kept: Any) -> bool:
    """Return whether all fields of a question, and of values within it, are as they were."""
    if isinstance(asked, tuple):
        return all(unchanged(*pair) for pair in zip(asked, kept, strict=True))
    return bool(np.array_equal(asked, kept))


@pytest.mark.parametrize("workers", [1, 3])
@on_every_benchmark
def test_a_run_alone_equals_its_row(name, where, workers):
    """Whether a run is simulated alone or among others makes no difference to a single bit."""
    for row, run in enumerate(NUMBERS):
        alone = simulate(name, bench(where), runs=[run], evaluations=EVALUATIONS, workers=workers)
        assert differences(alone, cut(whole(name, where, workers), [row])) == [], run


@pytest.mark.parametrize("workers", [1, 3])
@on_every_benchmark
def test_permuting_runs_permutes_rows(name, where, workers):
    """The order of the run numbers is the order of the rows, and nothing else."""
    order = [2, 3, 1, 0]
    numbers = [NUMBERS[row] for row in order]
    permuted = simulate(name, bench(where), runs=numbers, evaluations=EVALUATIONS, workers=workers)
    assert differences(permuted, cut(whole(name, where, workers), order)) == []


@on_every_benchmark
def test_simulating_twice_gives_the_same(name, where):
    """Nothing outside the arguments decides a result."""
    again = simulate(name, bench(where), runs=NUMBERS, evaluations=EVALUATIONS)
    assert differences(again, whole(name, where)) == []


@on_every_benchmark
def test_other_seeds_and_runs_give_other_results(name, where):
    """A seed changes every run, and no two runs are alike."""
    trace = whole(name, where)
    other = simulate(name, bench(where), runs=NUMBERS, evaluations=EVALUATIONS, seed=1)
    for row in range(len(NUMBERS)):
        assert not np.array_equal(other.error[row], trace.error[row], equal_nan=True)
        assert not np.array_equal(trace.error[row], trace.error[row - 1], equal_nan=True)


@pytest.mark.parametrize("workers", [1, 2, 4, 7])
@on_every_benchmark
def test_the_budget_is_spent_exactly_with_any_number_of_workers(name, where, workers):
    """A run makes all evaluations of its budget, or those of the strategy's own limit, in the order of time."""
    trace = simulate(name, bench(where), runs=5, evaluations=EVALUATIONS, workers=workers)
    kind = lifted(catalog.strategy(name))
    limit = kind(bench(where).space, Streams(0, name, [0])).max_evaluations
    expected = min(EVALUATIONS, limit or EVALUATIONS)
    assert trace.lengths.tolist() == [expected] * 5
    assert (np.diff(trace.seconds, axis=1) >= 0).all()


@pytest.mark.parametrize("workers", [1, 4])
@on_every_benchmark
def test_a_budget_in_seconds_ends_each_run_by_itself(name, where, workers):
    """Runs end apart, an evaluation begins only within the budget, and a run alone still equals its row."""
    seconds = in_time(where)
    trace = whole(name, where, workers, seconds)
    limit = lifted(catalog.strategy(name))(bench(where).space, Streams(0, name, [0])).max_evaluations
    most = min(EVALUATIONS, limit or EVALUATIONS)
    for row, (run, length) in enumerate(zip(NUMBERS, trace.lengths, strict=True)):
        done = trace.seconds[row, :length]
        assert (done[: -workers or None] < seconds).all()
        assert length == most or (done[-workers:] >= seconds).all()
        how = {"evaluations": EVALUATIONS, "workers": workers, "seconds": seconds}
        assert differences(simulate(name, bench(where), runs=[run], **how), cut(trace, [row])) == [], run


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("rate", [0.1, 0.7, 1.0])
def test_failed_trainings_cost_time_and_are_never_handed_in(name, rate, workers):
    """Whatever fails, a search goes on to its end; failures take time and are no incumbents."""
    relaxed = isinstance(solo(name, TOY.space, fidelities=TOY.epochs, cost_oracle=TOY.cost).ask(), Mixture)
    if relaxed and rate == 1:
        pytest.skip("where no training succeeds there is no expectation")
    trace = simulate(name, failing(rate), runs=8, evaluations=EVALUATIONS, workers=workers)
    failed = np.isnan(trace.error)
    assert relaxed or failed.any()
    assert np.isfinite(trace.seconds).all()
    assert (trace.seconds[:, workers:] > trace.seconds[:, :-workers]).all()
    incumbent = trace.incumbent()
    handed_in = np.take_along_axis(failed, np.maximum(incumbent, 0), axis=1)
    assert not handed_in[incumbent >= 0].any()
    assert relaxed or rate < 1 or (incumbent == -1).all()


@pytest.mark.parametrize("workers", [1, 3])
@on_every_benchmark
def test_every_question_is_valid_and_stays_as_it_was_asked(name, where, workers):
    """Architectures are of the space, mixtures are distributions, and neither is changed after it was asked."""
    witness = Witness(bench(where))
    simulate(name, witness, runs=6, evaluations=EVALUATIONS, workers=workers, signal="resampled")
    assert len(witness.asked) > 1
    assert witness.changed() == 0


@pytest.mark.parametrize("choices", [(4,), (2, 2), (1, 3, 1), (2,) * 12, (7, 1, 2)], ids=str)
@pytest.mark.parametrize("workers", [1, 3])
def test_it_searches_any_space(name, choices, workers):
    """One gene, genes without a choice and small spaces that are soon known are spaces too."""
    trace = simulate(name, toy_benchmark(choices), runs=3, evaluations=30, workers=workers)
    assert (trace.lengths > 1).all()


@pytest.mark.parametrize("signal", ["one-seed", "resampled", "mean"])
@pytest.mark.parametrize("repeats", ["pay", "free"])
def test_it_searches_under_any_policy(name, signal, repeats):
    """Every signal, repeats paid and free, and isomorphic architectures as one."""
    for identity in ("string", "isomorphism"):
        how = {"signal": signal, "repeats": repeats, "identity": identity}
        trace = simulate(name, TOY, runs=3, evaluations=20, workers=2, **how)
        assert trace.lengths.min() > 1
        assert np.isfinite(trace.regret()[:, -1]).all()
        assert (trace.regret()[:, -1] >= 0).all()


def test_it_finds_more_than_a_typical_architecture(name):
    """After 60 evaluations, what it hands in is better than the better quarter of the space, for most runs."""
    trace = simulate(name, TOY, runs=21, evaluations=60, signal="mean")
    truth = TOY.truth(TOY.space.at(np.arange(TOY.space.size)))
    assert np.median(trace.incumbent_truth()[:, -1]) < np.quantile(truth, 0.25)


def test_it_learns_more_than_random_search_does(name):
    """What it asks for at last is better than what random search asks for, run by run; of random search it is not."""
    runs, evaluations, last = (8, 50, 25) if name in SLOW else (20, 250, 100)  # before a small space is known
    how = {"runs": runs, "evaluations": evaluations, "signal": "mean"}
    found = nassim.simulate(name, CURVES, **how, **QUICK.get(name, {}) | LEARNS.get(name, {}))
    random = simulate("random_search", CURVES, seed=1, **how)
    late, chance = (trace.truth[:, -last:].mean(axis=1) for trace in (found, random))
    test = signed_rank(late, chance)
    assert (test.p < 0.01 and test.effect < 0) == (name != "random_search")


@on_every_benchmark
def test_one_run_can_be_driven_by_hand(name, where):
    """Asked and told by hand, with the luck of that run, it does what it did in the simulation."""
    trace, row = whole(name, where), 2
    training_seed = Streams(0, "luck", [NUMBERS[row]]).random_words(np.zeros(1, dtype=np.intp), 1)[0]
    told = {"fidelities": bench(where).epochs, "cost_oracle": bench(where).cost}
    searcher = solo(name, bench(where).space, seed=0, run=NUMBERS[row], **told)
    for event in range(trace.lengths[row]):
        asked = searcher.ask()
        if isinstance(asked, Mixture):
            answer = relaxed(bench(where), asked, np.atleast_1d(training_seed))
            searcher.tell(asked, answer)
        else:
            assert asked.archs[0].tolist() == trace.archs[row, event].tolist()
            answer = bench(where).evaluate(asked, training_seed)
            searcher.tell(asked, answer if event % 2 else answer.error)
        assert np.array_equal(answer.error, trace.error[row, event : event + 1], equal_nan=True)
