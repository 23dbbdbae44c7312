"""How much work a study is: counted before any of it is made, told, and refused where it cannot be done."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest

import nassim
from nassim import simulate
from nassim.core.errors import DataError, SettingError
from nassim.core.policies import Policies
from nassim.core.watcher import Watcher
from nassim.engine.footprint import fewest
from nassim.study import cache_key
from nassim.study import forecast as module
from nassim.study.forecast import FASTEST, LONGEST, MOST_UNITS, check_forecast, estimate, forecast
from nassim.study.plan import read_study
from nassim.study.work_units import units_of
from tests.study.studies import BENCHMARKS, STUDY, TOYS, write
from tests.study.toys import LARGE, ONE

HUGE = {
    "runs": (("runs = 20", "runs = 1000000000000"), r"1,000,000,000,000 runs of 6 .* are 12,000,000,000 units of work"),
    "evaluations": (
        ("evaluations = 12", "evaluations = 1000000000000"),
        r"random_search: 20 runs at once would take 491\.\d TiB of memory, [\d.]+ GiB are free; ask for fewer eval",
    ),
    "seconds": (
        ("evaluations = 12", "seconds = 1e300"),
        r"random_search: 20 runs at once would take [\d,.]+ PiB of memory",
    ),
    "workers": (
        ("[[strategy]]", "[policies]\nworkers = 1000000000\n[[strategy]]"),
        r"20 runs at once would take 949\.\d GiB of memory, .* are free; ask for fewer evaluations, seconds or workers",
    ),
    "a grid": (
        ("population = [4, 8]", f"population = {list(range(2, 90))}\nrestart = {[n / 99 for n in range(99)]}"),
        "strategy 2: regularized_evolution: lists of settings make 8,712 strategies, expected 1,000 at most",
    ),
}


@pytest.mark.parametrize(("change", "why"), HUGE.values(), ids=HUGE)
def test_what_cannot_be_done_is_refused_at_once(change, why, tmp_path: Path) -> None:
    """In one message with the numbers, within seconds, and with nothing written."""
    place, began = write(tmp_path / "study", STUDY.replace(*change, 1)), perf_counter()
    with pytest.raises((SettingError, DataError), match=why):
        nassim.run_study(place, out=tmp_path / "out", jobs=1)
    assert perf_counter() - began < 10
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "sizes",
    [{"runs": 10**12}, {"evaluations": 10**12}, {"workers": 10**10}, {"evaluations": None, "seconds": 1e15}],
    ids=str,
)
def test_a_simulation_that_cannot_fit_is_refused_at_once(sizes) -> None:
    """Not by an error of memory."""
    with pytest.raises(DataError, match=r"would take [\d.,]+ [GT]iB of memory, .* are free"):
        simulate("random_search", ONE, **{"runs": 1, "evaluations": 5} | sizes)


def test_a_full_disk_and_a_human_life_are_limits(tmp_path: Path, monkeypatch) -> None:
    """Evaluations that cannot be stored, or done within a year by the fastest strategy there is."""
    few = forecast(read_study(write(tmp_path)))
    check_forecast(few, tmp_path / "not/yet/there", jobs=1)
    many = replace(few, runs=int(FASTEST * LONGEST), works=tuple(replace(work, units=1) for work in few.works))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**60, total=2**60))
    with pytest.raises(
        SettingError, match=r"evaluations would take 72 years on 1 processes even at 20,000,000 a second"
    ):
        check_forecast(many, tmp_path, jobs=1)
    check_forecast(many, tmp_path, jobs=100)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000, total=2**60))
    with pytest.raises(
        SettingError, match=r"1,440 evaluations would take 1\.4 KiB or more in .*, 1,000 bytes are free"
    ):
        check_forecast(few, tmp_path, jobs=1)


@pytest.mark.parametrize(
    "policies",
    [{}, {"workers": 3}, {"decision": 50.0, "workers": 3}, {"restart": 20.0}, {"signal": "mean", "restart": "scratch"}],
    ids=str,
)
def test_seconds_are_at_least_so_many_evaluations(policies: dict[str, Any]) -> None:
    """Of every run, whatever its trainings take, for strategies that train in full and in part."""
    few = fewest(LARGE, 2000.0, Policies(**policies))
    for strategy in ("random_search", "asha"):
        trace = simulate(strategy, LARGE, runs=30, seconds=2000.0, **policies)
        assert 3 < few <= trace.lengths.min()


class Heard(Watcher):
    """Keeps what is announced."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def announce(self, text: str) -> None:
        """Keep it."""
        self.said.append(text)


