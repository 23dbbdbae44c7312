"""The cells of NAS-Bench-101 (Ying et al., ICML 2019): graphs of up to seven vertices and nine edges.

Vertex 0 is the cell's input, vertex 6 its output; the five between them are each one of three operations. A row has
a gene for each of the 21 possible edges and for each operation. What lies on no path from input to output is left
out, as published; a row with no such path, or with more than nine edges on them, is no cell: there are 423,624.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import md5
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids, Rows
from nassim.core.errors import ArchitectureError, suggest
from nassim.core.random_streams import Streams
from nassim.core.space import Link, Space
from nassim.spaces._nb101_graph import graph_features, graph_names

OPERATIONS = ("conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3")
VERTICES, MOST_EDGES = 7, 9
INNER = range(1, VERTICES - 1)
EDGES = tuple(combinations(range(VERTICES), 2))
NUMBER = {edge: number for number, edge in enumerate(EDGES)}
BITS = 1 << np.arange(len(EDGES) - 1, -1, -1)  # of an edge in the number of a graph; the first is the highest
INPUT, OUTPUT = "input", "output"
NO_ORDER = 2.0**40  # more than any index: what an edge against the order of vertices adds to it
CHUNK = 1 << 14  # rows put into all orders at a time
TRIES = 16  # children drawn of a pair of parents, until one is a cell


class NB101(Space):
    """Genes 0->1 to 5->6 (is there an edge?) and op1 to op5; texts are the adjacency bits and the operations.

    Such as 0100000...:input,conv3x3-bn-relu,...,output, two fields of a published record. `canonical` is the lowest
    index of all rows that are one cell, and `fingerprint` its published hash.
    """

    name = "nb101"
    genes = (*(f"{source}->{target}" for source, target in EDGES), *(f"op{vertex}" for vertex in INNER))
    options = (("0", "1"),) * len(EDGES) + (OPERATIONS,) * len(INNER)
    encodings = ("onehot", "graph")
    networks = 423_624

    def show(self, arch: Archs) -> str:
        """Return the text of one row (26,)."""
        self.check(arch[None])
        bits = "".join(map(str, _matrix(arch).ravel().tolist()))
        names = (OPERATIONS[choice] for choice in arch[len(EDGES) :])
        return f"{bits}:{','.join((INPUT, *names, OUTPUT))}"

    def parse(self, text: str) -> Archs:
        """Return the row (26,) of a text of two to seven vertices.

        Raises:
            ArchitectureError: Says why it is no cell.
        """
        bits, _, names = text.strip().partition(":")
        return self.from_fields(bits, names)

    def from_fields(self, bits: str, names: str) -> Archs:
        """Return the row (26,) of the adjacency bits, row by row, and the operations, joined by commas."""
        operations = names.split(",")
        count = len(operations)
        if count > VERTICES or operations[0] != INPUT or operations[-1] != OUTPUT:
            raise ArchitectureError(f"expected input, up to {len(INNER)} operations, output, got {names!r:.80}")
        if len(bits) != count**2 or not set(bits) <= {"0", "1"}:
            raise ArchitectureError(f"expected {count**2} bits, a row for each of {count} vertices, got {bits!r:.60}")
        if any(bits[source * count + target] == "1" for source in range(count) for target in range(source + 1)):
            raise ArchitectureError(f"expected edges to later vertices only, got {bits!r:.60}")
        for name in operations[1:-1]:
            if name not in OPERATIONS:
                raise ArchitectureError(f"unknown operation {name!r:.40}{suggest(name, OPERATIONS)}")
        return self._cell(np.array(row_of(bits, [OPERATIONS.index(name) for name in operations[1:-1]]), dtype=np.int8))

    def valid(self, archs: Archs) -> NDArray[np.bool_]:
        """Return which rows are cells, shape (n,)."""
        return super().valid(archs) & self._is_cell[_graph(archs)]

    def sample(self, rows: Rows, streams: Streams) -> Archs:
        """Return one uniformly drawn cell per row, (m, 26): rows are drawn until they are cells, as published."""
        archs = super().sample(rows, streams)
        while (wrong := np.flatnonzero(~self._is_cell[_graph(archs)])).size:
            archs[wrong] = super().sample(rows[wrong], streams)
        return archs

    def mutate(self, archs: Archs, rows: Rows, streams: Streams, how: str = "uniform") -> Archs:
        """Return a neighbour of each cell, uniformly drawn, shape (m, 26)."""
        self.check_mutation(how)
        return self.neighbour(archs, streams.integers(rows, self.degree(archs)))

    def crossover(self, first: Archs, second: Archs, rows: Rows, streams: Streams) -> Archs:
        """Return cells that take each gene from either parent, (m, 26); the first parent where 16 draws give none."""
        child = super().crossover(first, second, rows, streams)
        for _ in range(TRIES - 1):
            wrong = np.flatnonzero(~self._is_cell[_graph(child)])
            if not wrong.size:
                return child
            child[wrong] = super().crossover(first[wrong], second[wrong], rows[wrong], streams)
        wrong = np.flatnonzero(~self._is_cell[_graph(child)])
        child[wrong] = first[wrong]
        return child

    def degree(self, archs: Archs) -> Ids:
        """Return how many cells differ from each in one gene, shape (n,)."""
        of_operations = (len(OPERATIONS) - 1) * len(INNER)
        degree: Ids = self._open(archs).sum(axis=1) + of_operations
        return degree

    def neighbour(self, archs: Archs, which: Ids) -> Archs:
        """Return neighbour number `which` (n,) of each cell, (n, 26): first those that differ in an edge."""
        passed = np.cumsum(self._open(archs), axis=1)  # neighbours up to each edge
        edge = (passed <= which[:, None]).sum(axis=1)
        other = which - passed[:, -1]  # number among the changes of operations
        of_edge = other < 0
        gene = np.where(of_edge, edge, len(EDGES) + other // (len(OPERATIONS) - 1))
        return self._shift(archs, gene, np.where(of_edge, 1, 1 + other % (len(OPERATIONS) - 1)))

    def representative(self, archs: Archs) -> Archs:
        """Return for each row the lowest by index of all that are the same cell, (n, 26); of no cell all zeros."""
        pruned = self.pruned(archs).astype(np.float64)
        found = [(pruned[start : start + CHUNK] @ self._orders).min(axis=1) for start in range(0, len(archs), CHUNK)]
        return self.at(np.concatenate(found).astype(np.int64) if found else np.empty(0, dtype=np.int64))

    def pruned(self, archs: Archs) -> Archs:
        """Return copies without what lies on no path from input to output; all zeros where there is no cell."""
        graph = self._pruned[_graph(archs)]
        edges = (graph[:, None] & BITS > 0).astype(np.int8)
        used = edges @ _ends() > 0
        return np.concatenate([edges, archs[:, len(EDGES) :] * used], axis=1)

    def fingerprint(self, arch: Archs) -> str:
        """Return the hash under which the published files have the cell of a row (26,)."""
        pruned = self.pruned(arch[None])[0]
        matrix = _matrix(pruned)
        used = [vertex for vertex in range(VERTICES) if matrix[vertex].any() or matrix[:, vertex].any()]
        chosen = pruned[len(EDGES) :].tolist()
        bits = "".join(map(str, matrix[np.ix_(used, used)].ravel().tolist()))
        return graph_hash(bits, [chosen[vertex - 1] for vertex in used[1:-1]])

    def links(self, arch: Archs) -> tuple[Link, ...]:
        """Return the living edges of a cell; none of what is no cell."""
        pruned = self.pruned(arch[None])[0]
        inner = [f"{vertex} {OPERATIONS[pruned[len(EDGES) + vertex - 1]].partition('-')[0]}" for vertex in INNER]
        names = ["in", *inner, "out"]
        return tuple(Link("", names[EDGES[e][0]], names[EDGES[e][1]], "") for e in np.flatnonzero(pruned[: len(EDGES)]))

    @cached_property
    def graph_names(self) -> tuple[str, ...]:
        """What the columns of `graph` are."""
        return graph_names()

    def graph(self, archs: Archs) -> Floats:
        """Return the features of each cell, (n, 79): its paths and its shape, see _nb101_graph.py."""
        return graph_features(self.pruned(archs), EDGES)

    @cached_property
    def _pruned(self) -> NDArray[np.int32]:
        """The living edges of every graph, by its number (2**21,); 0 where there is no cell."""
        graphs = np.arange(1 << len(EDGES), dtype=np.int32)
        there = {edge: (graphs >> np.int32(len(EDGES) - 1 - e) & 1).astype(np.uint8) for e, edge in enumerate(EDGES)}
        from_input = np.ones(graphs.size, dtype=np.uint8)  # sets of vertices
        to_output = np.full(graphs.size, 1 << VERTICES - 1, dtype=np.uint8)
        for source, target in EDGES:
            from_input |= there[source, target] * (from_input >> source & 1) << target
        for source, target in reversed(EDGES):
            to_output |= there[source, target] * (to_output >> target & 1) << source
        living, count = from_input & to_output, np.zeros(graphs.size, dtype=np.uint8)
        pruned = np.zeros_like(graphs)
        for (source, target), bit in zip(EDGES, BITS.tolist(), strict=True):
            lives = there[source, target] & living >> source & living >> target
            count += lives
            pruned |= lives * np.int32(bit)
        pruned[count > MOST_EDGES] = 0
        return pruned

    @cached_property
    def _is_cell(self) -> NDArray[np.bool_]:
        """Which graphs are those of cells, by their number (2**21,)."""
        return self._pruned > 0

    @cached_property
    def _orders(self) -> Floats:
        """What each gene adds to the index of a row when its inner vertices are put into each order, (26, 120)."""
        orders = list(permutations(INNER))
        weights = np.full((len(self.genes), len(orders)), NO_ORDER)
        for column, order in enumerate(orders):
            place = (0, *order, VERTICES - 1)
            for gene, (source, target) in enumerate(EDGES):
                if place[source] < place[target]:
                    weights[gene, column] = self._radix[NUMBER[place[source], place[target]]]
            for vertex in INNER:
                weights[len(EDGES) + vertex - 1, column] = self._radix[len(EDGES) + place[vertex] - 1]
        return weights

    def _open(self, archs: Archs) -> NDArray[np.bool_]:
        """Return which edges can be added or removed so that a cell stays one, (n, 21)."""
        found: NDArray[np.bool_] = self._is_cell[_graph(archs)[:, None] ^ BITS]
        return found

    def _cell(self, arch: Archs) -> Archs:
        """Return a row that is a cell; ArchitectureError says what else it is."""
        if self.valid(arch[None])[0]:
            return arch
        if arch[: len(EDGES)].sum() <= MOST_EDGES:
            raise ArchitectureError("no path leads from input to output")
        raise ArchitectureError(f"no path leads from input to output, or more than {MOST_EDGES} edges lie on them")


def row_of(bits: str, operations: list[int]) -> list[int]:
    """Return the row (26,) of the adjacency bits of a graph and the operations of its inner vertices."""
    count = len(operations) + 2
    place = [*range(count - 1), VERTICES - 1]
    row = [0] * (len(EDGES) + len(INNER))
    for source, target in combinations(range(count), 2):
        row[NUMBER[place[source], place[target]]] = int(bits[source * count + target] == "1")
    row[len(EDGES) : len(EDGES) + len(operations)] = operations
    return row


def graph_hash(bits: str, operations: list[int]) -> str:
    """Return the published hash of such a graph: equal for isomorphic ones, and in this space for those alone.

    Every vertex begins with its degrees and operation, and again and again takes in what its neighbours have.
    """
    count = len(operations) + 2
    outer = [[target for target in range(count) if bits[source * count + target] == "1"] for source in range(count)]
    inner = [[source for source in range(count) if bits[source * count + target] == "1"] for target in range(count)]
    starts = zip(map(len, outer), map(len, inner), [-1, *operations, -2], strict=True)
    known = [_digest(str(start)) for start in starts]
    for _ in range(count):
        known = [
            _digest(f"{_joined(known, before)}|{_joined(known, behind)}|{own}")
            for before, behind, own in zip(inner, outer, known, strict=True)
        ]
    return _digest(str(sorted(known)))


def _joined(known: list[str], vertices: list[int]) -> str:
    return "".join(sorted([known[vertex] for vertex in vertices]))


def _digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _graph(archs: Archs) -> Ids:
    """Return the number of each row's graph, (n,); that of a row out of range is some number."""
    number = archs[:, : len(EDGES)].astype(np.float64) @ BITS.astype(np.float64)
    return number.astype(np.int64) & (1 << len(EDGES)) - 1


def _ends() -> NDArray[np.int8]:
    """Return which inner vertices each edge ends at, (21, 5)."""
    ends: NDArray[np.int8] = np.array([[vertex in edge for vertex in INNER] for edge in EDGES], dtype=np.int8)
    return ends


def _matrix(arch: Archs) -> NDArray[np.int8]:
    """Return the adjacency matrix (7, 7) of a row."""
    matrix = np.zeros((VERTICES, VERTICES), dtype=np.int8)
    matrix[tuple(zip(*EDGES, strict=True))] = arch[: len(EDGES)]
    return matrix
