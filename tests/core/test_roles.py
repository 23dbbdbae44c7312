"""What a strategy is on a benchmark is found by the simulation, and so is what an oracle was told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nassim
from nassim import catalog, simulate
from nassim.benchmarks.learning import fit
from nassim.benchmarks.one_shot.model import Sharing
from nassim.benchmarks.table import TableBenchmark
from nassim.benchmarks.wrappers.faults import Faults
from nassim.benchmarks.wrappers.reported_on import ReportedOn
from nassim.benchmarks.wrappers.weight_sharing import WeightSharing
from nassim.core.arrays import Archs, Rows
from nassim.core.benchmark import Query
from nassim.core.errors import DataError, SettingError
from nassim.core.relaxation import Mixture, SupernetState
from nassim.core.roles import ORACLE, SEARCH, SIMULATED, labelled, labelled_on, plain
from nassim.core.strategy import Strategy
from nassim.engine.disclosure import Disclosure
from nassim.surrogates.training_data import draw
from tests.study.toys import Mixed
from tests.toys import toy_benchmark

BENCH = toy_benchmark((2, 3, 2))
SPACE = BENCH.space
EVERY = SPACE.at(np.arange(SPACE.size))
DAY = 86_400.0


class Own(Mixed):
    """Keeps what it is told of its mixtures."""

    last: Any = None

    def tell(self, rows: Rows, asked: Any, answer: Any) -> None:
        """Keep it where a test can see it."""
        Own.last = answer


class Trainer(Own):
    """Trains for real what its mixtures stand for, or so it says."""

    trains_itself = True


class Both(Strategy):
    """Asks for a mixture first, and for trainings from then on."""

    asked = 0

    def ask(self, rows: Rows) -> Query | Mixture:
        """Return a mixture, then architectures."""
        self.asked += 1
        if self.asked > 1:
            return Query(self.space.sample(rows, self.streams))
        chances = self.space.option_mask / self.space.option_mask.sum(axis=1, keepdims=True)
        return Mixture(np.broadcast_to(chances, (rows.size, *chances.shape)), np.ones(rows.size))

    def tell(self, rows: Rows, asked: Any, answer: Any) -> None:
        """Learn nothing."""

    def derive_architecture(self, rows: Rows) -> Archs:
        """Return zeros."""
        return np.zeros((rows.size, len(self.space.genes)), dtype=self.space.dtype)


@pytest.mark.parametrize("kind", [Own, Both, "darts", "gdas", "rsps", "enas", "setn"])
def test_whoever_hears_of_mixtures_of_a_table_is_an_oracle(kind: Any) -> None:
    """Nothing is declared: strategies of one's own too, and those that ask for trainings afterwards."""
    trace = simulate(kind, BENCH, runs=3, evaluations=4)
    assert trace.oracle
    assert trace.provenance["role"] == ORACLE
    assert (trace.disclosed() > 0).all()


def test_searches_are_searches() -> None:
    """Who asks for trainings is billed for them."""
    trace = simulate("regularized_evolution", BENCH, runs=3, evaluations=30, population=4, sample=2)
    assert trace.role == SEARCH
    assert not trace.oracle
    assert np.isnan(trace.disclosed()).all()


def test_who_trains_itself_is_told_seconds_alone() -> None:
    """So its declaration cannot be false; what the trace keeps is the same."""
    heard, deaf = (simulate(kind, BENCH, runs=3) for kind in (Own, Trainer))
    answer = Own.last
    assert deaf.role == SEARCH
    assert np.isnan(answer.error).all()
    assert np.isnan(answer.gradient).all()
    assert (answer.seconds > 0).all()
    assert np.array_equal(heard.error, deaf.error)
    assert np.array_equal(heard.seconds, deaf.seconds)


def changed(bench: TableBenchmark, arch: int) -> TableBenchmark:
    """Return the table with another error of one architecture."""
    error = bench._error[:, :, :-1].copy()
    error[:, arch] += 1.0
    counts = bench._counts.astype(np.int64)
    seconds = bench._seconds[:, :, :-1]
    return TableBenchmark(
        "changed", SPACE, bench.card, epochs=bench.epochs, error=error, seconds=seconds, counts=counts, costs={}
    )


