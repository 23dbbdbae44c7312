"""The judgement: from what each strategy did to means, intervals, ranks and tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nassim.errors import DataError
from nassim.report.cells import Cell, searches, worst_of
from nassim.report.measures import measures_of
from nassim.report.summary import LEVEL, REFERENCE, Against, Entry, Overall, Standing, Summary
from nassim.report.wording import answer, apart, finding
from nassim.roles import ORACLE, SEARCH
from nassim.stats.intervals import mean_interval
from nassim.stats.paired import SignedRank, a12, holm, signed_rank
from nassim.stats.ranks import ranks

Floats = NDArray[np.float64]
Cells = Mapping[str, Cell]

DAY = 86_400.0
RECORDED = (  # of a cell, for the checklist
    *("evaluations", "seconds", "workers", "signal", "identity", "repeats", "restart", "judged_by"),
    *("decision", "decision_growth"),
    *("seed", "nassim", "numpy", "scipy", "python", "source", "benchmark", "data_sha256", "live"),
)
FACTS = ("unit", "optimum", "search_split", "report_split", "data_sha256")
OLD_JUDGE = {"judged_by": "all-seeds", "floor": None}  # of traces that do not say


def summarise(study: str, question: str, cells: Mapping[str, Cells]) -> Summary:
    """Return all numbers of a study from its cells, by benchmark and by strategy."""
    strategies = tuple(next(iter(cells.values())))
    ranked = ranked_of(cells)
    found = {benchmark: entries(row) for benchmark, row in cells.items()}
    facts = {benchmark: facts_of(row) for benchmark, row in cells.items()}
    places = mean_places({benchmark: {name: row[name] for name in ranked} for benchmark, row in cells.items()})
    total = overall(places, ranked)
    reference = REFERENCE if REFERENCE in strategies else None
    return Summary(
        study=study,
        question=question,
        strategies=strategies,
        benchmarks=tuple(cells),
        answer=answer(total, lead(places, total), len(cells), places.shape[1]),
        findings={name: finding(name, row, str(facts[name]["unit"])) for name, row in found.items()},
        entries=found,
        overall=total,
        apart={
            name: apart(name, {benchmark: row[name] for benchmark, row in found.items()})
            for name in strategies
            if name not in ranked
        },
        reference=reference,
        against={benchmark: against(row, reference) for benchmark, row in cells.items()},
        measures={benchmark: measures_of(row, best_of(searches(row))) for benchmark, row in cells.items()},
        facts=facts,
        records={
            benchmark: {name: {key: cell.provenance.get(key) for key in RECORDED} for name, cell in row.items()}
            for benchmark, row in cells.items()
        },
        settings=settings_of(next(iter(cells.values()))),
        workers=max(cell.workers for row in cells.values() for cell in row.values()),
    )


def ranked_of(cells: Mapping[str, Cells]) -> tuple[str, ...]:
    """Return the strategies that are searches on all benchmarks, in the order of the study."""
    names = next(iter(cells.values()))
    return tuple(name for name in names if all(name in searches(row) for row in cells.values()))


def entries(cells: Cells) -> dict[str, Entry]:
    """Return the numbers of every strategy on one benchmark; ranks and tests are of and among searches alone."""
    worst = worst_of(cells)
    means = {name: _regret(cell, worst) for name, cell in cells.items()}
    compared = searches(cells)
    places = dict(zip(compared, run_ranks(compared), strict=True))
    best = best_of(compared)
    tests = tested(compared, best) if best else {}
    return {
        name: Entry(
            *means[name],
            *_quartiles(cell),
            rank=float(places[name].mean()) if name in compared else np.nan,
            n=int(cell.succeeded.sum()),
            failed=_failed(cell),
            evaluations=float(cell.evaluations.mean()),
            gpu_days=float(cell.seconds.mean()) * cell.workers / DAY,
            p_against_best=1.0 if name == best else tests[name].p if name in tests else np.nan,
            standing=_standing(cell, tests.get(name)),
            role=cell.role,
            disclosed_days=float(cell.disclosed.mean()) / DAY if cell.role == ORACLE else 0.0,
        )
        for name, cell in cells.items()
    }


def best_of(cells: Cells) -> str | None:
    """Return the strategy with the fewest failed runs, and of those the lowest mean regret; None = all failed."""
    merit = {
        name: (_failed(cell), float(cell.final[cell.succeeded].mean()))
        for name, cell in cells.items()
        if cell.succeeded.any()
    }
    return min(merit, key=lambda name: merit[name], default=None)


def run_ranks(cells: Cells) -> Floats:
    """Return the rank of each strategy in each run of one benchmark, (strategies, runs)."""
    return ranks(np.stack([cell.final for cell in cells.values()])) if cells else np.empty((0, 0))


def tested(cells: Cells, reference: str) -> dict[str, SignedRank]:
    """Return the test of every other strategy against the reference, Holm-adjusted; effect > 0: it is worse."""
    others = [name for name in cells if name != reference]
    found = [signed_rank(cells[name].final, cells[reference].final) for name in others]
    adjusted = holm([test.p for test in found])
    return {name: SignedRank(float(p), test.effect) for name, p, test in zip(others, adjusted, found, strict=True)}


def against(cells: Cells, reference: str | None) -> dict[str, Against]:
    """Return how every other search compares with the reference on one benchmark; effect > 0: it is better."""
    compared = searches(cells)
    if reference not in compared:
        return {}
    return {
        name: Against(test.p, better=a12(cells[reference].final, cells[name].final), effect=-test.effect)
        for name, test in tested(compared, reference).items()
    }


def mean_places(cells: Mapping[str, Cells]) -> Floats:
    """Return the rank of each strategy in each run, mean over all benchmarks, (strategies, runs).

    DataError where the benchmarks have other runs.
    """
    first = next(iter(next(iter(cells.values())).values()), None)
    if first is None:
        return np.empty((0, 0))
    for benchmark, row in cells.items():
        if not np.array_equal(next(iter(row.values())).runs, first.runs):
            raise DataError(f"{benchmark} has other runs than the first benchmark; run the study again")
    return np.asarray(np.mean([run_ranks(row) for row in cells.values()], axis=0))


def overall(places: Floats, strategies: tuple[str, ...]) -> dict[str, Overall]:
    """Return the mean of mean_places over runs; a resampled run brings its ranks on all benchmarks with it."""
    if not strategies:
        return {}
    return {name: Overall(*map(float, row)) for name, *row in zip(strategies, *mean_interval(places.T), strict=True)}


def lead(places: Floats, total: Mapping[str, Overall]) -> Overall | None:
    """Return by how many ranks the first strategy leads the second over all benchmarks, paired; None = no second."""
    order = sorted(range(len(places)), key=lambda place: list(total.values())[place].rank)
    if len(order) < 2:  # noqa: PLR2004 - one of anything leads nothing
        return None
    ahead = places[order[1]] - places[order[0]]
    return Overall(*(float(value[0]) for value in mean_interval(ahead[:, None])))


def facts_of(cells: Cells) -> dict[str, Any]:
    """Return what a reader must know of the benchmark to read its numbers."""
    provenance = next(iter(cells.values())).provenance
    return {key: provenance[key] for key in FACTS} | {key: provenance.get(key, old) for key, old in OLD_JUDGE.items()}


def settings_of(cells: Cells) -> dict[str, dict[str, Any]]:
    """Return each strategy's name and its own settings."""
    return {
        name: {"strategy": cell.provenance["strategy"], **cell.provenance["settings"]} for name, cell in cells.items()
    }


def _failed(cell: Cell) -> int:
    return int((~cell.succeeded).sum())


def _regret(cell: Cell, worst: float) -> tuple[float, float, float]:
    mean, low, high = mean_interval(cell.final[cell.succeeded][:, None], worst)
    return float(mean[0]), float(low[0]), float(high[0])


def _quartiles(cell: Cell) -> tuple[float, float, float]:
    known = cell.final[cell.succeeded]
    lower, median, upper = np.quantile(known, [0.25, 0.5, 0.75]) if known.size else (np.nan,) * 3
    return float(lower), float(median), float(upper)


def _standing(cell: Cell, test: SignedRank | None) -> Standing:
    if cell.role != SEARCH:
        return "not ranked"
    if not cell.succeeded.any():
        return "failed"
    if test is None:
        return "best"
    return "worse" if test.p < LEVEL and test.effect > 0 else "not significantly worse"
