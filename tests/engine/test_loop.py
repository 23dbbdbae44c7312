"""The loop, against an event simulation of one run in plain Python; budgets, workers, policies and bad arguments."""

from __future__ import annotations

import copy
import heapq
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nassim
from nassim import simulate
from nassim.core.adapter import NEEDED
from nassim.core.arrays import Floats, Rows
from nassim.core.benchmark import Query
from nassim.core.errors import ArchitectureError, NassimError, SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from nassim.core.strategy import OneRun, Strategy
from nassim.core.trace import Trace
from nassim.core.trace_schema import RECOMMENDED
from nassim.core.wrapper import Wrapper
from nassim.strategies.random_search import RandomSearch
from tests.toys import Failing, Toy, tabulate, toy_benchmark

CHOICES = (3, 2, 4)
BENCH = toy_benchmark(CHOICES, replicas=4)
NUMBERS = [6, 0, 2**33 + 1, 3]
ONE = np.zeros(1, dtype=np.intp)
ARRAYS = ("runs", "lengths", "archs", "error", "seconds", "truth")


class Timed(Wrapper):
    """A benchmark every training of which takes equally long."""

    def __init__(self, benchmark, seconds: float) -> None:
        super().__init__(benchmark)
        self._seconds = seconds

    def evaluate(self, query, training_seed=None):
        """Answer as the benchmark does, but for the time."""
        outcome = self.benchmark.evaluate(query, training_seed)
        return outcome._replace(seconds=np.full(len(outcome.seconds), self._seconds))


class Symmetric(Toy):
    """A space in which the order of the genes does not matter: sorted architectures stand for all."""

    def representative(self, archs):
        """Return the sorted architectures."""
        return np.sort(archs, axis=1)


class Descent(Strategy):
    """Follow the exact gradient of a softmax per gene: a smallest strategy of Mixtures; it ends after 6 steps."""

    max_evaluations = 6

    def __init__(self, space, streams) -> None:
        super().__init__(space, streams)
        self.logits = np.where(space.option_mask, 0.0, -np.inf) + np.zeros((streams.runs, 1, 1))

    def ask(self, rows):
        """Return the present softmax."""
        weights = np.exp(self.logits[rows])
        return Mixture(weights / weights.sum(axis=2, keepdims=True), np.ones(rows.size))

    def tell(self, rows, asked, answer):
        """Take a step."""
        self.logits[rows] -= answer.gradient

    def derive_architecture(self, rows):
        """Return the likeliest options."""
        return self.logits[rows].argmax(axis=2).astype(np.int8)


class Undecided(Descent):
    """Asks for mixtures but derives no architecture."""

    derive_architecture = Strategy.derive_architecture


class Second(RandomSearch):
    """Hands in its second answer, once there is one."""

    told = 0

    def tell(self, rows, asked, answer):
        """Count the answers."""
        self.told += 1

    def recommend(self, rows):
        """Return the second answer, or the first."""
        return np.full(rows.size, min(self.told, 2) - 1)


class Alternating(OneRun):
    """A plain strategy with a setting: every other question repeats the architecture told last."""

    def __init__(self, space, streams, *, step: int = 1) -> None:
        super().__init__(space, streams)
        self.step, self.asked, self.last = step, 0, None

    def ask(self):
        """Return the last architecture or one `step` mutations away."""
        self.asked += 1
        arch = self.sample() if self.last is None else self.last
        for _ in range(self.step * (self.asked % 2)):
            arch = self.mutate(arch)
        return arch

    def tell(self, arch, error):
        """Remember what came last."""
        self.last = arch


