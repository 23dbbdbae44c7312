# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""The supernet, against single networks with its weights, and against every operation computed by itself."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim.spaces.nb201 import NB201
from nassim.training.networks import Cell, fresh
from nassim.training.skeleton import CONV_1X1, CONV_3X3, Skeleton, all_edges
from nassim.training.supernet import Supernet, fresh_supernet, one_hot
from tests.training.plain_supernet import filters, plain_cell

SKELETON = Skeleton(channels=3, cells=1, inputs=2, size=7, classes=4)
IMAGES = torch.randn(6, 2, 7, 7, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("index", np.random.default_rng(0).choice(15625, 25).tolist())
def test_a_one_hot_supernet_is_the_network_with_its_weights(index: int) -> None:
    """In training mode, where normalisation takes the batch's statistics, logits are equal."""
    arch = NB201().at(np.array([index]))[0]
    supernet, network = fresh_supernet(SKELETON, 1), fresh(arch, SKELETON, 2)
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
    torch.testing.assert_close(supernet(IMAGES, one_hot(arch)), network(IMAGES))


def test_a_mixture_is_the_weighted_sum_of_all_operations() -> None:
    """Each operation of each edge computed by itself, with PyTorch's own layers."""
    cell = fresh_supernet(SKELETON, 3).body[1]
    weights = torch.rand(6, 5, generator=torch.Generator().manual_seed(1))
    features = torch.randn(4, 3, 7, 7, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(cell(features, weights, [[True] * 5] * 6), plain_cell(cell, features, weights))


def test_only_weighed_operations_on_live_paths_are_trained() -> None:
    """|conv_3x3~0|+|none~0|none~1|+|conv_1x1~0|...: the edge to node 1 leads nowhere."""
    supernet = fresh_supernet(SKELETON, 0)
    supernet(IMAGES, one_hot(np.array([CONV_3X3, 0, 0, CONV_1X1, 0, 0]))).sum().backward()
    cell = supernet.body[1]
    slope = cell.convolutions["0/1"].weight.grad.reshape(3, -1)
    assert slope[2].any()
    assert not slope[:2].any()
    assert cell.convolutions["0/3"].weight.grad is None


def test_a_cell_without_a_path_gives_equal_logits() -> None:
    """Zeros reach the classifier, whatever the image."""
    logits = Supernet(SKELETON)(IMAGES, one_hot(np.zeros(6, dtype=np.int8)))
    assert logits.shape == (6, 4)
    torch.testing.assert_close(logits, logits[:1].expand(6, 4))


def test_initial_weights_depend_on_the_seed_alone() -> None:
    """The global generator is neither read nor moved."""
    state = torch.get_rng_state()
    one, again, other = (fresh_supernet(SKELETON, seed).classifier.weight for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), state)
