"""What a user's code raises is told with the strategy, the benchmark, the run and the user's own lines."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import traceback
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core import frames
from nassim.core.errors import CodeError, NassimError, SettingError
from nassim.core.frames import is_own, user_code
from nassim.study.plan import read_study
from tests.study.studies import ROOT, TOYS, write

MINE = '''
import numpy as np
import nassim


class Mine(nassim.OneRun):
    """Raises where its setting says."""

    def __init__(self, space, streams, *, where: str = "init"):
        super().__init__(space, streams)
        self.where, self.asked = where, 0
        if where == "init":
            broken(self)

    def ask(self):
        self.asked += 1
        if self.where == "ask" or (self.where == "later" and self.asked > 2 and self.streams.ids[0] == 13):
            broken(self)
        return np.stack([]) if self.where == "library" else self.sample()

    def tell(self, arch, error):
        if self.where == "tell":
            broken(self)


class Many(nassim.Strategy):
    """Raises at its second question."""

    asked = 0

    def ask(self, rows):
        self.asked += 1
        return nassim.Query(self.space.sample(rows, self.streams) if self.asked < 2 else 1 / 0)

    def tell(self, rows, asked, answer):
        """Learn nothing."""


def broken(search):
    raise ERROR("not so")


def bench() -> nassim.Benchmark:
    return {}["nothing"]
'''
STUDY = """
name = "mine"
question = "Where?"
benchmarks = ["BENCH", "tests.study.toys:TWO"]
runs = 20
budget = {evaluations = 12}

[[strategy]]
name = "./mine.py:CLASS"
label = "my search"
"""


def study(folder: Path, where: str = "", error: str = "ValueError", kind: str = "Mine", bench: str = "ONE") -> Path:
    """Write a study of a search that raises an error somewhere, and return its folder."""
    (folder / "s").mkdir()
    (folder / "s" / "mine.py").write_text(MINE.replace("ERROR", error))
    asked = STUDY.replace("BENCH", bench if "/" in bench else f"{TOYS}:{bench}").replace("CLASS", kind)
    return write(folder / "s", asked + (f'where = "{where}"\n' if where else ""))


def line(folder: Path, text: str, function: str) -> str:
    """Return what is said of the line of mine.py that holds a text."""
    lines = (folder / "s" / "mine.py").read_text().splitlines()
    number = next(number for number, one in enumerate(lines, 1) if text in one)
    return f"mine.py, line {number}, in {function}: {lines[number - 1].strip()}"


def failure(folder: Path, jobs: int = 1) -> str:
    """Return what is said when a study is run."""
    with pytest.raises(NassimError) as failed:
        nassim.run_study(folder, out=folder / "out", jobs=jobs)
    assert "\n" not in str(failed.value)
    assert "nassim/" not in str(failed.value).replace(str(ROOT), "")
    return str(failed.value)


@pytest.mark.parametrize("error", ["ValueError", "KeyError", "RuntimeError"])
@pytest.mark.parametrize("where", ["init", "ask", "library"])
def test_what_goes_wrong_at_once_is_found_before_the_work(tmp_path, where, error) -> None:
    """In a constructor or a first question: with the label, the benchmark, and the lines of the user's file alone."""
    said = failure(study(tmp_path, where, error))
    assert f"study.toml: my search on {TOYS}:ONE, run 0: " in said
    if where == "library":
        assert f"ValueError: need at least one array to stack ({tmp_path}" in said
        assert "numpy/" not in said
    else:
        assert "not so" in said
        assert line(tmp_path, "raise ERROR".replace("ERROR", error), "broken") in said
        assert said.count("mine.py, line") == 2


