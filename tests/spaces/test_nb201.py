"""The space of NAS-Bench-201: cells, networks, official order and texts."""

from __future__ import annotations

import csv
import gzip
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nassim
from nassim.core.errors import ArchitectureError
from nassim.importers.nats_bench import read_some
from nassim.spaces.nb201 import OPERATIONS
from tests.spaces.cells import ALL, INCOMING, SPACE

PUBLISHED = Path(__file__).parents[3] / "shared/data/nb201-12-epochs/nb201_12_epochs.csv.gz"
FIXTURE = Path(__file__).parents[3] / "shared/data/nats-bench-fixture/NATS-tss-v1_0-3ffb9-simple"


NONE = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"


FIRST = "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"


def published_text(cell: tuple[int, ...], node: int = 3) -> str:
    """Return the text of a node as the benchmark's authors define it, one cell at a time and recursively."""
    if node == 0:
        return "0"
    terms = []
    for source, edge in INCOMING[node].items():
        operation, inner = OPERATIONS[cell[edge]], published_text(cell, source)
        if operation == "none" or inner == "#":
            terms.append("#")
        elif operation == "skip_connect":
            terms.append(inner)
        else:
            terms.append(f"({inner})@{operation}")
    return "+".join(sorted(terms))


def function(cell: tuple[int, ...], node: int = 3) -> tuple[object, ...]:
    """Return what a node computes: its terms in any order, sums within sums taken apart, zeros left out."""
    if node == 0:
        return ("input",)
    terms: list[object] = []
    for source, edge in INCOMING[node].items():
        inner = function(cell, source)
        if cell[edge] == OPERATIONS.index("skip_connect"):
            terms += inner
        elif inner and cell[edge] != OPERATIONS.index("none"):
            terms.append((cell[edge], inner))
    return tuple(sorted(terms, key=repr))


def cells_by_index() -> list[tuple[int, ...]]:
    """Return all cells in plain Python."""
    return list(product(range(len(OPERATIONS)), repeat=6))


def text(*operations: str) -> str:
    """Return the official text of six operations."""
    return SPACE.show(np.array([OPERATIONS.index(name) for name in operations], dtype=np.int8))


def test_the_space_has_15625_cells_of_six_edges() -> None:
    """Five operations on each of six edges, indexed in the order of the genes."""
    assert SPACE.size == 15_625
    assert SPACE.choices == (5,) * 6
    assert [tuple(arch) for arch in ALL.tolist()] == cells_by_index()


def test_there_are_6466_networks() -> None:
    """The published number of networks that are distinct up to isomorphism."""
    assert np.unique(SPACE.canonical(ALL)).size == 6466


def test_networks_are_those_of_the_published_definition() -> None:
    """Two cells share a representative exactly if the oracle's texts are equal, and it is the lowest of them."""
    lowest: dict[str, int] = {}
    expected = [lowest.setdefault(published_text(cell), i) for i, cell in enumerate(cells_by_index())]
    assert SPACE.canonical(ALL).tolist() == expected


def test_cells_of_one_network_compute_the_same_function() -> None:
    """No network mixes functions; of these there are 4,930, as the published definition misses some equalities."""
    networks, functions = SPACE.canonical(ALL).tolist(), [function(cell) for cell in cells_by_index()]
    assert len(set(functions)) == 4930
    assert len(set(zip(networks, functions, strict=True))) == 6466


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (
            ("skip_connect", "none", "nor_conv_3x3", "none", "none", "skip_connect"),
            ("none", "nor_conv_3x3", "none", "none", "none", "skip_connect"),
            "a skip merges nodes 0 and 1",
        ),
        (
            ("nor_conv_1x1", "avg_pool_3x3", "nor_conv_3x3", "none", "skip_connect", "none"),
            ("nor_conv_1x1", "none", "none", "none", "skip_connect", "none"),
            "node 2 is a dead end",
        ),
        (
            ("none", "none", "nor_conv_3x3", "nor_conv_1x1", "avg_pool_3x3", "none"),
            ("none", "none", "none", "nor_conv_1x1", "none", "none"),
            "node 1 is cut off",
        ),
        (
            ("nor_conv_3x3", "none", "none", "nor_conv_1x1", "skip_connect", "none"),
            ("nor_conv_1x1", "none", "none", "nor_conv_3x3", "skip_connect", "none"),
            "sums commute",
        ),
    ],
)
def test_known_pairs_are_one_network(one: tuple[str, ...], other: tuple[str, ...], why: str) -> None:
    """Each rule of isomorphism joins a pair of cells."""
    pair = np.stack([SPACE.parse(text(*one)), SPACE.parse(text(*other))])
    assert np.unique(SPACE.canonical(pair)).size == 1, why


def test_a_representative_stands_for_itself() -> None:
    """Taking the representative twice changes nothing, and it never has a higher index."""
    representative = SPACE.representative(ALL)
    assert (SPACE.representative(representative) == representative).all()
    assert (SPACE.canonical(ALL) <= SPACE.index(ALL)).all()


