"""Benchmarks of a study that are searched on one data set, judged by another, or have a budget or bill of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core.errors import SettingError
from nassim.study.plan import read_study, restore
from nassim.study.results import ResultsFolder
from nassim.study.work_units import units_of
from tests.study.studies import write

STUDY = """
name = "there"
question = "Is what is good here good there?"
runs = 4
budget = {evaluations = 6}
strategy = [{name = "random_search"}, {name = "darts", epochs = 2}]
"""
JUDGED = '[[benchmark]]\nname = "nb201/cifar10"\njudge = "nb201/cifar100"\n'
LABEL = "nb201/cifar10[judge=nb201/cifar100]"


def test_another_data_set_judges(tmp_path: Path) -> None:
    """What is seen is of the one that is searched; truth, optimum and places in the index are the judge's."""
    folder = write(tmp_path / "study", f'{STUDY}{JUDGED}\n[[benchmark]]\nname = "nb201/cifar10"\n')
    results = ResultsFolder.open(nassim.run_study(folder, out=tmp_path / "out", jobs=1))
    judged, plain = (results.trace("random_search", name) for name in (LABEL, "nb201/cifar10"))
    assert np.array_equal(judged.error, plain.error)
    judge = nassim.load("nb201/cifar100")
    assert np.array_equal(judged.truth[0], judge.truth(judged.archs[0]))
    assert judged.provenance["optimum"] == judge.optimum
    index = results.architecture_index(LABEL)
    assert index is not None
    assert index.places(np.array([judge.optimum])).tolist() == [1]
    assert restore(results.study, folder).spec == read_study(folder).spec


def test_a_budget_of_its_own_takes_the_place_of_the_studys(tmp_path: Path) -> None:
    """All of it: what is not said of this benchmark is not limited."""
    text = f"{STUDY}{JUDGED}budget = {{seconds = 9000}}\n[[benchmark]]\nname = 'nb201/cifar10'\n"
    budgets = [unit.budget for unit in units_of(read_study(write(tmp_path, text)))]
    assert [(budget.evaluations, budget.seconds) for budget in budgets[:2]] == [(None, 9000), (6, None)]


WRONG = {
    "another space": ('judge = "graph/cora"', r"graph/cora is of graph and cannot judge nb201"),
    "no cost": ('validation = "params2"', "unknown cost of nb201/cifar10 'params2'; did you mean 'params'"),
    "an unknown budget": ("budget = {second = 3}", r"unknown key of \[budget\] 'second'; did you mean 'seconds'"),
    "a budget of nothing": ("budget = {seconds = 0}", r"'seconds' of \[budget\] must be a number > 0"),
    "no budget": ("budget = 3", "'budget' must be a table such as"),
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused(change: str, message: str, tmp_path: Path) -> None:
    """In one line, before anything runs."""
    with pytest.raises(SettingError, match=message):
        read_study(write(tmp_path, f'{STUDY}[[benchmark]]\nname = "nb201/cifar10"\n{change}\n'))
