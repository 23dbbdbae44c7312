"""Recorder: what is added comes out, in order, with the truth about it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.errors import ArchitectureError
from nassim.engine.judgement import Judge
from nassim.engine.recorder import Recorder
from tests.toys import toy_benchmark, toy_space

CHOICES = (3, 2, 4)


@given(
    lengths=st.lists(st.integers(1, 150), min_size=1, max_size=4),
    room=st.sampled_from([1, 5, 64, 1024]),
    seed=st.integers(0, 99),
)
@settings(deadline=None, max_examples=40)
def test_a_recorder_keeps_what_lists_keep(lengths, room, seed):
    """With runs that end at different events and any first room, the trace is what plain lists would hold."""
    bench = toy_benchmark(CHOICES)
    random, ends = np.random.default_rng(seed), np.array(lengths)
    recorder = Recorder(np.arange(len(lengths)) + 5, bench.space, room)
    kept = [[] for _ in lengths]
    for event in range(ends.max()):
        rows = np.flatnonzero(ends > event)
        index, error, seconds = random.integers(0, 24, rows.size), random.random(rows.size), random.random(rows.size)
        error[random.random(rows.size) < 0.2] = np.nan
        recorder.add(rows, bench.space.at(index), error, seconds, {"twice": 2 * seconds})
        for row, *values in zip(rows, index, error, seconds, strict=True):
            kept[row].append(values)
    trace = recorder.trace(Judge(bench, None), {"optimum": 0.0})
    np.testing.assert_array_equal(trace.diagnostics["twice"], 2 * trace.seconds)
    assert trace.runs.tolist() == [5 + run for run in range(len(lengths))]
    assert trace.lengths.tolist() == lengths
    assert trace.provenance == {"optimum": 0.0}
    assert trace.archs.dtype == np.int8
    for run, events in enumerate(kept):
        index, error, seconds = (np.array(column) for column in zip(*events, strict=True))
        archs, length = bench.space.at(index), lengths[run]
        assert np.array_equal(trace.archs[run, :length], archs)
        assert np.array_equal(trace.error[run, :length], error, equal_nan=True)
        assert np.array_equal(trace.seconds[run, :length], seconds)
        assert np.array_equal(trace.truth[run, :length], bench.truth(archs))
        assert (trace.archs[run, length:] == -1).all()
        for name in ("error", "seconds", "truth"):
            assert np.isnan(getattr(trace, name)[run, length:]).all()


@pytest.mark.parametrize("arch", [[3, 0, 0], [0, 0, -1]])
def test_an_impossible_architecture_is_refused(arch):
    """What is no architecture of the space never enters a trace."""
    recorder = Recorder(np.arange(1), toy_space(CHOICES), 4)
    recorder.add(np.arange(1), np.array([arch], dtype=np.int8), np.zeros(1), np.ones(1), {})
    with pytest.raises(ArchitectureError):
        recorder.trace(Judge(toy_benchmark(CHOICES), None), {})
