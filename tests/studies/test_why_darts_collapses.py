"""The comparison of simulated with real searches, on made-up runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.scripts import script

compare = script(Path(__file__).parents[2] / "studies" / "why_darts_collapses" / "compare.py")
METHODS = ("darts-1", "gdas", "enas", "rsps")


def finals(means: list[float]) -> dict[str, dict[str, np.ndarray]]:
    """Return ten runs of each method around a mean."""
    around = np.linspace(-0.1, 0.1, 10)
    return {method: {"error": mean + around} for method, mean in zip(METHODS, means, strict=True)}


@pytest.mark.parametrize(("other", "rho"), [([11.0, 21.0, 31.0, 41.0], 1.0), ([9.0, 7.0, 5.0, 3.0], -1.0)])
def test_agreement_is_the_rank_correlation_of_means(other: list[float], rho: float) -> None:
    """With an interval that is as narrow as the runs are alike."""
    found = compare.agreement(finals([1.0, 2.0, 3.0, 4.0]), finals(other), "error")
    assert found == {"rho": rho, "interval": [rho, rho], "methods": 4}


def test_real_runs_count_with_their_last_epoch() -> None:
    """All runs of methods that have enough of them."""
    rows = [
        {"method": method, "run": run, "epoch": epoch, "error": 100.0 * run + epoch, "skips": 2}
        for method, runs in (("darts-1", 10), ("gdas", 4))
        for run in range(runs)
        for epoch in (1, 50)
    ]
    found = compare.real_finals(pd.DataFrame(rows))
    assert list(found) == ["darts-1"]
    assert found["darts-1"]["error"].tolist() == [100.0 * run + 50 for run in range(10)]
