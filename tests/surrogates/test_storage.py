"""Saved surrogates: the same after loading, the same bytes every time, and refused when anything is wrong with them."""

from __future__ import annotations

import shutil
import tomllib
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.surrogates import storage
from tests.toys import toy_benchmark, toy_space

TOY = toy_benchmark((4, 5, 3, 3))
SPACE = TOY.space
FITTED = nassim.fit(TOY, train=100)


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """Return the folder of a saved surrogate; not to be changed."""
    folder = tmp_path_factory.mktemp("saved") / "model"
    FITTED.save(folder)
    return folder


@pytest.fixture
def copied(saved, tmp_path) -> Path:
    """Return a copy of it, to be damaged."""
    return Path(shutil.copytree(saved, tmp_path / "copied"))


def refused(folder: Path, message: str, space=SPACE) -> None:
    """Check that loading is a DataError of one line with this message."""
    with pytest.raises(DataError) as caught:
        SurrogateBenchmark.load(folder, space)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_loaded_surrogate_is_the_saved_one(saved):
    """Every answer is equal bit for bit; name, card and what is known of the training are kept."""
    loaded = SurrogateBenchmark.load(saved, SPACE)
    archs = SPACE.at(np.arange(SPACE.size))
    training_seed = np.arange(SPACE.size, dtype=np.uint32)
    pairs = zip(loaded.evaluate(Query(archs), training_seed), FITTED.evaluate(Query(archs), training_seed), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    assert np.array_equal(loaded.far(archs), FITTED.far(archs))
    assert (loaded.name, loaded.card, loaded.optimum) == (FITTED.name, FITTED.card, FITTED.optimum)
    assert (loaded.epochs, loaded.costs) == (FITTED.epochs, FITTED.costs)
    for target, model in loaded.models.items():
        other = FITTED.models[target]
        assert (model.settings, model.scale, model.about) == (other.settings, other.scale, other.about)
        assert (model.target, model.features) == (other.target, other.features)


def test_a_surrogate_of_the_catalog_s_spaces_needs_no_space(tmp_path):
    """The card names the space."""
    fitted = nassim.fit("nb201/cifar10", train=60)
    fitted.save(tmp_path / "cells")
    loaded = SurrogateBenchmark.load(tmp_path / "cells")
    archs = loaded.space.at(np.arange(loaded.space.size))
    assert np.array_equal(loaded.truth(archs), fitted.truth(archs))


def test_the_same_fit_saved_twice_has_the_same_bytes(saved, tmp_path):
    """Every file of another fit of the same trainings is identical."""
    nassim.fit(TOY, train=100).save(tmp_path / "again")
    files = sorted(path.relative_to(saved) for path in saved.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*.*"))
    assert all((saved / file).read_bytes() == (tmp_path / "again" / file).read_bytes() for file in files)


def test_models_are_in_xgboost_s_own_format(saved):
    """Plain xgboost reads them without nassim; what they saw is on the card; there is no pickle."""
    import xgboost

    card = tomllib.loads((saved / "card.toml").read_text())
    booster = xgboost.Booster(model_file=saved / "error/member-0.ubj")
    assert booster.num_features() == len(card["models"]["error"]["features"])
    assert {path.suffix for path in saved.rglob("*") if path.is_file()} == {".ubj", ".npy", ".toml"}
    assert np.load(saved / "error/archs.npy", allow_pickle=False).shape == (100, 4)


FILES = ["error/member-3.ubj", "error/spread.ubj", "seconds/member-0.ubj", "params/archs.npy"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", ["changed", "truncated", "empty", "missing"])
def test_a_damaged_file_is_refused(copied, file, damage):
    """A changed bit, a file cut off, an empty and a missing one: the message names the file."""
    path = copied / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = {"changed": content, "truncated": content[: len(content) // 2], "empty": b""}
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(damaged[damage])
    refused(copied, file)


def test_a_file_that_xgboost_cannot_read_is_refused(copied):
    """Even where the card vouches for it."""
    before = (copied / "error/spread.ubj").read_bytes()
    for content in (b"no model", before[: len(before) // 2], b"{}"):
        (copied / "error/spread.ubj").write_bytes(content)
        _vouch(copied, "error/spread.ubj")
        refused(copied, "not a model that the installed xgboost reads")


def _vouch(folder: Path, file: str) -> None:
    """Put a file's sha256 on the card."""
    card = folder / "card.toml"
    on_card = tomllib.loads(card.read_text())["files"][file]
    card.write_text(card.read_text().replace(on_card, sha256((folder / file).read_bytes()).hexdigest()))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 2", "format = 1", "surrogate format 1, this nassim reads 2"),
        ("format = 2\n", "", "surrogate format None"),
        ("gene0=0", "gene0=zero", "learned from other features than the 16"),
        ('transform = "l', "transform = l", "malformed TOML"),
        ("[models.seconds]", "[models.minutes]", "the key 'scale' of 'models.minutes' is missing"),
        ("supernet = false", 'supernet = "no"', "'card.supernet' must be true or false, got 'no'"),
        ("members = 5", "members = 6", "damaged or no surrogate"),
        ("rounds = ", "turns = ", "damaged or no surrogate"),
    ],
)
def test_a_card_of_something_else_is_refused(copied, old, new, message):
    """Another format, other features, no TOML, and what is missing or unknown."""
    card = copied / "card.toml"
    assert old in card.read_text()
    card.write_text(card.read_text().replace(old, new))
    refused(copied, message)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_card_is_refused(copied, share):
    """Wherever it ends."""
    card = copied / "card.toml"
    text = card.read_text()
    card.write_text(text[: int(share * len(text))])
    refused(copied, "copied")


def test_a_surrogate_of_another_space_is_refused(saved):
    """Both spaces are named; a space that no longer exists too."""
    refused(saved, "is a surrogate of space toy-4x5x3x3, not of toy-2x2", toy_space((2, 2)))
    refused(saved, "unknown space 'toy-4x5x3x3'", None)


def test_a_folder_without_a_surrogate_is_refused(tmp_path):
    """An empty folder, and none at all."""
    refused(tmp_path, "there is no surrogate here, card.toml is missing")
    refused(tmp_path / "nowhere", "there is no surrogate here")


def test_nothing_is_overwritten(saved, tmp_path):
    """A folder that holds something stays as it is; an empty one is used."""
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(DataError, match="is there already; delete it or choose another folder"):
        FITTED.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    (tmp_path / "empty").mkdir()
    FITTED.save(tmp_path / "empty")
    assert (tmp_path / "empty/card.toml").read_bytes() == (saved / "card.toml").read_bytes()


def test_nothing_is_half_written(tmp_path, monkeypatch):
    """A full disk leaves no trace but one clear line."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.tomli_w, "dumps", full)
    with pytest.raises(DataError, match="cannot be written"):
        FITTED.save(tmp_path / "model")
    assert not list(tmp_path.iterdir())
