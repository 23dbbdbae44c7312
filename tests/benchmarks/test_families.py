"""What is told of benchmarks without loading them: the same as loading says, and which files are damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nassim import catalog, load
from nassim.benchmarks.families import Shelf, damage, shelves
from nassim.benchmarks.table import TableBenchmark

SHIPPED = catalog.shipped("benchmarks_data")


@pytest.mark.parametrize("name", ["nb201/cifar100", "graph/proteins", "fcnet/naval"])
def test_a_glance_says_what_loading_says(name):
    """Space, fidelities, and how many trainings there are."""
    family, _, dataset = name.partition("/")
    (glance,) = Shelf(family, SHIPPED / family, (dataset,)).glances()
    bench = load(name)
    assert isinstance(bench, TableBenchmark)
    assert (glance.name, glance.space, glance.size) == (name, bench.space.name, bench.space.size)
    assert glance.epochs == tuple(bench.epochs)
    assert glance.whole
    assert glance.known <= bench.space.size
    assert glance.trainings >= glance.known


def test_the_first_folder_that_has_a_name_wins(tmp_path, monkeypatch):
    """One's own nb201/cifar10 hides the shipped one, and the rest of the family is still there."""
    shutil.copytree(SHIPPED / "nb201" / "cifar10", tmp_path / "nb201" / "cifar10")
    shutil.copy(SHIPPED / "nb201" / "card.toml", tmp_path / "nb201")
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    found = {(shelf.shipped, shelf.datasets) for shelf in shelves() if shelf.name == "nb201"}
    assert found == {(False, ("cifar10",)), (True, ("cifar100", "imagenet16-120"))}


def test_every_shipped_file_is_as_on_its_card():
    """And all of them are on it."""
    for shelf in shelves():
        if shelf.shipped:
            found = list(damage(shelf))
            there = list(shelf.folder.glob("*/*.parquet"))
            assert len(there) >= 2 * len(shelf.datasets)
            assert found == [None] * len(there)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "its sha256 is "),
        (lambda path: path.unlink(), "cannot be read (No such file"),
        (lambda path: (path.parents[1] / "card.toml").unlink(), "there is no such file"),
        (lambda path: (path.parents[1] / "card.toml").write_text("x = "), "malformed TOML"),
    ],
)
def test_damage_is_named(harm, message, tmp_path: Path):
    """A file cut short, one that is missing, no card and no TOML in it: one line each."""
    shutil.copytree(SHIPPED / "nb201", tmp_path / "nb201")
    harm(tmp_path / "nb201" / "cifar100" / "architectures.parquet")
    found = list(damage(Shelf("nb201", tmp_path / "nb201", ("cifar10", "cifar100", "imagenet16-120"))))
    (line,) = [line for line in found if line]
    assert message in line
    assert "\n" not in line
