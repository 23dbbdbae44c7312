"""The judgement: from what each strategy did to means, intervals, ranks and tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Floats
from nassim.core.errors import DataError
from nassim.core.roles import ORACLE, SEARCH
from nassim.report.cells import Cell, searches, worst_of
from nassim.report.facts import facts_of, recorded, settings_of
from nassim.report.found import MEANINGS
from nassim.report.indicate import as_regrets, indicated, values_of
from nassim.report.measures import measures_of
from nassim.report.summary import (
    BLOCKS,
    LEVEL,
    REFERENCE,
    Against,
    Blocks,
    Entry,
    Indicated,
    Lead,
    Overall,
    Places,
    Standing,
    Summary,
)
from nassim.report.wording import answer, apart, finding
from nassim.stats.hierarchical import hierarchical_interval
from nassim.stats.intervals import mean_interval
from nassim.stats.many import against_chosen, critical_difference, friedman
from nassim.stats.paired import SignedRank, a12, holm, signed_rank
from nassim.stats.ranks import ranks

Cells = Mapping[str, Cell]

DAY = 86_400.0


class Numbers(NamedTuple):
    """All that is measured, without curves."""

    cells: dict[str, dict[str, Cell]]  # by benchmark, and by the label that is shown
    summary: Summary


def summarise(study: str, question: str, cells: Mapping[str, Cells]) -> Summary:
    """Return all numbers of a study from its cells, by benchmark and by strategy."""
    strategies = tuple(next(iter(cells.values())))
    ranked = ranked_of(cells)
    found = {benchmark: entries(row) for benchmark, row in cells.items()}
    several = {benchmark: row for benchmark, row in cells.items() if next(iter(row.values())).indicators is not None}
    facts = {benchmark: facts_of(row) for benchmark, row in cells.items()}
    compared = {benchmark: {name: row[name] for name in ranked} for benchmark, row in cells.items()}
    places = all_places(compared)
    total = overall(places, ranked)
    reference = REFERENCE if REFERENCE in strategies else None
    return Summary(
        study=study,
        question=question,
        strategies=strategies,
        benchmarks=tuple(cells),
        answer=answer(total, lead(places, total), leads(compared), blocks(places), places.shape[2]),
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
        indicators={benchmark: indicators(row) for benchmark, row in several.items()},
        handed_in={benchmark: handed_in(row) for benchmark, row in several.items()},
        places=places_by_indicator(compared),
        facts=facts,
        records={benchmark: {name: recorded(cell) for name, cell in row.items()} for benchmark, row in cells.items()},
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
    tests = tested_against_best(compared, best) if best else {}
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
    """Return the test of every other strategy against one named before, Holm-adjusted; effect > 0: it is worse."""
    return _adjusted(cells, reference, holm)


def tested_against_best(cells: Cells, best: str) -> dict[str, SignedRank]:
    """Return the test of every other strategy against the best of these runs, adjusted for its being chosen by them."""
    return _adjusted(cells, best, against_chosen)


def _adjusted(cells: Cells, reference: str, adjust: Callable[[Floats], Floats]) -> dict[str, SignedRank]:
    others = [name for name in cells if name != reference]
    found = [signed_rank(cells[name].final, cells[reference].final) for name in others]
    adjusted = adjust(np.array([test.p for test in found]))
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


def all_places(cells: Mapping[str, Cells]) -> Floats:
    """Return the rank of each strategy in each run on each benchmark, (benchmarks, strategies, runs).

    DataError where the benchmarks have other runs.
    """
    first = next(iter(next(iter(cells.values())).values()), None)
    if first is None:
        return np.empty((len(cells), 0, 0))
    for benchmark, row in cells.items():
        if not np.array_equal(next(iter(row.values())).runs, first.runs):
            raise DataError(f"{benchmark} has other runs than the first benchmark; run the study again")
    return np.stack([run_ranks(row) for row in cells.values()])


def overall(places: Floats, strategies: tuple[str, ...]) -> dict[str, Overall]:
    """Return the means of all_places.

    In the interval for these benchmarks, a resampled run brings its ranks on all of them with it.
    """
    return dict(zip(strategies, _overall(places), strict=True)) if strategies else {}


def _overall(places: Floats) -> list[Overall]:
    """Return the mean of each row of places (benchmarks, rows, runs), with both intervals."""
    here = mean_interval(places.mean(axis=0).T)
    wide = hierarchical_interval(places.swapaxes(1, 2))
    return [Overall(*map(float, row)) for row in zip(*here, wide.low, wide.high, strict=True)]


def lead(places: Floats, total: Mapping[str, Overall]) -> Overall | None:
    """Return by how many ranks the first strategy leads the second over all benchmarks, paired; None = no second."""
    order = sorted(range(len(total)), key=lambda place: list(total.values())[place].rank)
    if len(order) < 2:  # noqa: PLR2004 - one of anything leads nothing
        return None
    return _overall(places[:, [order[1]]] - places[:, [order[0]]])[0]


def leads(cells: Mapping[str, Cells]) -> dict[str, Lead | None]:
    """Return by benchmark how far the lowest mean regret is ahead of the next; None without two that succeeded."""
    return {benchmark: _lead(row) for benchmark, row in cells.items()}


def _lead(cells: Cells) -> Lead | None:
    best = best_of(cells)
    second = best_of({name: cell for name, cell in cells.items() if name != best})
    if best is None or second is None:
        return None
    ahead = cells[second].final - cells[best].final
    return Lead(best, second, *(float(value[0]) for value in mean_interval(ahead[~np.isnan(ahead)][:, None])))


def blocks(places: Floats) -> Blocks | None:
    """Return what benchmarks say as blocks of a Friedman test; None of fewer than BLOCKS, or of one search.

    A strategy's score on a benchmark is its mean rank there.
    """
    if places.shape[0] < BLOCKS or places.shape[1] < 2:  # noqa: PLR2004 - one of anything is no comparison
        return None
    scores = places.mean(axis=2).T
    order = np.argsort(places.mean(axis=(0, 2)), kind="stable")
    mean = ranks(scores).mean(axis=1)[order]
    distance = critical_difference(*scores.shape)
    return Blocks(float(mean[0]), float(mean[1]), distance, friedman(scores).p)


def indicators(cells: Cells) -> dict[str, dict[str, Indicated]]:
    """Return the indicators of every strategy on one benchmark, those that are known there."""
    known = {name: entries(changed) for name in MEANINGS if (changed := as_regrets(cells, name))}
    return {
        strategy: {name: indicated(row[strategy], values_of(cell, name), name) for name, row in known.items()}
        for strategy, cell in cells.items()
    }


def handed_in(cells: Cells) -> dict[str, dict[str, float]]:
    """Return the mean of each objective of what runs of every strategy hand in; empty of one objective."""
    found: dict[str, dict[str, float]] = {}
    for strategy, cell in cells.items():
        if cell.handed_in is not None:
            known = cell.handed_in[~np.isnan(cell.handed_in).any(axis=1)]
            means = known.mean(axis=0) if len(known) else np.full(cell.handed_in.shape[1], np.nan)
            found[strategy] = dict(zip(cell.provenance["objectives"], means.tolist(), strict=True))
    return found


def places_by_indicator(cells: Mapping[str, Cells]) -> dict[str, Places]:
    """Return the mean ranks of the strategies by each indicator that says what is better, over all benchmarks."""
    found: dict[str, Places] = {}
    for name in (name for name, meaning in MEANINGS.items() if meaning.better):
        changed = {benchmark: as_regrets(row, name) for benchmark, row in cells.items()}
        if all(changed.values()):
            places = all_places(changed)
            found[name] = Places(overall(places, tuple(next(iter(cells.values())))), blocks(places))
    return found


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
