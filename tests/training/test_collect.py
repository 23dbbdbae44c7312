# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Collecting: each network once, a random order, and the same table however often it is interrupted."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim.benchmarks.partial_table import PartialTable
from nassim.core.errors import DataError, SettingError
from nassim.spaces.nb201 import NB201
from nassim.training.collect import collect, schedule
from nassim.training.parts import Parts, record_of
from nassim.training.recipe import Recipe
from nassim.training.skeleton import Skeleton
from nassim.training.table import COSTS

SPACE = NB201()
RECIPE = Recipe(epochs=2, batch=30, crop=0, flip=False)
SKELETON = Skeleton(channels=2, cells=1, inputs=1, size=4, classes=2)
SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.training.test_collect import collected
if __name__ == "__main__":
    collected(Path({folder!r}), networks=400, jobs=2)
"""


class Log:
    """A watcher that remembers what it is told."""

    def __init__(self) -> None:
        self.begun, self.left, self.notes = [], [], []

    def begin(self, done: int, total: int) -> None:
        """Remember."""
        self.begun.append((done, total))

    def advance(self, seconds_left: float) -> None:
        """Remember."""
        self.left.append(seconds_left)

    def note(self, text: str) -> None:
        """Remember."""
        self.notes.append(text)


def images(folder: Path) -> Path:
    """Return a file of 80 tiny images, half of which are brighter on the left."""
    path = folder / "tiny.npz"
    if not path.exists():
        y = np.arange(80) % 2
        x = np.random.default_rng(0).random((80, 4, 4))
        x[y == 1, :, :2] += 1
        np.savez(path, x=x, y=y)
    return path


def collected(folder: Path, **settings) -> Path:
    """Collect tiny trainings in a folder."""
    return collect("nb201", str(images(folder)), folder / "out", recipe=RECIPE, skeleton=SKELETON, **settings)


def lines(folder: Path) -> dict[tuple[int, int], list[list[float]]]:
    """Return what was recorded in a folder, without times; each line must be whole, and no training there twice."""
    found = {}
    for path in sorted((folder / "out/parts/tiny").glob("*.jsonl")):
        for line in path.read_text().splitlines(keepends=True):
            record = record_of(line)
            assert record is not None
            key = record["network"], record["replica"]
            assert key not in found
            found[key] = [values for name, values in record.items() if name.endswith(("error", "loss"))]
    return found


def test_the_order_is_a_random_sample_of_distinct_networks() -> None:
    """Each once; whoever asks for fewer gets the first of them."""
    everything = schedule(SPACE, None, 1, 0, 3)
    networks = [network for network, _ in everything]
    assert len(networks) == len(set(networks)) == 6466
    assert (SPACE.canonical(SPACE.at(np.array(networks))) == networks).all()
    assert everything[:50] == schedule(SPACE, 50, 1, 0, 3)
    assert networks != sorted(networks)
    assert abs(np.mean(networks[:1000]) - np.mean(networks)) < 300


def test_some_networks_are_trained_more_often() -> None:
    """Second trainings come after all first ones."""
    jobs = schedule(SPACE, 10, 1, 4, 3)
    assert [replica for _, replica in jobs] == [0] * 10 + [1] * 4 + [2] * 4
    assert [network for network, _ in jobs[10:14]] == [network for network, _ in jobs[:4]]
    assert len(schedule(SPACE, 10, 2, 0, 3)) == 20


def test_results_do_not_depend_on_interruptions(tmp_path: Path) -> None:
    """In one go, or in three."""
    for name in ("straight", "halting"):
        (tmp_path / name).mkdir()
    made = collected(tmp_path / "straight", networks=9, repeated=2, repeats=2, jobs=1)
    log = Log()
    collected(tmp_path / "halting", networks=4, jobs=1, watcher=log)
    collected(tmp_path / "halting", networks=4, jobs=1, watcher=log)
    collected(tmp_path / "halting", networks=9, repeated=2, repeats=2, jobs=1, watcher=log)
    assert log.begun == [(0, 4), (0, 4), (4, 4), (4, 4), (4, 11), (4, 9)]  # trainings and measures in turns
    assert len(log.left) == 11 + 9
    assert log.left[-1] == 0
    assert lines(tmp_path / "halting") == lines(tmp_path / "straight")
    samples = PartialTable.load(made)
    assert samples.card.facts["counts"]["trainings"] == 11
    assert list(samples.costs) == list(COSTS)


def test_damage_is_named_and_done_again(tmp_path: Path) -> None:
    """The last line torn, as a power failure leaves it."""
    collected(tmp_path, networks=3, jobs=1)
    before = lines(tmp_path)
    part = tmp_path / "out/parts/tiny/000.jsonl"
    part.write_bytes(part.read_bytes()[:-20])
    log = Log()
    collected(tmp_path, networks=3, jobs=1, watcher=log)
    assert log.begun == [(2, 3), (3, 3)]
    assert len(log.notes) == 1
    assert lines(tmp_path) == before


def test_a_full_disk_ends_it_and_the_same_command_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was trained before stays."""
    collected(tmp_path, networks=2, jobs=1)
    with monkeypatch.context() as patch:
        patch.setattr(Parts, "add", _full)
        with pytest.raises(DataError, match="free some space"):
            collected(tmp_path, networks=4, jobs=1)
    assert len(lines(tmp_path)) == 2
    collected(tmp_path, networks=4, jobs=1)
    assert len(lines(tmp_path)) == 4


def _full(parts: Parts, record) -> None:
    raise DataError("000.jsonl: cannot be written (No space left on device); free some space")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_kill_9_loses_nothing_that_was_finished(tmp_path: Path) -> None:
    """Killed while two processes train; the next run adds what is missing, and all is as if one process had done it."""
    killed, straight = tmp_path / "killed", tmp_path / "straight"
    for folder in (killed, straight):
        folder.mkdir()
    images(killed)
    (killed / "go.py").write_text(SCRIPT.format(root=str(Path(__file__).parents[2]), folder=str(killed)))
    process = subprocess.Popen([sys.executable, "go.py"], cwd=killed, stdout=subprocess.DEVNULL)
    part = killed / "out/parts/tiny/000.jsonl"
    while not (part.exists() and part.read_bytes().count(b"\n") >= 4):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    finished = part.read_bytes().count(b"\n")
    log = Log()
    collected(killed, networks=12, jobs=1, watcher=log)
    assert 4 <= log.begun[0][0] <= min(finished, 12)
    collected(straight, networks=12, jobs=1)
    there = lines(killed)
    assert len(there) >= finished
    assert all(there[job] == curves for job, curves in lines(straight).items())


def test_other_trainings_in_the_folder_are_refused(tmp_path: Path) -> None:
    """Of another recipe."""
    collected(tmp_path, networks=1, jobs=1)
    other = Recipe(epochs=1, batch=30, crop=0, flip=False)
    with pytest.raises(DataError, match="holds trainings with recipe = "):
        collect("nb201", str(images(tmp_path)), tmp_path / "out", networks=1, recipe=other, skeleton=SKELETON)


def test_settings_are_checked(tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(SettingError, match="networks must be a whole number >= 1 or absent, got 0"):
        collected(tmp_path, networks=0)
    with pytest.raises(SettingError, match="unknown device 'tpu'"):
        collected(tmp_path, networks=1, device="tpu")
    assert not (tmp_path / "out").exists()
