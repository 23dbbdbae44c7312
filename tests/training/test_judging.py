# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""How paths are judged: on all classes whatever the order of the data, and as PyTorch's own layers normalise."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from torch import nn

from nassim.core.random_streams import Streams
from nassim.spaces.nb201 import NB201
from nassim.training.data import Data, Split, load
from nassim.training.defaults import skeleton_for
from nassim.training.judging import Judge, NormMode, balanced_batches
from nassim.training.networks import Cell, Network, fresh
from nassim.training.sharing import _search
from nassim.training.sharing._trainer import Trainer
from nassim.training.sharing.uniform import Uniform, uniform_step
from nassim.training.skeleton import CONV_1X1, all_edges
from nassim.training.splits import balanced_order
from nassim.training.supernet import Supernet, one_hot
from tests.training.few_digits import few_digits
from tests.training.plain_supernet import filters

CELLS = NB201().at(np.arange(15625))
MODES: tuple[NormMode, ...] = ("batch", "tracked", "recalibrated")


def sorted_by_class(folder: Path) -> Data:
    """Return the digits with 1,168 validation images, those of a class beside each other."""
    del folder
    whole = load("digits")
    images, labels = (torch.cat(both) for both in zip(whole.valid, whole.test, strict=True))
    order = torch.argsort(labels, stable=True)
    return replace(whole, valid=Split(images[order], labels[order]))


def folder_of_classes(folder: Path) -> Data:
    """Return the digits, each twice, from a folder with one folder of images per class."""
    from PIL import Image
    from sklearn.datasets import load_digits

    found = load_digits()
    for number, (pixels, label) in enumerate(zip(found.images, found.target, strict=True)):
        (folder / str(label)).mkdir(exist_ok=True)
        for copy in range(2):
            Image.fromarray((15 * pixels).astype(np.uint8)).save(folder / str(label) / f"{number:04}-{copy}.png")
    return load(folder)


@pytest.mark.parametrize("make", [sorted_by_class, folder_of_classes])
def test_the_order_of_the_data_does_not_decide_what_a_search_is_told(
    make: Callable[[Path], Data], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors that are noted are those of all images with their statistics; those of the first 500 are far away."""
    data = make(tmp_path)
    assert (data.valid.labels.diff() >= 0).all()
    monkeypatch.setattr(_search, "load", lambda _: data)
    search = Uniform(NB201(), Streams(0, "uniform", [0]), data="digits", epochs=6, candidates=1)
    for _ in range(6):
        search.ask(np.arange(1))

    def error(cell: np.ndarray, images: int) -> float:
        judged = Split(*(values[:images] for values in data.valid))
        with torch.no_grad():
            answers = search.trainers[0].supernet(judged.images, one_hot(cell)).argmax(dim=1)
        return 100.0 * float((answers != judged.labels).double().mean())

    noted, whole, first = [], [], []
    for cell in CELLS[np.random.default_rng(0).choice(15625, 12)]:
        search.found[0] = cell
        noted.append(search.diagnostics(np.arange(1))["one-shot"][0])
        whole.append(error(cell, len(data.valid.labels)))
        first.append(error(cell, 500))
    assert np.abs(np.subtract(noted, whole)).max() < 3.0
    assert np.abs(np.subtract(first, whole)).max() > 3.0


@given(st.lists(st.integers(0, 4), min_size=1, max_size=200), st.integers(1, 60))
def test_every_stretch_has_its_share_of_each_class(labels: list[int], length: int) -> None:
    """An order of all examples; in no stretch is a class away from its share by more than the number of classes."""
    classes = np.array(labels)
    order = balanced_order(classes)
    assert sorted(order.tolist()) == list(range(classes.size))
    here = classes[order]
    for begin in range(0, classes.size, length):
        stretch = here[begin : begin + length]
        for label in np.unique(classes):
            away = (stretch == label).sum() - (classes == label).mean() * stretch.size
            assert abs(away) <= np.unique(classes).size


def test_batches_of_even_classes_are_even() -> None:
    """Of sorted labels, 50 of each, each batch has as many of each; all images are there once, or as many as wanted."""
    labels = torch.arange(10).repeat_interleave(50)
    split = Split(torch.arange(500.0).reshape(-1, 1, 1, 1), labels)
    made = balanced_batches(split, size=100)
    assert [labels.bincount().tolist() for _, labels in made] == [[10] * 10] * 5
    assert sorted(torch.cat([images.flatten() for images, _ in made]).tolist()) == list(range(500))
    assert [len(labels) for _, labels in balanced_batches(split, size=120)] == [125] * 4
    assert [labels.bincount().tolist() for _, labels in balanced_batches(split, 200, size=100)] == [[10] * 10] * 2
    assert made[0][0].flatten().tolist() != sorted(made[0][0].flatten().tolist())


def network_of(supernet: Supernet, arch: np.ndarray) -> Network:
    """Return a network of PyTorch's own layers with the weights, and outside of cells the statistics, of a path."""
    network = fresh(arch, skeleton_for(load("digits")), 2)
    for shared, own in zip(supernet.body, network.body, strict=True):
        if not isinstance(own, Cell):
            own.load_state_dict(shared.state_dict())
            continue
        for gene, edge in enumerate(all_edges(arch)):
            if edge.convolves:
                kernel = 1 if edge.operation == CONV_1X1 else 3
                own.operations[edge.name][0].weight.data.copy_(filters(shared, gene, kernel))
    network.norm.load_state_dict(supernet.norm.state_dict())
    network.classifier.load_state_dict(supernet.classifier.state_dict())
    return network


def wrong(network: Network, split: Split) -> float:
    """Return the percentage of images that a network, in its mode, classifies wrongly."""
    with torch.no_grad():
        return 100.0 * float((network(split.images).argmax(dim=1) != split.labels).double().mean())


def norms(model: nn.Module) -> list[nn.BatchNorm2d]:
    """Return all layers that normalise."""
    return [layer for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)]


