"""collect and validate on the command line: what they print and write, and that bad input is one line."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nassim.cli._last_resort import INTERRUPTED
from tests.command_line import HEARING, Run, refused

ROOT = Path(__file__).parents[2]
STUDY = """
name = "small"
question = "Which network?"
benchmarks = ["nb201/cifar10"]
runs = 5
[budget]
evaluations = 10
[[strategy]]
name = "random_search"
"""
WITHOUT_TORCH = "import sys; sys.modules['torch'] = None; from nassim.__main__ import main; main(sys.argv[1:])"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of a small study."""
    from nassim import run_study

    folder = tmp_path_factory.mktemp("study")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return run_study(folder, out=folder / "out", jobs=1)


def without_torch(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command line where torch cannot be imported."""
    command = [sys.executable, "-c", WITHOUT_TORCH, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_without_torch_only_training_is_refused(results: Path, tmp_path: Path) -> None:
    """In one line, with the command that installs it; a whole study runs as ever."""
    for words in (["collect", "nb201", "--data", "digits", "--out", tmp_path / "mine"], ["validate", results]):
        ended = without_torch(*words)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == (
            "nassim: real training needs torch, which is not installed: pip install 'nassim[train]'\n"
        )
    assert not (tmp_path / "mine").exists()
    study = results.parent / "study.toml"
    assert without_torch("run", study, "--out", tmp_path / "out", "--jobs", 1, "--runs", 2).returncode == 0
    assert "real training needs torch" in without_torch("run", ROOT / "studies/live", "--out", tmp_path / "live").stderr


def test_collect_makes_a_benchmark_and_says_how_to_go_on(run: Run, tmp_path: Path) -> None:
    """Given again it has nothing to do, and with more networks it adds to what there is."""
    pytest.importorskip("torch")
    from tests.training.test_collect import images

    words = ["collect", "nb201", "--data", images(tmp_path), "--out", tmp_path / "mine", "--jobs", 1, "--networks"]
    ended = run(*words, 1)
    assert ended.code == 0, ended.err
    assert ended.out == (
        f"mine/tiny: 1 trainings of 1 networks in {tmp_path / 'mine/tiny'}\n"
        f"to have nassim look there: export NASSIM_DATA={tmp_path}\n"
        "go on with: nassim show mine/tiny, or nassim fit mine/tiny\n"
    )
    assert "2/2 trainings and measurements" in ended.err.replace("1/1", "2/2")
    assert "tiny: 40 / 20 / 20 images for training, validation, test; 4x4 pixels, 1 channels, 2 classes" in ended.err
    assert "8 channels, 1 cells a stage; 100 epochs, batches of 32, no crops, not mirrored" in ended.err
    part = tmp_path / "mine/parts/tiny/000.jsonl"
    before = part.read_text()
    assert run(*words, 1).code == 0
    assert part.read_text() == before


def test_bad_input_is_one_line(run: Run, results: Path, tmp_path: Path) -> None:
    """What is wrong, and what is known or to be done."""
    pytest.importorskip("torch")
    out = ("--out", tmp_path / "mine")
    for words, said in {
        ("collect", "nb20", "--data", "digits", *out): "unknown space 'nb20'; did you mean 'nb201'?",
        ("collect", "mnasnet", "--data", "digits", *out): "of space nb201 only, not of mnasnet",
        ("collect", "nb201", "--data", "digit", *out): "unknown data set or path 'digit'; did you mean 'digits'?",
        ("collect", "nb201", "--data", "digits", "--device", "tpu", *out): "unknown device 'tpu'",
        ("collect", "nb201", "--data", tmp_path, *out): "expected one folder of images per class",
        ("collect", "nb201", "--data", "digits", "--recipe", "digit", *out): "did you mean 'digits'?",
        ("collect", "nb201", "--data", "digits", "--size", 16, *out): "has 8 pixels a side; only folders per class",
        ("validate", tmp_path): "not a results folder",
        ("validate", results): "which images are those of nb201/cifar10? say where they lie: --data",
        ("validate", results, "--benchmark", "nb201/cifar100"): "did you mean 'nb201/cifar10'?",
        ("validate", results, "--data", "digits", "--device", "cuda:9"): "unknown device 'cuda:9'",
        ("validate", results, "--data", tmp_path / "no.npz"): "unknown data set or path",
    }.items():
        assert said in refused(run(*words)), words
    assert not (tmp_path / "mine").exists()


def test_collect_trains_as_asked_and_validate_knows_the_images(run: Run, tmp_path: Path) -> None:
    """Settings, size and place of the images are on the card; what a study found there is trained on them again."""
    pytest.importorskip("torch")
    from nassim.benchmarks.partial_table import PartialTable
    from tests.training.test_folders import photos

    recipe = tmp_path / "mine.toml"
    recipe.write_text("learning_rate = 0.05\nepochs = 9\nchannels = 3\n", encoding="utf-8")
    words = ["collect", "nb201", "--data", photos(tmp_path / "photos"), "--out", tmp_path / "mine", "--networks", 2]
    words += ["--recipe", recipe, "--epochs", 1, "--batch", 8, "--cells", 1, "--size", 8, "--jobs", 1]
    ended = run(*words)
    assert ended.code == 0, ended.err
    assert "8x8 pixels, 3 channels, 2 classes, resized from 9x12 to 20x16 (--size)" in ended.err
    facts = PartialTable.load(tmp_path / "mine" / "photos").card.facts
    trained = {name: facts["recipe"][name] for name in ("learning_rate", "epochs", "batch")}
    assert trained == {"learning_rate": 0.05, "epochs": 1, "batch": 8}
    assert (facts["skeleton"]["channels"], facts["skeleton"]["cells"]) == (3, 1)
    assert (facts["images"]["source"], facts["images"]["size"]) == (str(tmp_path / "photos"), 8)


def test_fit_says_how_many_it_needs(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, of a benchmark with too few."""
    pytest.importorskip("torch")
    from tests.training.test_collect import collected

    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    collected(tmp_path, networks=1, jobs=1)
    line = refused(run("fit", "out/tiny"))
    assert "architectures, too few to learn from 20 and judge by 20; nassim collect adds to them" in line


def test_out_of_memory_is_one_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was trained before is kept."""
    torch = pytest.importorskip("torch")
    from tests.training.test_collect import images

    def exhausted(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError

    words = ["collect", "nb201", "--data", images(tmp_path), "--out", tmp_path / "mine", "--jobs", 1, "--networks"]
    run(*words, 1)
    monkeypatch.setattr("nassim.training.train._Run.advance", exhausted)
    ended = run(*words, 3)
    assert ended.code == 2
    assert "nassim: out of memory with batches of 32; choose a smaller batch" in ended.err
    assert len((tmp_path / "mine/parts/tiny/000.jsonl").read_text().splitlines()) == 1


def test_validate_trains_exports_and_judges(
    run: Run,
    results: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A table on the terminal, CSV, JSON and figures in the results; given again, nothing is trained."""
    pytest.importorskip("torch")
    monkeypatch.setattr("nassim.training.export.NEEDED", ("no_such_package",))
    folder = tmp_path / "results"
    shutil.copytree(results, folder)
    words = ["validate", folder, "--data", "digits", "--epochs", 1, "--jobs", 1]
    words += ["--top", 2, "--others", 1, "--seeds", 1]
    ended = run(*words)
    assert ended.code == 0, ended.err
    for text in ("Kendall tau", "sample", "1 run", "the pick's real test error", "ONNX install onnx", "winner: |"):
        assert text in ended.out
    made = folder / "validation-nb201-cifar10"
    assert f"validation: {made}\n" in ended.out
    told = json.loads((made / "validation.json").read_text())
    assert (told["benchmark"], told["top"], len(told["networks"]["runs"])) == ("nb201/cifar10", 2, 3)
    assert (made / "validation.csv").read_text().count("\n") == 4
    assert {path.name for path in made.iterdir() if path.is_file()} == {
        f"validation.{kind}" for kind in ("csv", "json", "pdf", "png")
    }
    record = (made / "trainings/000.jsonl").read_text()
    assert run(*words).out == ended.out
    assert (made / "trainings/000.jsonl").read_text() == record
    assert "holds trainings with recipe = " in run(*words, "--epochs", 2).err


def test_the_benchmark_must_be_named_where_there_are_several(run: Run, tmp_path: Path) -> None:
    """One of them is suggested."""
    pytest.importorskip("torch")
    from nassim import run_study

    (tmp_path / "study.toml").write_text(STUDY.replace('"]', '", "nb201/cifar100"]', 1), encoding="utf-8")
    folder = run_study(tmp_path, out=tmp_path / "out", jobs=1, runs=1)
    line = refused(run("validate", folder, "--data", "digits"))
    assert "several benchmarks; choose one: --benchmark nb201/cifar10" in line


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    """After a few trainings; they are kept."""
    pytest.importorskip("torch")
    from tests.training.test_collect import images

    words = ["collect", "nb201", "--data", images(tmp_path), "--out", tmp_path / "mine", "--jobs", 1]
    process = subprocess.Popen(
        [sys.executable, "-c", HEARING, *map(str, words)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    part = tmp_path / "mine/parts/tiny/000.jsonl"
    while not (part.exists() and part.read_bytes().count(b"\n") >= 2):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert "trainings and measurements done; the same command continues\n" in said
    assert part.read_bytes().count(b"\n") >= 2