def by_events(
    strategy, bench, run, *, seed=0, evaluations=None, seconds=math.inf, workers=1,
    signal="one-seed", repeats="pay", **options,
) -> list[tuple[list[int], float, float]]:  # fmt: skip
    """Simulate one run as one would on paper; return (architecture, error, time of completion) in order."""
    searcher = nassim.solo(strategy, bench.space, seed=seed, run=run, **options)
    stream = Streams(seed, "luck", [run])
    training_seed, known, queue, events = stream.random_words(ONE, 1)[0].copy(), {}, [], []
    started, budget = 0, math.inf if evaluations is None else evaluations

    def start(worker: int, now: float) -> None:
        nonlocal started
        started += 1
        asked = searcher.ask()
        drawn = {
            "one-seed": lambda: training_seed,
            "mean": lambda: None,
            "resampled": lambda: stream.random_words(ONE, 1)[0],
        }
        answer = bench.evaluate(asked, drawn[signal]())
        lasts, arch = float(answer.seconds[0]), tuple(asked.archs[0].tolist())
        if repeats == "free" and arch in known:
            error, ready = known[arch]
            answer, lasts = answer._replace(error=error), max(ready - now, 0.0)
        elif repeats == "free":
            known[arch] = answer.error, now + lasts
        heapq.heappush(queue, (now + lasts, worker, started, asked, answer))

    for worker in range(min(workers, budget)):
        start(worker, 0.0)
    while queue:
        now, worker, _, asked, answer = heapq.heappop(queue)
        searcher.tell(asked, answer)
        events.append((asked.archs[0].tolist(), float(answer.error[0]), now))
        if now < seconds and started < budget:
            start(worker, now)
    return events


def events_of(trace: Trace, row: int) -> list[tuple[list[int], float, float]]:
    """Return what a trace holds of one run, in the oracle's form."""
    end = trace.lengths[row]
    columns = (values[row, :end].tolist() for values in (trace.archs, trace.error, trace.seconds))
    return list(zip(*columns, strict=True))


def assert_same(first: Trace, second: Trace) -> None:
    """Assert that two traces hold the same numbers, bit for bit."""
    for name in ARRAYS:
        assert np.array_equal(getattr(first, name), getattr(second, name), equal_nan=name in ARRAYS[3:]), name


def rows_of(trace: Trace, rows: list[int]) -> Trace:
    """Return some rows of a trace, padded no longer than needed."""
    end = trace.lengths[rows].max()
    parts = {name: getattr(trace, name)[rows] for name in ARRAYS}
    return Trace(**{name: part[:, :end] if part.ndim > 1 else part for name, part in parts.items()}, provenance={})


@given(
    strategy=st.sampled_from(
        [
            ("random_search", {}),
            ("regularized_evolution", {"population": 4, "sample": 2}),
            (Alternating, {"step": 2}),
        ]
    ),
    budget=st.sampled_from(
        [
            {"evaluations": 1},
            {"evaluations": 13},
            {"seconds": 60.0},
            {"seconds": 1e-9},
            {"evaluations": 5, "seconds": 80.0},
            {"evaluations": 40, "seconds": 80.0},
        ]
    ),
    workers=st.integers(1, 6),
    signal=st.sampled_from(["one-seed", "resampled", "mean"]),
    repeats=st.sampled_from(["pay", "free"]),
    ties=st.booleans(),
    seed=st.integers(0, 5),
)
@settings(deadline=None, max_examples=70)
def test_simulation_agrees_with_an_event_queue(strategy, budget, workers, signal, repeats, ties, seed):
    """Every run of every kind of simulation is, bit for bit, what an event simulation of it alone gives."""
    kind, options = strategy
    bench = Timed(BENCH, 7.0) if ties else BENCH
    if repeats == "free" and "evaluations" not in budget:
        budget = {**budget, "evaluations": 60}  # a small space is soon known: time would stand still
    how = {"seed": seed, "workers": workers, "signal": signal, "repeats": repeats, **budget, **options}
    trace = simulate(kind, bench, runs=NUMBERS, **how)
    for row, run in enumerate(NUMBERS):
        assert events_of(trace, row) == by_events(kind, bench, run, **how)


@pytest.mark.parametrize("workers", [1, 2, 3, 20])
def test_a_budget_of_evaluations_is_spent_exactly(workers):
    """Every run makes as many evaluations as its budget allows, also with more workers than that."""
    for evaluations in (1, 2, 9):
        trace = simulate("random_search", BENCH, runs=3, evaluations=evaluations, workers=workers)
        assert trace.lengths.tolist() == [evaluations] * 3
        assert trace.error.shape == (3, evaluations)
        assert (np.diff(trace.seconds) >= 0).all()


