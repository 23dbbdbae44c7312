"""What models see of architectures: named features, one row at a time, equal for the same network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from nassim import catalog
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams

ROWS = np.arange(500)
ENCODINGS = [(name, encoding) for name in catalog.names("spaces") for encoding in catalog.space(name).encodings]
CELLS = catalog.space("nb201")
KINDS = {
    f"paths {' then '.join(kind) or 'without operations'}"
    for length in range(4)
    for kind in product(("conv1x1", "conv3x3", "pool"), repeat=length)
}


def features_of(text: str) -> dict[str, float]:
    """Return the graph features of a cell, by name."""
    values = CELLS.encode(CELLS.parse(text)[None], "graph")[0]
    return dict(zip(CELLS.feature_names("graph"), values.tolist(), strict=True))


def cell(*operations: str) -> str:
    """Return the text of six operations in the order of the genes, in short."""
    names = {"-": "none", "=": "skip_connect", "1": "nor_conv_1x1", "3": "nor_conv_3x3", "p": "avg_pool_3x3"}
    a, b, c, d, e, f = (names[operation] for operation in operations)
    return f"|{a}~0|+|{b}~0|{c}~1|+|{d}~0|{e}~1|{f}~2|"


@pytest.mark.parametrize(("name", "encoding"), ENCODINGS)
def test_features_are_named_and_finite(name, encoding):
    """Each column has a name of its own, and every value is a finite number."""
    space = catalog.space(name)
    features = space.encode(space.sample(ROWS, Streams(0, "encode", ROWS)), encoding)
    names = space.feature_names(encoding)
    assert features.shape == (500, len(names))
    assert features.dtype == np.float64
    assert np.isfinite(features).all()
    assert len(set(names)) == len(names)
    assert all(names)


@pytest.mark.parametrize(("name", "encoding"), ENCODINGS)
def test_a_row_alone_is_encoded_as_in_a_batch(name, encoding):
    """Features of an architecture do not depend on the others, and no question is changed by its answer."""
    space = catalog.space(name)
    archs = space.sample(ROWS, Streams(1, "encode", ROWS))
    kept, features = archs.copy(), space.encode(archs, encoding)
    for rows in ([3], [400, 7], []):
        assert np.array_equal(space.encode(archs[rows], encoding), features[rows])
    assert np.array_equal(archs, kept)


@pytest.mark.parametrize("name", catalog.names("spaces"))
def test_one_hot_features_are_named_after_gene_and_option(name):
    """A feature is 1 exactly where the gene that it names has the option that it names."""
    space = catalog.space(name)
    archs = space.sample(ROWS[:20], Streams(2, "encode", ROWS[:20]))
    names = np.array(space.feature_names())
    for arch, row in zip(archs, space.encode(archs), strict=True):
        chosen = zip(space.genes, space.options, arch, strict=True)
        assert names[row == 1].tolist() == [f"{gene}={options[option]}" for gene, options, option in chosen]


@pytest.mark.parametrize("name", [name for name, encoding in ENCODINGS if encoding == "graph"])
def test_isomorphic_architectures_have_equal_graph_features(name):
    """An architecture and its representative are the same network, so they look the same."""
    space = catalog.space(name)
    archs = space.sample(ROWS, Streams(3, "encode", ROWS))
    assert np.array_equal(space.encode(archs, "graph"), space.encode(space.representative(archs), "graph"))


def test_all_isomorphic_cells_have_equal_graph_features_and_few_others_do():
    """Of the 6,466 networks, which compute 4,930 different functions, 4,975 are told apart."""
    everything = CELLS.at(np.arange(CELLS.size))
    features = CELLS.encode(everything, "graph")
    assert np.array_equal(features, features[CELLS.canonical(everything)])
    assert len(np.unique(features, axis=0)) == 4975


def walked(text: str, node: int = 3) -> Iterator[tuple[str, ...]]:
    """Yield the operations of every living path to a node of a cell, as its text says; skips are left out."""
    if node == 0:
        yield ()
        return
    for edge in text.split("+")[node - 1].strip("|").split("|"):
        operation, source = edge.split("~")
        passed = {"none": None, "skip_connect": (), "nor_conv_1x1": ("conv1x1",), "nor_conv_3x3": ("conv3x3",)}
        own = passed.get(operation, ("pool",))
        if own is not None:
            yield from (before + own for before in walked(text, int(source)))


def test_path_counts_are_those_of_a_walk():
    """The path encoding of BANANAS: of each kind of path, as many as a walk backwards from the output finds."""
    archs = CELLS.sample(ROWS, Streams(3, "encode", ROWS))
    for arch, row in zip(CELLS.representative(archs), CELLS.encode(archs, "graph"), strict=True):
        expected = Counter(" then ".join(path) or "without operations" for path in walked(CELLS.show(arch)))
        named = zip(CELLS.feature_names("graph"), row, strict=True)
        assert {name.removeprefix("paths "): n for name, n in named if n and name in KINDS} == expected


def test_a_chain_of_convolutions_is_counted():
    """One path with three operations, all living; the other edges carry nothing."""
    found = features_of(cell("3", "-", "1", "-", "-", "3"))
    assert found["paths"] == 1
    assert found["paths conv3x3 then conv1x1 then conv3x3"] == 1
    assert (found["most convolutions on a path"], found["fewest convolutions on a path"]) == (3, 3)
    assert (found["living conv3x3s"], found["living conv1x1s"], found["living pools"]) == (2, 1, 0)
    assert found["weights"] == 19
    assert (found["input into conv3x3"], found["conv3x3 into conv1x1"], found["conv1x1 into conv3x3"]) == (1, 1, 1)
    assert (found["conv3x3 into output"], found["terms of output"]) == (1, 1)


def test_dead_ends_and_cut_off_nodes_leave_no_trace():
    """A convolution that nothing uses, or that has no input, is as good as none."""
    alone = features_of(cell("-", "-", "-", "3", "-", "-"))
    assert features_of(cell("1", "3", "p", "3", "-", "-")) == alone
    assert features_of(cell("-", "-", "3", "3", "1", "p")) == alone
    assert alone["living conv3x3s"] == 1


def test_skips_pass_on_and_add_no_depth():
    """The direct way and three ways around are four paths; without operations there is nothing to count."""
    found = features_of(cell("=", "=", "=", "=", "=", "="))
    assert (found["paths"], found["paths without operations"]) == (4, 4)
    assert found["most operations on a path"] == 0
    assert (found["input into output"], found["terms of output"], found["weights"]) == (4, 4, 0)


def test_a_broken_cell_has_no_path():
    """Nothing lives."""
    found = features_of(cell("3", "3", "3", "-", "-", "-"))
    assert (found["paths"], found["living conv3x3s"], found["terms of output"]) == (0, 0, 0)
    assert found["most convolutions on a path"] == -1


def test_a_residual_connection_is_seen():
    """A convolution of a sum with the input, and a mean over paths of different length."""
    found = features_of(cell("3", "=", "=", "-", "-", "1"))
    assert (found["conv1x1s of a sum"], found["conv1x1s of a sum with the input"]) == (1, 1)
    assert found["mean convolutions on a path"] == 1.5
    assert (found["paths with 1 convolutions"], found["paths with 2 convolutions"]) == (1, 1)


def test_an_unknown_encoding_is_refused():
    """With what was meant; features of a graph that a space does not have too."""
    with pytest.raises(SettingError, match="has no encoding 'grap'; did you mean 'graph'"):
        CELLS.encode(CELLS.at(np.arange(3)), "grap")
    with pytest.raises(SettingError, match="has no encoding 'one-hot'; did you mean 'onehot'"):
        CELLS.feature_names("one-hot")