def depends_on(mixture: Mixture) -> list[int]:
    """Return the architectures whose error the answer for a mixture of one row depends on, found by changing each."""
    before = BENCH.relax(mixture)
    return [
        arch
        for arch in range(SPACE.size)
        for after in (changed(BENCH, arch).relax(mixture),)
        if not (np.allclose(after.error, before.error) and np.allclose(after.gradient, before.gradient))
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=7, max_size=7))
def test_what_is_disclosed_is_what_the_answer_depends_on(chosen: list[bool]) -> None:
    """For any options that are possible; the independent way changes every training of the table in turn."""
    possible = np.zeros(SPACE.option_mask.shape)
    possible[SPACE.option_mask] = chosen
    possible[:, 0] += possible.sum(axis=1) == 0
    mixture = Mixture((possible / possible.sum(axis=1, keepdims=True))[None], np.ones(1))
    trainings = BENCH.training_set(mean=False)
    disclosure = Disclosure(SPACE, trainings, 1)
    disclosure.add(np.zeros(1, dtype=np.intp), mixture)
    assert disclosure.seconds()[0] == pytest.approx(trainings.seconds[depends_on(mixture)].sum())


def test_what_was_told_before_is_not_counted_again() -> None:
    """Two neighbouring networks share what lies between them; candidates count too; runs are counted apart."""
    trainings = BENCH.training_set(mean=False)
    disclosure = Disclosure(SPACE, trainings, 2)
    single = np.eye(3)[np.array([[0, 0, 0], [1, 0, 0]])]
    for row in single:
        disclosure.add(np.zeros(1, dtype=np.intp), Mixture(row[None], np.ones(1)))
    near = [
        arch for arch in range(SPACE.size) if min((EVERY[arch] != first).sum() for first in ([0, 0, 0], [1, 0, 0])) <= 1
    ]
    assert disclosure.seconds().tolist() == pytest.approx([trainings.seconds[near].sum(), 0.0])
    far = np.array([[[1, 2, 1]]], dtype=SPACE.dtype)
    disclosure.add(np.ones(1, dtype=np.intp), Mixture(single[:1], np.ones(1), supernet=SupernetState(candidates=far)))
    around = [arch for arch in range(SPACE.size) if (EVERY[arch] != 0).sum() <= 1] + [SPACE.size - 1]
    assert disclosure.seconds()[1] == pytest.approx(trainings.seconds[around].sum())


@pytest.mark.parametrize(("name", "days"), [("cifar10", 331), ("cifar100", 661), ("imagenet16-120", 2006)])
def test_the_whole_of_nas_bench_201(name: str, days: int) -> None:
    """DARTS differentiates through all its trainings at once; the sum is that of the file, read without nassim."""
    folder = catalog.dataset_folders()[f"nb201/{name}"]
    table = pq.read_table(folder / "trainings.parquet", columns=["arch", "seconds"]).to_pandas()
    every, each = table["seconds"].sum(), table.groupby("arch")["seconds"].mean().sum()
    assert round(each / DAY) == days
    bench = nassim.load(f"nb201/{name}")
    assert bench.training_set(mean=False).seconds.sum() == pytest.approx(each, rel=1e-6)
    assert bench.training_set(mean=True).seconds.sum() == pytest.approx(every, rel=1e-6)
    trace = simulate("darts", bench, runs=2, evaluations=1)
    assert trace.disclosed() == pytest.approx(each, rel=1e-6)


def test_isomorphic_networks_are_told_of_once() -> None:
    """One training stands for all."""
    bench = nassim.load("nb201/cifar10")
    one_each = np.unique(bench.space.canonical(bench.space.at(np.arange(bench.space.size))))
    seconds = bench.evaluate(Query(bench.space.at(one_each))).seconds
    assert bench.per_network().training_set(mean=False).seconds.sum() == pytest.approx(seconds.sum())


def test_surrogates_and_wrappers_say_what_they_rest_on() -> None:
    """A surrogate on the trainings that it was learned from, all of them; who wraps it or judges passes that on."""
    bench = toy_benchmark((4, 5, 4))
    learned = fit(bench, train=40, seed=1)
    spent = draw(bench, 40, 1).seconds.sum()
    for benchmark in (learned, Faults(learned, failed=0.1), ReportedOn(learned, bench)):
        trace = simulate("darts", benchmark, runs=2)
        assert trace.oracle
        assert trace.disclosed() == pytest.approx(spent)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("kind", ["darts", "random_search"])
