"""The cells of NAS-Bench-201 (Dong and Yang, ICLR 2020) and of NATS-Bench's topology space (TPAMI 2021).

A cell has four nodes. Node 0 is its input; nodes 1, 2 and 3 each sum one edge from every earlier node, and
node 3 is its output. Each of the six edges carries one of five operations: 5**6 = 15,625 cells.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise, product
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nassim.core.arrays import Archs, Floats, Ids, Ints, Rows
from nassim.core.errors import ArchitectureError, suggest
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.spaces._nb201_graph import graph_features

OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
NODES = 3  # that have inputs: 1, 2 and 3
EACH = 1 / 4  # naszilla's mutation rate of 1 over the number of edges less 2
ZERO = "#"  # the text of a node that is known to be zero
CHANNELS, CELLS, SIDE, CLASSES = (16, 32, 64), 5, 32, 10  # of the stages, cells in each, and of CIFAR-10
SHUFFLE_SEED = 88  # of Python's random, with which the authors ordered all cells


class Count(NamedTuple):
    """What networks have, each (n,)."""

    params: Ints
    macs: Ints  # multiply-accumulates of convolutions and the classifier for one image


class NB201(Space):
    """Six edges, five operations each; official texts are |op~0|+|op~0|op~1|+|op~0|op~1|op~2|.

    A cell has three ids: `index` counts in the order of the genes, `official` is its number in the published
    files, and `canonical` is the lowest index of all cells that the authors count as the same network.
    """

    name = "nb201"
    genes = ("0->1", "0->2", "1->2", "0->3", "1->3", "2->3")
    options = (OPERATIONS,) * len(genes)
    mutations = ("uniform", "node", "each")
    loose = ("each",)
    encodings = ("onehot", "graph")
    skip = "skip_connect"

    @cached_property
    def unconnected(self) -> Archs:
        """The 341 cells whose edges that are not `none` lead nowhere, shape (341, 6)."""
        cells = self.at(np.arange(self.size))
        to_1, to_2, from_1_to_2, to_3, from_1, from_2 = (cells != OPERATIONS.index("none")).T
        at_2 = to_2 | (to_1 & from_1_to_2)
        lost: Archs = cells[~(to_3 | (to_1 & from_1) | (at_2 & from_2))]
        return lost

    def count(self, archs: Archs) -> Count:
        """Return parameters and multiply-accumulates on CIFAR-10, each (n,), as the authors count them; exact.

        Of every operation of the cell as it is written, also where its result leads nowhere.
        """
        number = [(archs == OPERATIONS.index(name)).sum(axis=1) for name in ("nor_conv_3x3", "nor_conv_1x1")]
        params, macs = (outside + number[0] * wide + number[1] * narrow for outside, wide, narrow in _counts())
        return Count(params, macs)

    def show(self, arch: Archs) -> str:
        """Return the official text of one cell, a row (6,)."""
        self.check(arch[None])
        names = [OPERATIONS[choice] for choice in arch]
        nodes = (names[:1], names[1:3], names[3:])
        return "+".join(f"|{'|'.join(f'{name}~{i}' for i, name in enumerate(node))}|" for node in nodes)

    def parse(self, text: str) -> Archs:
        """Return the row (6,) of an official text, white space around it aside.

        Raises:
            ArchitectureError: If it is none.
        """
        nodes = text.strip().split("+")
        if len(nodes) != NODES:
            raise ArchitectureError(f"expected {NODES} nodes joined by '+', got {len(nodes)} in {text!r}")
        choices = [choice for number, node in enumerate(nodes, start=1) for choice in _inputs(node, number)]
        return np.array(choices, dtype=np.int8)

    def mutate(self, archs: Archs, rows: Rows, streams: Streams, how: str = "uniform") -> Archs:
        """Return copies with an edge's operation changed to another, shape (m, 6).

        "uniform" draws the edge uniformly. "node" is the mutation that the authors published: it draws a node
        of 1, 2, 3, then one of its incoming edges, then another operation, in this order, one word each. So the
        one edge of node 1 changes as often as all three of node 3. "each" is the mutation of naszilla (White et al.,
        AAAI 2021): every edge changes with a chance of 1/4; in 18 of 100 mutants none does.
        """
        if how == "each":
            return self._mutate_each(archs, rows, streams)
        if how != "node":
            return super().mutate(archs, rows, streams, how)
        node = 1 + streams.integers(rows, NODES)
        edge = node * (node - 1) // 2 + streams.integers(rows, node)
        return self._shift(archs, edge, 1 + streams.integers(rows, len(OPERATIONS) - 1))

    def _mutate_each(self, archs: Archs, rows: Rows, streams: Streams) -> Archs:
        """Return copies of which every edge has changed with a chance of EACH; one word an edge decides both."""
        uniform = streams.uniform(rows, len(self.genes)) / EACH
        step = 1 + (uniform * (len(OPERATIONS) - 1)).astype(np.int8)
        mutants: Archs = np.where(uniform < 1, (archs + step) % np.int8(len(OPERATIONS)), archs)
        return mutants

    def official(self, archs: Archs) -> Ids:
        """Return each cell's index in the official NAS-Bench-201 and NATS-Bench files, shape (n,)."""
        return self._official[self.index(archs)]

    def from_official(self, index: ArrayLike) -> Archs:
        """Return the cells of official indices (n,), shape (n, 6).

        Raises:
            ArchitectureError: Where there is none.
        """
        return self.at(self._published[self.check_official(index)])

    def representative(self, archs: Archs) -> Archs:
        """Return for each cell the lowest by index of all that are the same network, shape (n, 6).

        Which cells are, is the authors' own comparison that counts 6,466 networks, see `network_texts`.
        """
        return self._representatives[self.index(archs)]

    def graph(self, archs: Archs) -> Floats:
        """Return the features of the network that each cell stands for, shape (n, 109): see _nb201_graph.py."""
        return self._graph[1][self.index(archs)]

    @cached_property
    def graph_names(self) -> tuple[str, ...]:
        """What the columns of `graph` are."""
        return self._graph[0]

    @cached_property
    def _graph(self) -> tuple[tuple[str, ...], Floats]:
        """Names and values of the graph features of all cells, by `index`; a cell has those of its representative."""
        return graph_features(self._representatives)

    @cached_property
    def _published(self) -> Ids:
        """`index` of each cell in official order: all cells in ours, shuffled by Python's generator."""
        order = list(range(self.size))
        Random(SHUFFLE_SEED).shuffle(order)  # noqa: S311  (published order, not a secret)
        return np.array(order, dtype=np.int64)

    @cached_property
    def _official(self) -> Ids:
        """The inverse of `_published`: official index by `index`."""
        return np.argsort(self._published)

    @cached_property
    def _representatives(self) -> Archs:
        """The representative of every cell, by `index`, shape (15625, 6)."""
        first: dict[str, int] = {}
        lowest = [first.setdefault(text, index) for index, text in enumerate(network_texts())]
        return self.at(np.array(lowest))


