"""What a network engineer would compute of a cell of NAS-Bench-101: its paths, its operations and its shape.

Paths from input to output are counted by the operations on them, as in the truncated path encoding of White et al.
(BANANAS, AAAI 2021), up to three operations; longer ones by their number alone.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats

SHORT = ("conv3x3", "conv1x1", "maxpool")
VERTICES, INNER, LONGEST = 7, 5, 3
KINDS = tuple(kind for length in range(LONGEST + 1) for kind in product(range(len(SHORT)), repeat=length))  # 40
LONGER = len(KINDS)  # the column of all longer paths

Counts = NDArray[np.int64]


def graph_names() -> tuple[str, ...]:
    """Return the names of the features."""
    kinds = [f"paths {' then '.join(SHORT[op] for op in kind) or 'without operations'}" for kind in KINDS]
    lengths = [f"paths of {length} operations" for length in range(INNER + 1)]
    operations = [f"{part} {name}" for part in ("living", "on all paths", "first", "last") for name in SHORT]
    depths = [f"vertices at depth {depth}" for depth in range(1, INNER + 1)]
    ends = [f"{end} degree {name}" for name in SHORT for end in ("in", "out")]
    shape = ["vertices", "edges", "paths", "depth", "shortest", "into output", "from input", "skip", "weights"]
    return (*kinds, "longer paths", *lengths, *operations, *depths, *ends, *shape)


def graph_features(archs: Archs, edges: tuple[tuple[int, int], ...]) -> Floats:
    """Return the values (n, features) for pruned cells (n, 26)."""
    there = archs[:, : len(edges)].astype(np.int64)
    chosen = archs[:, len(edges) :].astype(np.int64)
    inner = np.zeros((len(archs), VERTICES), dtype=np.int64)  # how many edges end at a vertex
    outer = np.zeros_like(inner)
    for gene, (source, target) in enumerate(edges):
        inner[:, target] += there[:, gene]
        outer[:, source] += there[:, gene]
    living = inner[:, 1:-1] > 0
    of_op = living[:, :, None] & (chosen[:, :, None] == np.arange(len(SHORT)))  # (n, 5, 3)
    kinds, lengths, on_paths = _paths(there, chosen, edges)
    deep, depths, shortest = _depths(there, living, edges)
    first, last = (_beside(there, of_op, edges, end) for end in (0, VERTICES - 1))
    degrees = [ends[:, 1:-1, None] * of_op for ends in (inner, outer)]
    per_op = np.stack([degree.sum(axis=1) for degree in degrees], axis=2).reshape(len(archs), 2 * len(SHORT))
    count = of_op.sum(axis=1)
    shape = [living.sum(axis=1), there.sum(axis=1), lengths.sum(axis=1), deep, shortest, inner[:, -1], outer[:, 0]]
    columns = [kinds, lengths, count, on_paths, first, last, depths, per_op, np.stack(shape, axis=1)]
    direct = there[:, edges.index((0, VERTICES - 1))]
    weights = count @ np.array([9, 1, 0])
    return np.concatenate([*columns, direct[:, None], weights[:, None]], axis=1).astype(np.float64)


def _paths(there: Counts, chosen: Counts, edges: tuple[tuple[int, int], ...]) -> tuple[Counts, Counts, Counts]:
    """Return paths to the output by kind (n, 41) and by length (n, 6), and operations on all of them (n, 3)."""
    number = {kind: place for place, kind in enumerate(KINDS)}
    longer = np.array([[number.get((*kind, op), LONGER) for kind in (*KINDS, (0,) * 9)] for op in range(len(SHORT))])
    kinds = np.zeros((len(there), VERTICES, LONGER + 1), dtype=np.int64)
    lengths = np.zeros((len(there), VERTICES, INNER + 1), dtype=np.int64)
    passed = np.zeros((len(there), VERTICES, len(SHORT)), dtype=np.int64)
    kinds[:, 0, 0] = lengths[:, 0, 0] = 1
    for target in range(1, VERTICES):
        for gene, (source, end) in enumerate(edges):
            if end == target:
                kinds[:, target] += there[:, gene, None] * kinds[:, source]
                lengths[:, target] += there[:, gene, None] * lengths[:, source]
                passed[:, target] += there[:, gene, None] * passed[:, source]
        if target < VERTICES - 1:
            op = chosen[:, target - 1]
            before, kinds[:, target] = kinds[:, target].copy(), 0
            for option in range(len(SHORT)):
                mine = np.flatnonzero(op == option)
                for place, moved in enumerate(longer[option]):
                    kinds[mine, target, moved] += before[mine, place]
            passed[np.arange(len(op)), target, op] += lengths[:, target].sum(axis=1)
            lengths[:, target] = np.roll(lengths[:, target], 1, axis=1)
    return kinds[:, -1], lengths[:, -1], passed[:, -1]


def _depths(
    there: Counts, living: NDArray[np.bool_], edges: tuple[tuple[int, int], ...]
) -> tuple[Counts, Counts, Counts]:
    """Return the longest path's operations (n,), living vertices at each depth (n, 5), the shortest's (n,)."""
    depth = np.zeros((len(there), VERTICES), dtype=np.int64)
    near = np.full_like(depth, VERTICES)
    near[:, 0] = 0
    for gene, (source, target) in sorted(enumerate(edges), key=lambda edge: edge[1][1]):
        on = there[:, gene] > 0
        depth[:, target] = np.where(on, np.maximum(depth[:, target], depth[:, source] + 1), depth[:, target])
        near[:, target] = np.where(on, np.minimum(near[:, target], near[:, source] + 1), near[:, target])
    at = (living[:, :, None] & (depth[:, 1:-1, None] == np.arange(1, INNER + 1))).sum(axis=1)
    return depth[:, -1] - 1, at, near[:, -1] - 1


def _beside(there: Counts, of_op: NDArray[np.bool_], edges: tuple[tuple[int, int], ...], end: int) -> Counts:
    """Return how many vertices of each operation are joined to the cell's input, or its output, (n, 3)."""
    joined = np.zeros(of_op.shape[:2], dtype=np.int64)
    for vertex in range(1, VERTICES - 1):
        joined[:, vertex - 1] = there[:, edges.index(tuple(sorted((vertex, end))))]
    found: Counts = (joined[:, :, None] * of_op).sum(axis=1)
    return found
