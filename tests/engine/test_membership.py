"""Populations: who is in them after every event, as the strategies themselves hold them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim import Trace, catalog
from nassim.core.errors import SettingError
from nassim.core.strategy import Strategy

OBJECTIVES = {"objectives": ["error", "latency"], "constraints": {"params": "60 %"}}
SMALL = {"mo_regularized_evolution": 10, "mo_local_search": None}  # population; of all others 8


def populated() -> list[str]:
    """Return the strategies that say what their population is."""
    kinds = {name: catalog.strategy(name) for name in nassim.names("strategies")}
    return [
        name for name, kind in kinds.items() if getattr(kind, "survivors", Strategy.survivors) is not Strategy.survivors
    ]


def held(strategy, row):
    """Return the architectures that a strategy holds in a row, as often as it does."""
    archs = strategy.people.archs[row, : strategy.people.size] if hasattr(strategy, "people") else strategy.archs[row]
    if hasattr(strategy, "missed"):  # inf = an empty place
        archs = archs[np.isfinite(strategy.missed[row])]
    return {tuple(arch) for arch in archs.tolist()}


@pytest.mark.parametrize("name", populated())
@pytest.mark.parametrize("workers", [1, 3])
def test_members_are_those_that_a_strategy_holds(name: str, workers: int, tmp_path: Path) -> None:
    """After each event of each run; a run alone, and a trace that is saved and read, say the same."""
    kind, seen = catalog.strategy(name), []

    class Watched(kind):  # type: ignore[misc, valid-type]
        """Keeps what it holds after each answer."""

        def tell(self, rows, asked, answer):
            """Keep it."""
            super().tell(rows, asked, answer)
            seen.append([held(self, row) for row in range(self.streams.runs)])

    size = SMALL.get(name, 8)
    settings = {"population": size} if size else {}
    asked = {**OBJECTIVES, **settings, "evaluations": 60, "workers": workers, "recommended_set": "final-population"}
    trace = nassim.simulate(Watched, "nb201/cifar10", runs=4, **asked)
    entered, left = trace.population_stays()
    for event, populations in enumerate(seen):
        if name == "mo_regularized_evolution" and event < 9:
            continue  # what is not filled yet is an architecture of zeros
        for run, population in enumerate(populations):
            inside = (entered[run] <= event) & (event < left[run])
            members = {tuple(arch) for arch in trace.archs[run, inside].tolist()}
            assert members == population or event < (size or 0)
    assert ((entered <= 59) & (left > 59)).any(axis=1).all()
    alone = nassim.simulate(Watched, "nb201/cifar10", runs=[2], **asked)
    assert np.array_equal(alone.population_stays()[1][0], left[2])
    trace.save(tmp_path / "trace.parquet")
    assert np.array_equal(Trace.load(tmp_path / "trace.parquet").population_stays()[1], left)


def test_who_has_no_population_is_refused() -> None:
    """In one line, before anything is simulated, also if it is written for one run."""
    for name in ("random_search", "parego"):
        with pytest.raises(SettingError, match=f"strategies that have a population, and {name} says none"):
            nassim.simulate(
                name, "nb201/cifar10", runs=1, evaluations=9, recommended_set="final-population", **OBJECTIVES
            )
