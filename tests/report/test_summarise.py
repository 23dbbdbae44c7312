"""The numbers of a report are those that a reader computes by hand from the traces."""

import dataclasses
import json
import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.stats import chi2, mannwhitneyu, norm, rankdata, studentized_range, trim_mean

from nassim.core.errors import DataError
from nassim.report.build import build
from nassim.report.cells import read_cells
from nassim.report.summarise import all_places, blocks, leads, summarise
from nassim.report.wording import significant
from nassim.stats.bayes import bayesian_signed_rank
from nassim.stats.paired import signed_rank
from tests.oracles.bootstrap_t import bootstrap_t
from tests.report.conftest import Memory, study


def finals(results, benchmark):
    """Return each strategy's final regrets, from the traces."""
    return {name: results.trace(name, benchmark).regret()[:, -1] for name in results.strategies}


def test_means_intervals_ranks_and_time(results, summary) -> None:
    """Regret, interval, rank, number of runs and simulated days, strategy by strategy."""
    for benchmark in results.benchmarks:
        final = finals(results, benchmark)
        rank = dict(zip(final, rankdata(list(final.values()), axis=0).mean(axis=1), strict=True))
        for name, entry in summary.entries[benchmark].items():
            trace = results.trace(name, benchmark)
            theirs = bootstrap_t(final[name].tolist(), 2000)
            assert entry.regret == pytest.approx(final[name].mean())
            assert (entry.low, entry.high) == pytest.approx(theirs, abs=1e-3 * entry.regret)
            assert (entry.lower, entry.median, entry.upper) == tuple(np.quantile(final[name], [0.25, 0.5, 0.75]))
            assert entry.rank == pytest.approx(rank[name])
            assert (entry.n, entry.failed, entry.evaluations) == (40, 0, 60)
            assert entry.gpu_days == pytest.approx(trace.seconds[:, -1].mean() / 86_400)


def test_standing_is_what_the_test_says(results, summary) -> None:
    """The lowest mean is best; who loses a signed-rank test against it, adjusted for that choice, is worse."""
    for benchmark in results.benchmarks:
        final, entries = finals(results, benchmark), summary.entries[benchmark]
        best = min(final, key=lambda name: final[name].mean())
        others = [name for name in final if name != best]
        p = [signed_rank(final[name], final[best]).p for name in others]
        width = np.sqrt(2) * norm.isf(np.sort(p) / 2)
        steps = studentized_range.sf(width, [3, 2], np.inf)
        adjusted = np.maximum.accumulate(steps)[np.argsort(np.argsort(p))]
        assert summary.best(benchmark) == best
        assert entries[best].p_against_best == 1
        for name, value in zip(others, adjusted, strict=True):
            assert entries[name].p_against_best == pytest.approx(value, abs=1e-9)
            assert entries[name].standing == ("worse" if value < 0.05 else "not significantly worse")


def test_against_random_search(results, summary) -> None:
    """Every other strategy is compared with random search: A12 and the direction of the effect."""
    assert summary.reference == "random_search"
    for benchmark in results.benchmarks:
        final = finals(results, benchmark)
        assert set(summary.against[benchmark]) == set(final) - {"random_search"}
        for name, found in summary.against[benchmark].items():
            better = mannwhitneyu(final["random_search"], final[name]).statistic / 40**2
            assert found.better == pytest.approx(better)
            assert (found.effect > 0) == (final[name].mean() < final["random_search"].mean())


def test_overall_rank_is_the_mean_over_benchmarks(summary) -> None:
    """And the answer names the first."""
    for name, place in summary.overall.items():
        assert place.rank == pytest.approx(np.mean([row[name].rank for row in summary.entries.values()]))
        assert place.low < place.rank < place.high
        assert place.wide_low < place.rank < place.wide_high
    assert summary.answer.startswith(f"On these 2 benchmarks, {summary.ranking[0]} ranks first: ")
    assert "with the benchmarks resampled too" in summary.answer


def test_few_benchmarks_have_leads_and_no_claim_about_others(results, summary) -> None:
    """Who leads on each, by how much over the next; why nothing is said of other benchmarks."""
    for benchmark in results.benchmarks:
        final = finals(results, benchmark)
        first, second, *_ = sorted(final, key=lambda name: final[name].mean())
        lead = leads({benchmark: read_cells(results, benchmark)})[benchmark]
        assert (lead.best, lead.second) == (first, second)
        assert lead.regret == pytest.approx((final[second] - final[first]).mean())
        assert lead.low <= lead.regret <= lead.high
        assert f"on {benchmark} {first} by {significant(lead.regret)} [" in summary.answer
    assert summary.answer.endswith("on fewer than 6, being first on all of them may be chance, at the 5 % level.")
    alone = summarised(results.only("toy/a")).answer
    assert alone.startswith("On this benchmark, ")
    assert "Leads" not in alone


