"""What a network engineer would compute of a cell of NAS-Bench-201: its living paths, operations and sums.

A path leads from the cell's input to its output over one, two or three edges. It lives unless an edge of it is none;
skip_connect adds nothing to it. What says most about accuracy is how many paths live, how many convolutions lie on
the longest and on the shortest of them, and how many lie on all together.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Flags, Floats, Values

EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))  # source and target node of each gene
PATHS = ((3,), (0, 4), (1, 5), (0, 2, 5))  # the genes on each way from node 0 to node 3
NODES = 4
LONGEST = 3
NONE, SKIP = 0, 1
OPERATIONS = {2: "conv1x1", 3: "conv3x3", 4: "pool"}  # those that compute
SORTS = {"conv1x1s": (2,), "conv3x3s": (3,), "pools": (4,), "convolutions": (2, 3), "operations": (2, 3, 4)}
KINDS = tuple(kind for length in range(LONGEST + 1) for kind in product(OPERATIONS, repeat=length))  # of paths: 40
DEAD = len(KINDS)
TERMS = ("input", *OPERATIONS.values())  # what a node is a sum of: the cell's input and results of operations
AREA = 9  # weights of a 3x3 convolution, in those of a 1x1

Ints = NDArray[np.intp]
Columns = dict[str, Values]


def graph_features(archs: Archs) -> tuple[tuple[str, ...], Floats]:
    """Return the names (features,) and values (n, features) of some cells (n, 6), counted as they are written.

    Cells that are the same network may be written with one convolution or two equal ones: ask about representatives.
    """
    cells = archs.astype(np.intp)
    columns = _of_paths(cells) | _of_sums(cells)
    return tuple(columns), np.column_stack([*columns.values()]).astype(np.float64)


def _of_paths(cells: Ints) -> Columns:
    """Return how many paths there are of each kind, and how many operations of each sort they have."""
    kinds = _kinds(cells)
    alive = kinds != DEAD
    columns: Columns = {f"paths {_name(kind)}": (kinds == i).sum(axis=1) for i, kind in enumerate(KINDS)}
    columns["paths"] = alive.sum(axis=1)
    for sort, members in SORTS.items():
        table = np.array([sum(op in members for op in kind) for kind in KINDS] + [0])
        columns |= _spread(sort, table[kinds], alive)
    return columns


def _kinds(cells: Ints) -> Ints:
    """Return for each of the four paths its number in KINDS, or DEAD, shape (n, 4)."""
    table = np.full((5,) * LONGEST, DEAD)
    for ops in product((SKIP, *OPERATIONS), repeat=LONGEST):
        table[ops] = KINDS.index(tuple(op for op in ops if op != SKIP))
    skip = np.full(len(cells), SKIP)
    padded = [[*(cells[:, gene] for gene in path), skip, skip][:LONGEST] for path in PATHS]
    return np.stack([table[tuple(path)] for path in padded], axis=1)


def _name(kind: tuple[int, ...]) -> str:
    return " then ".join(OPERATIONS[op] for op in kind) or "without operations"


def _spread(sort: str, counts: Ints, alive: Flags) -> Columns:
    """Return what the numbers of operations of a sort on each path, (n, 4), are over the living ones."""
    total = np.where(alive, counts, 0).sum(axis=1)
    columns: Columns = {
        f"most {sort} on a path": np.where(alive, counts, -1).max(axis=1),
        f"fewest {sort} on a path": np.where(alive, counts, LONGEST + 1).min(axis=1),
        f"{sort} on all paths": total,
        f"mean {sort} on a path": total / np.maximum(alive.sum(axis=1), 1),
    }
    return columns | {f"paths with {k} {sort}": (alive & (counts == k)).sum(axis=1) for k in range(LONGEST + 1)}


def _of_sums(cells: Ints) -> Columns:
    """Return which operations live, what each is applied to, and what the output is a sum of."""
    terms = _terms(cells)
    applied = _applied(cells, terms)
    source = terms[:, [origin for origin, _ in EDGES]]  # (n, 6, 4)
    living, on_sums = applied.sum(axis=1), (applied * (source.sum(axis=2) > 1)[:, :, None]).sum(axis=1)
    residual = (applied * ((source.sum(axis=2) > 1) & (source[:, :, 0] > 0))[:, :, None]).sum(axis=1)
    into = np.einsum("neo,net->not", applied, source)
    columns: Columns = {}
    for i, op in enumerate(OPERATIONS.values()):
        columns |= {f"living {op}s": living[:, i], f"{op}s of a sum": on_sums[:, i]}
        columns |= {f"{op}s of a sum with the input": residual[:, i]}
        columns |= {f"{term} into {op}": into[:, i, t] for t, term in enumerate(TERMS)}
    columns |= {f"{term} into output": terms[:, -1, t] for t, term in enumerate(TERMS)}
    columns |= {"terms of output": terms[:, -1].sum(axis=1), "living convolutions": living[:, 0] + living[:, 1]}
    return columns | {"weights": living[:, 0] + AREA * living[:, 1]}


def _terms(cells: Ints) -> Ints:
    """Return how often each of TERMS occurs in each node's sum, (n, nodes, 4); a skip passes on all of its source."""
    terms = np.zeros((len(cells), NODES, len(TERMS)), dtype=np.intp)
    terms[:, 0, 0] = 1
    for gene, (origin, target) in enumerate(EDGES):
        op, known = cells[:, gene], terms[:, origin]
        terms[:, target] += np.where((op == SKIP)[:, None], known, 0)
        for number, operation in enumerate(OPERATIONS, start=1):
            terms[:, target, number] += (op == operation) & (known.sum(axis=1) > 0)
    return terms


def _applied(cells: Ints, terms: Ints) -> Ints:
    """Return 1 where an edge applies an operation to something and the output uses it, (n, 6, 3)."""
    used = np.zeros((len(cells), NODES), dtype=np.bool_)
    used[:, -1] = True
    for gene, (origin, target) in reversed(list(enumerate(EDGES))):
        used[:, origin] |= (cells[:, gene] != NONE) & used[:, target]
    origins, targets = np.array(EDGES).T
    living: Flags = (terms.sum(axis=2) > 0)[:, origins] & used[:, targets]
    applied: Flags = living[:, :, None] & (cells[:, :, None] == np.array([*OPERATIONS]))
    return applied.astype(np.intp)
