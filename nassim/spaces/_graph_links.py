"""What the two spaces of NAS-Bench-Graph share: link patterns, texts, and which architectures are one network.

Each of four computing nodes has one input: 0 is the graph's features, 1 to 3 are the computing nodes before it.
What no node uses is joined to the output. So an architecture is a rooted tree, of which there are nine shapes.
"""

from __future__ import annotations

import re
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs
from nassim.core.errors import ArchitectureError, suggest
from nassim.core.space import Link

Links = tuple[int, ...]  # the input of each node

LINKS: tuple[Links, ...] = (
    (0, 0, 0, 0),
    (0, 0, 0, 1),
    (0, 0, 1, 1),
    (0, 0, 1, 2),
    (0, 0, 1, 3),
    (0, 1, 1, 1),
    (0, 1, 1, 2),
    (0, 1, 2, 2),
    (0, 1, 2, 3),
)
NODES = 4
GENES = ("links", *(f"node{node}" for node in range(1, NODES + 1)))
LINK_OPTIONS = tuple("".join(map(str, links)) for links in LINKS)
ALIKE = {0: (0, 1, 2, 3), 1: (1, 2), 2: (2, 3), 5: (1, 2, 3), 7: (2, 3)}  # nodes that may change places, by pattern
TWINS = 3  # the pattern of two chains of two nodes, which may change places
TEXT = re.compile(r"Arch\(\s*\[([\d\s,]{7,40})\]\s*,\s*\[([^\[\]]{0,100})\]\s*\)")


def show(arch: Archs, operations: tuple[str, ...]) -> str:
    """Return the authors' text of an architecture (5,), such as Arch([0, 1, 1, 2], ['gcn', 'gat', 'fc', 'skip'])."""
    return f"Arch({list(LINKS[arch[0]])}, {[operations[choice] for choice in arch[1:]]})"


def arrows(arch: Archs, operations: tuple[str, ...]) -> tuple[Link, ...]:
    """Return what `Space.links` draws: nodes with their operations; what no node uses goes to the output."""
    links = LINKS[arch[0]]
    names = ["in", *(f"{node} {operations[choice]}" for node, choice in enumerate(arch[1:].tolist(), start=1))]
    inner = [Link("", names[link], names[node], "") for node, link in enumerate(links, start=1)]
    return (*inner, *(Link("", names[node], "out", "") for node in range(1, NODES + 1) if node not in links))


def parse(text: str, operations: tuple[str, ...]) -> Archs:
    """Return the row (5,) of such a text, its nodes in any order in which each follows its input."""
    match = TEXT.fullmatch(text.strip())
    if match is None:
        raise ArchitectureError(f"expected a text such as Arch([0, 1, 1, 2], ['gcn', ...]), got {text!r:.80}")
    links = tuple(int(entry) if entry.strip().isdecimal() else -1 for entry in match[1].split(","))
    names = [name.strip().strip("'\"") for name in match[2].split(",")]
    if len(links) != NODES or len(names) != NODES:
        raise ArchitectureError(f"expected {NODES} inputs and {NODES} operations, got {text.strip()!r:.80}")
    for node, link in enumerate(links):
        if not 0 <= link <= node:
            raise ArchitectureError(f"the input of node {node + 1} must be one of 0..{node}, got {list(links)}")
    for name in names:
        if name not in operations:
            raise ArchitectureError(f"unknown operation {name!r:.40}{suggest(name, operations)}")
    pattern, order = _pattern(links)
    return np.array([pattern, *(operations.index(names[node]) for node in order)], dtype=np.int8)


def fold(archs: Archs, skip: int) -> Archs:
    """Return for each architecture (n, 5) the one that the authors count as the same network; `skip` is an option.

    Skip connections that change nothing come first, then nodes in equal places are sorted by their operation.
    """
    pattern, operations = archs[:, 0].astype(np.intp), archs[:, 1:]
    skips = (operations == skip) @ (1 << np.arange(NODES))
    folded = np.empty_like(archs)
    folded[:, 0] = FRONT[pattern, skips, 0]
    folded[:, 1:] = np.take_along_axis(operations, FRONT[pattern, skips, 1:].astype(np.intp), axis=1)
    for alike, nodes in ALIKE.items():
        rows, columns = np.flatnonzero(folded[:, 0] == alike), np.array(nodes) + 1
        folded[np.ix_(rows, columns)] = np.sort(folded[np.ix_(rows, columns)], axis=1)
    first, second, third, fourth = folded[:, 1:].T
    swapped = (folded[:, 0] == TWINS) & ((first > second) | ((first == second) & (third > fourth)))
    folded[swapped, 1:] = folded[swapped][:, [2, 1, 4, 3]]
    return folded


def _front(links: Links, skips: list[bool]) -> tuple[int, list[int]]:
    """Return the pattern, and which node stands where, after moving idle skip connections to the front."""
    order = list(range(NODES))
    for node in range(NODES):
        if skips[node] and _idle(node, links, [skips[which] for which in order]):
            moved = [links[node] if link == node + 1 else link for link in links]
            moved = [link + (link <= node) for link in moved]
            links = (0, *moved[:node], *moved[node + 1 :])
            order = [order[node], *order[:node], *order[node + 1 :]]
    if links not in LINKS:
        pattern, places = _pattern(links)
        return pattern, [order[place] for place in places]
    return LINKS.index(links), order


def _idle(node: int, links: Links, skips: list[bool]) -> bool:
    """Return whether a skip connection changes nothing where it is: it is within a chain, or begins with skips only."""
    if node + 1 in links:
        return True
    if links.count(links[node]) == 1:
        return True
    while node >= 0 and skips[node]:
        node = links[node] - 1
    return node < 0


def _pattern(links: Links) -> tuple[int, tuple[int, ...]]:
    """Return which of the nine patterns a tree has, and which of its nodes stands in each place of it."""
    for order in permutations(range(NODES)):
        place = {0: 0, **{node + 1: at for at, node in enumerate(order, start=1)}}
        renamed = tuple(place[links[node]] for node in order)
        if renamed in LINKS:
            return LINKS.index(renamed), order
    raise ArchitectureError(f"{list(links)} is no tree")


def _fronts() -> NDArray[np.int8]:
    """Return (9, 16, 5): by pattern and by which nodes skip, the new pattern and which node stands where."""
    table = np.empty((len(LINKS), 1 << NODES, 1 + NODES), dtype=np.int8)
    for pattern, links in enumerate(LINKS):
        for mask in range(1 << NODES):
            found, order = _front(links, [bool(mask >> node & 1) for node in range(NODES)])
            table[pattern, mask] = found, *order
    return table


FRONT = _fronts()