@pytest.mark.parametrize(("seconds", "made"), [(0.5, 1), (2.0, 1), (2.1, 2), (4.0, 2), (6.5, 4), (8.0, 4)])
def test_what_begins_within_the_budget_counts(seconds, made):
    """With trainings of 2 s, the one that crosses the budget counts, and none begins at its very end."""
    trace = simulate("random_search", Timed(BENCH, 2.0), runs=2, seconds=seconds)
    assert trace.lengths.tolist() == [made] * 2
    assert trace.seconds[0].tolist() == [2.0 * (event + 1) for event in range(made)]


@pytest.mark.parametrize("workers", [1, 3])
def test_budgets_in_seconds_give_unequal_lengths(workers):
    """Of each run, all but the last evaluations of its workers complete in time, and the padding is empty."""
    trace = simulate("random_search", BENCH, runs=50, seconds=100.0, workers=workers)
    assert len(set(trace.lengths.tolist())) > 1
    for row, length in enumerate(trace.lengths):
        done = trace.seconds[row, :length]
        assert (np.diff(done) >= 0).all()
        assert (done[:-workers] < 100).all()
        assert (done[-workers:] >= 100).all()
        assert (trace.archs[row, length:] == -1).all()
        assert np.isnan([getattr(trace, name)[row, length:] for name in ("error", "seconds", "truth")]).all()


def test_the_smaller_of_two_budgets_ends_a_run():
    """Given both budgets, each run ends with whichever it reaches first."""
    in_time = simulate("random_search", BENCH, runs=50, seconds=100.0)
    both = simulate("random_search", BENCH, runs=50, seconds=100.0, evaluations=6)
    assert both.lengths.tolist() == np.minimum(in_time.lengths, 6).tolist()
    assert len(set(both.lengths.tolist())) > 1
    assert np.array_equal(both.error, in_time.error[:, : both.events], equal_nan=True)


def test_workers_share_the_time():
    """With trainings of equal length, W workers complete W evaluations at each moment, in the order they began."""
    trace = simulate("random_search", Timed(BENCH, 2.0), runs=2, evaluations=7, workers=3)
    assert trace.seconds[1].tolist() == [2, 2, 2, 4, 4, 4, 6]
    assert np.array_equal(trace.archs, simulate("random_search", BENCH, runs=2, evaluations=7).archs)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("strategy", ["random_search", "regularized_evolution", Alternating, Descent])
def test_a_run_does_not_depend_on_its_company(strategy, workers):
    """A run alone equals its row, and permuting run numbers permutes rows, with unequal lengths."""
    how = {"seconds": 90.0, "evaluations": 40, "workers": workers, "signal": "one-seed"}
    together = simulate(strategy, BENCH, runs=NUMBERS, **how)
    for row, run in enumerate(NUMBERS):
        assert_same(simulate(strategy, BENCH, runs=[run], **how), rows_of(together, [row]))
    order = [2, 0, 3, 1]
    permuted = simulate(strategy, BENCH, runs=[NUMBERS[row] for row in order], **how)
    assert_same(permuted, rows_of(together, order))


def test_runs_are_counted_from_0():
    """A number of runs means the run numbers 0, 1, 2, ..., of any integer type."""
    counted = simulate("random_search", BENCH, runs=3, evaluations=4)
    assert counted.runs.tolist() == [0, 1, 2]
    for numbers in ([0, 1, 2], range(3), np.arange(3, dtype=np.uint8)):
        assert_same(simulate("random_search", BENCH, runs=numbers, evaluations=4), counted)


def test_seeds_change_draws_and_luck():
    """Another seed asks for other architectures, and sees other trainings of the same ones."""
    first, second = (simulate("random_search", BENCH, runs=40, evaluations=20, seed=seed) for seed in (0, 1))
    assert (first.archs != second.archs).any(axis=2).mean() > 0.5
    assert told(first) != told(second)