def network_texts() -> list[str]:
    """Return a text of what each cell computes, equal for cells that are the same network, by `index`.

    It is that of CellStructure.to_unique_str(consider_zero=True) in the authors' code: skip_connect passes on the
    text of its source; none, and anything done to a known zero, is "#"; any other operation is written around its
    source; a sum sorts its terms; what the output does not use does not appear. This gives the published 6,466
    networks. It is no more than that definition: a "#" stays in its sum, so some cells that compute the same are
    told apart, and a source used twice is written twice, so two equal convolutions count as one used twice.
    """
    texts = []
    for first in _through("0"):
        for second in _sums("0", first):
            texts += _sums("0", first, second)
    return texts


def _sums(*sources: str) -> list[str]:
    """Return the text of a node with these sources for every choice of operations, the first's slowest."""
    return ["+".join(sorted(terms)) for terms in product(*map(_through, sources))]


def _through(source: str) -> list[str]:
    """Return the text of `source` after each of the operations."""
    if source == ZERO:
        return [ZERO] * len(OPERATIONS)
    return [ZERO, source, *(f"({source})@{operation}" for operation in OPERATIONS[2:])]


def _inputs(node: str, number: int) -> list[int]:
    """Return the choices of one node's edges from its part of a text, as |op~0|op~1|."""
    edges = node[1:-1].split("|")
    if not (node.startswith("|") and node.endswith("|") and len(edges) == number):
        wanted = "".join(f"op~{source}|" for source in range(number))
        raise ArchitectureError(f"expected node {number} in the form '|{wanted}', got {node!r}")
    return [_choice(edge, source, number) for source, edge in enumerate(edges)]


def _choice(edge: str, source: int, number: int) -> int:
    """Return the choice on the edge from node `source` to node `number`, written as op~source."""
    operation, _, origin = edge.partition("~")
    if origin != str(source):
        raise ArchitectureError(f"expected input {source} of node {number} as 'op~{source}', got {edge!r}")
    if operation not in OPERATIONS:
        hint = suggest(operation, OPERATIONS)
        raise ArchitectureError(f"unknown operation {operation!r} into node {number}{hint}")
    return OPERATIONS.index(operation)


def _counts() -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Return parameters, then operations: outside of the cells, and of all cells for a 3x3 and for a 1x1 convolution.

    A convolution has a normalisation after it. Between stages a residual block of two 3x3 convolutions halves the side
    and doubles the channels; its shortcut has a 1x1 convolution without a normalisation.
    """
    stem, last = CHANNELS[0], CHANNELS[-1]
    params, macs = 27 * stem + 2 * stem + 2 * last + (last + 1) * CLASSES, 27 * stem * SIDE**2 + (last + 1) * CLASSES
    for stage, (inner, outer) in enumerate(pairwise(CHANNELS), start=1):
        block = 9 * inner * outer + 9 * outer**2 + inner * outer
        params, macs = params + block + 4 * outer, macs + block * (SIDE >> stage) ** 2
    of_cells = [
        (
            CELLS * sum(area * wide**2 + 2 * wide for wide in CHANNELS),
            CELLS * sum(area * wide**2 * (SIDE >> stage) ** 2 for stage, wide in enumerate(CHANNELS)),
        )
        for area in (9, 1)
    ]
    return (params, of_cells[0][0], of_cells[1][0]), (macs, of_cells[0][1], of_cells[1][1])
