"""A space where not every combination is an architecture: all valid rows are all there is to train."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
import pytest

from nassim import catalog, load, simulate
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.wrappers.with_overhead import WithOverhead
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.core.relaxation import Mixture
from nassim.data.inventory import dataset_info
from nassim.importers import import_data
from tests.importers.test_own import CARD, own
from tests.toys import Toy

CHOICES = (3, 4, 2)


class Conditional(Toy):
    """The second gene matters only where the first is not 0: otherwise it must be 0, so that no network is there twice.

    16 + 2 = 18 of 24 rows are valid.
    """

    name = "conditional"

    def __init__(self) -> None:
        super().__init__(CHOICES)
        self.name = "conditional"

    @cached_property
    def rows(self):
        """All valid rows."""
        everything = self.at(np.arange(self.size))
        return everything[self.valid(everything)]

    def valid(self, archs):
        """Return which rows are valid."""
        return super().valid(archs) & ((archs[:, 0] != 0) | (archs[:, 1] == 0))

    def sample(self, rows, streams):
        """Return a valid row each."""
        return self.rows[streams.integers(rows, len(self.rows))]

    def mutate(self, archs, rows, streams, how="uniform"):
        """Return a valid neighbour of each."""
        which = streams.uniform(rows) * self.degree(archs)
        return self.neighbour(archs, which.astype(np.int64))

    def crossover(self, first, second, rows, streams):
        """Return children, or the first parent where a child would not be valid."""
        children = super().crossover(first, second, rows, streams)
        return np.where(self.valid(children)[:, None], children, first)

    def degree(self, archs):
        """Return how many valid rows differ in one gene."""
        return np.array([len(self._around(arch)) for arch in archs], dtype=np.int64)

    def neighbour(self, archs, which):
        """Return one of them each."""
        found = [self._around(arch)[number] for arch, number in zip(archs, which, strict=True)]
        return np.array(found, dtype=self.dtype).reshape(-1, len(self.genes))

    def _around(self, arch):
        return self.rows[(self.rows != arch).sum(axis=1) == 1]


SPACE = Conditional()


@pytest.fixture
def conditional(tmp_path, monkeypatch):
    """Import all valid rows but the last `leave`, and return its name."""
    real = catalog.space_on_card
    monkeypatch.setattr(
        catalog, "space_on_card", lambda name, beside: SPACE if name == "conditional" else real(name, beside)
    )
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))

    def conditional(leave=0):
        rows = [
            {"arch": SPACE.show(arch), "replica": replica, "valid_error": 20 + n + replica, "seconds": 5, "params": n}
            for n, arch in enumerate(SPACE.rows[: len(SPACE.rows) - leave])
            for replica in (0, 1)
        ]
        card = CARD.replace("nb201", "conditional") + '[costs]\nparams = "a count"\n'
        (name,) = import_data("csv", own(tmp_path, rows, card))
        return name

    return conditional


def test_all_valid_rows_are_a_table_to_search_on(conditional):
    """Errors, seconds and costs are those of the rows; what is not valid fails in a second; the optimum is the best."""
    bench = load(conditional())
    answer = bench.evaluate(Query(SPACE.rows))
    assert answer.error.tolist() == [20.5 + n for n in range(18)]
    assert answer.seconds.tolist() == [5.0] * 18
    assert answer.costs[:, 0].tolist() == list(range(18))
    assert bench.optimum == 20.5
    everything = SPACE.at(np.arange(SPACE.size))
    wrong = bench.evaluate(Query(everything[~SPACE.valid(everything)]), np.arange(6, dtype=np.uint32))
    assert np.isnan(wrong.error).all()
    assert wrong.seconds.tolist() == [1.0] * 6
    assert np.isnan(bench.truth(everything)).sum() == 6


@pytest.mark.parametrize("strategy", ["random_search", "regularized_evolution", "local_search", "reinforce", "darts"])
def test_every_kind_of_search_runs_on_it(conditional, strategy):
    """Also those that choose gene by gene, whose invalid rows fail, and those that mix."""
    trace = simulate(strategy, load(conditional()), runs=5, evaluations=60)
    assert trace.regret()[:, -1].max() < 10
    if strategy in {"random_search", "regularized_evolution", "local_search"}:
        assert np.isfinite(trace.error).all()


def test_a_mixture_counts_what_is_not_valid_as_the_worst(conditional):
    """The expectation over all 24 rows, by hand."""
    bench = load(conditional())
    even = np.zeros((1, 3, 4))
    for gene, count in enumerate(CHOICES):
        even[0, gene, :count] = 1 / count
    errors = np.nan_to_num(bench.truth(SPACE.at(np.arange(24))), nan=38)  # the worst training
    assert bench.relax(Mixture(even, np.ones(1))).error[0] == pytest.approx(errors.mean())


def test_it_is_listed_as_whole(conditional):
    """With how many of the rows are valid; overhead is that of valid rows alone."""
    name = conditional()
    found = dataset_info(name)
    assert (found.whole, found.known, found.size) == (True, 18, 24)
    assert WithOverhead(load(name), cost="params").evaluate(Query(SPACE.rows[:1])).seconds.tolist() == [5.0]
    assert len(PartialTable.load(name).archs) == 18


def test_one_row_less_is_a_part(conditional):
    """And too few to search on."""
    name = conditional(leave=1)
    assert not dataset_info(name).whole
    with pytest.raises(DataError, match="17 of the 24 architectures of conditional were trained"):
        load(name)


def test_a_damaged_table_of_valid_rows_is_refused(conditional, tmp_path):
    """A card that says complete over a part is no table."""
    name = conditional(leave=1)
    card = tmp_path / "out/mine/card.toml"
    card.write_text(card.read_text(encoding="utf-8").replace("complete = false", "complete = true"), encoding="utf-8")
    with pytest.raises(DataError, match="expected each valid architecture of conditional once"):
        load(name)
    assert replace(PartialTable.load(name), name="x").name == "x"
