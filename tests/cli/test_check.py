"""The gate: a worse strategy is caught, an equal one passes, and what cannot be compared is one line."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from nassim.core.trace import Trace
from nassim.study import results
from tests.command_line import Ended, Run

STUDY = """
name = "gate"
question = "Is it still as good?"
benchmarks = ["nb201/cifar10"]
runs = 150
seed = 3

[budget]
evaluations = 150

[[strategy]]
name = "random_search"

[[strategy]]
name = "./mine.py:Mine"
label = "mine"
population = 20
sample = 10
"""
MINE = """
from nassim.strategies.regularized_evolution import RegularizedEvolution


class Mine(RegularizedEvolution):
    "Evolution of the user's own."
"""
EQUAL = """
    def tell(self, rows, asked, answer):
        self.streams.uniform(rows)  # other draws from now on, of the same distribution
        super().tell(rows, asked, answer)
"""
NO_TOURNAMENT = """
    def _winners(self, rows):
        place = self.streams.integers(rows, self.population)
        return self.archs[place, rows]
"""
CLAIM = '[[claim]]\ntext = "It finds good toys"\nstrategy = "random_search"\nless_than = %s\n'
MARGIN = "[baseline]\nmargin = 0.12\n"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a study with a lock, and its results in `out`."""
    folder = tmp_path_factory.mktemp("gate")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "mine.py").write_text(MINE, encoding="utf-8")
    (folder / "claims.toml").write_text(MARGIN, encoding="utf-8")
    from nassim.__main__ import main

    with pytest.raises(SystemExit) as ended:
        main(["lock", str(folder), "--out", str(folder / "out"), "--jobs", "1"])
    assert ended.value.code == 0
    return folder


@pytest.fixture
def copy(locked: Path, tmp_path: Path) -> Path:
    """Return a copy of the locked study."""
    return shutil.copytree(locked, tmp_path / "copy")


def refused(ended: Ended) -> str:
    """Return the last line on stderr, below the progress of what ran before, of a command that was refused."""
    assert (ended.code, ended.out) == (2, "")
    line = ended.err.splitlines()[-1]
    assert line.startswith("nassim: ")
    return line


def check(run: Run, folder: Path, *more: object):
    """Check a study."""
    return run("check", folder, "--out", folder / "out", "--jobs", "1", *more)


def test_what_did_not_change_is_the_same_bit_for_bit(run: Run, copy: Path) -> None:
    """The lock holds data, versions and seed, and every number is as it was."""
    lock = json.loads((copy / "lock.json").read_text(encoding="utf-8"))
    assert lock["seed"] == 3
    assert re.fullmatch("[0-9a-f]{64}", lock["data"]["nb201/cifar10"])
    assert {"nassim", "numpy", "python"} <= lock["versions"].keys()
    ended = check(run, copy)
    assert ended.code == 0
    assert "3 of 3 claims hold" in ended.out


def test_a_different_but_equal_strategy_passes(run: Run, copy: Path) -> None:
    """Other draws move every number, but not by more than the margin."""
    (copy / "mine.py").write_text(MINE + EQUAL, encoding="utf-8")
    ended = check(run, copy)
    assert ended.code == 0


