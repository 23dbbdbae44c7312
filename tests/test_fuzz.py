"""Mutated files are refused in one message, at once and in little memory; `python -m tests.fuzz` tries more of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[1]
INPUTS, SEED = 200, 20261128
HITS = 10  # validators that must have spoken: fewer would mean that mutations stop at the first


@pytest.mark.slow
@pytest.mark.parametrize("which", list(TARGETS))
def test_every_mutated_input_ends_as_promised(which: str) -> None:
    """Exit code 2 with at most six lines, or still valid; never a traceback, and nothing half-written.

    In a process of its own: forks of this one would have its memory and its files.
    """
    command = [sys.executable, "-m", "tests.fuzz", which, "--inputs", str(INPUTS), "--seed", str(SEED)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = re.match(rf"{which}: {INPUTS} inputs, seed {SEED}: (\d+) refused, \d+ still valid, 0 faults", done.stdout)
    assert counts, done.stdout
    assert int(counts[1]) > INPUTS // 4, done.stdout
    assert len(done.stdout.splitlines()) > HITS, done.stdout
