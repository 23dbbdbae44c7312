"""What a network engineer would compute of a cell of the DARTS space: its operations, depths, paths and reach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats

SHORT = ("max_pool", "avg_pool", "skip", "sep3x3", "sep5x5", "dil3x3", "dil5x5")
REACH = np.array([1, 1, 0, 2, 4, 2, 4])  # pixels that each side of an operation's window looks out
INPUTS, NODES = 2, 4

Counts = NDArray[np.int64]


def cell_names() -> tuple[str, ...]:
    """Return the names of a cell's features."""
    operations = [f"{name}{of}" for of in ("", " of an input", " of a node") for name in SHORT]
    sources = ["edges from c_k-2", "edges from c_k-1", "edges between nodes"]
    depths = [f"nodes at depth {depth}" for depth in range(1, NODES + 1)]
    paths = [f"paths of length {length}" for length in range(1, NODES + 1)]
    return (*operations, *sources, *depths, "depth", "used by none", *paths, "paths", "reach")


def cell_features(sources: Counts, operations: Archs) -> Floats:
    """Return the values (n, 36) for cells with these inputs and operations of each node, both (n, 4, 2)."""
    hot = operations[..., None] == np.arange(len(SHORT))  # (n, 4, 2, 7)
    outside = sources < INPUTS
    per_operation = [(hot & mask[..., None]).sum(axis=(1, 2)) for mask in (outside | ~outside, outside, ~outside)]
    edges = np.stack([mask.sum(axis=(1, 2)) for mask in (sources == 0, sources == 1, ~outside)], axis=1)
    depth, paths, reach = _walked(sources, REACH[operations.astype(np.intp)])
    at = (depth[:, :, None] == np.arange(1, NODES + 1)).sum(axis=1)
    used = (sources[:, :, :, None] == np.arange(INPUTS, INPUTS + NODES)).any(axis=(1, 2))
    ends = [depth.max(axis=1), (~used).sum(axis=1)]
    whole = [paths.sum(axis=1), reach.max(axis=1)]
    columns = [*per_operation, edges, at, np.stack(ends, axis=1), paths, np.stack(whole, axis=1)]
    return np.concatenate(columns, axis=1).astype(np.float64)


def _walked(sources: Counts, looks: Counts) -> tuple[Counts, Counts, Counts]:
    """Return each node's depth (n, 4), paths from inputs to all nodes by length (n, 4), each node's reach (n, 4)."""
    rows = np.arange(len(sources))
    depth = np.zeros((len(sources), INPUTS + NODES), dtype=np.int64)
    reach = np.zeros_like(depth)
    paths = np.zeros((len(sources), INPUTS + NODES, NODES + 1), dtype=np.int64)
    paths[:, :INPUTS, 0] = 1
    for node in range(NODES):
        first, second = sources[:, node].T
        own = INPUTS + node
        depth[:, own] = 1 + np.maximum(depth[rows, first], depth[rows, second])
        both = (reach[rows, source] + looks[:, node, i] for i, source in enumerate((first, second)))
        reach[:, own] = np.maximum(*both)
        paths[:, own, 1:] = paths[rows, first, :-1] + paths[rows, second, :-1]
    return depth[:, INPUTS:], paths[:, INPUTS:, 1:].sum(axis=1), reach[:, INPUTS:]
