"""A study: read and checked, run on any number of processes, interrupted, continued, and kept apart from others."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import nassim
from nassim.core.benchmark import Benchmark
from nassim.core.errors import DataError, NassimError, SettingError
from nassim.data.atomic import alone
from nassim.study import cache_key
from nassim.study import work_units as units_module
from nassim.study.plan import read_study, restore
from nassim.study.runner import Watcher
from nassim.study.schedule import Schedule
from nassim.study.source import BenchmarkSource
from nassim.study.spec.reading import read_spec
from nassim.study.spec.study import StudySpec
from nassim.study.work_units import units_of

ROOT = Path(__file__).parents[2]
TOYS = "tests.study.toys"
BENCHMARKS = f'["{TOYS}:ONE", "{TOYS}:TWO"]'
STUDY = f"""
name = "toys"
question = "Which toy?"
benchmarks = {BENCHMARKS}
runs = 20
seed = 3

[budget]
evaluations = 12

[[strategy]]
name = "random_search"

[[strategy]]
name = "regularized_evolution"
population = [4, 8]
sample = 2
"""
TABLES = STUDY[STUDY.index("[[") :]
CELLS = 6


def write(folder: Path, text: str = STUDY) -> Path:
    """Write a study into a folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files by their path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def traces(folder: Path) -> list[Path]:
    """Return all trace files."""
    return sorted(folder.glob("traces/*/*/*.parquet"))


class Notes(Watcher):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.begun = (0, 0)
        self.advanced = 0
        self.notes: list[str] = []

    def begin(self, done: int, total: int) -> None:
        """Keep how many were there."""
        self.begun = done, total

    def advance(self, seconds_left: float) -> None:
        """Count."""
        assert seconds_left >= 0
        self.advanced += 1

    def note(self, text: str) -> None:
        """Keep the text."""
        self.notes.append(text)


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
        "policies": {
            "signal": "one-seed",
            "identity": "string",
            "repeats": "pay",
            "workers": 1,
            "restart": 0.0,
            "judged_by": "auto",
            "training_set": "free",
            "decision": 0.0,
            "decision_growth": 0.0,
            "objectives": ["error"],
            "constraints": {},
        },
        "benchmarks": [f"{TOYS}:ONE", f"{TOYS}:TWO"],
        "strategies": [{"label": "random_search", "name": "random_search", "settings": {}}, *evolution],
    }


def test_a_label_of_ones_own_names_only_what_varies(tmp_path: Path) -> None:
    """A label stands as it is, and in a grid is told apart by the listed settings alone."""
    study = read_spec(write(tmp_path, f'{STUDY}label = "mine"\n'))
    assert study.strategy_labels == ["random_search", "mine[population=4]", "mine[population=8]"]


def test_a_strategy_may_have_policies_of_its_own(tmp_path: Path) -> None:
    """A policy in a [[strategy]] table makes a grid as settings do, and is told to the simulation, not to the class."""
    study = read_study(write(tmp_path, f"{STUDY}workers = [1, 4]\n"))
    assert [strategy.policies for strategy in study.spec.strategies] == [{}, *[{"workers": 1}, {"workers": 4}] * 2]
    assert study.spec.to_json()["strategies"][2]["policies"] == {"workers": 4}
    assert [unit.policies.workers for unit in units_of(study)][::2] == [1, 1, 4, 1, 4]
    assert restore(json.loads(json.dumps(study.spec.to_json())), tmp_path).spec == study.spec
    with pytest.raises(SettingError, match=r"regularized_evolution: 'workers' must be a whole number >= 1, got 0"):
        read_study(write(tmp_path, f"{STUDY}workers = 0\n"))


@pytest.mark.parametrize("study", sorted(ROOT.glob("studies/*/study.toml")), ids=lambda path: path.parent.name)
def test_a_shipped_study_is_restored_from_its_results(study: Path) -> None:
    """All that study.json spells out comes back: budgets, policies, protocols, and each strategy's own."""
    said = read_spec(study)
    restored = StudySpec.from_json(json.loads(json.dumps(said.to_json())))
    assert restored == said
    assert restored.to_json() == said.to_json()


