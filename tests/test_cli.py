"""The command line: what it prints, how it ends, and that bad input is one line and exit code 2."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from nassim import catalog, protocols
from nassim.__main__ import main as started
from nassim.console.card import find_architecture
from nassim.core.trace import Trace
from tests.study.test_study import ROOT, STUDY, TOYS, contents, traces, write

CLAIM = '[[claim]]\ntext = "It finds good toys"\nstrategy = "random_search"\nless_than = %s\n'


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]

# A command line that hears Ctrl-C also where the tests run in the background of a shell, which is deaf to it.
HEARING = """
import signal
from nassim.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command line in this process, in a wide terminal."""
    monkeypatch.setenv("COLUMNS", "140")

    def run(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            started([str(argument) for argument in arguments])
        return Ended(ended.value.code or 0, *capsys.readouterr())

    return run


def refused(ended: Ended) -> str:
    """Return the one line on stderr of a command that was refused."""
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith("nassim: ")
    assert ended.err.count("\n") == 1
    return ended.err


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a study in `study`, its results in `out`, and what the run printed in `printed`."""
    folder = tmp_path_factory.mktemp("cli")
    command = [sys.executable, "-m", "nassim", "run", write(folder / "study"), "--out", folder / "out"]
    wide = {**os.environ, "COLUMNS": "140"}
    ended = subprocess.run(command, cwd=ROOT, env=wide, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    (folder / "printed").write_text(ended.stdout, encoding="utf-8")
    return folder


def test_run_prints_a_table_and_where_the_report_is(done: Path) -> None:
    """A study ends with a row per strategy, regret with interval and rank per data set, and the report's place."""
    printed = (done / "printed").read_text(encoding="utf-8")
    for text in ("random_search", "population=4,sample=2", f"{TOYS}:ONE", f"{TOYS}:TWO", "rank", "95 % interval"):
        assert text in printed
    assert f"report: {done / 'out' / 'report.html'}" in printed
    assert (done / "out" / "report.html").stat().st_size


def test_report_makes_the_report_again(done: Path, run: Run, tmp_path: Path) -> None:
    """From results alone, at another place, the same report is written."""
    shutil.copytree(done / "out" / "traces", tmp_path / "traces")
    shutil.copy(done / "out" / "study.json", tmp_path)
    ended = run("report", tmp_path)
    assert ended.code == 0
    assert f"report: {tmp_path / 'report.html'}" in ended.out
    assert contents(tmp_path).keys() == contents(done / "out").keys()
    assert (tmp_path / "summary.json").read_bytes() == (done / "out" / "summary.json").read_bytes()


def test_report_of_damaged_results_says_to_run_again(done: Path, run: Run, tmp_path: Path) -> None:
    """A damaged trace is named in one line, and no half report is left."""
    shutil.copytree(done / "out" / "traces", tmp_path / "traces")
    shutil.copy(done / "out" / "study.json", tmp_path)
    victim = traces(tmp_path)[0]
    victim.write_bytes(b"PAR1")
    line = refused(run("report", tmp_path, "--allow-code"))
    assert str(victim) in line
    assert "nassim run" in line
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    "command", [("report", "--allow-code"), ("report", "--allow-code", "--figure", "regret"), ("reproduce",)]
)
def test_results_of_two_versions_are_refused(command: tuple[str, ...], done: Path, run: Run, tmp_path: Path) -> None:
    """Whatever reads a folder with traces of another version says so in one line."""
    shutil.copytree(done / "out" / "traces", tmp_path / "traces")
    shutil.copy(done / "out" / "study.json", tmp_path)
    victim = traces(tmp_path)[-1]
    trace = Trace.load(victim)
    replace(trace, provenance=trace.provenance | {"nassim": "0.0.1"}).save(victim)
    assert "versions" in refused(run(*command[:1], tmp_path, *command[1:])).replace(
        "made with nassim 0.0.1", "versions"
    )


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


