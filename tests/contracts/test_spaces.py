"""What every space promises; a new file in spaces/ is tested the moment it exists."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from nassim import catalog
from nassim.core.errors import ArchitectureError, SettingError
from nassim.core.random_streams import Streams
from nassim.core.space import Space

NAMES = catalog.names("spaces")
MANY = 3000
ROWS = np.arange(MANY)

pytestmark = pytest.mark.parametrize("name", NAMES)


@cache
def some(name: str) -> np.ndarray:
    """Return many random architectures of a space."""
    return catalog.space(name, code=True).sample(ROWS, streams())


def streams(seed: int = 0) -> Streams:
    """Return streams for many draws."""
    return Streams(seed, "contract", ROWS)


def is_product(space: Space) -> bool:
    """Return whether every combination of options is an architecture."""
    return type(space).valid is Space.valid


def one_gene_changes(space: Space, arch: np.ndarray) -> set[tuple[int, ...]]:
    """Return by brute force every architecture that differs in one gene."""
    changed = []
    for gene, count in enumerate(space.choices):
        for option in range(count):
            row = arch.copy()
            row[gene] = option
            if option != arch[gene]:
                changed.append(row)
    rows = np.array(changed, dtype=np.int8)
    return {tuple(row) for row in rows[space.valid(rows)].tolist()}


def test_it_describes_itself(name):
    """Its name is that of its file; every gene has a name and distinct options; there is a uniform mutation."""
    space = catalog.space(name, code=True)
    assert space.name == name
    assert len(space.genes) == len(set(space.genes)) == len(space.options) == len(space.choices)
    assert all(len(options) == len(set(options)) > 0 for options in space.options)
    assert all(isinstance(text, str) for options in (space.genes, *space.options) for text in options)
    assert max(space.choices) == space.widest <= 127
    assert "uniform" in space.mutations


def test_what_hands_on_is_an_option_and_what_has_no_path_an_architecture(name):
    """The option `skip` is among those of some genes, where `skips` has it; all that is unconnected is valid, once."""
    space = catalog.space(name, code=True)
    found = [[option == space.skip for option in options] for options in space.options]
    assert [row[: len(own)].tolist() for row, own in zip(space.skips, found, strict=True)] == found
    assert space.skips.any() == (space.skip is not None)
    assert space.valid(space.unconnected).all()
    assert len(np.unique(space.unconnected, axis=0)) == len(space.unconnected)


def test_samples_are_architectures(name):
    """Samples are valid int8 rows, and sampling again from the same streams gives them again."""
    space = catalog.space(name, code=True)
    archs = some(name)
    assert archs.dtype == np.int8
    assert archs.shape == (MANY, len(space.genes))
    assert space.valid(archs).all()
    assert np.array_equal(archs, space.sample(ROWS, streams()))
    space.check(archs)


def test_a_sample_depends_on_its_own_stream_alone(name):
    """A row sampled in other company is the same row."""
    few = np.array([7, 100, 2000])
    assert np.array_equal(catalog.space(name, code=True).sample(few, streams()), some(name)[few])


def test_samples_are_uniform(name):
    """In a product space every gene takes all its options equally often (chi-square per gene)."""
    space = catalog.space(name, code=True)
    for gene, count in enumerate(space.choices if is_product(space) else ()):
        counts = np.bincount(some(name)[:, gene], minlength=count)
        statistic = ((counts - MANY / count) ** 2 / (MANY / count)).sum()
        assert count == 1 or chi2.sf(statistic, count - 1) > 1e-4, space.genes[gene]


def test_index_and_at_are_inverse(name):
    """Ids lie in 0..size-1, tell architectures apart, and give them back."""
    space = catalog.space(name, code=True)
    index = space.index(some(name))
    assert index.dtype == np.int64
    assert index.min() >= 0
    assert int(index.max()) < space.size
    assert len(np.unique(index)) == len(np.unique(some(name), axis=0))
    if not space.listed:
        with pytest.raises(SettingError, match=f"space {name} has more architectures than there are numbers"):
            space.at(index)
        return
    assert np.array_equal(space.at(index), some(name))
    ends = np.array([0, space.size - 1])
    assert space.index(space.at(ends)).tolist() == ends.tolist()


def test_what_is_out_of_range_is_invalid(name):
    """A row with an option that a gene lacks is invalid, at either end of every gene, and named."""
    space = catalog.space(name, code=True)
    for gene, count in enumerate(space.choices):
        for option in {-1, count, 127} - set(range(count)):
            row = some(name)[:1].copy()
            row[0, gene] = option
            assert not space.valid(row)[0]
            with pytest.raises(ArchitectureError, match=space.name):
                space.check(row)


def test_crossover_takes_genes_from_parents(name):
    """Every gene of a child is that of a parent; children are valid and both parents contribute."""
    space = catalog.space(name, code=True)
    first, second = some(name), some(name)[::-1].copy()
    child = space.crossover(first, second, ROWS, streams(1))
    assert child.dtype == np.int8
    assert space.valid(child).all()
    assert np.array_equal(second, some(name)[::-1])
    if is_product(space):
        assert ((child == first) | (child == second)).all()
    differ = first != second
    assert 0.4 < (child == first)[differ].mean() < 0.6


def test_neighbours_are_all_changes_of_one_gene(name):
    """Neighbours are, once each, all valid changes of one gene; degree counts them, neighbour numbers them."""
    space = catalog.space(name, code=True)
    degree = space.degree(some(name))
    assert degree.shape == (MANY,)
    for arch, count in zip(some(name)[:25], degree[:25].tolist(), strict=True):
        neighbours = space.neighbours(arch)
        assert neighbours.dtype == np.int8
        found = [tuple(row) for row in neighbours.tolist()]
        assert len(found) == len(set(found)) == count
        assert set(found) == one_gene_changes(space, arch)
        last = space.neighbour(arch[None], np.array([count - 1]))
        assert tuple(last[0].tolist()) == found[-1]


def test_canonical_names_one_architecture_per_network(name):
    """A network's id is its representative's index, and the representative represents itself."""
    space = catalog.space(name, code=True)
    representative = space.representative(some(name))
    assert space.valid(representative).all()
    assert np.array_equal(space.canonical(some(name)), space.index(representative))
    assert np.array_equal(space.representative(representative), representative)


def test_texts_and_architectures_are_inverse(name):
    """Every architecture has a text of its own that reads back as it; white space around it does not matter."""
    space = catalog.space(name, code=True)
    archs = np.unique(some(name), axis=0)[:300]
    texts = [space.show(arch) for arch in archs]
    assert len(set(texts)) == len(archs)
    for arch, text in zip(archs, texts, strict=True):
        parsed = space.parse(text)
        assert parsed.dtype == np.int8
        assert parsed.tolist() == arch.tolist()
    assert space.parse(f" {texts[0]}\n").tolist() == archs[0].tolist()


@st.composite
def nearly_texts(draw, name: str) -> str:
    """Draw official texts of a space with a few characters changed, lost or doubled."""
    text = catalog.space(name, code=True).show(some(name)[draw(st.integers(0, MANY - 1))])
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        middle = draw(st.sampled_from(["", text[place : place + 1] * 2, "|", "+", "~", "0", "9", "-", " ", "é", "\0"]))
        text = text[:place] + middle + text[place + 1 :]
    return text


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_hostile_text_is_refused_or_read(name, data):
    """Any text is either an architecture, which its own text confirms, or an ArchitectureError; nothing else."""
    space = catalog.space(name, code=True)
    text = data.draw(st.text(max_size=60) | nearly_texts(name))
    try:
        arch = space.parse(text)
    except ArchitectureError:
        return
    space.check(arch[None])
    assert space.parse(space.show(arch)).tolist() == arch.tolist()


@pytest.mark.parametrize("text", ["", " ", "0", "|", "+", "||+||+||", "9" * 5000, "[1, 2, 3]", "None", "\ud800"])
def test_nonsense_is_refused(name, text):
    """What is clearly no text of an architecture is refused with a message."""
    with pytest.raises(ArchitectureError) as caught:
        catalog.space(name, code=True).parse(text)
    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_features_tell_architectures_apart(name):
    """Features are finite, one row per architecture whatever the batch, and differ where architectures do."""
    space = catalog.space(name, code=True)
    features = space.encode(some(name))
    assert features.dtype == np.float64
    assert features.ndim == 2
    assert len(features) == MANY
    assert np.isfinite(features).all()
    assert np.array_equal(space.encode(some(name)[5:8]), features[5:8])
    assert len(np.unique(features, axis=0)) == len(np.unique(some(name), axis=0))


def test_every_encoding_names_its_features(name):
    """In each encoding every column is finite and has a name; "graph" says the same of isomorphic architectures."""
    space = catalog.space(name, code=True)
    for encoding in space.encodings:
        features = space.encode(some(name), encoding)
        names = space.feature_names(encoding)
        assert features.shape == (MANY, len(names))
        assert len(set(names)) == len(names)
        assert np.isfinite(features).all()
    if "graph" in space.encodings:
        assert np.array_equal(
            space.encode(some(name), "graph"), space.encode(space.representative(some(name)), "graph")
        )
    with pytest.raises(SettingError, match="no encoding 'none such'"):
        space.encode(some(name)[:1], "none such")


def test_a_drawing_is_a_graph_without_circles(name):
    """Arrows of each part join named nodes so that each can be placed after its sources, and ends in one output."""
    space = catalog.space(name, code=True)
    for arch in some(name)[:50]:
        links = space.links(arch)
        for part in {link.part for link in links}:
            own = [link for link in links if link.part == part]
            placed: set[str] = set()
            waiting = {node for link in own for node in (link.source, link.target)}
            while ready := {n for n in waiting if all(k.source in placed for k in own if k.target == n)}:
                placed |= ready
                waiting -= ready
            assert not waiting
            assert len({link.target for link in own} - {link.source for link in own}) == 1


def test_an_unknown_mutation_is_refused(name):
    """A mutation that the space does not have is named."""
    with pytest.raises(SettingError, match="no mutation 'sideways'"):
        catalog.space(name, code=True).mutate(some(name)[:1], ROWS[:1], streams(), "sideways")


@given(st.integers(0, 2**32))
@example(0)
@settings(deadline=None, max_examples=10)
def test_every_mutation_changes_exactly_one_gene(name, seed):
    """In each of the space's ways but loose ones, a mutant is a neighbour of its parent; every gene is reached."""
    space = catalog.space(name, code=True)
    parents = some(name)
    kept = parents.copy()
    for how in space.mutations:
        mutants = space.mutate(parents, ROWS, streams(seed), how)
        changed = mutants != parents
        assert mutants.dtype == np.int8
        assert space.valid(mutants).all()
        assert how in space.loose or (changed.sum(axis=1) == 1).all()
        assert np.array_equal(changed.any(axis=0), np.array(space.choices) > 1)
        assert np.array_equal(parents, kept)
        few = np.array([3, 2999])
        assert np.array_equal(space.mutate(parents[few], few, streams(seed), how), mutants[few])