def told(trace: Trace) -> dict[tuple[int, int], set[float]]:
    """Return (run number, architecture) -> all errors that the run was told of it."""
    found: dict[tuple[int, int], set[float]] = {}
    for row, run in enumerate(trace.runs.tolist()):
        archs = trace.archs[row, : trace.lengths[row]]
        for index, error in zip(BENCH.space.index(archs).tolist(), trace.error[row].tolist(), strict=False):
            found.setdefault((run, index), set()).add(error)
    return found


def test_one_seed_shows_each_run_one_training_of_each_architecture():
    """Under one-seed a run is told the same each time; runs differ, and together they see all trainings."""
    seen = told(simulate("random_search", BENCH, runs=60, evaluations=60))
    assert all(len(errors) == 1 for errors in seen.values())
    most = max(range(BENCH.space.size), key=lambda index: BENCH._counts[index])
    of_one = {errors.copy().pop() for (_, index), errors in seen.items() if index == most}
    assert len(of_one) == BENCH._counts[most] > 1


def test_strategies_share_their_luck():
    """What a run is told of an architecture does not depend on the strategy that asks, or on when it asks."""
    first = told(simulate("random_search", BENCH, runs=20, evaluations=50))
    second = told(simulate("regularized_evolution", BENCH, runs=20, evaluations=50, workers=3))
    common = first.keys() & second.keys()
    assert len(common) > 50
    assert all(first[key] == second[key] for key in common)


def test_resampled_draws_a_training_each_time():
    """Under resampled a run that asks again may be told otherwise, but never what is not in the table."""
    trace = simulate("random_search", BENCH, runs=5, evaluations=300, signal="resampled")
    together: dict[int, set[float]] = {}
    for (_, index), errors in told(trace).items():
        together.setdefault(index, set()).update(errors)
        assert BENCH._counts[index] == 1 or len(errors) > 1  # of about 12 draws
    assert len(together) == BENCH.space.size
    for index, errors in together.items():
        assert errors == set(BENCH._error[-1, index, : int(BENCH._counts[index])].tolist())


def test_mean_tells_the_mean_of_all_trainings():
    """Under mean every run is told the benchmark's answer without a training seed."""
    trace = simulate("random_search", BENCH, runs=5, evaluations=50, signal="mean")
    for row in range(5):
        assert np.array_equal(trace.error[row], BENCH.evaluate(Query(trace.archs[row])).error)


def test_truth_is_that_of_the_report_split():
    """Whatever the signal, truth is the benchmark's of the architecture asked for."""
    trace = simulate("random_search", BENCH, runs=5, evaluations=50, signal="resampled")
    assert np.array_equal(trace.truth, BENCH.truth(trace.archs.reshape(-1, 3)).reshape(5, 50))


def test_repeats_are_paid_or_free():
    """Paid repeats take their time again; free ones take none, and both are told the same under one-seed."""
    paid, free = (simulate(Alternating, BENCH, runs=6, evaluations=40, repeats=repeats) for repeats in ("pay", "free"))
    assert np.array_equal(paid.archs, free.archs)
    assert np.array_equal(paid.error, free.error)
    for row in range(6):
        index = BENCH.space.index(free.archs[row]).tolist()
        repeated = [which in index[:event] for event, which in enumerate(index)]
        took = np.diff(free.seconds[row], prepend=0.0)
        assert any(repeated)
        assert (took == 0).tolist() == repeated
        assert (np.diff(paid.seconds[row], prepend=0.0) > 0).all()


def symmetric(replicas: int = 4):
    """Return a benchmark in which architectures of the same genes in another order are one network."""
    return tabulate(Symmetric((3, 3)), replicas)


@pytest.mark.parametrize("signal", ["one-seed", "mean"])
def test_isomorphism_lets_architectures_share_their_trainings(signal):
    """With identity=isomorphism a run is told the same of all architectures of a network; else mostly not."""
    for identity, shared in (("isomorphism", True), ("string", False)):
        trace = simulate("random_search", symmetric(), runs=8, evaluations=60, signal=signal, identity=identity)
        alike = []
        for row in range(8):
            networks = symmetric().space.canonical(trace.archs[row])
            for network in set(networks.tolist()):
                of_one = networks == network
                alike.append(len(set(zip(trace.error[row, of_one], trace.truth[row, of_one], strict=True))) == 1)
        assert all(alike) == shared