def test_who_pays_for_what_it_is_told_is_a_search(kind: str, workers: int) -> None:
    """Each run begins when the trainings that the surrogate was fitted on are paid for; what it finds is the same."""
    bench = toy_benchmark((4, 5, 4))
    learned, spent = fit(bench, train=40, seed=1), float(draw(bench, 40, 1).seconds.sum())
    free, paid = (
        simulate(kind, learned, runs=3, evaluations=6, seconds=1e9, workers=workers, training_set=policy)
        for policy in ("free", "billed")
    )
    assert (paid.role, paid.oracle, paid.provenance["training_set"]) == (SEARCH, False, "billed")
    assert np.isnan(paid.disclosed()).all()
    assert paid.seconds == pytest.approx(free.seconds + spent)
    assert np.array_equal(paid.archs, free.archs)
    assert np.array_equal(paid.error, free.error)


def test_the_bill_counts_towards_the_budget() -> None:
    """A budget that ends before the trainings are paid for is refused, one that ends later pays for fewer steps."""
    bench = toy_benchmark((4, 5, 4))
    learned, spent = fit(bench, train=40, seed=1), float(draw(bench, 40, 1).seconds.sum())
    free = simulate("random_search", learned, runs=3, seconds=spent, evaluations=1000)
    paid = simulate("random_search", learned, runs=3, seconds=2 * spent, evaluations=1000, training_set="billed")
    assert np.array_equal(paid.lengths, free.lengths)
    with pytest.raises(SettingError, match=r"training_set = 'billed': .* take [\d,]+ seconds, expected fewer than the"):
        simulate("random_search", learned, runs=3, seconds=spent, training_set="billed")


def test_a_bill_that_nobody_knows_is_refused() -> None:
    """A model of a supernet is made of no trainings that could be paid for."""
    with pytest.raises(SettingError, match="does not say how many seconds the trainings took"):
        simulate("darts", shares(BENCH), runs=2, seconds=1e9, training_set="billed")


def test_who_does_not_end_by_seconds_pays_nothing_and_is_refused() -> None:
    """Counted in evaluations alone, an oracle would be called a search for a bill that nobody sees."""
    with pytest.raises(SettingError, match="training_set = 'billed' is paid in seconds: give a budget in seconds"):
        simulate("darts", BENCH, runs=2, evaluations=5, training_set="billed")


def shares(bench: TableBenchmark, sharing: Sharing | None = None, **facts: Any) -> WeightSharing:
    """Return a table with these facts on its card, as a model of a supernet sees it."""
    other = toy_benchmark((4, 5, 4))
    other.card = replace(bench.card, facts=facts)
    return WeightSharing(other, sharing)


@pytest.mark.parametrize("strategy", ["darts", "random_search"])
def test_simulated_weight_sharing_is_no_search_without_evidence(strategy: str) -> None:
    """Whatever is asked of it; with evidence for the model as fitted, on the card, it is one, and says by what."""

    def role(bench: WeightSharing) -> str:
        return simulate(strategy, bench, runs=2, evaluations=5).role

    agrees = {"model": "studies/x: tau .9 [.7, 1.0] over seven methods"}
    assert role(shares(BENCH)) == SIMULATED
    assert role(shares(BENCH, weight_sharing_agrees=agrees)) == SEARCH
    assert role(shares(BENCH, weight_sharing_agrees={"table": "of another kind"})) == SIMULATED
    assert role(shares(BENCH, Sharing(correlation=0.5), weight_sharing_agrees=agrees)) == SIMULATED
    trace = simulate(strategy, shares(BENCH, weight_sharing_agrees=agrees), runs=2, evaluations=5)
    assert trace.provenance["agrees"] == agrees["model"]


@pytest.mark.parametrize("stated", [True, {"model": True}, {"model": " "}, {"modle": "studies/x"}])
def test_evidence_must_be_named(stated: Any) -> None:
    """A card cannot say yes without saying why."""
    with pytest.raises(DataError, match="names the evidence"):
        shares(BENCH, weight_sharing_agrees=stated)


def test_labels() -> None:
    """A label says what is no search; over several benchmarks where, if not on all."""
    assert labelled("darts", SEARCH) == "darts"
    assert plain(labelled("darts[steps=2]", ORACLE)) == "darts[steps=2]"
    assert labelled_on("darts", {"a": ORACLE, "b": ORACLE}) == "darts [oracle relaxation]"
    assert labelled_on("darts", {"a": ORACLE, "b": SEARCH}) == "darts [oracle relaxation on a]"
    many = {"a": ORACLE, **dict.fromkeys("bcd", SIMULATED)}
    assert labelled_on("x", many) == "x [oracle relaxation on a; simulated weight sharing on 3 benchmarks]"
