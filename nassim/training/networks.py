"""Networks of architecture rows: the macro skeleton and the operations of NAS-Bench-201 (Dong and Yang, ICLR 2020)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from nassim.core.arrays import Archs
from nassim.training.skeleton import CONV_1X1, OUTPUT, POOL, SKIP, Edge, Skeleton, all_edges, live_edges

LENGTH = 3**-0.5  # of one filter, on average, in PyTorch's initial convolutions


class Network(nn.Module):
    """The network of one cell, a row (6,), in a skeleton, with PyTorch's own initial weights as published."""

    def __init__(self, arch: Archs, skeleton: Skeleton) -> None:
        super().__init__()
        layers: list[nn.Module] = [Stem(skeleton.inputs, skeleton.channels)]
        for stage, (channels, size) in enumerate(skeleton.stages):
            if stage > 0:
                layers.append(Reduction(channels // 2, channels))
            layers += [Cell(arch, channels, size) for _ in range(skeleton.cells)]
        self.body = nn.Sequential(*layers)
        self.norm = nn.BatchNorm2d(channels)
        self.classifier = nn.Linear(channels, skeleton.classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits (n, classes) of images (n, inputs, size, size)."""
        features = self.norm(self.body(images)).relu_()
        logits: Tensor = self.classifier(features.mean(dim=(2, 3)))
        return logits


def fresh(arch: Archs, skeleton: Skeleton, seed: int, *, orthogonal: bool = False) -> Network:
    """Return a network whose initial weights depend on the seed alone.

    With `orthogonal` filters, as long as PyTorch's own are on average, networks of different seeds are more alike.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Network(arch, skeleton)
        if orthogonal:
            for layer in network.modules():
                if isinstance(layer, nn.Conv2d):
                    nn.init.orthogonal_(layer.weight, gain=LENGTH)
        return network


class Cell(nn.Module):
    """Four nodes: node 0 is the input, each other one sums its incoming edges, node 3 is the output.

    It has the parameters of all six edges; the forward pass leaves out edges that cannot matter.
    """

    def __init__(self, arch: Archs, channels: int, size: int) -> None:
        super().__init__()
        self.edges = live_edges(arch)
        convolving = (edge for edge in all_edges(arch) if edge.convolves)
        self.operations = nn.ModuleDict({edge.name: _convolution(edge, channels) for edge in convolving})
        self.pool = Pool(channels, size)

    def forward(self, features: Tensor) -> Tensor:
        """Return the output node, of the shape of the input (n, channels, size, size)."""
        nodes = {0: features}
        rectified: dict[int, Tensor] = {}  # computed once for all convolutions of a node
        for edge in self.edges:
            source = nodes[edge.source]
            if edge.convolves and edge.source not in rectified:
                rectified[edge.source] = source.relu()
            term = self._term(edge, source, rectified)
            nodes[edge.target] = nodes[edge.target] + term if edge.target in nodes else term
        return nodes[OUTPUT] if OUTPUT in nodes else features * 0.0

    def _term(self, edge: Edge, source: Tensor, rectified: dict[int, Tensor]) -> Tensor:
        if edge.operation == SKIP:
            return source
        operation = self.pool if edge.operation == POOL else self.operations[edge.name]
        term: Tensor = operation(rectified[edge.source] if edge.convolves else source)
        return term


class Pool(nn.Module):
    """The average of the 3x3 pixels around each, or of those that there are: on a CPU, as a convolution per channel.

    PyTorch's own average pooling takes two to three times as long there.
    """

    kernel: Tensor
    share: Tensor

    def __init__(self, channels: int, size: int) -> None:
        super().__init__()
        count = functional.conv2d(torch.ones(1, 1, size, size), torch.ones(1, 1, 3, 3), padding=1)
        self.register_buffer("kernel", torch.ones(channels, 1, 3, 3), persistent=False)
        self.register_buffer("share", 1.0 / count, persistent=False)

    def forward(self, features: Tensor) -> Tensor:
        """Return averages of the shape of the input (n, channels, size, size)."""
        if features.is_cuda:
            return functional.avg_pool2d(features, 3, stride=1, padding=1, count_include_pad=False)
        return functional.conv2d(features, self.kernel, padding=1, groups=len(self.kernel)) * self.share


class Stem(nn.Sequential):
    """A 3x3 convolution and batch normalisation."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(*_normalised(inputs, outputs, 3))


class Reduction(nn.Module):
    """The residual block between stages: half the size, twice the channels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Sequential(*_normalised(inputs, outputs, 3, stride=2))
        self.second = nn.Sequential(*_normalised(outputs, outputs, 3))
        self.shortcut = nn.Sequential(nn.AvgPool2d(2, ceil_mode=True), nn.Conv2d(inputs, outputs, 1, bias=False))

    def forward(self, features: Tensor) -> Tensor:
        """Return (n, outputs, size / 2 rounded up, the same)."""
        residual: Tensor = self.second(self.first(features.relu()).relu_())
        shortcut: Tensor = self.shortcut(features)
        return residual + shortcut


def _convolution(edge: Edge, channels: int) -> nn.Sequential:
    """Return what an edge does to its rectified source; the ReLU before it is the cell's."""
    return nn.Sequential(*_normalised(channels, channels, 1 if edge.operation == CONV_1X1 else 3))


def _normalised(inputs: int, outputs: int, kernel: int, stride: int = 1) -> tuple[nn.Module, nn.Module]:
    """Return a convolution without bias and its batch normalisation."""
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)
    return convolution, nn.BatchNorm2d(outputs)
