"""Costs that are measured after training: an answer has them, and no search can read them before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nassim import simulate, solo
from nassim.benchmarks.learning import fit
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.benchmarks.table import TableBenchmark
from nassim.benchmarks.wrappers.faults import Faults
from nassim.core.benchmark import Query
from nassim.core.errors import NassimError, SettingError
from nassim.importers import import_data
from nassim.study.architecture_index import BenchmarkIndex
from tests.importers.test_own import CARD, own, rows_of
from tests.toys import toy_benchmark

TOY = toy_benchmark((3, 2, 5, 4))
ARCHS = TOY.space.at(np.arange(TOY.space.size))
REFUSED = "energy is measured after training, so no search can know it before; known are params"


def bench() -> TableBenchmark:
    """Return a table with two costs: params, which are known, and energy, which is what a search looks for."""
    card = replace(TOY.card, facts={"measured": ["energy"]})
    answer = TOY.evaluate(Query(ARCHS))
    return TableBenchmark(
        "toy/measured",
        TOY.space,
        card,
        epochs=(9,),
        error=answer.error[None, :, None],
        seconds=answer.seconds[None, :, None],
        counts=np.ones(len(ARCHS), dtype=np.int64),
        costs={"params": answer.costs[:, 0], "energy": -TOY.truth(ARCHS)},
    )


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: Faults(one, failed=0.1), lambda one: one.per_network()])
def test_an_answer_has_them_and_nothing_else_does(wrap):
    """Whatever is around the table; params are known as ever."""
    one = wrap(bench())
    assert one.evaluate(Query(ARCHS)).costs[:, 1].tolist() == (-TOY.truth(ARCHS)).tolist()
    assert np.array_equal(one.cost("params", ARCHS), TOY.cost("params", ARCHS))
    with pytest.raises(SettingError, match=REFUSED):
        one.cost("energy", ARCHS)
    with pytest.raises(NassimError, match=r"unknown cost of .* 'flops'"):
        one.cost("flops", ARCHS)


@pytest.mark.parametrize(
    ("strategy", "settings"),
    [("zero_cost_prior", {"cost": "energy"}), ("regularized_evolution", {"warm_start": "energy"})],
)
def test_a_search_that_asks_for_them_is_refused(strategy, settings):
    """A warm start by the energy, here the error itself, would find the best at once for nothing."""
    with pytest.raises(SettingError, match=REFUSED):
        simulate(strategy, bench(), runs=2, evaluations=20, **settings)
    with pytest.raises(SettingError, match=REFUSED):
        solo(strategy, bench().space, cost_oracle=bench().cost, **settings).ask()


def test_a_surrogate_keeps_the_mark(tmp_path):
    """Learned, saved and read again, it predicts the energy for answers only."""
    found = fit(bench(), train=100, encoding="onehot")
    found.save(tmp_path / "learned")
    for one in (found, SurrogateBenchmark.load(tmp_path / "learned", TOY.space)):
        assert one.evaluate(Query(ARCHS[:3])).costs.shape == (3, 2)
        with pytest.raises(SettingError, match=REFUSED):
            one.cost("energy", ARCHS)


def test_reports_show_them():
    """Of what was found, everything may be told."""
    costs = BenchmarkIndex(bench()).costs(ARCHS[:5])
    assert costs["energy"].tolist() == (-TOY.truth(ARCHS[:5])).tolist()


@pytest.mark.parametrize("listed", [True, False])
def test_an_import_marks_what_it_cannot_know_to_be_known(listed, tmp_path):
    """A column is known where the card lists it under [costs]; [columns] may say otherwise; differing ones are not."""
    costs = '[costs]\nparams = "a count"\nnoise = "?"\n' + ('energy = "J"\n' if listed else "")
    rows = [row | {"replica": n, "params": 5, "energy": 7, "noise": n} for row in rows_of([3, 4]) for n in (0, 1)]
    said: list[str] = []
    import_data("csv", own(tmp_path, rows, CARD + costs), tmp_path / "out", told=said.append)
    samples = PartialTable.load(tmp_path / "out/mine/data")
    assert set(samples.card.measured) == {"noise"} | (set() if listed else {"energy"})
    assert "noise differs between trainings of an architecture: taken for measured, each is kept" in said
    told = CARD + costs + '[columns]\nenergy = "measured"\nnoise = "known"\n'
    import_data("csv", own(tmp_path, rows, told), tmp_path / "out")
    assert PartialTable.load(tmp_path / "out/mine/data").card.measured == ("energy",)