def test_one_judge_judges_all_strategies_of_a_study(tmp_path: Path) -> None:
    """All seeds, where one strategy sees more of them than another; no strategy has a judge of its own."""

    def judge(text: str) -> str:
        return read_study(write(tmp_path, text)).spec.policies.judged_by

    unseen = '[policies]\njudged_by = "unseen-seeds"\n'
    assert judge(STUDY) == "auto"
    assert judge(f'{STUDY}signal = ["one-seed", "mean"]\n') == "all-seeds"
    with pytest.raises(SettingError, match=r"'judged_by' is the same for all strategies; write it under \[policies\]"):
        judge(f'{STUDY}judged_by = "all-seeds"\n')
    with pytest.raises(SettingError, match=r"toy/toy-2x3x2-3-0 has no such; leave it out, or say 'all-seeds'"):
        judge(STUDY.replace("[budget]", f"{unseen}[budget]"))
    shipped = STUDY.replace(f'"{TOYS}:ONE", "{TOYS}:TWO"', '"nb201/cifar10"')
    assert judge(shipped.replace("[budget]", f"{unseen}[budget]")) == "unseen-seeds"
    with pytest.raises(SettingError, match="needs signal = 'one-seed', got 'mean'"):
        judge(shipped.replace("[budget]", f"{unseen}[budget]") + 'signal = ["one-seed", "mean"]\n')


def test_a_study_is_found_by_folder_and_by_file(tmp_path: Path) -> None:
    """Both ways lead to the same study, and `runs` overrides it."""
    folder = write(tmp_path)
    assert read_spec(folder) == read_spec(folder / "study.toml")
    assert read_spec(folder, runs=7).to_json() == {**read_spec(folder).to_json(), "runs": 7}