def test_official_order_is_that_of_the_published_file() -> None:
    """All rows of a published list of official indices and texts agree."""
    if not PUBLISHED.exists():
        pytest.skip(f"needs the published list {PUBLISHED.name}, which is not part of this project")
    with gzip.open(PUBLISHED, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == SPACE.size
    archs = SPACE.from_official([int(row["index"]) for row in rows])
    assert [SPACE.show(arch) for arch in archs] == [row["arch"] for row in rows]


def test_official_index_0_is_the_known_cell() -> None:
    """The first cell of every official file."""
    assert SPACE.show(SPACE.from_official(0)[0]) == FIRST


def test_official_indices_go_both_ways() -> None:
    """`official` is a permutation of all cells, and `from_official` its inverse."""
    official = SPACE.official(ALL)
    assert sorted(official.tolist()) == list(range(SPACE.size))
    assert (SPACE.from_official(official) == ALL).all()


@pytest.mark.parametrize("index", [-1, 15_625])
def test_no_cell_has_an_official_index_out_of_range(index: int) -> None:
    """The error names the index and the range."""
    with pytest.raises(ArchitectureError, match=rf"official index {index} is not in 0\.\.15624"):
        SPACE.from_official([0, index])


@given(st.integers(0, SPACE.size - 1), st.sampled_from(["", " ", "\n", "\t "]))
def test_texts_go_both_ways(index: int, space: str) -> None:
    """Parsing what was shown gives the cell back, whatever white space surrounds it."""
    assert SPACE.parse(space + SPACE.show(ALL[index]) + space).tolist() == ALL[index].tolist()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("", "expected 3 nodes joined by '+', got 1 in ''"),
        ("|none~0|+|none~0|none~1|", "expected 3 nodes joined by '+', got 2"),
        (NONE.replace("+|none~0|none~1|+", "+|none~0|+"), "expected node 2 in the form '|op~0|op~1|', got '|none~0|'"),
        (NONE[:-1], "expected node 3 in the form '|op~0|op~1|op~2|', got '|none~0|none~1|none~2'"),
        (NONE.replace("none~2", "none~1"), "expected input 2 of node 3 as 'op~2', got 'none~1'"),
        (NONE.replace("none~2", "none"), "expected input 2 of node 3 as 'op~2', got 'none'"),
        (
            NONE.replace("none~2", "nor_conv_3x~2"),
            "unknown operation 'nor_conv_3x' into node 3; did you mean 'nor_conv_3x3'?",
        ),
        (NONE.replace("none~2", "zzz~2"), "unknown operation 'zzz' into node 3; known: avg_pool_3x3, none,"),
        (NONE.replace("|none~0|+", "| none~0|+", 1), "unknown operation ' none' into node 1; did you mean 'none'?"),
        ("|+|+|", "expected input 0 of node 1 as 'op~0', got ''"),
    ],
)
def test_a_wrong_text_is_explained(wrong: str, message: str) -> None:
    """The error says in one line what was expected and what came."""
    with pytest.raises(ArchitectureError) as caught:
        SPACE.parse(wrong)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=20), st.integers(0, len(NONE)), st.integers(0, 9))
def test_no_text_breaks_the_parser(inserted: str, at: int, deleted: int) -> None:
    """A text damaged anywhere is either still the text of a cell or an ArchitectureError."""
    anything = NONE[:at] + inserted + NONE[at + deleted :]
    try:
        arch = SPACE.parse(anything)
    except ArchitectureError:
        return
    assert SPACE.show(arch) == anything.strip()


def test_showing_what_is_no_cell_is_an_error() -> None:
    """Options out of range are refused, not shown as something else."""
    with pytest.raises(ArchitectureError, match="is no architecture of nb201"):
        SPACE.show(np.array([0, 0, 0, 0, 0, -1], dtype=np.int8))


def test_ids_do_not_depend_on_the_memory_layout() -> None:
    """Draws come as transposed arrays; the same cells row by row have the same ids."""
    columns = np.asfortranarray(ALL)
    for ids in (SPACE.index, SPACE.official, SPACE.canonical):
        assert (ids(columns) == ids(np.ascontiguousarray(ALL))).all()


def test_cells_without_a_path_are_known() -> None:
    """By a search for a path through each of all cells, and by what such networks were worth: they guess."""

    def reached(cell: list[int], node: int = 3) -> bool:
        return node == 0 or any(cell[edge] and reached(cell, source) for source, edge in INCOMING[node].items())

    expected = [index for index, cell in enumerate(ALL.tolist()) if not reached(cell)]
    assert SPACE.index(SPACE.unconnected).tolist() == expected
    truth = nassim.load("nb201/cifar10").truth(ALL)
    assert truth[expected].min() > np.delete(truth, expected).max()


def test_which_options_hand_their_input_on() -> None:
    """skip_connect, on every edge."""
    assert (np.argwhere(SPACE.skips)[:, 1] == 1).all()
    assert SPACE.skips.sum() == 6


def test_counts_are_the_published_ones() -> None:
    """Parameters of all cells as shipped; operations of the smallest and the largest network as published."""
    archs = SPACE.at(np.arange(SPACE.size))
    counted = SPACE.count(archs)
    assert np.array_equal(counted.params, nassim.load("nb201/cifar10").cost("params", archs))
    assert (counted.macs.min(), counted.macs.max()) == (7_783_050, 220_119_690)


@pytest.mark.skipif(not FIXTURE.exists(), reason="needs ../shared/data/nats-bench-fixture")
def test_operations_are_those_of_official_records() -> None:
    """Of the three official cells that there are, on CIFAR-10."""
    tables = read_some(FIXTURE, [0, 11, 284], lambda _done, _total: None).datasets["cifar10"].architectures
    archs = SPACE.at(tables["arch"].to_numpy())
    np.testing.assert_allclose(SPACE.count(archs).macs, tables["flops"].to_numpy(), rtol=1e-12)
