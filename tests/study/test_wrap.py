"""Wrappers around benchmarks of a study, by their names: of nassim, of another package, and in a file beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core.errors import NassimError
from nassim.study.plan import read_study, restore
from nassim.study.results import ResultsFolder
from nassim.study.work_units import units_of
from tests.other_packages import package
from tests.study.studies import ROOT, write

STUDY = """
name = "wrapped"
question = "What do wrappers change?"
runs = 3
budget = {evaluations = 5}
strategy = [{name = "random_search"}]
"""
ONE = '[[benchmark]]\nname = "nb201/cifar10"\n'
SLOWER = '''
"""Slower: any benchmark whose trainings take longer."""
from nassim.core.wrapper import Wrapper
class Slower(Wrapper):
    """Every training takes longer.

    Args:
        times: How many times as long.
    """
    def __init__(self, benchmark, *, times: float = 2.0):
        super().__init__(benchmark)
        self._times = times
    def evaluate(self, query, training_seed=None):
        """Return what takes longer."""
        outcome = self.benchmark.evaluate(query, training_seed)
        return outcome._replace(seconds=self._times * outcome.seconds)
'''


def test_a_wrapper_is_named_with_its_options(tmp_path: Path) -> None:
    """The first is innermost; a label says the options, or that it is there, and a list of them is a grid."""
    wrap = '[{name = "faults", failed = [0.2, 0.4]}, {name = "reported_on", judge = "nb201/cifar100"}]'
    shared = '[[benchmark]]\nname = "mini201/mnist5k"\nwrap = [{name = "one_shot_table"}]\n'
    folder = write(tmp_path / "study", f"{STUDY}{ONE}wrap = {wrap}\n{shared}")
    plan = read_study(folder)
    assert plan.spec.benchmark_labels == [
        "nb201/cifar10[failed=0.2,judge=nb201/cifar100]",
        "nb201/cifar10[failed=0.4,judge=nb201/cifar100]",
        "mini201/mnist5k[one_shot_table=true]",
    ]
    faults, _, table = (loaded.benchmark for loaded in plan.benchmarks)
    assert [kind.__name__ for kind in faults.kinds] == ["ReportedOn", "Faults", "TableBenchmark", "TableBenchmark"]
    assert table.card.supernet
    results = ResultsFolder.open(nassim.run_study(folder, out=tmp_path / "out", jobs=1))
    trace = results.trace("random_search", plan.spec.benchmark_labels[1])
    assert trace.provenance["optimum"] == nassim.load("nb201/cifar100").optimum
    index = results.architecture_index(plan.spec.benchmark_labels[0])
    assert index is not None
    assert index.places(np.array([trace.provenance["optimum"]])).tolist() == [1]
    assert restore(results.spec.to_json(), folder).spec == plan.spec


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ('judge = "nb201/cifar100"', '{name = "reported_on", judge = "nb201/cifar100"}'),
        ('validation = "latency"', '{name = "with_overhead", cost = "latency"}'),
        ("sharing = {correlation = 0.5}", '{name = "weight_sharing", correlation = 0.5}'),
        ("sharing = {}", '{name = "weight_sharing"}'),
    ],
)
def test_a_short_key_stands_for_a_wrapper(short: str, long: str, tmp_path: Path) -> None:
    """Both are the same benchmark."""
    plans = [read_study(write(tmp_path / key, f"{STUDY}{ONE}{key} = {said}\n"))
             for key, said in (short.split(" = ", 1), ("wrap", f"[{long}]"))]  # fmt: skip
    first, second = (plan.benchmarks[0] for plan in plans)
    assert (first.benchmark.name, first.benchmark.card) == (second.benchmark.name, second.benchmark.card)
    assert first.source == second.source
    assert first.key == second.key


WRONG = {
    "no list": ('wrap = "faults"', "'wrap' must be a list of wrappers such as"),
    "an empty list": ("wrap = []", "'wrap' must be a list of wrappers such as"),
    "no name": ("wrap = [{failed = 0.1}]", "'wrap' must have the name of a wrapper in each table"),
    "a misspelt name": ('wrap = [{name = "fautls"}]', "unknown wrapper 'fautls'; did you mean 'faults'"),
    "a misspelt option": (
        'wrap = [{name = "faults", faild = 0.1}]',
        "benchmark 1: faults has no setting 'faild'; did you mean 'failed'",
    ),
    "a wrong option": ('wrap = [{name = "faults", failed = 2}]', "faults: setting 'failed' must be a number >= 0 and"),
    "a missing option": ('wrap = [{name = "with_overhead"}]', "with_overhead needs the setting 'cost'"),
    "no options": ('wrap = [{name = "faults", failed = []}]', "'wrap' has an empty list of values"),
    "an unknown judge": ('wrap = [{name = "reported_on", judge = "me"}]', "unknown benchmark 'me'"),
    "a table of a table": ('wrap = [{name = "reported_on", judge = "table"}]', "'judge' is 'table' beside 'surrogate'"),
    "no judge": ('wrap = [{name = "reported_on"}]', "reported_on needs one judge"),
    "no one-shot table": ('wrap = [{name = "one_shot_table"}]', "nb201/cifar10 has no one-shot table"),
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused(change: str, message: str, tmp_path: Path) -> None:
    """In one line, before anything runs."""
    with pytest.raises(NassimError, match=message) as refused:
        read_study(write(tmp_path, f"{STUDY}{ONE}{change}\n"))
    assert "\n" not in str(refused.value)


def test_a_strategy_may_have_wrappers_of_its_own(tmp_path: Path) -> None:
    """A search by shared weights beside one that trains, on one benchmark: one judge of both, and one of the orders."""
    shared = '{name = "rsps", epochs = 5, wrap = [{name = "weight_sharing", correlation = 0.9}]}'
    strategies = f'strategy = [{{name = "random_search"}}, {shared}, {{name = "darts", epochs = 5}}]'
    text = STUDY.replace('strategy = [{name = "random_search"}]', strategies)
    folder = write(tmp_path / "study", f"{text}{ONE}")
    plan = read_study(folder)
    assert plan.spec.strategy_labels[1] == "rsps[epochs=5,correlation=0.9]"
    assert [cell.benchmark.benchmark.card.supernet for cell in plan.cells()] == [False, True, False]
    results = ResultsFolder.open(nassim.run_study(folder, out=tmp_path / "out", jobs=1))
    traces = [results.trace(label, "nb201/cifar10") for label in plan.spec.strategy_labels]
    roles = [str(trace.provenance["role"]) for trace in traces]
    assert roles == ["search", "simulated weight sharing", "oracle relaxation"]
    assert {trace.provenance["judged_by"] for trace in traces} == {"all-seeds"}
    assert len({trace.provenance["optimum"] for trace in traces}) == 1
    assert restore(results.spec.to_json(), folder).spec == plan.spec
    other = text.replace("weight_sharing", "reported_on").replace("correlation = 0.9", 'judge = "nb201/cifar100"')
    with pytest.raises(NassimError, match=r"rsps.* must leave what judges all of them"):
        read_study(write(tmp_path / "other", f"{other}{ONE}"))


def test_a_wrapper_may_lie_beside_the_study(tmp_path: Path) -> None:
    """Its options decide the work; what it does is seen; results name it as code, which is imported if it may be."""
    (tmp_path / "slower.py").write_text(SLOWER, encoding="utf-8")
    text = f'{STUDY}{ONE}label = "slow"\nwrap = [{{name = "./slower.py:Slower", times = 4.0}}]\n{ONE}'
    folder = write(tmp_path, text)
    results = ResultsFolder.open(nassim.run_study(folder, out=tmp_path / "out", jobs=1))
    slow, plain = (results.trace("random_search", name) for name in ("slow", "nb201/cifar10"))
    assert np.allclose(slow.seconds, 4 * plain.seconds, rtol=1e-12)
    with pytest.raises(NassimError, match=r"names code, './slower.py:Slower', which is not imported unless"):
        results.check_code(allowed=False)
    keys = [units_of(read_study(write(tmp_path, text.replace("4.0", times))))[0].key for times in ("4.0", "5.0")]
    assert keys[0] == units_of(read_study(write(tmp_path, text)))[0].key != keys[1]
    with pytest.raises(NassimError, match=r"slower.py:Slower has no setting 'time'; did you mean 'times'"):
        read_study(write(tmp_path, text.replace("times", "time")))


def test_a_wrapper_of_another_package_is_found_everywhere(tmp_path: Path) -> None:
    """In the list, in a study and in Python, though no other file was touched."""
    environment = package(tmp_path / "site", "nassim.wrappers", "slower", SLOWER, "Slower")
    write(tmp_path, f'{STUDY}{ONE}wrap = [{{name = "slower", times = 3.0}}]\n')
    load = "import nassim; print(nassim.load('nb201/cifar10', wrap=[{'name': 'slower'}]).kinds[0].__name__)"
    commands = {
        "Slower: any benchmark whose trainings take longer.": ["-m", "nassim", "list", "wrappers"],
        "[times=3.0]": ["-m", "nassim", "run", str(tmp_path), "--out", str(tmp_path / "out")],
        "Slower\n": ["-c", load],
    }
    for wanted, arguments in commands.items():
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment | {"COLUMNS": "200"},
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert wanted in done.stdout, done.stderr