def test_free_repeats_of_isomorphic_architectures_are_free():
    """With identity=isomorphism an isomorphic architecture is a repeat, so asking for it is free."""
    how = {"runs": 8, "evaluations": 30, "identity": "isomorphism", "repeats": "free"}
    trace = simulate("random_search", symmetric(), **how)
    for row in range(8):
        networks = symmetric().space.canonical(trace.archs[row]).tolist()
        repeated = [network in networks[:event] for event, network in enumerate(networks)]
        assert (np.diff(trace.seconds[row], prepend=0.0) == 0).tolist() == repeated


def test_a_failure_costs_time_and_is_never_the_incumbent():
    """Failed trainings are told as nan, take their time, and are not handed in."""
    bench = Failing(toy_benchmark((4, 4, 4)))
    trace = simulate("random_search", bench, runs=20, evaluations=60)
    failed = bench.fails(trace.archs.reshape(-1, 3)).reshape(20, 60)
    assert 0 < failed.mean() < 0.5
    assert np.array_equal(np.isnan(trace.error), failed)
    assert (np.diff(trace.seconds, prepend=0.0) > 0).all()
    incumbent = trace.incumbent()
    handed_in = np.take_along_axis(failed, np.maximum(incumbent, 0), axis=1)
    assert not handed_in[incumbent >= 0].any()


@pytest.mark.parametrize("workers", [1, 3])
def test_a_strategy_may_choose_what_it_hands_in(workers):
    """Answers are counted in the order in which each run was told them; failures are never handed in."""
    trace = simulate(Second, Failing(toy_benchmark((4, 4, 4))), runs=30, evaluations=10, workers=workers)
    failed = np.isnan(trace.error[:, 1])
    assert 0 < failed.sum() < 30
    assert (trace.incumbent()[~failed, 1:] == 1).all()
    lowest = simulate("random_search", Failing(toy_benchmark((4, 4, 4))), runs=30, evaluations=10, workers=workers)
    assert lowest.diagnostic(RECOMMENDED).size == lowest.error.size
    assert np.isnan(lowest.diagnostic(RECOMMENDED)).all()


def test_a_search_by_mixtures_records_what_it_would_hand_in():
    """Each event holds the derived architecture and the expected error; the search ends by its own limit."""
    trace = simulate(Descent, BENCH, runs=3)
    assert trace.lengths.tolist() == [6, 6, 6]
    assert trace.provenance["hands_in"] == "latest"
    assert trace.incumbent()[:, -1].tolist() == [5, 5, 5]
    assert BENCH.space.valid(trace.archs.reshape(-1, 3)).all()
    uniform = np.where(BENCH.space.option_mask, 1 / np.array(CHOICES)[:, None], 0.0)
    start = BENCH.relax(Mixture(uniform[None], np.ones(1)), Streams(0, "luck", [2]).random_words(ONE, 1)[0])
    assert trace.error[2, 0] == pytest.approx(start.error[0], rel=1e-12)
    assert simulate(Descent, BENCH, runs=1, evaluations=4).lengths.tolist() == [4]
    assert simulate(Descent, BENCH, runs=1, evaluations=9).lengths.tolist() == [6]


def test_mixtures_that_are_not_discretised_are_refused():
    """A strategy of mixtures must say what it would hand in."""
    with pytest.raises(SettingError, match="Undecided"):
        simulate(Undecided, BENCH, runs=1)


@pytest.mark.parametrize(("gene", "option"), [(1, 2), (2, -1), (0, 3), (0, 100), (0, -100)])
def test_an_impossible_architecture_never_enters_a_trace(gene, option):
    """A strategy that asks for what is no architecture is told so, also where its index is that of another."""

    class Wrong(RandomSearch):
        """Spoils one gene."""

        def ask(self, rows):
            """Ask for what there is not."""
            archs = np.ones((rows.size, 3), dtype=np.int8)
            archs[:, gene] = option
            return Query(archs)

    with pytest.raises(ArchitectureError, match=str(option)):
        simulate(Wrong, BENCH, runs=2, evaluations=3)


