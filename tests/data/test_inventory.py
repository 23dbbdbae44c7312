"""What is told of benchmarks without loading them: the same as loading says, and which files are damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tomli_w

from nassim import catalog, load
from nassim.benchmarks.table import TableBenchmark
from nassim.core.errors import DataError
from nassim.data.inventory import FamilyInfo, damage, family_infos
from nassim.data.reading import read_card

SHIPPED = catalog.shipped("benchmarks_data")


@pytest.mark.parametrize("name", ["nb201/cifar100", "graph/proteins", "fcnet/naval"])
def test_a_glance_says_what_loading_says(name):
    """Space, fidelities, and how many trainings there are."""
    family, _, dataset = name.partition("/")
    (info,) = FamilyInfo(family, SHIPPED / family, (dataset,)).dataset_infos()
    bench = load(name)
    assert isinstance(bench, TableBenchmark)
    assert (info.name, info.space, info.size) == (name, bench.space.name, bench.space.size)
    assert info.epochs == tuple(bench.epochs)
    assert info.whole
    assert info.known <= bench.space.size
    assert info.trainings >= info.known


def test_the_first_folder_that_has_a_name_wins(tmp_path, monkeypatch):
    """One's own nb201/cifar10 hides the shipped one, and the rest of the family is still there."""
    shutil.copytree(SHIPPED / "nb201" / "cifar10", tmp_path / "nb201" / "cifar10")
    shutil.copy(SHIPPED / "nb201" / "card.toml", tmp_path / "nb201")
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    found = {(family.shipped, family.datasets) for family in family_infos() if family.name == "nb201"}
    assert found == {(False, ("cifar10",)), (True, ("cifar100", "imagenet16-120"))}


def test_every_shipped_file_is_as_on_its_card():
    """And all of them are on it."""
    for family in family_infos():
        if family.shipped:
            found = list(damage(family))
            there = list(family.folder.glob("*/*.parquet"))
            assert len(there) >= 2 * len(family.datasets)
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
    found = list(damage(FamilyInfo("nb201", tmp_path / "nb201", ("cifar10", "cifar100", "imagenet16-120"))))
    (line,) = [line for line in found if line]
    assert message in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"title": ["Mine"]}, r"'title' must be a text, got \['Mine'\]"),
        ({"notes": 5}, "'notes' must be a list, got 5"),
        ({"notes": [["seen"]]}, r"'notes\[1\]' must be a text"),
        ({"measured": "params"}, "'measured' must be a list"),
        ({"surrogate": {"measured": 1.5}}, r"'surrogate\.measured' must be a list, got 1\.5"),
        ({"datasets": {"data": {"measured": [1]}}}, r"'datasets\.data\.measured\[1\]' must be a text, got 1"),
        ({"datasets": {"data": {"surrogate": []}}}, r"'datasets\.data\.surrogate' must be a table"),
        ({"files": {"data/trainings.parquet": {"sha256": 1}}}, r"sha256' must be a text, got 1"),
    ],
)
def test_what_is_wrong_on_a_card_is_named(said, message, tmp_path: Path):
    """Keys that are relied on are of their types, of the family and of each data set."""
    names = ("title", "space", "source", "licence", "search_split", "report_split")
    path = tmp_path / "card.toml"
    path.write_text(tomli_w.dumps(dict.fromkeys(names, "x") | said), encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        read_card(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