@pytest.fixture(scope="module")
def trained() -> Trainer:
    """Return a supernet after five epochs on 200 digits."""
    trainer = Trainer(few_digits(200), 5, 1)
    for _ in range(5):
        for batch in trainer.batches():
            uniform_step(trainer, batch)
    return trainer


@pytest.mark.parametrize("index", [6111, 9930, *np.random.default_rng(3).choice(15625, 3).tolist()])
def test_each_mode_is_that_of_a_network_with_the_paths_weights(trained: Trainer, index: int) -> None:
    """Statistics of the images; averages of training; averages of the path on training images: to one image of 200."""
    data, arch, supernet = trained.data, CELLS[index], deepcopy(trained.supernet)
    for norm in norms(supernet):
        norm.reset_running_stats()
    network = network_of(supernet, arch)
    told = {}
    with torch.no_grad():
        for images, _ in balanced_batches(data.train, size=64):  # as a training that takes this path alone
            supernet(images, one_hot(arch))
            network.train()(images)
        told["tracked"], told["batch"] = wrong(network.eval(), data.valid), wrong(network.train(), data.valid)
        for norm in norms(network):
            norm.reset_running_stats()
            norm.momentum = None
        network.train()(data.train.images)
        told["recalibrated"] = wrong(network.eval(), data.valid)
    for mode, error in told.items():
        assert Judge(data, mode).error(supernet, arch) == pytest.approx(error, abs=0.51)
    assert len(set(told.values())) > 1


@pytest.mark.parametrize("mode", MODES)
def test_judging_leaves_the_supernet_as_it_was(trained: Trainer, mode: NormMode) -> None:
    """Weights, tracked statistics, mode and momentum: it goes on training as if it had not been judged."""
    supernet, judge = trained.supernet, Judge(trained.data, mode)
    before = {name: value.clone() for name, value in supernet.state_dict().items()}
    for arch in CELLS[[6111, 9930]]:
        judge.error(supernet, arch)
    assert all(torch.equal(value, before[name]) for name, value in supernet.state_dict().items())
    assert supernet.training
    assert {norm.momentum for norm in norms(supernet)} == {0.1}


def test_a_path_is_judged_on_the_batches_that_are_asked_for(trained: Trainer) -> None:
    """One batch alone, or all; the error of all is the mean over their images."""
    judge = Judge(trained.data)
    errors = [judge.error(trained.supernet, CELLS[6111], [batch]) for batch in judge.valid]
    sizes = [len(labels) for _, labels in judge.valid]
    assert judge.error(trained.supernet, CELLS[6111]) == pytest.approx(np.average(errors, weights=sizes))
    assert trained.one_shot_error(CELLS[6111], judge.valid[0]) == errors[0]
