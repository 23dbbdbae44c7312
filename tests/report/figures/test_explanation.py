"""The figure of an explanation: drawn for cells and for spaces of unequal genes, the same bytes every time."""

from __future__ import annotations

import pytest
from matplotlib import rc_context

from nassim import catalog
from nassim.report.figures.explanation import of_explanation
from nassim.report.style import SETTINGS, rendered
from nassim.surrogates.shapley import explain
from tests.surrogates.boosters import SMALL, everything, fitted


@pytest.mark.parametrize("space", [SMALL, catalog.space("nb201")], ids=["unequal", "cell"])
def test_it_shows_every_gene_and_option(space):
    """Genes name the rows, options are written where genes differ in them, and effects have their unit."""
    found = explain([fitted(space, 0)], space, everything(space)[:40])
    figure = of_explanation(found, "some/benchmark", "points")
    effects, sizes, pairs, *bars = figure.axes
    assert [label.get_text() for label in effects.get_yticklabels()] == list(space.genes)
    assert [label.get_text() for label in pairs.get_xticklabels()] == list(space.genes)
    written = [text.get_text() for text in effects.texts] or [label.get_text() for label in effects.get_xticklabels()]
    assert set(written) == {name for options in space.options for name in options}
    assert len(sizes.patches) == 2 * len(space.genes)
    assert "points" in sizes.get_title(loc="left") + sizes.get_title()
    assert [bar.get_ylabel() for bar in bars] == ["points", "points"]


def test_the_same_explanation_gives_the_same_bytes():
    """On any day."""
    found = explain([fitted(SMALL, 0)], SMALL, everything(SMALL))
    with rc_context(SETTINGS):
        first, second = (rendered(of_explanation(found, "some/benchmark"), "svg") for _ in range(2))
    assert first == second
    assert b"gene0" in first
