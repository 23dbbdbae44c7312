"""The spaces of NAS-Bench-Graph: sizes, texts, and which architectures are one network."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from nassim import catalog
from nassim.core.errors import ArchitectureError
from nassim.core.random_streams import Streams
from nassim.spaces._graph_links import LINKS
from nassim.spaces.graph import OPERATIONS, Graph
from nassim.spaces.graph_proteins import GraphProteins

SPACE = Graph()
ROWS = np.arange(400)
SOME = SPACE.sample(ROWS, Streams(0, "graph", ROWS))


@pytest.mark.parametrize(("space", "size", "networks"), [(SPACE, 59_049, 26_206), (GraphProteins(), 5_625, 2_021)])
def test_sizes_are_the_published_ones(space, size, networks):
    """All architectures, and the networks that were trained: all but four skip connections."""
    archs = space.at(np.arange(space.size))
    assert space.size == size
    assert len(np.unique(space.canonical(archs))) == networks + 1


def computed(arch: np.ndarray) -> str:
    """Return a text of what a network computes, equal for networks that are equal: an independent definition."""
    links, names = LINKS[arch[0]], [OPERATIONS[choice] for choice in arch[1:]]
    children = {node: [child for child, link in enumerate(links, start=1) if link == node] for node in range(5)}

    def below(node: int) -> str:
        return "(" + ",".join(sorted(f"{names[child - 1]}{below(child)}" for child in children[node])) + ")"

    return below(0)


def test_representatives_compute_the_same_up_to_skip_connections():
    """Without skip connections a representative is the same tree, sorted; different trees have different ones."""
    plain = SOME[(SOME[:, 1:] != OPERATIONS.index("skip")).all(axis=1)]
    own = [computed(arch) for arch in plain]
    assert own == [computed(arch) for arch in SPACE.representative(plain)]
    assert len(set(own)) == len(np.unique(SPACE.canonical(plain)))


def test_a_skip_connection_within_a_chain_does_not_matter():
    """Where it stands in the chain: three networks, one representative."""
    texts = (
        "Arch([0, 1, 2, 3], ['skip', 'gcn', 'gat', 'fc'])",
        "Arch([0, 1, 2, 3], ['gcn', 'skip', 'gat', 'fc'])",
        "Arch([0, 1, 2, 3], ['gcn', 'gat', 'fc', 'skip'])",
    )
    found = SPACE.representative(np.array([SPACE.parse(text) for text in texts]))
    assert {SPACE.show(arch) for arch in found} == {texts[0]}


def test_nodes_may_be_listed_in_any_possible_order():
    """A text that numbers the same tree otherwise is the same network."""
    for arch in SOME[:60]:
        links, names = LINKS[arch[0]], [OPERATIONS[choice] for choice in arch[1:]]
        for order in permutations(range(4)):
            place = {0: 0, **{node + 1: at for at, node in enumerate(order, start=1)}}
            renamed = [place[links[node]] for node in order]
            if all(link <= at for at, link in enumerate(renamed)):
                text = f"Arch({renamed}, {[names[node] for node in order]})"
                assert SPACE.canonical(SPACE.parse(text)[None]) == SPACE.canonical(arch[None])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Arch([0, 1, 2], ['gcn', 'gcn', 'gcn', 'gcn'])", "expected 4 inputs and 4 operations"),
        ("Arch([0, 2, 1, 1], ['gcn', 'gcn', 'gcn', 'gcn'])", r"the input of node 2 must be one of 0\.\.1"),
        ("Arch([0, 1, 1, 1], ['gcm', 'gcn', 'gcn', 'gcn'])", "unknown operation 'gcm'; did you mean 'gcn'"),
        ("[0, 1, 1, 1]", "expected a text such as Arch"),
    ],
)
def test_a_wrong_text_is_refused_with_what_is_wrong(text, message):
    """In one line."""
    with pytest.raises(ArchitectureError, match=message):
        SPACE.parse(text)


@pytest.mark.parametrize("name", ["graph", "graph_proteins"])
def test_features_are_counts_along_the_drawing(name):
    """As they are counted, network by network, along the arrows of the drawing."""
    space = catalog.space(name)
    archs = space.sample(np.arange(200), Streams(0, "features", np.arange(200)))
    for arch, row in zip(space.representative(archs), space.graph(archs), strict=True):
        found = {key: value for key, value in zip(space.graph_names, row.tolist(), strict=True) if value}
        assert found == counted(space.links(arch)) | {
            f"{gene} {options[choice]}": 1
            for gene, options, choice in zip(space.genes, space.options, arch.tolist(), strict=True)
        }


def counted(links) -> dict[str, float]:
    """Return the features of a drawing that are not 0, without the choices themselves."""
    found: Counter[str] = Counter()
    depth = {"in": 0}
    for link in links:
        before, after = (text.partition(" ")[2] or "input" for text in link[1:3])
        if link.target == "out":
            found.update([f"{before}s into output", "ends"])
            continue
        depth[link.target] = depth[link.source] + 1
        deep = depth[link.target]
        found.update([f"{after}s", f"{after}s at depth {deep}", f"{after} after {before}", f"nodes at depth {deep}"])
        found["computing nodes"] += after != "skip"
    return {key: value for key, value in found.items() if value} | {"depth": max(depth.values())}
