"""The figure of an audit: complete, and the same bytes every time."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import rc_context

from nassim.benchmarks.learning import audit
from nassim.report.figures.surrogate import of_audit
from nassim.report.style import SETTINGS, rendered
from nassim.surrogates.scores import tau
from tests.toys import toy_benchmark

TOY = toy_benchmark((4, 5, 3, 3, 3))


@pytest.mark.parametrize("target", ["error", "params"])
def test_it_shows_predictions_and_residuals(target):
    """A point per architecture in the first panel, the better half and the best tenth, with their tau, and groups."""
    found = audit(TOY, target, train=100, test=150, strategies=())
    every, better, best, residuals = of_audit(found).axes
    assert len(every.collections[0].get_offsets()) == 150
    assert len(better.collections[0].get_offsets()) == np.sum(found.true <= np.median(found.true))
    tenth = found.true <= np.quantile(found.true, 0.1)
    assert len(best.collections[0].get_offsets()) == np.sum(tenth)
    assert best.get_title(loc="left").endswith(f"tau {tau(found.true[tenth], found.mean[tenth]):.3f}")
    assert len(residuals.get_xticks()) == 10
    assert found.unit in every.get_xlabel()


def test_the_same_audit_gives_the_same_bytes():
    """On any day."""
    found = audit(TOY, train=100, test=30, strategies=())
    with rc_context(SETTINGS):
        first, second = (rendered(of_audit(found), "svg") for _ in range(2))
    assert first == second
    assert b"30 unseen" in first
