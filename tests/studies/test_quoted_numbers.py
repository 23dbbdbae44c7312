"""Numbers that the main study's README quotes are those of its lock, which `nassim check` holds against a new run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nassim import catalog
from nassim.study.file import read_study
from nassim.study.lock import Lock, read_lock

FOLDER = Path(__file__).parents[2] / "studies" / "rl_evolution_darts"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| [\d.]+ \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def lock() -> Lock:
    """Return the lock."""
    return read_lock(FOLDER / "lock.json")


def test_the_table_quotes_the_regrets_of_the_lock(lock: Lock) -> None:
    """Every mean regret of the table, to its three digits, and every strategy once."""
    benchmarks = list(lock.data)
    optima = [catalog.load(name).optimum for name in benchmarks]
    labels = dict.fromkeys(label for label, _ in lock.cells)
    expected = {
        tuple(f"{lock.cells[label, name].error - best:.3f}" for name, best in zip(benchmarks, optima, strict=True))
        for label in labels
    }
    rows = ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
    quoted = {tuple(re.search(r"\d+\.\d+", cell)[0] for cell in row[1:]) for row in rows}
    assert quoted == expected


def test_the_lock_is_of_the_study_as_it_is(lock: Lock) -> None:
    """The same strategies, benchmarks and seed."""
    study = read_study(FOLDER)
    assert lock.seed == study.seed
    assert set(lock.cells) == {(entry.label, name) for entry in study.entries for name in study.benchmarks}