def test_list_shows_what_there_is(run: Run) -> None:
    """Every strategy with its settings, every benchmark with its splits, spaces, protocols; or one kind of them."""
    everything = run("list").out
    for kind in ("strategies", "benchmarks", "spaces"):
        assert all(name in everything for name in catalog.names(kind))
    assert all(name in everything for name in protocols.names())
    assert "population=10 sample=3 mutation=uniform" in everything
    assert "15,625 architectures" in everything
    benchmarks = " ".join(run("list", "benchmarks").out.split())
    assert "regularized_evolution" not in benchmarks
    for text in ("graph/cora", "licence: data: BSD-3-Clause", "costs: params, latency", "shipped with nassim"):
        assert text in benchmarks
    assert "not installed; download it from https://github.com/afzalxo/Accel-NASBench, then: nassim imp" in benchmarks
    assert "not installed; pip install --no-deps analog-nasbench, then: nassim import analog-nas-bench SO" in benchmarks


def test_show_a_benchmark(run: Run) -> None:
    """A benchmark's card has its splits, its optimum and how its errors are distributed."""
    shown = run("show", "nb201/cifar10").out
    for text in (
        "search split",
        "report split",
        "licence",
        "official 6111",
        "91.61 % accuracy",
        "15,625 architectures",
    ):
        assert text in shown
    assert shown.count("█") > 40


@pytest.mark.parametrize(
    "cell", ["6111", "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|"]
)
def test_show_a_cell(cell: str, run: Run) -> None:
    """By its number or its text: what each training gave, its costs, its rank and its neighbours."""
    shown = run("show", "nb201/cifar10", cell).out
    for text in ("training 3", "91.61 % accuracy", "params", "latency", "1 of 15,625", "neighbours", "official 9930"):
        assert text in shown
    assert "training 4" not in shown


def test_show_several_of_the_best_and_draws(run: Run) -> None:
    """The five best graph networks, each once, and a drawing of one of them."""
    shown = run("show", "graph/cora").out
    assert "best, number 5" in shown
    drawn = run("show", "graph/cora", "51045").out
    assert "2 gat --> 4 graph" in drawn
    assert "activation_fn_1" in run("show", "fcnet/naval", "5").out


def test_show_what_is_no_table(run: Run) -> None:
    """A benchmark of other kind and another space's architectures are shown as well, by text and by index."""
    assert "toy" in run("show", f"{TOYS}:TABLED", "--allow-code").out
    assert "rank" in run("show", f"{TOYS}:ONE", "0-2-1", "--allow-code").out
    assert "0-2-1" in run("show", f"{TOYS}:ONE", "5", "--allow-code").out
    assert "index 12 is not in 0..11" in refused(run("show", f"{TOYS}:ONE", "12", "--allow-code"))


def test_what_may_be_text_or_number_is_text() -> None:
    """Digits are an architecture where these are its text, and its number elsewhere."""
    macro, sizes = catalog.space("macro"), catalog.space("natsbench_size")
    assert find_architecture(macro, "00000012").tolist() == [0, 0, 0, 0, 0, 0, 1, 2]
    assert macro.index(find_architecture(macro, "12")[None]) == 12
    assert sizes.index(find_architecture(sizes, "00000012")[None]) == 12


