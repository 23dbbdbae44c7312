"""Kills studies with kill -9 at random moments, and says whether any byte or process is left that should not be.

    python perf/kills.py [KILLS] [SEED]

Half of the kills come at any moment from the start of Python on, half while the work is under way; half of them hit a
study on one process, half one on two. After each, the study is run to its end, and its files are compared with those of
a run that nobody disturbed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import numpy as np

import nassim

STUDY = """
name = "killed"
question = "What is left?"
benchmarks = ["nb201/cifar10", "nb201/cifar100"]
runs = 1200
seed = 3

[budget]
evaluations = 60

[[strategy]]
name = "random_search"

[[strategy]]
name = "regularized_evolution"
"""
UNITS = 12
JOBS = (1, 2)
MARK = "NASSIM_KILLED"  # a variable by which the processes of one run are found
# Under way were studies of which some units were kept, and not all.
WORDS = ("kills", "under way", "bytes differ", "files differ", "processes left")
WAIT = 10.0  # seconds within which workers must have ended


def main() -> None:
    """Kill as often as asked, and print what was left; exit 1 if anything was."""
    kills, seed = (int(text) for text in (*sys.argv[1:], *("100", "0")[len(sys.argv) - 1 :]))
    print(f"{kills} kills, seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        left = killed(Path(folder), kills, seed, lambda so_far: print(json.dumps(so_far), flush=True))
    sys.exit(1 if left["bytes differ"] or left["files differ"] or left["processes left"] else 0)


def killed(
    folder: Path, kills: int, seed: int, tell: Callable[[Counter[str]], object] = lambda _: None
) -> Counter[str]:
    """Return what is left after so many kills of a study in a folder; `tell` hears it after each of them."""
    draw, left = np.random.default_rng(seed), Counter(dict.fromkeys(WORDS, 0))
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    expected = contents(nassim.run_study(folder, out=folder / "straight", jobs=1))
    for number in range(kills):
        out, jobs = folder / f"out-{number}", JOBS[number % len(JOBS)]
        kill(folder, out, jobs, draw, left, early=number // len(JOBS) % 2 == 0)
        found = contents(nassim.run_study(folder, out=out, jobs=1))
        left["kills"] += 1
        left["files differ"] += len(expected.keys() ^ found.keys())
        left["bytes differ"] += sum(differing(expected[name], found[name]) for name in expected.keys() & found.keys())
        tell(left)
    return left


def kill(folder: Path, out: Path, jobs: int, draw: np.random.Generator, left: Counter[str], *, early: bool) -> None:
    """Start a study and kill its main process; count the processes that are still there some seconds later."""
    code = f"import nassim; nassim.run_study({str(folder)!r}, out={str(out)!r}, jobs={jobs})"
    mark = uuid4().hex
    process = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {MARK: mark}, stderr=subprocess.DEVNULL)
    wanted, delay = (0 if early else int(draw.integers(1, UNITS))), draw.uniform(0, 2 if early else 0.05)
    while process.poll() is None and len(list(out.glob("traces/*/*/*.parquet"))) < wanted:
        time.sleep(0.002)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left["under way"] += 0 < len(list(out.glob("traces/*/*/*.parquet"))) < UNITS
    until = time.monotonic() + WAIT
    while (alive := marked(mark)) and time.monotonic() < until:
        time.sleep(0.05)
    left["processes left"] += len(alive)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def marked(mark: str) -> list[int]:
    """Return the processes that have the mark in their environment, and are no zombies."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
        except OSError:  # it has ended, or is another user's
            continue
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files by their path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differing(first: bytes, second: bytes) -> int:
    """Return how many bytes differ; those that one has more count too."""
    return sum(a != b for a, b in zip(first, second, strict=False)) + abs(len(first) - len(second))


if __name__ == "__main__":
    main()