def test_provenance_says_everything_that_decided_the_numbers(tmp_path):
    """Strategy, settings, seed, budget and policies stand in the trace, and survive a file."""
    trace = simulate(
        "regularized_evolution", BENCH, runs=2, evaluations=5, seconds=1e4, seed=3, workers=2, signal="mean",
        identity="isomorphism", repeats="free", population=4, sample=2,
    )  # fmt: skip
    about = trace.provenance
    expected = {
        "strategy": "regularized_evolution", "settings": {"population": 4, "sample": 2}, "seed": 3, "workers": 2,
        "signal": "mean", "identity": "isomorphism", "repeats": "free", "evaluations": 5, "seconds": 1e4,
        "benchmark": BENCH.name, "optimum": BENCH.optimum, "hands_in": "best",
    }  # fmt: skip
    assert {key: about[key] for key in expected} == expected
    assert json.loads(json.dumps(about)) == about
    trace.save(tmp_path / "trace.parquet")
    loaded = Trace.load(tmp_path / "trace.parquet")
    assert_same(loaded, trace)
    assert loaded.provenance == about


def test_a_simulation_leaves_its_benchmark_as_it_was():
    """The same simulation twice on one benchmark, another in between, gives the same trace."""
    bench = copy.copy(BENCH)
    first = simulate("random_search", bench, runs=3, evaluations=10)
    simulate(Descent, bench, runs=4, seed=9)
    simulate("random_search", bench, runs=7, evaluations=4, identity="isomorphism", signal="resampled")
    assert_same(simulate("random_search", bench, runs=3, evaluations=10), first)


BAD = [
    *(("runs", value) for value in (0, -1, [], [[1]], 1.5, "3", None, [-1], [0.5], [True], [[1, 2], [3]], True)),
    ("runs", np.array([2**63], dtype=np.uint64)),
    ("runs", [2**70]),
    *(("evaluations", value) for value in (0, -1, 1.5, "10", True, [3])),
    *(("seconds", value) for value in (0, -1.0, math.nan, math.inf, "10", True, 10**400)),
    *(("seed", value) for value in (1.5, None, "x", True)),
    *(("workers", value) for value in (0, -2, 1.5, None, True)),
    *(("signal", value) for value in ("oneseed", "", None, 1)),
    *(("identity", value) for value in ("graph", None)),
    *(("repeats", value) for value in ("paid", True)),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=lambda part: repr(part)[:25])
def test_a_bad_argument_is_named_in_one_line(name, value):
    """Each argument of wrong type or range gives one line that names it."""
    with pytest.raises(SettingError) as caught:
        simulate("random_search", BENCH, **{"runs": 2, "evaluations": 3, name: value})
    assert str(caught.value).startswith(f"{name} must be ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("strategy", [dict, 3, None, RandomSearch(BENCH.space, Streams(0, "x", [0]))])
def test_what_is_no_strategy_is_refused(strategy):
    """A class of another kind, or an instance, is no strategy."""
    with pytest.raises(NassimError, match=r"strategy|Strategy"):
        simulate(strategy, BENCH, evaluations=3)


def test_a_budget_is_needed():
    """A search that never ends by itself needs a budget, and says which there are."""
    with pytest.raises(SettingError, match=r"random_search never ends by itself.*evaluations.*seconds"):
        simulate("random_search", BENCH, runs=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"populaton": 3}, "regularized_evolution has no setting 'populaton'; did you mean 'population'"),
        ({"population": 0}, "'population' must be a whole number >= 1, got 0"),
        ({"population": "ten"}, "'population' must be a whole number >= 1, got 'ten'"),
        ({"population": 3, "sample": 4}, r"sample \(4\) must be <= population \(3\)"),
        ({"mutation": "unifrom"}, "did you mean 'uniform'"),
        ({"mutation": 3}, "'mutation' must be a text, got 3"),
    ],
)
def test_a_bad_setting_is_named_in_one_line(options, message):
    """Each wrong setting of a strategy gives one line with what was meant or allowed."""
    with pytest.raises(SettingError, match=message):
        simulate("regularized_evolution", BENCH, runs=2, evaluations=3, **options)


