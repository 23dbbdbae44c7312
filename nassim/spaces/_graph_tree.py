"""What a network engineer would compute of the tree that an architecture of NAS-Bench-Graph is.

Beside the choices themselves: which operation follows which, how deep each lies, and what the output is joined of.
"""

from __future__ import annotations

from math import prod

import numpy as np

from nassim.core.arrays import Archs, Floats
from nassim.spaces._graph_links import LINK_OPTIONS, LINKS, NODES


def _depths() -> list[list[int]]:
    """Return how many nodes lead to each node of each pattern, it included, (9, 4)."""
    depths = []
    for links in LINKS:
        own = [0]
        for link in links:
            own.append(own[link] + 1)
        depths.append(own[1:])
    return depths


PARENT, DEPTH = np.array(LINKS), np.array(_depths())
END = np.array([[node not in links for node in range(1, NODES + 1)] for links in LINKS])  # which the output joins
DEEP = np.arange(1, NODES + 1)


def tree_names(operations: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the features."""
    return (
        *(f"links {links}" for links in LINK_OPTIONS),
        *(f"node{node} {name}" for node in range(1, NODES + 1) for name in operations),
        *(f"{name}s" for name in operations),
        *(f"{name}s at depth {depth}" for depth in DEEP for name in operations),
        *(f"{name}s into output" for name in operations),
        *(f"{after} after {before}" for before in ("input", *operations) for after in operations),
        *(f"nodes at depth {depth}" for depth in DEEP),
        *("depth", "ends", "computing nodes"),
    )


def tree_features(archs: Archs, operations: tuple[str, ...], skip: int) -> Floats:
    """Return the values (n, features) for folded architectures (n, 5)."""
    pattern, chosen = archs[:, 0].astype(np.intp), archs[:, 1:].astype(np.intp)
    before = np.take_along_axis(np.pad(chosen + 1, ((0, 0), (1, 0))), PARENT[pattern], axis=1)  # 0 = the input
    of_op = (chosen[:, :, None] == np.arange(len(operations))).astype(np.float64)  # (n, 4, operations)
    after = (before[:, None, :] == np.arange(1 + len(operations))[:, None]).astype(np.float64)
    at = (DEPTH[pattern][:, None, :] == DEEP[:, None]).astype(np.float64)
    ends = END[pattern].astype(np.float64)[:, None]
    columns = [
        (pattern[:, None] == np.arange(len(LINKS))).astype(np.float64),
        *(
            part.reshape(len(archs), prod(part.shape[1:]))
            for part in (of_op, of_op.sum(axis=1), at @ of_op, ends @ of_op, after @ of_op)
        ),
        at.sum(axis=2),
        np.stack([DEPTH[pattern].max(axis=1), END[pattern].sum(axis=1), (chosen != skip).sum(axis=1)], axis=1),
    ]
    return np.concatenate(columns, axis=1)
