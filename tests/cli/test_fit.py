"""import, fit and show --explain: what they print and write, and that bad input is one line and leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nassim import __main__
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.core.errors import DataError
from nassim.importers import accel_nasbench
from tests.command_line import Ended, refused
from tests.importers.accel_files import COUNT, packed, records, tar
from tests.study.toys import LARGE

NAME = "tests.study.toys:LARGE"
FORMAT, IMPORTED = "accel-nasbench", "accel-nasbench/imagenet"

Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return a function that runs a command line in this process, in an empty folder and a wide terminal."""
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            __main__.main([str(argument) for argument in arguments])
        return Ended(ended.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an archive with a few records, and let the importer expect no more."""
    monkeypatch.setattr(accel_nasbench, "RECORDS", COUNT)
    monkeypatch.setattr(accel_nasbench, "KNOWN", {})
    return packed(tmp_path / "published.tar.gz", tar(records()))


def files(folder: Path) -> set[str]:
    """Return the files of a folder and the folders within, hidden ones too."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_import_says_how_to_go_on(run: Run, published: Path, tmp_path: Path) -> None:
    """The benchmark is named, and a source that is not the published one; where nobody looks, how to change that."""
    ended = run("import", FORMAT, published)
    other = f"The sha256 of the source file differs from the published {accel_nasbench.PUBLISHED.sha256[:12]}..., of "
    go_on = f"imported {IMPORTED}\ngo on with: nassim show {IMPORTED}, or nassim fit {IMPORTED}\n"
    assert ended == (0, f"{other}{accel_nasbench.PUBLISHED.where}.\n{go_on}", "")
    assert (tmp_path / "data" / IMPORTED / "trainings.parquet").is_file()
    elsewhere = run("import", FORMAT, published, "--out", "elsewhere").out
    assert "to have nassim look there: export NASSIM_DATA=elsewhere\n" in elsewhere


def test_a_part_of_a_space_is_marked(run: Run, published: Path) -> None:
    """Lists and cards say how much of the space there is and what to do; a search on it is refused."""
    run("import", FORMAT, published)
    for ended in (run("list", "benchmarks"), run("show", IMPORTED)):
        assert ended.code == 0
        said = " ".join(ended.out.split())
        assert "5 of the 104,485,552,128 architectures of mnasnet after 16 epochs" in said
        assert f"part of its space; nassim fit {IMPORTED}" in said
    assert "best seen" in run("show", IMPORTED).out
    assert f"nassim fit {IMPORTED}" in refused(run("show", IMPORTED, "5"))


def test_fit_saves_the_surrogate_with_its_audit(run: Run, tmp_path: Path) -> None:
    """A table with a column per split, and a folder with the models, the audit's numbers and its figure."""
    ended = run("fit", "--allow-code", NAME, "--train", 40, "--seed", 2)
    folder = "surrogates/tests.study.toys-LARGE-40-2"
    assert ended.code == 0, ended.err
    for text in ("extrapolation", "baseline", "regret@10", "sparse tau", f"surrogate: {folder}\n"):
        assert text in ended.out
    place = tmp_path / folder
    assert {"card.toml", "audit.json", "audit.pdf", "audit.png"} <= files(place)
    assert json.loads((place / "audit.json").read_text(encoding="utf-8"))["train"] == 40
    saved = SurrogateBenchmark.load(place, LARGE.space)
    assert saved.costs == LARGE.costs
    judged = json.loads((place / "audit.json").read_text(encoding="utf-8"))["splits"]["random split"]
    for measure in ("tau", "tau_best_tenth"):
        assert saved.card.facts["surrogate"][f"error_{measure}"] == pytest.approx(judged[measure], abs=1e-4)
    assert "tenth" in ended.out
    again = refused(run("fit", "--allow-code", NAME, "--train", 40, "--seed", 2))
    assert f"{folder}: is there already; delete it or choose another folder with --out" in again
    assert not [name for name in files(tmp_path) if not name.startswith(f"{folder}/")]


def test_fit_with_active_trainings(run: Run, tmp_path: Path) -> None:
    """The folder and the saved card say which share of the trainings is where the best are predicted."""
    ended = run("fit", "--allow-code", NAME, "--train", 50, "--active", 0.2)
    assert ended.code == 0, ended.err
    saved = SurrogateBenchmark.load(tmp_path / "surrogates" / "tests.study.toys-LARGE-50-0-0.2", LARGE.space)
    assert saved.card.facts["surrogate"]["active"] == 0.2
    assert saved.name.endswith("[train=50,seed=0,active=0.2]")


def test_fit_of_one_target(run: Run, tmp_path: Path) -> None:
    """Its model alone is saved, which is no benchmark, and its audit."""
    ended = run("fit", "--allow-code", NAME, "--train", 40, "--target", "params", "--encoding=onehot", "--out", "a/b")
    assert ended.code == 0, ended.err
    assert "params (params) from 40 trainings, onehot features" in ended.out
    assert {path.name for path in (tmp_path / "a" / "b").iterdir() if path.is_dir()} == {"params"}
    with pytest.raises(DataError, match="holds no model of error and seconds, which a benchmark needs"):
        SurrogateBenchmark.load(tmp_path / "a" / "b", LARGE.space)


def test_explain_shows_genes_operations_pairs_and_motifs(run: Run, tmp_path: Path) -> None:
    """Five tables, and the figure in two formats where it was asked for."""
    ended = run("show", "--allow-code", NAME, "--explain")
    assert ended.code == 0, ended.err
    for text in ("how much each gene matters", "what each option adds", "what genes do together", "gene0 and gene1"):
        assert text in ended.out
    assert "best motifs of 180 architectures" in ended.out
    assert "worst motifs of 180 architectures" in ended.out
    assert files(tmp_path) == {f"explanations/tests.study.toys-LARGE.{kind}" for kind in ("pdf", "png")}
    assert "figure: x/why.pdf and x/why.png" in run("show", "--allow-code", NAME, "--explain", "--out", "x/why").out
    assert {"x/why.pdf", "x/why.png"} <= files(tmp_path)


BAD = {
    "format": (("import", "accel-nasbenc", "x"), "unknown format 'accel-nasbenc'; did you mean 'accel-nasbench'?"),
    "source": (("import", FORMAT, "nowhere"), "nowhere: there is no such file"),
    "benchmark": (("fit", "nb201/cifar11"), "unknown benchmark 'nb201/cifar11'; did you mean 'nb201/cifar1"),
    "target": (("fit", "--allow-code", NAME, "--train", "40", "--target", "parms"), "did you mean 'params'"),
    "encoding": (("fit", "--allow-code", NAME, "--encoding", "onhot"), "did you mean 'onehot'"),
    "few": (("fit", "--allow-code", NAME, "--train", "5"), "too few to learn from"),
    "many": (("fit", "--allow-code", NAME, "--train", "500"), "there are 180"),
    "too few to judge": (("fit", "--allow-code", NAME, "--train", "175"), "too few to learn from 175 and judge"),
    "folder in a file": (("fit", "--allow-code", NAME, "--train", "40", "--out", "file/a"), "file/a"),
    "too few to explain": (("show", "tests.study.toys:ONE", "--explain", "--allow-code"), "too few to learn from"),
    "explain an architecture": (("show", NAME, "0-0-0-0", "--explain"), "--explain is for a whole benchmark"),
    "no explanation to write": (("show", NAME, "--out", "x"), "--out for --explain"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_one_line(arguments: tuple[str, ...], message: str, run: Run, tmp_path: Path) -> None:
    """What a user can mend is one line and exit code 2, and nothing is written."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert message in refused(run(*arguments))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_failed_audit_leaves_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder appears whole or not at all."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "No space left on device" in refused(run("fit", "--allow-code", NAME, "--train", "40"))
    assert list(tmp_path.iterdir()) == []
