# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Networks of cells: what they compute, how many parameters they have, which edges matter."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nassim
from nassim.core.errors import ArchitectureError
from nassim.spaces.nb201 import NB201
from nassim.training.counting import multiply_adds, parameters
from nassim.training.networks import Network, fresh
from nassim.training.skeleton import Skeleton, live_edges
from tests.oracles.published_networks import logits

SPACE = NB201()
ALL = SPACE.at(np.arange(SPACE.size))
SMALL = Skeleton(channels=4, cells=2, inputs=1, size=8, classes=3)


def some(count: int, seed: int = 0):
    """Return a few random cells."""
    return ALL[np.random.default_rng(seed).choice(SPACE.size, count, replace=False)]


def shaken(network: Network) -> Network:
    """Return the network with random normalisation, as after training, in evaluation mode."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, torch.nn.BatchNorm2d):
                for values in (layer.weight, layer.bias, layer.running_mean):
                    values.copy_(torch.randn(values.shape, generator=generator))
                layer.running_var.copy_(0.5 + torch.rand(layer.running_var.shape, generator=generator))
    return network.eval()


def after_zero(arch) -> bool:
    """Return whether some convolution has a source that is cut off, where the published code adds a constant."""
    first, second, third = arch[0], arch[1], arch[2]
    begun = {0: True, 1: first > 0, 2: second > 0 or (third > 0 and first > 0)}
    convolves = {2, 3}
    return any(arch[gene] in convolves and not begun[source] for gene, source in ((2, 1), (4, 1), (5, 2)))


def test_a_network_computes_what_the_published_one_does() -> None:
    """Our forward pass, which leaves edges out, gives the logits of one that computes all of them."""
    images = torch.randn(5, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    compared = 0
    for arch in some(40):
        if after_zero(arch):
            continue
        network = shaken(fresh(arch, SMALL, 0))
        with torch.no_grad():
            wanted = logits(arch.tolist(), network.state_dict(), images, SMALL.cells)
            torch.testing.assert_close(network(images), wanted, rtol=1e-4, atol=1e-4)
        compared += 1
    assert compared > 20


def test_the_number_of_parameters_is_the_benchmarks_own_for_every_cell() -> None:
    """By formula, for all 15,625 cells in the published skeleton with 10 classes."""
    bench = nassim.load("nb201/cifar10")
    published = bench.evaluate(nassim.Query(ALL)).costs[:, bench.costs.index("params")]
    assert parameters(ALL, Skeleton()).tolist() == published.tolist()


@pytest.mark.slow
def test_built_networks_have_as_many_parameters_as_the_formula_says() -> None:
    """For a sample of 300 cells, in the published skeleton."""
    archs = some(300)
    with torch.device("meta"):  # weights without values
        built = [sum(weight.numel() for weight in Network(arch, Skeleton()).parameters()) for arch in archs]
    assert built == parameters(archs, Skeleton()).tolist()


def test_multiply_adds_are_those_published() -> None:
    """7.78 million in the cell of no operations, 153.27 million in the best cell of CIFAR-10."""
    assert multiply_adds(ALL[[0, 11667]], Skeleton()).tolist() == [7_783_040, 153_272_960]


def test_multiply_adds_are_those_of_the_convolutions_that_run() -> None:
    """Counted with hooks in a cell all of whose edges matter."""
    counted = []

    def count(layer, inputs, output) -> None:
        weights = layer.weight.numel()
        counted.append(weights * (output[0, 0].numel() if isinstance(layer, torch.nn.Conv2d) else 1))

    arch = np.array([3, 2, 3, 1, 2, 3], dtype=np.int8)
    network = Network(arch, SMALL)
    for layer in network.modules():
        if isinstance(layer, torch.nn.Conv2d | torch.nn.Linear):
            layer.register_forward_hook(count)
    network(torch.zeros(2, 1, 8, 8))
    assert sum(counted) == multiply_adds(arch[None], SMALL)[0]


def test_edges_that_cannot_matter_are_left_out() -> None:
    """An edge counts where the input reaches it and it reaches the output."""
    names = lambda arch: [edge.name for edge in live_edges(np.array(arch, dtype=np.int8))]  # noqa: E731
    assert names([3, 3, 3, 3, 3, 3]) == ["0->1", "0->2", "1->2", "0->3", "1->3", "2->3"]
    assert names([0, 0, 3, 0, 3, 3]) == []
    assert names([3, 3, 3, 1, 0, 0]) == ["0->3"]
    assert names([0, 3, 3, 0, 3, 1]) == ["0->2", "2->3"]


def test_isomorphic_cells_give_equal_logits_with_equal_weights() -> None:
    """A convolution from node 1, node 0 passed on, is one from node 0."""
    one, other = np.array([1, 0, 0, 0, 3, 0], dtype=np.int8), np.array([0, 0, 0, 3, 0, 0], dtype=np.int8)
    assert SPACE.canonical(one[None]) == SPACE.canonical(other[None])
    images = torch.randn(4, 1, 8, 8)
    networks = [shaken(fresh(arch, SMALL, 5)) for arch in (one, other)]
    torch.testing.assert_close(networks[0](images), networks[1](images))


@pytest.mark.parametrize("size", [5, 7, 8, 9])
def test_any_size_of_image_fits(size: int) -> None:
    """Both halves of a reduction round up."""
    skeleton = Skeleton(channels=3, cells=1, inputs=2, size=size, classes=4)
    network = Network(np.array([3, 4, 1, 2, 0, 4], dtype=np.int8), skeleton)
    assert network(torch.zeros(2, 2, size, size)).shape == (2, 4)
    assert network.body(torch.zeros(2, 2, size, size)).shape[1:] == (12, skeleton.stages[2][1], skeleton.stages[2][1])


def test_a_cell_without_a_path_gives_zeros() -> None:
    """Its network still answers, the same for every image."""
    network = fresh(np.zeros(6, dtype=np.int8), SMALL, 0).eval()
    answers = network(torch.randn(3, 1, 8, 8))
    assert torch.equal(answers[0], answers[1])


def test_initial_weights_depend_on_the_seed_alone() -> None:
    """Neither on what was drawn before, nor do they disturb it."""
    torch.manual_seed(3)
    before = torch.rand(1)
    torch.manual_seed(3)
    first = fresh(ALL[11667], SMALL, 7).state_dict()
    assert torch.equal(torch.rand(1), before)
    second = fresh(ALL[11667], SMALL, 7).state_dict()
    other = fresh(ALL[11667], SMALL, 8).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["classifier.weight"], other["classifier.weight"])


def test_a_row_of_another_space_is_refused() -> None:
    """In one line that says what was expected."""
    with pytest.raises(ArchitectureError, match=r"a row \(6,\), got shape \(4,\)"):
        Network(np.zeros(4, dtype=np.int8), SMALL)
