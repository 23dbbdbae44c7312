"""study.toml is read, spelled out, and refused in one line where it is wrong."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

import nassim
from nassim.core.errors import NassimError, SettingError
from nassim.core.policies import Policies
from nassim.report.build import build
from nassim.study.plan import read_study
from nassim.study.results import ResultsFolder
from nassim.study.spec.reading import read_spec
from nassim.study.spec.study import StudySpec
from nassim.study.verify.lock import lock_of
from tests.study.studies import BENCHMARKS, STUDY, TABLES, TOYS, write


def test_a_study_is_spelled_out(tmp_path: Path) -> None:
    """Defaults are filled in, lists make a grid, and each combination has a label of its own."""
    evolution = [
        {
            "label": f"regularized_evolution[population={population},sample=2]",
            "name": "regularized_evolution",
            "settings": {"population": population, "sample": 2},
        }
        for population in (4, 8)
    ]
    assert read_spec(write(tmp_path)).to_json() == {
        "name": "toys",
        "question": "Which toy?",
        "runs": 20,
        "seed": 3,
        "budget": {"evaluations": 12, "seconds": None},
        "policies": asdict(Policies()),
        "benchmarks": [f"{TOYS}:ONE", f"{TOYS}:TWO"],
        "strategies": [{"label": "random_search", "name": "random_search", "settings": {}}, *evolution],
    }


def test_a_label_of_ones_own_names_only_what_varies(tmp_path: Path) -> None:
    """A label stands as it is, and in a grid is told apart by the listed settings alone."""
    study = read_spec(write(tmp_path, f'{STUDY}label = "mine"\n'))
    assert study.strategy_labels == ["random_search", "mine[population=4]", "mine[population=8]"]


def test_a_study_is_found_by_folder_and_by_file(tmp_path: Path) -> None:
    """Both ways lead to the same study, and `runs` overrides it."""
    folder = write(tmp_path)
    assert read_spec(folder) == read_spec(folder / "study.toml")
    assert read_spec(folder, runs=7).to_json() == {**read_spec(folder).to_json(), "runs": 7}


def test_a_study_need_not_ask(tmp_path: Path) -> None:
    """Without a question it runs, its results go back to the same study, and its report has no empty line for one."""
    folder = write(tmp_path / "study", STUDY.replace('question = "Which toy?"', ""))
    assert StudySpec.from_json(read_spec(folder).to_json()) == read_spec(folder)
    results = ResultsFolder.open(nassim.run_study(folder, out=tmp_path / "out", runs=3))
    assert results.study["question"] == ""
    assert lock_of(results).cells
    build(results)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<h1>toys</h1>" in page
    assert '<p class="question">' not in page


BAD = {
    "not TOML": ("seed = 3", "seed = = 3", "malformed TOML: .*line 6"),
    "no name": ('name = "toys"', "", "the key 'name' is missing"),
    "name of a path": ('"toys"', '"../toys"', "'name' names a folder"),
    "name of a wrong type": ('name = "toys"', "name = 3", "'name' must be a text, got 3"),
    "question of a wrong type": ('"Which toy?"', "3", "'question' must be a text, got 3"),
    "unknown key": ("runs = 20", "rums = 20", "unknown key 'rums'; did you mean 'runs'"),
    "policy at the top": ("runs = 20", "workers = 4", r"unknown key 'workers', which belongs in \[policies\]$"),
    "policy misspelt at the top": (
        "runs = 20",
        "workrs = 4",
        r"unknown key 'workrs'; did you mean 'workers', which belongs in \[policies\]$",
    ),
    "policy in the budget": (
        "evaluations = 12",
        "workers = 4",
        r"of \[budget\] 'workers', which belongs in \[policies",
    ),
    "budget at the top": ("runs = 20", "evaluations = 20", r"unknown key 'evaluations', which belongs in \[budget\]$"),
    "runs among policies": (
        "[budget]",
        "[policies]\nruns = 5\n[budget]",
        r"key of \[policies\] 'runs', which belongs at the top of the file",
    ),
    "policy of a benchmark": (
        f"benchmarks = {BENCHMARKS}\nruns = 20",
        f'benchmark = [{{name = "{TOYS}:ONE", workers = 4}}]',
        r"key of \[\[benchmark\]\] 1 'workers', which belongs in \[policies\] or \[\[strategy\]\]$",
    ),
    "shared policy of a benchmark": (
        f"benchmarks = {BENCHMARKS}\nruns = 20",
        f'benchmark = [{{name = "{TOYS}:ONE", judgd_by = "auto"}}]',
        r"'judgd_by'; did you mean 'judged_by', which belongs in \[policies\]$",
    ),
    "policy misspelt in a strategy": ("sample = 2", "workrs = 4", "no setting 'workrs'; did you mean 'workers'"),
    "no runs": ("runs = 20", "runs = 0", "'runs' must be a whole number >= 1, got 0"),
    "runs of a wrong type": ("runs = 20", 'runs = "20"', "'runs' must be a whole number >= 1, got '20'"),
    "seed of a wrong type": ("seed = 3", "seed = 3.5", "'seed' must be a whole number, got 3.5"),
    "no benchmarks": (BENCHMARKS, "[]", "'benchmarks' must be a list of names"),
    "benchmark not in a list": (BENCHMARKS, '"nb201/cifar10"', "'benchmarks' must be a list of names"),
    "benchmark of a wrong type": (BENCHMARKS, "[1]", r"'benchmarks\[1\]' must be a text, got 1"),
    "unknown benchmark": (
        BENCHMARKS,
        '["nb201/cifar"]',
        "unknown benchmark 'nb201/cifar'; did you mean 'nb201/cifar10'",
    ),
    "unknown module": (f"{TOYS}:ONE", "tests.nowhere:ONE", "cannot import 'tests.nowhere'"),
    "unknown object": (f"{TOYS}:ONE", f"{TOYS}:ONEE", f"unknown object in {TOYS} 'ONEE'; did you mean 'ONE'"),
    "benchmark twice": (f"{TOYS}:ONE", f"{TOYS}:TWO", "twice"),
    "empty budget": ("evaluations = 12", "", r"random_search never ends by itself: give a budget"),
    "budget of nothing": ("evaluations = 12", "evaluations = 0", r"'evaluations' of \[budget\] must be .*>= 1.*got 0"),
    "budget of no time": ("evaluations = 12", "seconds = 0.0", r"'seconds' of \[budget\] must be a number > 0"),
    "unknown budget": ("evaluations = 12", "evaluation = 12", r"unknown key of \[budget\] 'evaluation'; did you mean"),
    "budget that is no table": ("[budget]\nevaluations =", "budget =", r"'budget' must be a table \[budget\], got 12"),
    "unknown policy": ("[budget]", "[policies]\nsignals = 1\n[budget]", r"key of \[policies\] 'signals'; did you mean"),
    "policy of no kind": (
        "[budget]",
        '[policies]\nsignal = "x"\n[budget]',
        r"'signal' of \[policies\] must be 'one-seed'",
    ),
    "no workers": ("[budget]", "[policies]\nworkers = 0\n[budget]", r"'workers' of \[policies\] must be .*>= 1, got 0"),
    "no strategy": (TABLES, "", "the key 'strategy' is missing"),
    "strategy in single brackets": (
        TABLES,
        '[strategy]\nname = "random_search"',
        r"must be one or more tables \[\[strat",
    ),
    "a strategy that is no table": (
        STUDY[STUDY.index("[budget]") :],
        "strategy = [1]",
        r"'strategy\[1\]' must be a table, got 1",
    ),
    "nameless strategy": ('name = "random_search"', "", "strategy 1: the key 'name' is missing"),
    "name of no text": ('name = "random_search"', "name = 1", "strategy 1: 'name' must be the name of a strategy"),
    "unknown strategy": (
        '"random_search"',
        '"randon_search"',
        "strategy 1: .*'randon_search'; did you mean 'random_se",
    ),
    "a file that is no strategy": ('"random_search"', '"_policy"', "unknown strategy '_policy'"),
    "a class that is no strategy": ('"random_search"', f'"{TOYS}:Tabled"', "must be a subclass of Strategy or OneRun"),
    "unknown setting": ("sample = 2", "samples = 2", "strategy 2: .* no setting 'samples'; did you mean 'sample'"),
    "setting of a wrong type": ("sample = 2", 'sample = "a"', "setting 'sample' must be a whole number >= 1, got 'a'"),
    "setting out of range": ("sample = 2", "sample = 0", "setting 'sample' must be a whole number >= 1, got 0"),
    "out of range in a grid": ("[4, 8]", "[4, 0]", "setting 'population' must be a whole number >= 1, got 0"),
    "settings that contradict": ("sample = 2", "sample = 6", r"sample \(6\) must be <= population \(4\)"),
    "impossible in this space": ("sample = 2", 'mutation = "node"', "has no mutation 'node'"),
    "empty grid": ("[4, 8]", "[]", "setting 'population' has an empty list"),
    "the same twice in a grid": ("[4, 8]", "[4, 4]", "is used twice"),
    "empty label": ("sample = 2", 'sample = 2\nlabel = " "', "'label' must be a line of text"),
    "label of two lines": ("sample = 2", 'sample = 2\nlabel = "a\\nb"', "'label' must be a line of text"),
    "mixtures without answers": (
        TABLES,
        f'[[strategy]]\nname = "{TOYS}:Mixed"',
        "by mixtures, for which .*TABLED has no",
    ),
}


@pytest.mark.parametrize(("old", "new", "message"), BAD.values(), ids=BAD)
def test_a_bad_study_is_refused_in_one_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    """What is wrong is said with file and key before anything is run or written."""
    text = STUDY.replace(old, new).replace(f"{TOYS}:ONE", f"{TOYS}:TABLED" if "Mixed" in new else f"{TOYS}:ONE")
    assert text != STUDY
    with pytest.raises(SettingError, match=message) as caught:
        nassim.run_study(write(tmp_path / "study", text), out=tmp_path / "out")
    assert str(caught.value).startswith(f"{tmp_path / 'study' / 'study.toml'}: ")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_labels_that_would_share_a_folder_are_refused(tmp_path: Path) -> None:
    """Two labels that differ only in what a file system may not keep apart are refused, and both are named."""
    text = f'{STUDY}\n[[strategy]]\nname = "random_search"\nlabel = "Random search"\n'
    with pytest.raises(SettingError, match="'Random search' is too much like 'random_search'"):
        read_study(write(tmp_path, text))


def test_a_study_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing study, a folder without one, a file that is no text and an odd number of jobs: a line for each."""
    with pytest.raises(NassimError, match="unknown study 'rl_evolution_dart'; did you mean 'rl_evolution_darts'"):
        read_study("rl_evolution_dart")
    with pytest.raises(SettingError, match=r"has no study\.toml"):
        read_study(tmp_path)
    (tmp_path / "study.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="UTF-8"):
        read_study(tmp_path)
    with pytest.raises(SettingError, match="jobs must be a whole number >= 1"):
        nassim.run_study(tmp_path, jobs=0)