def test_unknown_names_get_suggestions():
    """A misspelt strategy or benchmark gives one line with what was meant."""
    with pytest.raises(UnknownNameError, match="did you mean 'random_search'"):
        simulate("random_serach", BENCH, evaluations=3)
    with pytest.raises(UnknownNameError, match="unknown benchmark 'no/such'"):
        simulate("random_search", "no/such", evaluations=3)


def test_a_misspelt_argument_is_recognised():
    """What is no setting of the strategy may be meant for the simulation."""
    with pytest.raises(SettingError, match="random_search has no setting 'evalutions'; did you mean 'evaluations'"):
        simulate("random_search", BENCH, evalutions=3)


@pytest.mark.parametrize("value", [3, None, math, {}])
def test_what_is_no_benchmark_is_refused(value):
    """Anything without a benchmark's parts is named at once."""
    with pytest.raises(SettingError, match="expected a benchmark or its name"):
        simulate("random_search", value, evaluations=3)


@pytest.mark.parametrize("member", NEEDED)
def test_a_benchmark_that_lacks_something_is_refused_before_anything_runs(member):
    """One member or several: one message names all of them."""
    names = [name for name in NEEDED if name not in {member, "truth"}]
    part = SimpleNamespace(**{name: getattr(BENCH, name) for name in names})
    missing = ", ".join(repr(name) for name in NEEDED if name in {member, "truth"})
    with pytest.raises(SettingError, match=f"expected a benchmark or its name, got .*, which has no {missing}$"):
        simulate("random_search", part, evaluations=3)


@pytest.mark.parametrize(("member", "kind"), [("space", "Space"), ("card", "Card")])
def test_what_a_benchmark_is_described_by_has_its_type(member, kind):
    """A card that is a plain dict, or a space that is a name, is refused before anything runs."""
    parts = {name: getattr(BENCH, name) for name in NEEDED} | {member: "nb201"}
    with pytest.raises(SettingError, match=f"its '{member}' must be a {kind}, got 'nb201'"):
        simulate("random_search", SimpleNamespace(**parts), evaluations=3)


def test_a_subclass_of_benchmark_cannot_leave_anything_out():
    """`nassim.Benchmark` may be inherited from: what is missing is said where the benchmark is made."""

    class Half(nassim.Benchmark):
        """Only answers."""

        def truth(self, archs):
            """Return zeros."""
            return np.zeros(len(archs))

    with pytest.raises(TypeError, match="evaluate"):
        Half()


def test_a_search_that_might_never_end_is_refused():
    """With free repeats a search that has converged spends no seconds; a limit of its own, or evaluations, end it."""
    with pytest.raises(SettingError, match="may never spend its seconds"):
        simulate("random_search", BENCH, runs=2, seconds=10.0, repeats="free")
    assert simulate(Descent, BENCH, runs=2, seconds=1e9, repeats="free").events > 0
    assert simulate("random_search", BENCH, runs=2, seconds=1e9, evaluations=7, repeats="free").events == 7


def test_a_setting_beyond_memory_is_refused():
    """What cannot be allocated is a setting out of range."""
    with pytest.raises(SettingError, match="regularized_evolution: "):
        simulate("regularized_evolution", BENCH, runs=2, evaluations=3, population=10**15)
    with pytest.raises(SettingError, match="regularized_evolution: "):
        simulate("regularized_evolution", BENCH, runs=2, evaluations=3, population=10**29)


class Noting(RandomSearch):
    """Random search that notes its rows."""

    def diagnostics(self, rows: Rows) -> dict[str, Floats]:
        """Return the rows by the name "run"."""
        return {"run": rows.astype(np.float64)}


def test_what_a_strategy_notes_is_in_the_trace() -> None:
    """Beside what it was told, row by row; other strategies note nothing."""
    trace = simulate(Noting, toy_benchmark((2, 3)), runs=3, evaluations=4)
    np.testing.assert_array_equal(trace.diagnostics["run"], [[0.0] * 4, [1.0] * 4, [2.0] * 4])
    assert simulate(RandomSearch, toy_benchmark((2, 3)), runs=3, evaluations=4).diagnostics == {}
