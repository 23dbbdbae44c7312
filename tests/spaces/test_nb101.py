"""The cells of NAS-Bench-101: which rows are cells, which are the same, and what is published of them."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from nassim.core.errors import ArchitectureError
from nassim.core.random_streams import Streams
from nassim.importers._tfrecords import read_records
from nassim.spaces.nb101 import BITS, EDGES, INNER, NB101, OPERATIONS

SPACE = NB101()
ROWS = np.arange(400)
EC_NAS = Path(__file__).parents[3] / "shared/data/ec-nas"
CHAIN = "010001000:input,conv1x1-bn-relu,output"


def some(seed: int = 0) -> np.ndarray:
    """Return random rows, most of them cells."""
    return np.random.default_rng(seed).integers(0, SPACE.choices, (400, 26)).astype(np.int8)


def living(arch: np.ndarray) -> set[tuple[int, int]]:
    """Return by walking which edges of a row lie on a path from input to output."""
    there = {edge for edge, bit in zip(EDGES, arch, strict=False) if bit}

    def reached(start: int, ends: set[tuple[int, int]]) -> set[int]:
        found, waiting = {start}, [start]
        while waiting:
            at = waiting.pop()
            further = {target for source, target in ends if source == at} - found
            found |= further
            waiting += further
        return found

    ahead, back = reached(0, there), reached(6, {(target, source) for source, target in there})
    return {(source, target) for source, target in there if {source, target} <= ahead & back}


def test_rows_are_cells_where_nine_edges_or_fewer_live():
    """Walked through edge by edge, what is left of a row is what lies on paths."""
    archs = some()
    for arch, valid, pruned in zip(archs, SPACE.valid(archs), SPACE.pruned(archs), strict=True):
        edges = living(arch)
        assert valid == (0 < len(edges) <= 9)
        left = {edge for edge, bit in zip(EDGES, pruned, strict=False) if bit}
        assert left == (edges if valid else set())
        for vertex in INNER:
            used = valid and any(vertex in edge for edge in edges)
            assert pruned[20 + vertex] == (arch[20 + vertex] if used else 0)


def test_there_are_the_published_423624_cells():
    """Counted without listing them: labellings of each of 2,494 graphs up to its symmetries (Burnside's lemma)."""
    graphs = np.unique(SPACE._pruned[SPACE._is_cell])
    rows = np.zeros((graphs.size, 26), dtype=np.int8)
    rows[:, :21] = graphs[:, None] & BITS > 0
    classes = np.unique(SPACE.representative(rows), axis=0)
    assert len(classes) == 2494
    assert sum(map(labellings, classes)) == SPACE.networks == 423_624


def labellings(row: np.ndarray) -> int:
    """Return how many ways there are to choose the operations of a graph, up to its symmetries."""
    edges = {edge for edge, bit in zip(EDGES, row, strict=False) if bit}
    used = sorted({vertex for edge in edges for vertex in edge} - {0, 6})
    group = fixed = 0
    for order in permutations(used):
        moved = {0: 0, 6: 6, **dict(zip(used, order, strict=True))}
        if all((moved[source], moved[target]) in edges for source, target in edges):
            group, fixed = group + 1, fixed + 3 ** cycles(moved, used)
    assert fixed % group == 0
    return fixed // group


def cycles(moved: dict[int, int], used: list[int]) -> int:
    """Return how many cycles a permutation has."""
    seen: set[int] = set()
    count = 0
    for vertex in used:
        count += vertex not in seen
        while vertex not in seen:
            seen.add(vertex)
            vertex = moved[vertex]  # noqa: PLW2901  (walks on)
    return count


def test_renumbered_cells_are_the_same():
    """Vertices in another order, with their edges and operations, give the same representative and hash."""
    archs = SPACE.sample(ROWS, Streams(0, "cells", ROWS))
    renumbered = 0
    for arch, network in zip(archs, SPACE.canonical(archs), strict=True):
        order = [0, *(1 + np.random.default_rng(int(network)).permutation(5)).tolist(), 6]
        edges = {(order[s], order[t]) for (s, t), bit in zip(EDGES, arch, strict=False) if bit}
        if edges <= set(EDGES):
            other = np.zeros(26, dtype=np.int8)
            other[[EDGES.index(edge) for edge in edges]] = 1
            other[[20 + order[vertex] for vertex in INNER]] = arch[21:]
            renumbered += not np.array_equal(other, arch)
            assert SPACE.canonical(other[None])[0] == network
            assert SPACE.fingerprint(other) == SPACE.fingerprint(arch)
    assert renumbered > 20


def test_the_published_hash_tells_the_same_cells_apart():
    """Two cells have equal hashes exactly where they have equal representatives."""
    archs = SPACE.sample(ROWS, Streams(1, "cells", ROWS))
    networks = SPACE.canonical(archs).tolist()
    hashes = [SPACE.fingerprint(arch) for arch in archs]
    assert len(set(hashes)) == len(set(networks)) == len(set(zip(hashes, networks, strict=True)))


@pytest.mark.skipif(not EC_NAS.exists(), reason="needs ../shared/data/ec-nas")
@pytest.mark.parametrize(("file", "cells", "step"), [("4V9E", 91, 1), ("5V9E", 2532, 10)])
def test_hashes_are_those_in_files_that_others_wrote(file, cells, step):
    """Of all cells of four vertices, and every tenth of five: the hash in the record, and as many cells."""
    records = [json.loads(data) for batch in read_records(EC_NAS / f"energy_{file}.tfrecord") for data in batch.data]
    published = {cell: (bits, names) for cell, _, bits, names, _ in records}
    assert len(published) == cells
    archs = {cell: SPACE.from_fields(*published[cell]) for cell in list(published)[::step]}
    assert all(SPACE.fingerprint(arch) == cell for cell, arch in archs.items())
    assert len(np.unique(SPACE.canonical(np.array([*archs.values()])))) == len(archs)


def test_small_graphs_are_put_between_input_and_output():
    """A chain of one operation has the edges 0->1 and 1->6; the vertices that it lacks are joined to nothing."""
    arch = SPACE.parse(CHAIN)
    assert [gene for gene, bit in zip(SPACE.genes, arch, strict=True) if bit] == ["0->1", "1->6", "op1"]
    assert SPACE.parse("0100:input,output")[:21].sum() == 1
    assert [link[1:3] for link in SPACE.links(arch)] == [("in", "1 conv1x1"), ("1 conv1x1", "out")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0100", "expected input, up to 5 operations, output"),
        ("0100:output,input", "expected input, up to 5 operations, output"),
        ("010001000:input,output", "expected 4 bits"),
        ("0200:input,output", "expected 4 bits"),
        ("0110:input,output", "edges to later vertices only"),
        ("1100:input,output", "edges to later vertices only"),
        ("0000:input,output", "no path leads from input to output"),
        ("010001000:input,conv1x1,output", "unknown operation 'conv1x1'; did you mean"),
        ("0111100111000110001000010:input," + "maxpool3x3," * 3 + "output", "edges to later"),
        (f"{'0111111' '0011111' '0001111' '0000111' '0000011' '0000001' '0000000'}:input,"
         + "maxpool3x3," * 5 + "output", "or more than 9 edges"),
    ],
)  # fmt: skip
def test_a_wrong_text_is_refused_with_what_is_wrong(text, message):
    """In one line."""
    with pytest.raises(ArchitectureError, match=message):
        SPACE.parse(text)


