"""Syne Tune sees a benchmark's curves, seconds included."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.core.benchmark import Query
from tests.toys import toy_benchmark

pytest.importorskip("syne_tune")
pytest.importorskip("huggingface_hub")
from nassim.bridges.syne_tune import NasBlackbox

TOY = toy_benchmark((3, 2, 5, 4))


def test_a_configuration_has_the_curve_of_its_architecture() -> None:
    """At one fidelity by name, at all as an array."""
    blackbox, arch = NasBlackbox(TOY), np.array([[2, 0, 3, 1]], dtype=np.int8)
    configuration = dict(zip(TOY.space.genes, ["2", "0", "3", "1"], strict=True))
    curve = blackbox.objective_function(configuration, seed=3)
    assert curve.shape == (len(TOY.epochs), 2)
    for row, epochs in zip(curve, TOY.epochs, strict=True):
        outcome = TOY.evaluate(Query(arch, epochs=np.array([epochs])), np.array([3], dtype=np.uint32))
        assert row.tolist() == [outcome.error[0], outcome.seconds[0]]
        named = blackbox.objective_function(configuration, {"epochs": epochs}, seed=3)
        assert named == {"error": row[0], "seconds": row[1]}
    assert blackbox.fidelity_values.tolist() == list(TOY.epochs)
