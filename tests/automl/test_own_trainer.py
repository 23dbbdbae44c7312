"""Trainers of one's own: a command is searched like the backend, without torch, and its faults are one line each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import nassim
from nassim.automl.own_trainer import Command, own_training
from nassim.core.errors import DataError, SettingError

TRAINER = """
import hashlib, sys
architecture, epochs, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
luck = int(hashlib.sha256(f"{architecture}{seed}".encode()).hexdigest(), 16) % 100 / 100
error = 40 - 5 * architecture.count("conv_3x3") - 2 * architecture.count("conv_1x1") + luck
print("training", architecture)
with open("log.txt", "a") as log:
    log.write(f"{architecture} {epochs} {seed}\\n")
print(error, 0.5, *([error + 1] if seed >= 1000 else []))
"""
WITHOUT_TORCH = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
from nassim.__main__ import main
main(sys.argv[1:])
"""
NONSENSE = {
    "print('hello')": "must print as its last line error and seconds",
    "print(3)": "must print as its last line",
    "print(3, 4, 5, 6)": "must print as its last line",
    "print(130, 4)": "must print as its last line",
    "print(3, -4)": "must print as its last line",
    "": "must print as its last line",
    "import sys; sys.exit('out of memory')": r"ended with 1 \(out of memory\)",
    "raise ValueError('no images')": r"ended with 1 \(ValueError: no images\)",
}


def command(folder: Path, source: str = TRAINER) -> str:
    """Return the command of a trainer."""
    path = folder / "train.py"
    path.write_text(source, encoding="utf-8")
    return f"{sys.executable} {path} {{architecture}} {{epochs}} {{seed}}"


def test_a_command_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hands in a network with many convolutions, confirmed with fresh seeds, and trains nothing twice."""
    monkeypatch.chdir(tmp_path)
    found = nassim.search(trainer=command(tmp_path), trainings=20, epochs=3, jobs=1, out=tmp_path / "found")
    lines = (tmp_path / "log.txt").read_text("utf-8").splitlines()
    assert len(set(lines)) >= len(lines) - 1  # what is priced is trained again
    assert all(line.split()[1] == "3" for line in lines)
    assert found.architecture.count("conv_3x3") >= 3
    assert found.test_error == pytest.approx(found.card["model"]["valid_error"] + 1)
    assert found.card["exported"] is None
    assert found.card["data"] is None
    again = nassim.search(trainer=command(tmp_path), trainings=20, epochs=3, jobs=1, out=tmp_path / "found")
    assert (tmp_path / "log.txt").read_text("utf-8").splitlines() == lines
    assert again.card["model"] == found.card["model"]


@pytest.mark.parametrize(("source", "said"), NONSENSE.items())
def test_what_a_trainer_must_not_do_is_one_line(tmp_path: Path, source: str, said: str) -> None:
    """It says what was expected, what came, and which command it was."""
    words = (sys.executable, "-c", source, "{architecture}")
    with pytest.raises(DataError, match=said) as caught:
        own_training(Command("nb201", words, 1), (7, 0))
    assert "\n" not in str(caught.value)
    assert sys.executable in str(caught.value)


def test_a_failed_training_is_no_error() -> None:
    """A trainer that says nan has failed, as a network whose loss is no number has."""
    record = own_training(Command("nb201", (sys.executable, "-c", "print('nan', 1)"), 1), (7, 0))
    assert str(record["valid_error"]) == "[nan]"


def test_commands_that_cannot_be_are_refused(tmp_path: Path) -> None:
    """None that does not say what to train, none with other braces, none beside images, and no program that is not."""
    for trainer, said in {
        "train": "must be a command with {architecture}, {seed}",
        "train {architecture} {sed}": "must have no braces but",
        "train {architecture} {seed": "must have no braces but",
        "": "must be a command",
    }.items():
        with pytest.raises(SettingError, match=said):
            nassim.search(trainer=trainer, trainings=9, out=tmp_path / "found")
    with pytest.raises(SettingError, match="and not both"):
        nassim.search("digits", trainer="train {architecture} {seed}", trainings=9, out=tmp_path / "found")
    with pytest.raises(DataError, match=r"cannot be run \(No such file or directory\)"):
        nassim.search(trainer="/no/such {architecture} {seed}", trainings=9, out=tmp_path / "found")
    with pytest.raises(SettingError, match=r"latency needs nassim.s own backend"):
        nassim.search(trainer=command(tmp_path), limits={"latency": "5 ms"}, trainings=9, out=tmp_path / "found")


def test_torch_is_not_needed(tmp_path: Path) -> None:
    """With a trainer of one's own the command line works where torch cannot be imported, report included."""
    own = ["search", "--trainer", command(tmp_path), "--trainings", "4", "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, *own], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "test error" in done.stdout
    assert (tmp_path / "found" / "report.html").is_file()