def test_what_is_no_cell_has_no_network_but_can_be_shown():
    """A row without a path stands for itself under the index 0, as all that are no cell do."""
    nothing = np.zeros((2, 26), dtype=np.int8)
    nothing[1, 0] = 1
    assert SPACE.canonical(nothing).tolist() == [0, 0]
    assert not SPACE.valid(nothing).any()
    SPACE.check(nothing)
    assert SPACE.show(nothing[1]).startswith("0100000")
    assert SPACE.links(nothing[1]) == ()


def test_paths_are_counted():
    """A residual cell: two ways to the output, one over a 3x3 and a 1x1 convolution, one without operations."""
    text = f"0101001000010000:input,{OPERATIONS[0]},{OPERATIONS[1]},output"
    found = dict(zip(SPACE.graph_names, SPACE.graph(SPACE.parse(text)[None])[0].tolist(), strict=True))
    assert found["paths conv3x3 then conv1x1"] == found["paths without operations"] == found["skip"] == 1
    assert (found["paths"], found["depth"], found["shortest"], found["edges"], found["vertices"]) == (2, 2, 0, 4, 2)
    assert (found["living conv3x3"], found["first conv3x3"], found["last conv3x3"]) == (1, 1, 0)
    assert (found["last conv1x1"], found["out degree conv1x1"], found["weights"]) == (1, 1, 10)


def test_all_paths_are_those_found_by_walking():
    """Counted by their operations, those of more than three operations together."""
    archs = SPACE.sample(ROWS[:60], Streams(2, "cells", ROWS[:60]))
    columns = SPACE.graph(archs)
    names = ("conv3x3", "conv1x1", "maxpool")
    for arch, row in zip(archs, columns, strict=True):
        found = dict(zip(SPACE.graph_names, row.tolist(), strict=True))
        edges, waiting, paths = living(arch), [(0, ())], []
        while waiting:
            at, kind = waiting.pop()
            for source, target in edges:
                if source == at:
                    step = () if target == 6 else (names[arch[20 + target]],)
                    (paths if target == 6 else waiting).append((target, (*kind, *step)))
        kinds = [kind for _, kind in paths]
        for kind in set(kinds):
            if len(kind) <= 3:
                assert found[f"paths {' then '.join(kind) or 'without operations'}"] == kinds.count(kind)
        assert found["longer paths"] == sum(len(kind) > 3 for kind in kinds)
        assert [found[f"paths of {k} operations"] for k in range(6)] == [
            sum(len(kind) == k for kind in kinds) for k in range(6)
        ]
        assert [found[f"on all paths {name}"] for name in names] == [
            sum(kind.count(name) for kind in kinds) for name in names
        ]
