"""Traces: incumbents, recommendations, regret, and joining."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.trace import Trace
from nassim.core.trace_schema import RECOMMENDED
from tests.core.traces import small, traces


def incumbent_by_loop(trace: Trace) -> list[list[int]]:
    """Return the incumbent of each run after each event, one event at a time."""
    found = []
    for row in trace.error.tolist():
        best, events = -1, []
        for event, error in enumerate(row):
            improves = best < 0 or trace.provenance["hands_in"] == "latest" or error < row[best]
            if error < math.inf and improves:  # false for nan
                best = event
            events.append(best)
        found.append(events)
    return found


@given(traces())
@settings(deadline=None, max_examples=80)
def test_incumbent_agrees_with_a_loop(trace):
    """The incumbent is the first best success so far (or the latest), kept to the end of the padding."""
    assert trace.incumbent().tolist() == incumbent_by_loop(trace)


@pytest.mark.parametrize(
    ("hands_in", "incumbent"),
    [
        ("best", [[0, 1, 1, 1, 4], [-1, 1, 1, 1, 1], [0, 1, 1, 1, 1]]),
        ("latest", [[0, 1, 1, 3, 4], [-1, 1, 2, 2, 2], [0, 1, 2, 3, 3]]),
    ],
)
def test_incumbent_by_hand(hands_in, incumbent):
    """Ties keep the earlier, failures never count, and a search by mixtures hands in its latest."""
    assert small(hands_in).incumbent().tolist() == incumbent


def test_what_the_strategy_chose_is_handed_in():
    """Its choice stands to the end of the padding; if it chose a failure, or nothing yet, the lowest is handed in."""
    nan = math.nan
    choice = np.array([[nan, 0, 2, 3, 0], [0, 1, 2, nan, nan], [0, 0, 0, 2, nan]])
    chosen = replace(small(), diagnostics={RECOMMENDED: choice})
    assert chosen.incumbent().tolist() == [[0, 0, 1, 3, 0], [-1, 1, 2, 2, 2], [0, 0, 0, 2, 2]]


def test_incumbent_truth_and_regret_by_hand():
    """Truth is that of the incumbent, chosen by the search split; regret is its distance to the optimum."""
    truth = small().incumbent_truth()
    expected = [[3.1, 1.6, 1.6, 1.6, 1.2], [math.nan, 2.1, 2.1, 2.1, 2.1], [0.6, 0.3, 0.3, 0.3, 0.3]]
    assert np.array_equal(truth, expected, equal_nan=True)
    assert np.array_equal(small().regret(), np.array(expected) - 0.3, equal_nan=True)


def test_events_is_the_longest_run():
    """The number of events is that of the run with most evaluations."""
    assert small().events == 5


@given(st.lists(traces(genes=3), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_join_keeps_every_run(parts):
    """Joined traces hold every run's numbers in the order given, padded to the longest."""
    joined = Trace.join(parts)
    assert joined.events == max(part.events for part in parts)
    assert joined.provenance == parts[0].provenance
    row = 0
    for part in parts:
        for run in range(len(part.runs)):
            assert joined.runs[row] == part.runs[run]
            assert joined.lengths[row] == part.lengths[run]
            for name, nothing in (("archs", -1), ("error", math.nan), ("seconds", math.nan), ("truth", math.nan)):
                whole, own = getattr(joined, name)[row], getattr(part, name)[run]
                assert whole.dtype == own.dtype
                assert np.array_equal(whole[: part.events], own, equal_nan=own.dtype != np.int8)
                assert np.array_equal(
                    whole[part.events :], np.full_like(whole[part.events :], nothing), equal_nan=own.dtype != np.int8
                )
            for name in joined.diagnostics:
                assert np.array_equal(
                    joined.diagnostics[name][row, : part.events], part.diagnostic(name)[run], equal_nan=True
                )
            row += 1
    assert row == len(joined.runs)


def test_a_trace_is_a_value(tmp_path):
    """A trace's fields cannot be set; a changed copy leaves it alone."""
    trace = small()
    other = replace(trace, provenance={**trace.provenance, "hands_in": "latest"})
    assert trace.incumbent().tolist() != other.incumbent().tolist()
    with pytest.raises(AttributeError):
        trace.error = other.error
