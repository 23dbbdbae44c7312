"""Traces that the tests of traces and of their files draw, and compare."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st

from nassim.core.trace import Trace
from nassim.core.trace_schema import EPOCHS, RECOMMENDED

errors = st.one_of(st.just(math.nan), st.sampled_from([0.0, 1.0, 2.0]), st.floats(-1e300, 1e300), st.just(math.inf))


times = st.floats(0, 1e300)


ABOUT = {
    "benchmark": "toy/ü",
    "data_sha256": "",
    "unit": "% error",
    "search_split": "valid",
    "report_split": "test",
    "strategy": "random_search",
    "settings": {},
    "seed": 0,
    "workers": 1,
    "evaluations": None,
    "seconds": 1.5,
    "hands_in": "best",
    "optimum": 0.3,
}


def padded(rows: list[list[float]], events: int) -> np.ndarray:
    """Return ragged rows as one array, nan after each row's end."""
    return np.array([row + [math.nan] * (events - len(row)) for row in rows], dtype=np.float64)


@st.composite
def traces(draw, genes: int | None = None) -> Trace:
    """Draw traces with unequal lengths, failures, ties and odd run numbers."""
    genes = genes or draw(st.integers(1, 12))
    lengths = draw(st.lists(st.integers(1, 7), min_size=1, max_size=4))
    events = max(lengths)
    columns = [padded([draw(st.lists(kind, min_size=n, max_size=n)) for n in lengths], events)
               for kind in (errors, times, times)]  # fmt: skip
    columns[1] = np.maximum.accumulate(columns[1], axis=1)
    archs = np.full((len(lengths), events, genes), -1, dtype=np.int8)
    for run, length in enumerate(lengths):
        for event in range(length):
            archs[run, event] = draw(st.lists(st.integers(0, 127), min_size=genes, max_size=genes))
    runs = draw(st.lists(st.integers(0, 2**62), min_size=len(lengths), max_size=len(lengths), unique=True))
    hands_in = draw(st.sampled_from(["best", "latest"]))
    optimum = draw(st.one_of(times, st.just(math.nan)))
    provenance = ABOUT | {"hands_in": hands_in, "optimum": optimum, "choices": [128] * genes, "other": "ü/x"}
    notes = {name: np.cumsum(columns[2], axis=1) for name in draw(st.sampled_from([(), ("a",), ("p 0.1", "ü")]))}
    return Trace(np.array(runs), np.array(lengths), archs, *columns, provenance, notes)


def small(hands_in: str = "best", provenance: dict | None = None, *, notes: bool = False) -> Trace:
    """Return one fixed trace of three runs, with or without notes."""
    rows = [[3.0, 1.5, math.nan, 1.5, 1.0], [math.nan, 2.0, 4.0], [0.5, 0.25, 2.0, 8.0]]
    error = padded(rows, 5)
    seconds = padded([[10.0, 20.5, 30.0, 40.0, 50.0], [11.0, 22.0, 33.0], [9.0, 18.0, 27.0, 36.0]], 5)
    truth = padded([[3.1, 1.6, 7.0, 1.4, 1.2], [5.0, 2.1, 4.1], [0.6, 0.3, 2.1, 8.1]], 5)
    archs = np.arange(3 * 5 * 2, dtype=np.int8).reshape(3, 5, 2)
    archs[np.isnan(seconds)] = -1
    about = ABOUT | {"hands_in": hands_in, "choices": [30, 30]}
    noted = {
        name: np.where(np.isnan(seconds), math.nan, float(name == EPOCHS)) for name in (EPOCHS, RECOMMENDED) if notes
    }
    own = np.array([7, 2, 2**40]), np.array([5, 3, 4]), archs, error, seconds, truth
    return Trace(*own, about | (provenance or {}), noted)