def test_benchmarks_are_the_blocks(results) -> None:
    """From six on, they are what Friedman's test and the critical difference count, however many the runs."""
    cells = {f"toy/{place}": read_cells(results, "toy/a") for place in range(6)}
    places = all_places(cells)
    assert blocks(places[:5]) is None
    found = blocks(places)
    mean = np.sort(rankdata([rankdata(row, axis=0).mean(axis=1) for row in places], axis=1).mean(axis=0))
    assert (found.first, found.second) == tuple(mean[:2])
    assert found.difference == pytest.approx(studentized_range.isf(0.05, 3, np.inf) / np.sqrt(2) * np.sqrt(12 / 36))
    assert found.p == pytest.approx(chi2.sf(12, 2))  # six blocks of one mind
    said = summarise("six", "", cells).answer
    assert f"As 6 blocks, benchmarks {'tell' if found.difference <= 1 else 'do not tell'} " in said


def test_json_has_every_number(results, summary) -> None:
    """summary.json reads back as the summary, benchmark by benchmark, and holds no NaN."""
    text = (results.folder / "summary.json").read_text()
    read = json.loads(text, parse_constant=pytest.fail)
    for benchmark in results.benchmarks:
        for name, entry in summary.entries[benchmark].items():
            assert read[benchmark][name] == dataclasses.asdict(entry)
    assert read["against"]["random_search"]["toy/a"].keys() == {"evolution_10%", "evolution & friends"}
    assert read["overall"]["random_search"]["rank"] == summary.overall["random_search"].rank
    assert read["about"]["answer"] == summary.answer


def test_curves_end_where_the_table_is(results) -> None:
    """The last point of a curve over either axis is the final regret."""
    for cell in read_cells(results, "toy/a").values():
        for curve in cell.curves.values():
            assert_array_equal(curve.regret[:, -1], cell.final)


def changed(results: Memory, label: str, **fields) -> Memory:
    """Return the study with something else in all traces of one strategy."""
    traces = {
        cell: dataclasses.replace(trace, **fields) if cell[0] == label else trace
        for cell, trace in results.traces.items()
    }
    return dataclasses.replace(results, traces=traces)


def summarised(results: Memory):
    """Return the summary of a study."""
    return summarise("s", "q", {name: read_cells(results, name) for name in results.benchmarks})


def test_a_strategy_that_always_fails(results, tmp_path) -> None:
    """It has no regret, ranks last, is no candidate for the best, and the whole report can be built."""
    failing = changed(results.only("toy/a"), "random_search", error=np.full((40, 60), np.nan))
    summary = build(failing, tmp_path)
    entry = summary.entries["toy/a"]["random_search"]
    assert (entry.n, entry.failed, entry.rank, entry.standing) == (0, 40, 3, "failed")
    assert math.isnan(entry.regret)
    assert entry.p_against_best < 0.001
    assert summary.failures == 40
    assert json.loads((tmp_path / "summary.json").read_text())["toy/a"]["random_search"]["regret"] is None
    assert "nothing succeeded" in (tmp_path / "figures" / "regret-toy-a-seconds.svg").read_text()


def test_when_every_strategy_fails(results, tmp_path) -> None:
    """There is no best, and still a report."""
    nothing = results.only("toy/a")
    for strategy in results.strategies:
        nothing = changed(nothing, strategy, error=np.full((40, 60), np.nan))
    summary = build(nothing, tmp_path)
    assert summary.best("toy/a") is None
    assert summary.findings["toy/a"] == "On toy/a, no evaluation of any strategy succeeded."


def test_some_runs_fail(results) -> None:
    """A strategy that fails in some runs cannot be best by leaving them out of its mean."""
    error = np.full((40, 60), np.nan)
    error[:20] = 1.0
    lucky = summarised(changed(results, "random_search", error=error, truth=np.zeros((40, 60))))
    entry = lucky.entries["toy/a"]["random_search"]
    assert (entry.n, entry.failed) == (20, 20)
    assert entry.regret == min(row.regret for row in lucky.entries["toy/a"].values())
    assert entry.standing != "best"


