"""The two-cell space of DARTS (Liu et al., ICLR 2019), as NAS-Bench-301 has it (Zela et al., ICLR 2022).

A normal and a reduction cell. Each has two inputs, the outputs of the two cells before it, and four nodes that each
add up two operations on two different earlier ones; its output joins the four. (180 * 7**8)**2, about 10**18.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import combinations, permutations

import numpy as np

from nassim.core.arrays import Archs, Floats, Ids
from nassim.core.errors import ArchitectureError, suggest
from nassim.core.space import Link, Space
from nassim.spaces._darts_graph import cell_features, cell_names

OPERATIONS = (
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
)
CELLS = ("normal", "reduce")
INPUTS, NODES = 2, 4
PAIRS = tuple(tuple(combinations(range(INPUTS + node), 2)) for node in range(NODES))  # of inputs, for each node
PARTS = ("inputs", "first", "second")  # genes of a node: which two inputs, and the operation on each
PER_CELL = NODES * len(PARTS)
JOINED = list(range(INPUTS, INPUTS + NODES))

PAIR = re.compile(r"\(\s*['\"](\w{1,40})['\"]\s*,\s*([0-9])\s*\)")
CELL = r"\[([^\[\]]{0,800})\]"
JOIN = r"(?:range\(\s*2\s*,\s*6\s*\)|\[\s*2\s*,\s*3\s*,\s*4\s*,\s*5\s*\])"
FIELDS = [rf"{cell}\s*=\s*{CELL}\s*,\s*{cell}_concat\s*=\s*{JOIN}" for cell in CELLS]
TEXT = re.compile(rf"Genotype\(\s*{FIELDS[0]}\s*,\s*{FIELDS[1]}\s*,?\s*\)")
EXAMPLE = "Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=[2, 3, 4, 5], reduce=..., reduce_concat=...)"


class Darts(Space):
    """Genes normal0_inputs, normal0_first, normal0_second, ..., reduce3_second; texts are the authors' genotypes."""

    name = "darts"
    genes = tuple(f"{cell}{node}_{part}" for cell in CELLS for node in range(NODES) for part in PARTS)
    options = tuple(
        tuple(f"{first},{second}" for first, second in PAIRS[node]) if part == "inputs" else OPERATIONS
        for _ in CELLS
        for node in range(NODES)
        for part in PARTS
    )
    encodings = ("onehot", "graph")
    skip = "skip_connect"

    def show(self, arch: Archs) -> str:
        """Return the genotype of one architecture, a row (24,), as NAS-Bench-301 spells it."""
        self.check(arch[None])
        fields = []
        for name, cell in zip(CELLS, arch.reshape(len(CELLS), NODES, len(PARTS)).tolist(), strict=True):
            edges = [
                (OPERATIONS[op], source)
                for node, (pair, *operations) in enumerate(cell)
                for op, source in zip(operations, PAIRS[node][pair], strict=True)
            ]
            fields.append(f"{name}={edges}, {name}_concat={JOINED}")
        return f"Genotype({', '.join(fields)})"

    def parse(self, text: str) -> Archs:
        """Return the row (24,) of a genotype, which is read and never run.

        Raises:
            ArchitectureError: If it is none.
        """
        match = TEXT.fullmatch(text.strip())
        if match is None:
            raise ArchitectureError(f"expected a text such as {EXAMPLE}, got {text.strip()!r:.80}")
        choices = [choice for name, cell in zip(CELLS, match.groups(), strict=True) for choice in _cell(name, cell)]
        return np.array(choices, dtype=np.int8)

    def links(self, arch: Archs) -> tuple[Link, ...]:
        """Return both cells: two edges into each node, and every node joined to the output."""
        found = []
        for name, cell in zip(CELLS, arch.reshape(len(CELLS), NODES, len(PARTS)).tolist(), strict=True):
            for node, (pair, *operations) in enumerate(cell):
                for op, source in zip(operations, PAIRS[node][pair], strict=True):
                    found.append(Link(name, NAMES[source], NAMES[INPUTS + node], OPERATIONS[op]))
            found += [Link(name, NAMES[joined], "out", "") for joined in JOINED]
        return tuple(found)

    def representative(self, archs: Archs) -> Archs:
        """Return for each the lowest by index of all that compute the same: the nodes of a cell may change places.

        What is joined is then in another order, which the weights that follow may undo; so this is the same network
        up to the names of its weights. NAS-Bench-301 itself trained both where it sampled both.
        """
        cells = archs.reshape(-1, NODES, len(PARTS))
        return self._lowest(cells).reshape(archs.shape)

    @cached_property
    def graph_names(self) -> tuple[str, ...]:
        """What the columns of `graph` are."""
        return tuple(f"{cell}: {name}" for cell in CELLS for name in cell_names())

    def graph(self, archs: Archs) -> Floats:
        """Return the features of both cells, (n, 72): operations, depths and paths, see _darts_graph.py."""
        cells = self._lowest(archs.reshape(-1, NODES, len(PARTS))).reshape(-1, NODES, len(PARTS))
        features: Floats = cell_features(_sources(cells), cells[:, :, 1:]).reshape(len(archs), len(self.graph_names))
        return features

    def _lowest(self, cells: Archs) -> Archs:
        """Return the lowest form of each cell (n, 4, 3) as genes (n, 12)."""
        sources, operations = _sources(cells), cells[:, :, 1:].astype(np.int64)
        weights = self._radix[-PER_CELL:].reshape(NODES, len(PARTS))
        lowest = np.full(len(cells), np.iinfo(np.int64).max)
        for order in permutations(range(NODES)):
            to = np.array(order)
            moved = np.array([*range(INPUTS), *(INPUTS + to)])[sources]
            crossed = moved[:, :, 0] > moved[:, :, 1]
            first, second = (np.where(crossed, operations[:, :, 1 - i], operations[:, :, i]) for i in range(2))
            low, high = moved.min(axis=2), moved.max(axis=2)
            genes = np.stack([NUMBER[to, low, high], first, second], axis=2)
            number, fits = (genes * weights[to]).sum(axis=(1, 2)), (high < INPUTS + to).all(axis=1)
            lowest = np.where(fits & (number < lowest), number, lowest)
        found: Archs = (lowest[:, None] // weights.ravel() % np.array(self.choices[-PER_CELL:])).astype(np.int8)
        return found


def _sources(cells: Archs) -> Ids:
    """Return the two inputs of each node, the lower first, (n, 4, 2)."""
    found: Ids = SOURCES[np.arange(NODES), cells[:, :, 0].astype(np.intp)]
    return found


def _cell(name: str, text: str) -> list[int]:
    """Return the genes of a cell written as pairs of operation and input."""
    pairs = PAIR.findall(text)
    if re.sub(r"\s", "", PAIR.sub("#", text)).removesuffix(",") != ",".join("#" * (2 * NODES)):
        raise ArchitectureError(f"expected {2 * NODES} pairs such as ('skip_connect', 0) in {name}, got {text!r:.80}")
    genes = []
    for node in range(NODES):
        (first, low), (second, high) = sorted(pairs[2 * node : 2 * node + 2], key=lambda pair: pair[1])
        pair = int(low), int(high)
        for operation in (first, second):
            if operation not in OPERATIONS:
                raise ArchitectureError(f"unknown operation {operation!r} in {name}{suggest(operation, OPERATIONS)}")
        if pair not in PAIRS[node]:
            wanted = f"two different inputs of 0..{INPUTS + node - 1}"
            raise ArchitectureError(f"node {INPUTS + node} of {name} needs {wanted}, got {pair[0]} and {pair[1]}")
        genes += [PAIRS[node].index(pair), OPERATIONS.index(first), OPERATIONS.index(second)]
    return genes


def _tables() -> tuple[Ids, Ids]:
    """Return the inputs of each node by the number of the pair (4, 10, 2), and that number by them (4, 6, 6)."""
    sources = np.zeros((NODES, len(PAIRS[-1]), 2), dtype=np.int64)
    numbers = np.zeros((NODES, INPUTS + NODES, INPUTS + NODES), dtype=np.int64)
    for node, pairs in enumerate(PAIRS):
        for number, pair in enumerate(pairs):
            sources[node, number] = pair
            numbers[node, *pair] = number
    return sources, numbers


SOURCES, NUMBER = _tables()
NAMES = ("c_k-2", "c_k-1", *map(str, range(NODES)))
