"""The DARTS space: published genotypes, what is refused, which cells are the same, and features counted by hand."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from nassim.core.errors import ArchitectureError
from nassim.core.random_streams import Streams
from nassim.spaces.darts import OPERATIONS, Darts

SPACE = Darts()
ROWS = np.arange(12)
SECOND_ORDER = (  # DARTS_V2, the cells of the paper's Figure 4 and 5
    "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), "
    "('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], "
    "reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), "
    "('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=[2, 3, 4, 5])"
)


def edges_of(arch: np.ndarray) -> dict[str, list[tuple[str, str, str]]]:
    """Return source, target and operation of the edges of both cells, those to the output left out."""
    found: dict[str, list[tuple[str, str, str]]] = {"normal": [], "reduce": []}
    for part, source, target, operation in SPACE.links(arch):
        if target != "out":
            found[part].append((source, target, operation))
    return found


def test_there_are_as_many_as_published():
    """About 10**18: each cell has 180 choices of inputs and 7**8 of operations."""
    assert SPACE.size == (180 * 7**8) ** 2
    assert 1e18 < SPACE.size < 2**60


def test_a_published_genotype_is_read():
    """Inputs in any order, joined nodes as a list or a range, white space and a comma at the end."""
    arch = SPACE.parse(SECOND_ORDER)
    normal = edges_of(arch)["normal"]
    assert normal[:2] == [("c_k-2", "0", "sep_conv_3x3"), ("c_k-1", "0", "sep_conv_3x3")]
    assert normal[4:] == [
        ("c_k-2", "2", "skip_connect"),
        ("c_k-1", "2", "sep_conv_3x3"),
        ("c_k-2", "3", "skip_connect"),
        ("0", "3", "dil_conv_3x3"),
    ]
    ranged = SECOND_ORDER.replace("[2, 3, 4, 5]", "range(2, 6)").replace("), (", " ) ,\n(").replace("'", '"')
    assert SPACE.parse(ranged).tolist() == arch.tolist()
    assert SPACE.parse(SPACE.show(arch)).tolist() == arch.tolist()
    assert eval(SPACE.show(arch), {"Genotype": dict})["reduce_concat"] == [2, 3, 4, 5]  # it is Python, for others


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("'skip_connect', 0", "'skip_conect', 0", "unknown operation 'skip_conect' in normal; did you mean 'skip_conn"),
        ("'skip_connect', 0", "'none', 0", "unknown operation 'none' in normal"),
        ("('skip_connect', 0), ('dil", "('skip_connect', 2), ('dil", r"node 5 of normal needs two different inputs"),
        ("'skip_connect', 2), ('max_pool_3x3', 1), ('max", "'skip_connect', 3), ('max_pool_3x3', 1), ('max",
         r"node 3 of reduce needs two different inputs of 0\.\.2, got 1 and 3"),
        ("('sep_conv_3x3', 0), ", "", "expected 8 pairs"),
        ("normal_concat=[2, 3, 4, 5]", "normal_concat=[2, 3]", "expected a text such as Genotype"),
        ("Genotype(", "__import__('os').system(", "expected a text such as Genotype"),
        ("('dil_conv_3x3', 2)", "__import__('os')", "expected 8 pairs"),
        ("), (", ")  (", "expected 8 pairs"),
    ],
)  # fmt: skip
def test_a_wrong_genotype_is_refused_with_what_is_wrong(old, new, message):
    """In one line, and nothing of it is run."""
    assert old in SECOND_ORDER
    with pytest.raises(ArchitectureError, match=message) as caught:
        SPACE.parse(SECOND_ORDER.replace(old, new))
    assert "\n" not in str(caught.value)


def test_nodes_may_change_places():
    """By hand: every order of a cell's nodes that the edges allow has one representative, the lowest by index."""
    for arch in SPACE.sample(ROWS, Streams(0, "darts", ROWS)):
        wanted = SPACE.representative(arch[None])[0]
        forms = []
        for order in permutations(range(4)):
            moved = renamed(arch, order)
            if moved is not None:
                forms.append(moved)
                assert SPACE.representative(moved[None])[0].tolist() == wanted.tolist()
                assert np.array_equal(SPACE.graph(moved[None]), SPACE.graph(arch[None]))
        lowest = min(int(SPACE.index(form[None])[0]) for form in forms)
        assert int(SPACE.index(wanted[None])[0]) <= lowest
        for cell, edges in edges_of(wanted).items():
            assert sorted(op for *_, op in edges) == sorted(op for *_, op in edges_of(arch)[cell])
        mixed = np.concatenate([arch[:12], wanted[12:]])
        assert SPACE.canonical(mixed[None])[0] == SPACE.canonical(arch[None])[0]


def renamed(arch: np.ndarray, order: tuple[int, ...]) -> np.ndarray | None:
    """Return an architecture whose normal cell has its nodes in another order; None where edges would go back."""
    names = {str(node): str(place) for node, place in enumerate(order)}
    by_node: dict[str, list[tuple[str, int]]] = {}
    for source, target, op in edges_of(arch)["normal"]:
        new = names.get(source, source)
        number = {"c_k-2": 0, "c_k-1": 1}.get(new, 2 + int(new) if new.isdecimal() else -1)
        if number >= 2 + int(names[target]):
            return None
        by_node.setdefault(names[target], []).append((op, number))
    pairs = [pair for node in "0123" for pair in by_node[node]]
    text = SPACE.show(arch)
    return SPACE.parse(f"Genotype(normal={pairs}, {text[text.index('normal_concat') :]}")


def test_features_of_a_known_cell():
    """Counted by hand in the normal cell of DARTS_V2."""
    found = dict(zip(SPACE.graph_names, SPACE.graph(SPACE.parse(SECOND_ORDER)[None])[0].tolist(), strict=True))
    wanted = {
        "sep3x3": 5, "skip": 2, "dil3x3": 1, "sep3x3 of an input": 5, "dil3x3 of a node": 1, "edges from c_k-2": 4,
        "edges from c_k-1": 3, "edges between nodes": 1, "nodes at depth 1": 3, "nodes at depth 2": 1, "depth": 2,
        "used by none": 3, "paths of length 1": 7, "paths of length 2": 2, "paths": 9, "reach": 4,
    }  # fmt: skip
    assert {name: found[f"normal: {name}"] for name in wanted} == wanted
    assert found["reduce: max_pool"] == 5
    assert found["reduce: depth"] == 2
    assert len(OPERATIONS) == 7