def test_files_in_a_study_are_relative_to_it(tmp_path: Path) -> None:
    """A strategy in a file beside study.toml is found from any working directory, and its code decides the key."""
    code = (ROOT / "nassim" / "strategies" / "random_search.py").read_text(encoding="utf-8")
    (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    folder = write(tmp_path, STUDY.replace('"random_search"', '"./mine.py:RandomSearch"'))
    first = units_of(read_study(folder))[0]
    assert first.label == "./mine.py:RandomSearch"
    assert nassim.run_study(folder, out=tmp_path / "out", jobs=1)
    (tmp_path / "mine.py").write_text(f"{code}\n# said better\n", encoding="utf-8")
    assert units_of(read_study(folder))[0].key == first.key
    (tmp_path / "mine.py").write_text(f"{code}\nchanged = True\n", encoding="utf-8")
    assert units_of(read_study(folder))[0].key != first.key


BAD = {
    "not TOML": ("seed = 3", "seed = = 3", "malformed TOML: .*line 6"),
    "no name": ('name = "toys"', "", "the key 'name' is missing"),
    "name of a path": ('"toys"', '"../toys"', "'name' names a folder"),
    "name of a wrong type": ('name = "toys"', "name = 3", "'name' must be a text, got 3"),
    "no question": ('question = "Which toy?"', "", "the key 'question' is missing"),
    "unknown key": ("runs = 20", "rums = 20", "unknown key 'rums'; did you mean 'runs'"),
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


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the study in one process without a break."""
    folder = tmp_path_factory.mktemp("straight")
    return nassim.run_study(write(folder / "study"), out=folder / "out", jobs=1)


def test_results_do_not_depend_on_the_number_of_processes(straight: Path, tmp_path: Path) -> None:
    """One process and two write the same bytes into the same files, and nothing else."""
    parallel = nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", jobs=2)
    assert contents(parallel) == contents(straight)
    assert len(traces(parallel)) == CELLS


def test_a_trace_is_that_of_simulate(straight: Path) -> None:
    """A unit holds what `simulate` returns for its strategy, benchmark, runs and settings."""
    from tests.study.toys import TWO

    unit = units_of(read_study(straight.parent / "study"))[3]
    made = nassim.simulate("regularized_evolution", TWO, runs=20, evaluations=12, seed=3, population=4, sample=2)
    kept = nassim.Trace.load(straight / unit.path)
    assert (kept.error == made.error).all()
    assert (kept.archs == made.archs).all()
    assert kept.provenance == {**made.provenance, "key": unit.key}


def test_what_is_there_is_kept(straight: Path, tmp_path: Path) -> None:
    """A second run computes only what is missing, and then the folder is as if it had been run straight."""
    study, out = write(tmp_path / "study"), tmp_path / "out"
    nassim.run_study(study, out=out, jobs=1)
    traces(out)[2].unlink()
    before = {path: path.stat().st_mtime_ns for path in traces(out)}
    notes = Notes()
    nassim.run_study(study, out=out, jobs=1, watcher=notes)
    assert notes.begun == (CELLS - 1, CELLS)
    assert notes.advanced == 1
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert contents(out) == contents(straight)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "foreign"])
def test_a_damaged_unit_is_named_and_made_again(damage: str, straight: Path, tmp_path: Path) -> None:
    """A trace that was cut short, changed or replaced is not believed."""
    study, out = write(tmp_path / "study"), tmp_path / "out"
    nassim.run_study(study, out=out, jobs=1)
    victim = traces(out)[1]
    data = victim.read_bytes()
    middle = len(data) // 4
    flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    other = traces(out)[0].read_bytes()
    victim.write_bytes({"truncated": data[:-100], "flipped": flipped, "empty": b"", "foreign": other}[damage])
    notes = Notes()
    nassim.run_study(study, out=out, jobs=1, watcher=notes)
    assert len(notes.notes) == 1
    assert str(victim) in notes.notes[0]
    assert contents(out) == contents(straight)


def test_more_runs_reuse_the_units_of_fewer(tmp_path: Path) -> None:
    """Where chunks of runs agree they are kept, and the first runs are the same as before."""
    study, out = write(tmp_path / "study"), tmp_path / "out"
    nassim.run_study(study, out=out, jobs=1, runs=500)
    notes = Notes()
    nassim.run_study(study, out=out, jobs=1, runs=501, watcher=notes)
    assert notes.begun == (CELLS, 2 * CELLS)
    assert {path.name.partition(".")[0] for path in traces(out)} == {"0-499", "500-500"}


def test_a_slow_strategy_has_units_of_fewer_runs(tmp_path: Path) -> None:
    """It says itself how many runs are together."""
    text = STUDY.replace("random_search", f"{TOYS}:Careful")
    units = units_of(read_study(write(tmp_path, text)))
    assert {(unit.first, unit.last) for unit in units if "Careful" in unit.strategy} == {(0, 7), (8, 15), (16, 19)}
    assert {(unit.first, unit.last) for unit in units if "Careful" not in unit.strategy} == {(0, 19)}


def test_units_of_other_settings_stay_and_those_of_other_versions_go(tmp_path: Path) -> None:
    """A changed study may be changed back at no cost; what only another nassim could use is removed."""
    study, out = write(tmp_path / "study"), tmp_path / "out"
    nassim.run_study(study, out=out, jobs=1)
    first = traces(out)[0]
    number, key, _ = first.name.split(".")
    stale = [first.with_name(f"{number}.0000{key[4:]}.parquet"), first.with_name(".0-19.1.partial")]
    for path in stale:
        path.write_bytes(b"half")
    nassim.run_study(write(tmp_path / "study", STUDY.replace("seed = 3", "seed = 4")), out=out, jobs=1)
    assert not any(path.exists() for path in stale)
    assert len(traces(out)) == 2 * CELLS


CHANGES = {
    "seed": ("seed = 3", "seed = 4"),
    "budget": ("evaluations = 12", "evaluations = 13"),
    "second budget": ("evaluations = 12", "evaluations = 12\nseconds = 50.0"),
    "policy": ("[budget]", '[policies]\nsignal = "mean"\n[budget]'),
    "setting": ("sample = 2", "sample = 1"),
    "runs": ("runs = 20", "runs = 21"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_a_key_depends_on_all_that_can_change_a_unit(old: str, new: str, tmp_path: Path) -> None:
    """Whatever changes a number changes the key of the unit that holds it."""
    before = units_of(read_study(write(tmp_path)))
    after = units_of(read_study(write(tmp_path, STUDY.replace(old, new))))
    assert before[-1].key != after[-1].key
    assert len({unit.key for unit in before}) == CELLS


def test_a_key_depends_on_versions_and_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of what computes, or other data, makes other units; the version shows in the first digits."""
    study = read_study(write(tmp_path))
    before = units_of(study)[0]
    object.__setattr__(study.benchmarks[0].benchmark.card, "sha256", "other")
    data = units_of(study)[0]
    object.__setattr__(study.benchmarks[0].benchmark.card, "sha256", "")
    monkeypatch.setattr(cache_key, "versions", lambda: {"nassim": "another"})
    versions = units_of(study)[0]
    assert len({before.key, data.key, versions.key}) == 3
    assert before.key[:4] == data.key[:4] != versions.key[:4]


def test_names_of_results_do_not_depend_on_a_new_label(tmp_path: Path) -> None:
    """Any label and benchmark name becomes one folder each."""
    text = f'{STUDY}label = "../ä: {{x}}/y"\n'
    paths = {unit.path for unit in units_of(read_study(write(tmp_path, text)))}
    assert all(re.fullmatch(r"traces/[^/.][^/ ]*/[^/.][^/:]*/0-19\.[0-9a-f]{12}\.parquet", path) for path in paths)


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_killed_study_continues(jobs: int, tmp_path: Path) -> None:
    """After kill -9 in the middle of the work nothing half-written counts, and a rerun ends as a straight run does."""
    slow = f'{STUDY}\n[[strategy]]\nname = "{TOYS}:Slow"\n'
    study, out = write(tmp_path / "study", slow), tmp_path / "out"
    code = f"import nassim; nassim.run_study({str(study)!r}, out={str(out)!r}, jobs={jobs})"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    while process.poll() is None and not traces(out):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert len(traces(out)) < CELLS + 2
    nassim.run_study(study, out=out, jobs=1)
    nassim.run_study(study, out=tmp_path / "straight", jobs=1)
    assert contents(out) == contents(tmp_path / "straight")


def test_an_interrupt_leaves_what_is_done_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C comes through to the caller; finished units stay, and no partial file does."""
    real = os.fsync

    def interrupted(handle: int) -> None:
        if len(traces(tmp_path / "out")) == 2:
            raise KeyboardInterrupt
        real(handle)

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", jobs=1)
    assert len(contents(tmp_path / "out")) == 3


@pytest.mark.parametrize("allowed", [0, 1, 3])
def test_a_full_disk_is_named(allowed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, one line names the file and says what to do; whole files stay, and no half one does."""
    synced = []

    def full(handle: int) -> None:
        synced.append(handle)
        if len(synced) > allowed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"out/.*: cannot be written \(No space left on device\); free some space"):
        nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", jobs=1)
    assert len(contents(tmp_path / "out")) == allowed


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file in the place of the results folder, or above it, and a read-only file system."""
    study = write(tmp_path / "study")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="file: this is a file, not a folder"):
        nassim.run_study(study, out=tmp_path / "file")
    for out in (tmp_path / "file" / "out", Path("/proc/nassim/out")):
        with pytest.raises(DataError, match=re.escape(f"{out}: cannot be written")):
            nassim.run_study(study, out=out)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """Results are not mixed with other files, nor with another study's results."""
    study = write(tmp_path / "study")
    with pytest.raises(DataError, match=r"study: not empty and not a results folder .*--out"):
        nassim.run_study(study, out=study)
    out = nassim.run_study(study, out=tmp_path / "out", jobs=1)
    before = contents(out)
    other = write(tmp_path / "other", STUDY.replace('"toys"', '"other"'))
    with pytest.raises(DataError, match=r"out: holds the results of study 'toys' .*not of study 'other'.*--out"):
        nassim.run_study(other, out=out)
    assert contents(out) == before


RECORDS = {
    "version": ('"nassim": "', '"nassim": "9.', "holds the results of study 'toys' by nassim 9"),
    "format": ('"format": 1', '"format": 2', r"study\.json: format 2, this nassim reads 1"),
    "cut short": ("]", "", r"study\.json: malformed JSON: .*; it is damaged, or not of nassim; delete the folder"),
    "other JSON": ('"study"', '"stud"', r"study\.json: the key 'study' is missing; it is damaged"),
}


@pytest.mark.parametrize(("old", "new", "message"), RECORDS.values(), ids=RECORDS)
def test_a_folder_of_another_version_is_refused(
    old: str, new: str, message: str, straight: Path, tmp_path: Path
) -> None:
    """A results folder of another nassim or format, or with a damaged record, is refused and not touched."""
    out = tmp_path / "out"
    out.mkdir()
    record = (straight / "study.json").read_text(encoding="utf-8").replace(old, new)
    (out / "study.json").write_text(record, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        nassim.run_study(write(tmp_path / "study"), out=out)
    assert contents(out) == {"study.json": record.encode()}


def test_a_folder_has_one_writer(tmp_path: Path) -> None:
    """While one process works in a results folder, another is told to wait; then it may."""
    study, out = write(tmp_path / "study"), tmp_path / "out"
    out.mkdir()
    with alone(out), pytest.raises(DataError, match="another nassim is at work in this folder"):
        nassim.run_study(study, out=out)
    assert nassim.run_study(study, out=out, jobs=1) == out


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_strategy_that_fails_later_is_named(jobs: int, tmp_path: Path) -> None:
    """What goes wrong in the middle of the work is one error that names the cell, from any process."""
    study = write(tmp_path / "study", STUDY.replace(TABLES, f'[[strategy]]\nname = "{TOYS}:Quitter"\n'))
    with pytest.raises(NassimError, match=f"{TOYS}:Quitter on {TOYS}:(ONE|TWO): enough"):
        nassim.run_study(study, out=tmp_path / "out", jobs=jobs)
    assert list(contents(tmp_path / "out")) == ["study.json"]


def test_a_table_is_loaded_once_per_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many strategies search on it; a study runs on what it has read itself, a worker loads its own."""
    load, loaded = BenchmarkSource.load, Counter[str]()

    def counting(source: BenchmarkSource) -> Benchmark:
        loaded[source.name] += 1
        return load(source)

    monkeypatch.setattr(BenchmarkSource, "load", counting)
    monkeypatch.setattr(units_module, "_LOADED", {})
    nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", jobs=1)
    assert loaded == {f"{TOYS}:ONE": 1, f"{TOYS}:TWO": 1}
    units = units_of(read_study(tmp_path / "study"))
    units_module._LOADED.clear()  # as in a new process
    loaded.clear()
    for unit in units:
        units_module.compute(unit, tmp_path / "other")
    assert len(units) == CELLS
    assert loaded == {f"{TOYS}:ONE": 1, f"{TOYS}:TWO": 1}


def test_the_longest_units_are_begun_first(tmp_path: Path) -> None:
    """One unit of each strategy comes first, then those that take longest, so that short ones fill the end."""
    units = units_of(read_study(write(tmp_path), runs=1500))
    taken = {label: seconds for seconds, label in enumerate(dict.fromkeys(unit.label for unit in units))}
    schedule = Schedule(units)
    order = []
    for unit in schedule:
        order.append(unit.label)
        schedule.done(unit, taken[unit.label])
        assert schedule.seconds_left() >= 0
    assert order[:3] == list(taken)
    assert order[3:] == sorted(order[3:], key=taken.get, reverse=True)
    assert schedule.seconds_left() == 0


def test_the_record_says_what_was_run(straight: Path) -> None:
    """study.json holds the whole study, the versions, and where each trace is."""
    record = json.loads((straight / "study.json").read_text(encoding="utf-8"))
    assert record["study"] == read_spec(straight.parent / "study").to_json()
    assert record["versions"]["numpy"]
    assert sorted(str(straight / path) for paths in record["traces"] for path in paths) == [
        str(path) for path in traces(straight)
    ]