@pytest.mark.parametrize("bench", ["ONE", "nb201/cifar10"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_goes_wrong_later_is_told_with_its_run(tmp_path, jobs, bench) -> None:
    """The run too, from any process, and no traceback of the pool."""
    folder = study(tmp_path, "later", bench=bench)
    on = bench if "/" in bench else f"{TOYS}:{bench}"
    with pytest.raises(CodeError, match=f"^my search on ({on}|{TOYS}:TWO), run 13: ValueError: not so") as failed:
        nassim.run_study(folder, out=folder / "out", jobs=jobs)
    assert line(tmp_path, 'raise ValueError("not so")', "broken") in str(failed.value)
    if jobs > 1:
        assert "joblib" not in "".join(traceback.format_exception(failed.value)).replace("parallel.py", "")
        assert "in ask" in failed.value.elsewhere


def test_many_runs_at_once_are_told_as_such(tmp_path) -> None:
    """Which of the rows it was, nobody knows."""
    said = failure(study(tmp_path, kind="Many"))
    assert said.startswith(f"my search on {TOYS}:ONE, runs 0-19: ZeroDivisionError: division by zero (")
    assert line(tmp_path, "1 / 0", "ask") in said


def test_a_user_s_benchmark_is_told_too(tmp_path) -> None:
    """Where it is made."""
    folder = study(tmp_path, "tell")
    write(folder, STUDY.replace("BENCH", "./mine.py:bench").replace("CLASS", "Mine"))
    with pytest.raises(SettingError, match=r"mine\.py:bench'.*: KeyError: 'nothing' \(.*mine\.py, line"):
        read_study(folder)


def test_the_command_line_says_it_in_one_line_and_all_with_traceback(tmp_path) -> None:
    """Also where other processes did the work."""
    command = [sys.executable, "-m", "nassim", "run", str(study(tmp_path, "tell")), "--out", str(tmp_path / "out")]
    brief, whole = (
        subprocess.run([*command, "--jobs", "2", *more], cwd=ROOT, capture_output=True, text=True, check=False)
        for more in ([], ["--traceback"])
    )
    assert brief.returncode == whole.returncode == 2
    told = [one for one in brief.stderr.splitlines() if one.startswith("nassim: ")]
    assert len(told) == 1
    assert re.match(rf"nassim: my search on {TOYS}:(ONE|TWO), run 0: ValueError: not so \(", told[0])
    assert "Traceback" not in brief.stderr
    assert whole.stderr.count("in broken\n") >= 1
    assert "loop.py" in whole.stderr
    after = whole.stderr.rpartition("CodeError: ")[2].splitlines()  # joblib may add that it cleaned up
    assert after[1].startswith("nassim: my search on")


def test_errors_of_nassim_and_of_the_machine_are_left_alone() -> None:
    """They are worded, or say what to do already."""
    for error in (SettingError("so"), MemoryError(), KeyboardInterrupt()):
        with pytest.raises(type(error)) as failed, user_code("x"):
            raise error
        assert failed.value is error


def test_a_fault_of_nassim_itself_says_how_to_see_where(monkeypatch) -> None:
    """None of its frames is a user's."""
    monkeypatch.setattr(frames, "is_own", lambda file: False)
    said = r"^x, runs 0-3: KeyError: 1; --traceback shows where in nassim$"
    with pytest.raises(CodeError, match=said), user_code("x", "runs 0-3"):
        {}[1]
    with pytest.raises(FileNotFoundError), user_code("x"):
        Path("/no/such/file").read_bytes()


@pytest.mark.parametrize(
    ("file", "own"),
    [
        ("/home/me/mine.py", True),
        ("<stdin>", True),
        ("<ipython-input-3-abc>", True),
        ("<frozen importlib._bootstrap>", False),
        ("<__array_function__ internals>", False),
        (str(frames.PACKAGE / "strategy.py"), False),
        (np.__file__, False),
        (json.__file__, False),
        (sysconfig.get_paths()["purelib"] + "/other.py", False),
    ],
)
def test_which_files_are_a_users(file, own) -> None:
    """Neither the package's, nor Python's, nor those of installed libraries."""
    assert is_own(file) == own