def test_one_run(tmp_path) -> None:
    """One run has means but neither intervals nor significance, and says so."""
    summary = build(study(tmp_path, runs=1).only("toy/a"))
    for entry in summary.entries["toy/a"].values():
        assert math.isnan(entry.low)
        assert entry.p_against_best == 1
    assert "one run says nothing about chance" in summary.answer


def test_one_strategy(results, tmp_path) -> None:
    """A study of one strategy compares nothing."""
    alone = {("random_search", "toy/a"): results.trace("random_search", "toy/a")}
    summary = build(dataclasses.replace(results, traces=alone), tmp_path)
    assert "only search" in summary.answer
    assert summary.entries["toy/a"]["random_search"].standing == "best"


def test_runs_of_different_length_hold_their_last_value(results) -> None:
    """A run cut short ends where it was."""
    trace = results.trace("random_search", "toy/a")
    lengths = np.minimum(trace.lengths, 1 + np.arange(40))
    over = np.arange(60) >= lengths[:, None]
    padded = {name: np.where(over, np.nan, getattr(trace, name)) for name in ("error", "seconds", "truth")}
    short = dataclasses.replace(trace, lengths=lengths, **padded)
    cell = read_cells(dataclasses.replace(results, traces={("a", "toy/a"): short}), "toy/a")["a"]
    assert_array_equal(cell.final, trace.regret()[np.arange(40), lengths - 1])
    assert_array_equal(cell.seconds, trace.seconds[np.arange(40), lengths - 1])
    assert_array_equal(cell.curves["evaluations"].regret[:, -1], cell.final)
    assert_array_equal(cell.curves["seconds"].regret[:, -1], cell.final)


def test_an_unknown_optimum_is_replaced_by_the_best_found(results) -> None:
    """Then the lowest regret of all runs is zero, and differences stay what they were."""
    traces = {
        cell: dataclasses.replace(trace, provenance=trace.provenance | {"optimum": math.nan})
        for cell, trace in results.traces.items()
    }
    cells = read_cells(dataclasses.replace(results, traces=traces), "toy/b_2")
    assert min(cell.final.min() for cell in cells.values()) == 0
    known = finals(results, "toy/b_2")
    lowest = min(final.min() for final in known.values())
    for name, cell in cells.items():
        np.testing.assert_allclose(cell.final, known[name] - lowest, atol=1e-12)


def test_workers_count_as_gpus(tmp_path) -> None:
    """Four workers for a day are four GPU days."""
    results = study(tmp_path, runs=3, workers=4)
    entry = summarised(results).entries["toy/a"]["random_search"]
    days = results.trace("random_search", "toy/a").seconds[:, -1].mean() / 86_400
    assert entry.gpu_days == pytest.approx(4 * days)


def test_unpaired_runs_are_refused(results) -> None:
    """Strategies whose run numbers differ cannot be compared run by run."""
    other = changed(results, "random_search", runs=np.arange(40) + 7)
    with pytest.raises(DataError, match="evolution_10% on toy/a has other runs"):
        read_cells(other, "toy/a")


def test_other_data_are_refused(results) -> None:
    """Strategies that were judged by different data cannot be compared."""
    trace = results.trace("evolution_10%", "toy/a")
    other = changed(results, "evolution_10%", provenance=trace.provenance | {"data_sha256": "other"})
    with pytest.raises(DataError, match=r"evolution_10% on toy/a was judged by other data"):
        read_cells(other, "toy/a")


def test_other_measures(results, summary) -> None:
    """The middle half by scipy, the whole curve evaluation by evaluation, and probabilities beside the best."""
    for benchmark in results.benchmarks:
        final, best = finals(results, benchmark), summary.best(benchmark)
        optimum = results.trace("random_search", benchmark).provenance["optimum"]
        for name, found in summary.measures[benchmark].items():
            assert found.middle == pytest.approx(trim_mean(final[name], 0.25))
            assert found.middle_low <= found.middle <= found.middle_high
            regret = results.trace(name, benchmark).regret()
            logs = [math.log10(min(max(value, optimum / 1000), math.inf)) for run in regret for value in run]
            assert found.anytime == pytest.approx(10 ** (sum(logs) / len(logs)))
            if name == best:
                assert math.isnan(found.lower)
                continue
            assert found.lower + found.equal + found.higher == pytest.approx(1)
            rope = 0.1 * final[best].mean()
            expected = bayesian_signed_rank(final[name], final[best], rope, draws=20_000, seed=5)
            assert (found.lower, found.equal, found.higher) == pytest.approx(expected, abs=0.1)
