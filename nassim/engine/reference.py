"""What searches for several objectives, or within limits, are measured by: fixed before any of them has begun.

It is of the benchmark alone, so that numbers of different studies can be compared: the range of each objective over the
whole space, the exact front, and the lowest error within the limits. Of a space too large to list it is of a sample
that is always the same, and there is no front.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats
from nassim.core.benchmark import Benchmark
from nassim.core.dominance import front_of
from nassim.core.errors import DataError
from nassim.core.objectives import LISTED, SAMPLE, Objectives, unit_of
from nassim.core.provenance import Provenance, Reference
from nassim.core.random_streams import Streams

DIGITS = 4  # of an error in dominance: means of equal accuracies differ in their last bits


def reference_of(benchmark: Benchmark, objectives: Objectives) -> Provenance:
    """Return what a trace says of it; nothing where the error is the only objective without limits, or trained live.

    reference   `of`: what of the space; `units` as the card has them, "" = none; `low` and `high`: the range of each
                objective, 0 and 1 on the scale of a hypervolume, whose reference point is 1; `front`: the points of the
                exact front, or None
    optimum     the lowest error within the limits, where that is known
    """
    limits = [str(limit) for limit in objectives.limits]
    if objectives.plain or benchmark.card.live:
        return Provenance(limits=limits) if limits else Provenance()
    archs, every = _architectures(benchmark)
    costs = _costs(benchmark, objectives, archs)
    error = np.round(benchmark.truth(archs), DIGITS)
    values = objectives.values(error, costs)
    kept = ~(objectives.violation(error, costs) > 0) & ~np.isnan(values).any(axis=1)
    whole = values[~np.isnan(values).any(axis=1)]
    if not len(whole):
        raise DataError(f"{benchmark.name}: no architecture has all of {', '.join(objectives.names)}")
    reference = Reference(
        of="all architectures" if every else f"a sample of {len(archs):,} architectures",
        units=[unit_of(benchmark.card, name.removeprefix("-")) for name in objectives.names],
        low=whole.min(axis=0).tolist(),
        high=whole.max(axis=0).tolist(),
        front=np.unique(values[kept][front_of(values[kept])], axis=0).tolist() if every else None,
    )
    if limits and every and kept.any():
        return Provenance(reference=reference, limits=limits, optimum=float(benchmark.truth(archs[kept]).min()))
    return Provenance(reference=reference, limits=limits)


def _architectures(benchmark: Benchmark) -> tuple[Archs, bool]:
    """Return all architectures of a benchmark, or a sample, and whether they are all."""
    space = benchmark.space
    if space.listed and space.size <= LISTED:
        archs = space.at(np.arange(space.size))
        return archs[space.valid(archs)], True
    rows = np.arange(SAMPLE)
    return space.sample(rows, Streams(0, "reference", rows)), False


def _costs(benchmark: Benchmark, objectives: Objectives, archs: Archs) -> Floats:
    """Return the costs of architectures (n, all of the benchmark's); nan where nothing asks for them."""
    columns = [
        benchmark.measure(name, archs) if name in objectives.named else np.full(len(archs), np.nan)
        for name in benchmark.costs
    ]
    return np.column_stack([np.empty((len(archs), 0)), *columns])
