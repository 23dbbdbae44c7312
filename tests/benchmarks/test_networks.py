"""A table of networks: one row for all forms of a network, a failure for what is none."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim import catalog
from nassim.benchmark import Card, Query, Relaxable
from nassim.benchmarks.networks import NetworkTable
from nassim.errors import SettingError
from nassim.streams import Streams

SPACE = catalog.space("nb101")
ROWS = np.arange(300)
CARD = Card(title="Some cells", source="made up", licence="MIT", search_split="valid", report_split="test")


def table(*, test: bool = True) -> NetworkTable:
    """Return a table of the networks of some random cells, two trainings each after 1 and 2 epochs."""
    networks = np.unique(SPACE.canonical(SPACE.sample(ROWS, Streams(0, "cells", ROWS))))
    generator = np.random.default_rng(0)
    return NetworkTable(
        "toy/cells",
        SPACE,
        CARD,
        networks=networks,
        epochs=(1, 2),
        error=generator.uniform(5, 50, (2, networks.size, 2)),
        seconds=np.array([1.0, 2.0])[:, None, None] * generator.uniform(5, 9, (1, networks.size, 2)),
        counts=np.full(networks.size, 2),
        costs={"params": generator.uniform(1, 2, networks.size)},
        **({"test": generator.uniform(5, 50, networks.size)} if test else {}),
    )


@pytest.mark.parametrize("test", [True, False])
def test_every_form_of_a_network_has_its_answer(test):
    """With and without luck, at either epoch, on both splits and of its costs."""
    bench, archs = table(test=test), SPACE.sample(ROWS, Streams(0, "cells", ROWS))
    luck = Streams(0, "luck", ROWS).words(ROWS, 1)[:, 0]
    for words in (None, luck):
        own = bench.evaluate(Query(archs), words)
        other = bench.evaluate(Query(SPACE.representative(archs)), words)
        assert all(np.array_equal(a, b) for a, b in zip(own, other, strict=True))
    assert np.array_equal(bench.truth(archs), bench.truth(SPACE.representative(archs)))
    assert np.isfinite(bench.truth(archs)).all()
    assert bench.optimum == bench.truth(bench.everything()).min()
    assert np.array_equal(bench.known("params", archs), own.costs[:, 0])
    assert bench.per_network() is bench


def test_what_is_no_network_fails_in_a_second_and_is_never_handed_in():
    """Also when resumed; nothing is known of it."""
    bench, nothing = table(), np.zeros((3, 26), dtype=np.int8)
    found = bench.evaluate(Query(nothing, epochs=np.array([1, 2, 2]), since=np.array([0, 0, 1])))
    assert np.isnan(found.error).all()
    assert found.seconds.tolist() == [1, 1, 0]
    assert np.isnan(bench.truth(nothing)).all()


def test_gene_by_gene_strategies_search_it():
    """REINFORCE asks for rows that are no cells too; they fail, and what it hands in is a cell."""
    bench = table()
    trace = nassim.simulate("reinforce", bench, runs=5, evaluations=40)
    assert np.isnan(trace.error).any()
    assert np.isfinite(trace.incumbent_truth()[:, -1]).any()


def test_mixtures_are_refused_in_one_line():
    """It would have to add up half a billion rows."""
    bench = table()
    assert not isinstance(bench, Relaxable)
    with pytest.raises(SettingError, match="toy/cells cannot answer for a mixture"):
        nassim.simulate("darts", bench, runs=2, evaluations=5)