def test_the_work_is_told_at_the_start(tmp_path: Path) -> None:
    """All of it, about how long it takes and by what that is known; and what is left when it is given again."""
    heard = Heard()
    out = nassim.run_study(write(tmp_path), out=tmp_path / "out", jobs=1, watcher=heard)
    (said,) = heard.said
    assert said.startswith("6 units of work: 120 runs, 1,440 evaluations; about ")
    assert said.endswith(" or more on 1 process, by 5 evaluations of each strategy")
    next(out.glob("traces/*/*/*.parquet")).unlink()
    nassim.run_study(tmp_path, out=out, jobs=1, watcher=heard)
    assert "120 runs, 1,440 evaluations; 1 of them are still to do; about 1 s" in heard.said[1]
    nassim.run_study(tmp_path, out=out, jobs=1, watcher=heard)
    assert len(heard.said) == 2


def test_the_estimate_grows_with_the_work(tmp_path: Path, monkeypatch) -> None:
    """Twice the evaluations take twice the time, two processes half of it."""
    ticks = iter(range(10**6))
    monkeypatch.setattr(module, "perf_counter", lambda: 100.0 * next(ticks))
    plan = read_study(write(tmp_path))
    assert [estimate(plan, share, jobs).split(" or")[0] for share, jobs in ((1, 1), (0.5, 1), (1, 2))] == [
        "about 24 minutes", "about 12 minutes", "about 12 minutes"
    ]  # fmt: skip


def test_where_nothing_can_be_timed_nothing_is_said(tmp_path: Path) -> None:
    """On what is no table a few evaluations may take hours."""
    plan = read_study(write(tmp_path, STUDY.replace(BENCHMARKS, f'["{TOYS}:TABLED"]')))
    assert estimate(plan, 1.0, 1) == ""
    assert forecast(plan).told() == "3 units of work: 60 runs, 720 evaluations"


def test_what_units_share_is_hashed_once(tmp_path: Path, monkeypatch) -> None:
    """The source of a cell does not depend on how many units it has, and each unit has a key of its own."""
    counted, source_of = list[int](), cache_key.source_of
    monkeypatch.setattr(cache_key, "source_of", lambda *asked: counted.append(1) or source_of(*asked))
    made = units_of(read_study(write(tmp_path), runs=50_000))
    assert len(counted) == 8  # of six cells what decides their numbers, and what each of two tables is kept by
    assert len({unit.key for unit in made}) == len({unit.path for unit in made}) == len(made) == 600
    assert len(made) <= MOST_UNITS


@pytest.mark.parametrize(
    "change",
    [
        ('name = "random_search"', f'name = "random_search"\nlabel = "{"x" * 300}"'),
        ('name = "random_search"', f'name = "random_search"\nlabel = "{"漢" * 51}"'),
        ('name = "toys"', f'name = "{"t" * 300}"'),
        (f"benchmarks = {BENCHMARKS}", f'benchmark = [{{name = "{TOYS}:ONE", label = "{"b" * 300}"}}]'),
    ],
)
def test_a_name_too_long_for_files_is_refused_before_anything_is_written(change, tmp_path: Path) -> None:
    """Quoted in 80 letters, with how long it is and how long it may be."""
    with pytest.raises(SettingError, match=r"takes (300|153) bytes in names of files, expected 150 at most") as caught:
        nassim.run_study(write(tmp_path / "study", STUDY.replace(*change, 1)), out=tmp_path / "out", jobs=1)
    assert len(str(caught.value).removeprefix(str(tmp_path))) < 250
    assert not (tmp_path / "out").exists()