BAD = {
    "study": (("run", "rl_evolution_dart"), "unknown study 'rl_evolution_dart'; did you mean 'rl_evolution_darts'?"),
    "benchmark": (("show", "nb201/cifar11"), "unknown benchmark 'nb201/cifar11'; did you mean 'nb201/cifar1"),
    "malformed cell": (("show", "nb201/cifar10", "|none~0|"), "expected 3 nodes joined by '+'"),
    "impossible cell": (
        ("show", "nb201/cifar10", "|non~0|+|none~0|none~1|+|none~0|none~1|none~2|"),
        "did you mean 'none'",
    ),
    "no such cell": (("show", "nb201/cifar10", "15625"), "index 15625 is not in 0..15624"),
    "no such number": (("show", "nb201/cifar10", "9" * 30), "is not in 0..15624"),
    "no benchmark": (("show", "math:pi", "--allow-code"), "expected a benchmark or its name, got 3.14"),
    "no results": (("report", "nowhere"), "nowhere: not a results folder, it has no study.json"),
    "no module": (("show", "no.such.module:x", "--allow-code"), "cannot import 'no.such.module'"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_one_line(arguments: tuple[str, ...], message: str, run: Run) -> None:
    """What a user can mend is one line on stderr and exit code 2."""
    assert message in refused(run(*arguments))


@pytest.mark.parametrize("arguments", [("run",), ("run", "x", "--jobs", "0"), ("lst",), ("list", "spaces", "--all")])
def test_wrong_usage_exits_2(arguments: tuple[str, ...], run: Run) -> None:
    """A missing argument, a number out of range, an unknown command and an unknown option."""
    ended = run(*arguments)
    assert ended.code == 2
    assert "Traceback" not in ended.err


def test_a_bad_study_writes_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A study that is refused leaves no results folder behind."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "study", STUDY.replace("sample = 2", "samples = 2"))
    line = refused(run("run", "study"))
    assert line.startswith("nassim: study/study.toml: strategy 2: regularized_evolution has no setting 'samples'")
    assert list(contents(tmp_path)) == ["study/study.toml"]


def test_damaged_data_is_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A truncated table is one line with the file and what to do, and the list still shows the rest."""
    source = catalog.shipped("benchmarks_data") / "nb201"
    shutil.copytree(source / "cifar10", tmp_path / "nb201" / "cifar10")
    shutil.copy(source / "card.toml", tmp_path / "nb201")
    victim = tmp_path / "nb201" / "cifar10" / "trainings.parquet"
    victim.write_bytes(victim.read_bytes()[:1000])
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    assert f"{victim}: damaged" in refused(run("show", "nb201/cifar10"))
    listed = run("list", "benchmarks")
    assert listed.code == 0
    assert "nb201/imagenet16-120" in listed.out


def test_verify_data_reads_every_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All well: exit 0 and a line per family; a damaged file is named on stderr, and the exit code is 1."""
    good = run("verify-data")
    assert good.code == 0
    assert "nb201: 6 of 6 files are as on their card" in good.out
    source = catalog.shipped("benchmarks_data") / "nb201"
    shutil.copytree(source / "cifar10", tmp_path / "nb201" / "cifar10")
    shutil.copy(source / "card.toml", tmp_path / "nb201")
    victim = tmp_path / "nb201" / "cifar10" / "trainings.parquet"
    victim.write_bytes(victim.read_bytes() + b"x")
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    bad = run("verify-data")
    assert bad.code == 1
    assert f"{victim}: its sha256 is" in bad.err


def test_a_full_disk_is_one_line(done: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """When results or a report cannot be written, they are named, with what to do, and nothing has changed."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(Path, "write_bytes", full)
    before = contents(done / "out")
    for command in (("run", done / "study", "--runs", "9", "--out"), ("report", "--allow-code")):
        line = refused(run(*command, done / "out"))
        assert str(done / "out") in line
        assert "cannot be written (No space left on device); free some space" in line
    assert contents(done / "out") == before


def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    """An interrupt from the keyboard ends all processes with one line and exit code 130; finished units are kept."""
    study = write(
        tmp_path / "study", f'{STUDY}\n[[strategy]]\nname = "{TOYS}:Slow"\n'.replace("runs = 20", "runs = 200")
    )
    command = [sys.executable, "-c", HEARING, "run", study, "--out", tmp_path / "out", "--jobs", "2"]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not traces(tmp_path / "out"):
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("nassim: stopped with ")
    assert err.splitlines()[-1].endswith(" of 8 units done; the same command continues")
    assert traces(tmp_path / "out")
    assert not list(tmp_path.rglob("*.partial"))


def test_help_is_instant() -> None:
    """The help names all commands without loading numpy or anything heavier, and no arguments show it too."""
    code = "import sys, nassim.cli; from nassim.__main__ import main; sys.argv[1:] = {}; sys.excepthook = None\n"
    code += "try: main()\nfinally: print({{'numpy', 'pyarrow', 'joblib', 'matplotlib'}} & set(sys.modules))"
    for arguments in (["--help"], []):
        command = [sys.executable, "-c", code.format(arguments)]
        shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
        assert all(f" {command} " in shown for command in ("run", "report", "list", "show", "import", "fit", "check"))
        assert shown.endswith("set()\n")


def test_the_version_is_shown(run: Run) -> None:
    """`--version` needs no command."""
    from importlib.metadata import version

    assert run("--version") == (0, f"nassim {version('nassim')}\n", "")
