"""Work units: what they hold, what their keys depend on, in which order they are begun."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import nassim
from nassim.core.benchmark import Benchmark
from nassim.study import cache_key
from nassim.study import work_units as units_module
from nassim.study.plan import read_study
from nassim.study.schedule import Schedule
from nassim.study.source import BenchmarkSource
from nassim.study.work_units import units_of
from tests.study.studies import CELLS, STUDY, TOYS, Notes, traces, write


def test_a_trace_is_that_of_simulate(straight: Path) -> None:
    """A unit holds what `simulate` returns for its strategy, benchmark, runs and settings."""
    from tests.study.toys import TWO

    unit = units_of(read_study(straight.parent / "study"))[3]
    made = nassim.simulate("regularized_evolution", TWO, runs=20, evaluations=12, seed=3, population=4, sample=2)
    kept = nassim.Trace.load(straight / unit.path)
    assert (kept.error == made.error).all()
    assert (kept.archs == made.archs).all()
    assert kept.provenance == {**made.provenance, "key": unit.key}


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
