"""The report of a search: what it says stands on the card, and its marks are where the card's numbers are."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.core.model_card import Card, Described
from nassim.report.search_figure import search_figure
from nassim.report.search_page import search_files, search_page

CONFIRMED: Described = {
    "architecture": "|a~0|<b>",
    "network": 7,
    "why": "found",
    "seeds": 2,
    "valid_error": 3.25,
    "test_error": 3.5,
    "test_low": -0.5,
    "test_high": 7.5,
    "costs": {"params": 1000.0, "flops": 20_000.0},
}


@pytest.fixture
def card() -> Card:
    """Return the card of a small search with a round, a failed training and a failed confirmation."""
    nothing = dict.fromkeys(("valid_error", "test_error", "test_low", "test_high"))
    failed: Described = {**CONFIRMED, "network": 8, **nothing}  # type: ignore[typeddict-item]
    return {
        "model": CONFIRMED,
        "exported": {
            "exported_test_error": 3.5,
            "onnx_test_error": 3.5,
            "bytes": 9,
            "latency": 1e-4,
            "latency_high": 2e-4,
        },
        "limits": [],
        "confirmed": [CONFIRMED, failed],
        "compared": {},
        "cost": {"seconds": 61.0, "trainings": 8, "processes": 2},
        "rounds": [
            {
                "strategy": "begin",
                "why": "sizes",
                "trainings": 3,
                "best": 5.0,
                "came": None,
                "gain": None,
                "promised": None,
            },
            {
                "strategy": "reinforce",
                "why": "most",
                "trainings": 2,
                "best": 4.0,
                "came": 1.0,
                "gain": {"mean": 0.8, "low": 0.2, "high": 1.5},
                "promised": 1.0,
            },
        ],
        "trained": [
            {"network": number, "by": by, "valid_error": error, "costs": {"params": 1.0, "flops": 10.0**number}}
            for number, (by, error) in enumerate(
                [("begin", 9.0), ("begin", 5.0), ("repeat", None), ("reinforce", 6.0), ("random", 4.0)], start=3
            )
        ],
        "promised": 1.0,
        "name": "mine",
        "data": {
            "name": "mine",
            "sha256": "0" * 64,
            "size": 8,
            "channels": 1,
            "classes": 2,
            "images": {"training": 10, "validation": 5, "test": 5},
            "of_a_class": {},
            "twins": 0,
            "warnings": ["a <warning>"],
        },
        "recipe": {"epochs": 1},
        "made_with": {"nassim": "0"},
        "seed": 0,
    }


def test_marks_stand_where_the_card_says(card: Card) -> None:
    """Trainings by who chose them, the lowest so far, promised intervals, what came, and errors against cost."""
    course, promises, costs = search_figure(card).axes
    by_label = {line.get_label(): line.get_xydata() for line in (*course.lines, *costs.lines)}
    np.testing.assert_array_equal(by_label["spread or random"], [[1, 9], [2, 5], [3, np.nan], [5, 4]])
    np.testing.assert_array_equal(by_label["by strategy"], [[4, 6]])
    np.testing.assert_array_equal(by_label["lowest so far"][:, 1], [9, 5, 5, 5, 4])
    np.testing.assert_array_equal(by_label["handed in"], [[20_000, 3.25]])
    np.testing.assert_array_equal(by_label["trained once"], [[1e3, 9], [1e4, 5], [1e6, 6], [1e7, 4]])
    marks = [line.get_xydata().tolist() for line in promises.lines if len(line.get_xydata())]
    assert marks == [[[2, 0.2], [2, 1.5]], [[2, 0.8]], [[2, 1.0]]]


def test_the_page_is_whole_and_escapes_what_it_is_told(card: Card) -> None:
    """No number is missing, nothing is taken for markup, and the same card gives the same bytes."""
    page = search_page(card, ["|a~0|<b>", "test error 3.50 %"])
    told = (
        "test error 3.50 %",
        "3.25",
        "0.00 to 7.50",
        "0.80 [0.20, 1.50]",
        "failed",
        "a &lt;warning&gt;",
        "&lt;b&gt;",
    )
    assert [text for text in told if text not in page] == []
    assert "<b>" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert search_files(card, ["x"]) == search_files(card, ["x"])