def test_a_worse_strategy_is_caught(run: Run, copy: Path) -> None:
    """Evolution without its tournament fails, and the table, the JUnit file and the summary say what moved."""
    (copy / "mine.py").write_text(MINE + NO_TOURNAMENT, encoding="utf-8")
    ended = check(run, copy, "--junit", copy / "junit.xml", "--summary", copy / "summary.md")
    assert ended.code == 1
    assert "worse" in ended.out
    assert "2 of 3 claims hold" in ended.out
    suite = ET.parse(copy / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    (failure,) = suite.iter("failure")
    assert "rises by < 0.12" in failure.get("message")
    summary = (copy / "summary.md").read_text(encoding="utf-8")
    assert "### gate: 2 of 3 claims hold" in summary
    assert "| No worse than its lock | mine | nb201/cifar10 |" in summary


def test_the_same_work_with_other_numbers_is_caught(run: Run, copy: Path) -> None:
    """Where determinism is promised, no margin excuses a difference."""
    lock = json.loads((copy / "lock.json").read_text(encoding="utf-8"))
    lock["cells"]["mine"]["nb201/cifar10"]["content"] = "0" * 16
    (copy / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
    ended = check(run, copy)
    assert ended.code == 1
    assert "bit for bit" in " ".join(ended.out.split())


def test_other_data_are_caught(run: Run, copy: Path) -> None:
    """A table that changed is named."""
    lock = json.loads((copy / "lock.json").read_text(encoding="utf-8"))
    lock["data"]["nb201/cifar10"] = "0" * 64
    (copy / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
    assert check(run, copy).code == 1


def test_results_reproduce(run: Run, copy: Path) -> None:
    """Bit for bit, and a doctored copy does not."""
    ended = run("reproduce", "--allow-code", copy / "out", "--beside", copy, "--jobs", "1")
    assert ended.code == 0
    assert "2 of 2 cells" in ended.out
    (copy / "mine.py").write_text(MINE + EQUAL, encoding="utf-8")
    moved = run("reproduce", "--allow-code", copy / "out", "--beside", copy, "--jobs", "1")
    assert moved.code == 1
    assert "other numbers: mine on nb201/cifar10" in moved.out


def test_bad_input_is_one_line(run: Run, copy: Path) -> None:
    """No margin, one run, another study's results, a damaged lock, missing traces, nothing to check."""
    (copy / "mine.py").write_text(MINE + EQUAL, encoding="utf-8")
    (copy / "claims.toml").write_text("", encoding="utf-8")
    assert "state in claims.toml how much is too much" in refused(check(run, copy))
    (copy / "claims.toml").write_text("[baseline]\nmargins = 1\n", encoding="utf-8")
    assert "did you mean 'margin'" in refused(check(run, copy))
    (copy / "claims.toml").write_text(MARGIN, encoding="utf-8")
    assert "one run cannot be compared" in refused(check(run, copy, "--runs", 1))
    assert "another study, or of an older version of it: runs differs" in refused(
        run("check", copy, "--out", copy / "out", "--read", "--runs", 7)
    )
    (copy / "lock.json").write_text("{", encoding="utf-8")
    assert "make it again with `nassim lock`" in refused(check(run, copy, "--runs", 1))
    (copy / "lock.json").unlink()
    next((copy / "out" / "traces").rglob("0-0*.parquet")).unlink()
    assert "traces are missing" in refused(run("check", copy, "--out", copy / "out", "--read", "--runs", 1))
    (copy / "claims.toml").unlink()
    assert "there is nothing to check" in refused(check(run, copy, "--runs", 1))


def test_a_study_in_which_everything_failed(run: Run, tmp_path: Path) -> None:
    """There is nothing to lock, nor to claim."""
    text = STUDY.replace("nb201/cifar10", "tests.toys_failing:NOTHING").replace("./mine.py:Mine", "random_search")
    text = text[: text.index('[[strategy]]\nname = "random_search"\nlabel')]
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    (tmp_path / "claims.toml").write_text(
        '[[claim]]\ntext = "x"\nstrategy = "random_search"\nless_than = 9\n', encoding="utf-8"
    )
    assert "no evaluation of any strategy succeeded" in refused(check(run, tmp_path, "--runs", 3))
    assert "no evaluation of any strategy succeeded" in refused(
        run("lock", tmp_path, "--out", tmp_path / "out", "--runs", 3, "--jobs", "1")
    )


CLAIMS = """
[[claim]]
text = "Evolution is better"
strategy = "mine"
less_than = "random_search"
p = 0.05

[[claim]]
text = "Neither is bad"
strategy = ["mine", "random_search"]
less_than = 50
"""


def test_a_check_reads_each_trace_once(copy: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers, claims, tests and the lock are all of one reading."""
    (copy / "claims.toml").write_text(MARGIN + CLAIMS, encoding="utf-8")
    load, read = results._load, Counter()

    def counting(path: Path) -> Trace:
        read[path] += 1
        return load(path)

    monkeypatch.setattr(results, "_load", counting)
    ended = run("check", copy, "--out", copy / "out", "--read")
    assert ended.code == 0, ended.err
    assert "6 of 6 claims hold" in ended.out
    assert read == dict.fromkeys((copy / "out").rglob("*.parquet"), 1)


def test_check_says_which_claims_fail(done: Path, run: Run) -> None:
    """Claims that hold exit 0; one that does not is shown, with what was measured, and exits 1."""
    claims = done / "study" / "claims.toml"
    claims.write_text(CLAIM % "1000", encoding="utf-8")
    good = run("check", done / "study", "--out", done / "out")
    claims.write_text(CLAIM % "1000" + CLAIM % "-1", encoding="utf-8")
    bad = run("check", done / "study", "--out", done / "out")
    assert (good.code, bad.code) == (0, 1)
    assert "2 of 2 claims hold" in good.out
    assert "2 of 4 claims hold" in bad.out
    assert "It finds good toys" in bad.out
    assert "< -1" in bad.out
