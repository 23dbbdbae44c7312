"""What searches for several objectives, or within limits, are measured by: fixed before any of them has begun.

It is of the benchmark alone, so that numbers of different studies can be compared: the range of each objective over the
whole space, the exact front, and the lowest error within the limits. Of a space too large to list it is of a sample
that is always the same, and there is no front. Of one that is trained live, what is counted is known: costs, and that
errors in percent are from 0 to 100; the rest must be given.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats, Ids
from nassim.core.benchmark import Benchmark
from nassim.core.dominance import front_of
from nassim.core.errors import DataError, SettingError
from nassim.core.objectives import LISTED, SAMPLE, Objectives, unit_of
from nassim.core.policies import ERROR, ReferencePoint
from nassim.core.provenance import Networks, Provenance, Reference
from nassim.core.random_streams import Streams
from nassim.engine.reference_point import Scale, is_complete, scale_of

WHOLE = 100.0  # the highest error in percent
DIGITS = 4  # of an error in dominance: means of equal accuracies differ in their last bits


def reference_of(benchmark: Benchmark, objectives: Objectives, point: ReferencePoint = "max") -> Provenance:
    """Return what a trace says of it; nothing where the error is the only objective without limits.

    reference   see `provenance.Reference`
    optimum     the lowest error within the limits, where that is known

    Raises:
        SettingError: There is no such reference point.
        DataError: No architecture has all objectives.
    """
    limits = [str(limit) for limit in objectives.limits]
    if objectives.plain:
        return Provenance()
    if benchmark.card.live:
        if len(objectives.names) == 1:
            return Provenance(limits=limits)
        return Provenance(reference=_of_live(benchmark, objectives, point), limits=limits)
    archs, every = _architectures(benchmark)
    costs = _costs(benchmark, objectives, archs)
    error = np.round(benchmark.truth(archs), DIGITS)
    values = objectives.values(error, costs)
    whole = ~np.isnan(values).any(axis=1)
    if not whole.any():
        raise DataError(f"{benchmark.name}: no architecture has all of {', '.join(objectives.names)}")
    kept = np.flatnonzero(whole & ~(objectives.violation(error, costs) > 0))
    member = kept[front_of(values[kept])] if every else None
    front = None if member is None else np.unique(values[member], axis=0)
    scale = scale_of(benchmark, objectives.names, point, values[whole], front)
    found = Provenance(reference=_reference(benchmark, objectives, values[whole], front, scale), limits=limits)
    found["reference"]["of"] = "all architectures" if every else f"a sample of {len(archs):,} architectures"
    if member is not None and front is not None:
        found["reference"]["networks"] = _networks(benchmark, archs, values, member, front)
    if limits and every and kept.size:
        found["optimum"] = float(benchmark.truth(archs[kept]).min())
    return found


def _reference(
    benchmark: Benchmark, objectives: Objectives, values: Floats, front: Floats | None, scale: Scale
) -> Reference:
    return Reference(
        of="what was given",
        units=[unit_of(benchmark.card, name.removeprefix("-")) for name in objectives.names],
        low=values.min(axis=0).tolist(),
        high=values.max(axis=0).tolist(),
        front=None if front is None else front.tolist(),
        named=scale.named,
        ideal=scale.ideal.tolist(),
        point=scale.point.tolist(),
        networks=None,
    )


def _of_live(benchmark: Benchmark, objectives: Objectives, point: ReferencePoint) -> Reference:
    """Return a reference for which nothing is trained or measured: see `_ends`.

    Raises:
        SettingError: Something of it is not known, and not given.
    """
    if point == "nadir":
        raise SettingError(f"reference_point = 'nadir': {benchmark.name} is trained live, so its front is not known")
    names, complete = objectives.names, is_complete(point)
    ends = np.full((2, len(names)), np.nan) if complete else _ends(benchmark, names)
    given = [isinstance(point, dict) and isinstance(point.get(name.removeprefix("-")), list) for name in names]
    for name, pair, known in zip(names, given, ends.T, strict=True):
        if np.isnan(known).any() and not pair:
            pairs = ", ".join(f"{one.removeprefix('-')} = [best, worst]" for one in names)
            raise SettingError(
                f"{benchmark.name}: what {name} ranges over is not known before training; give it: "
                f"reference_point = {{{pairs}}}"
            )
    scale = scale_of(benchmark, names, point, ends, None)
    found = _reference(benchmark, objectives, np.stack([scale.ideal, scale.point]), None, scale)
    found["of"] = "what was given" if complete else "all architectures, of errors from 0 to 100 %"
    return found


def _ends(benchmark: Benchmark, names: tuple[str, ...]) -> Floats:
    """Return the lowest and the highest of objectives (2, k) that are known without training; nan = they are not.

    A cost that is counted has those of the space, or of a sample; an error in percent has 0 and 100.
    """
    archs, _ = _architectures(benchmark)
    ends = np.full((2, len(names)), np.nan)
    for column, name in enumerate(names):
        cost = name.removeprefix("-")
        if cost == ERROR:
            ends[:, column] = (0, WHOLE) if "%" in benchmark.card.unit else np.nan
        elif cost not in benchmark.card.measured:
            values = benchmark.cost(cost, archs) * (-1 if name.startswith("-") else 1)
            ends[:, column] = np.nanmin(values), np.nanmax(values)
    return ends


def _networks(benchmark: Benchmark, archs: Archs, values: Floats, member: Ids, front: Floats) -> Networks:
    """Return the architectures (n, genes) whose networks the front's members (m,) are, and which point each is."""
    network = benchmark.space.canonical(archs)
    shared = np.flatnonzero(np.isin(network, network[member]))
    points = np.full(len(archs), -1)
    points[member] = (values[member, None] == front).all(axis=2).argmax(axis=1)
    _, numbers = np.unique(network[shared], return_inverse=True)
    return Networks(archs=archs[shared].tolist(), points=points[shared].tolist(), numbers=numbers.ravel().tolist())


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
