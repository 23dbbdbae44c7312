"""Several objectives in a report: tables, tests, claims and locks of what is recomputed from the traces here."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import nassim
from nassim.core.errors import DataError, SettingError
from nassim.report.build import build, numbers
from nassim.report.found import MEANINGS, indicators_of
from nassim.report.indicators import hypervolume_regret
from nassim.report.summarise import all_places, blocks
from nassim.report.summary import Summary
from nassim.stats.many import against_chosen
from nassim.stats.paired import signed_rank
from nassim.study.results import ResultsFolder
from nassim.study.verify import claims, lock
from nassim.study.verify.compare import compare
from nassim.study.verify.judge import judged
from nassim.study.verify.junit import write_junit

BENCH = nassim.load("nb201/cifar10")
EVERY = BENCH.space.at(np.arange(BENCH.space.size))
LATENCY = BENCH.cost("latency", EVERY)
ON = ("nb201/cifar10", "graph/cora")
STUDY = """
name = "several"
question = "Which front?"
runs = 12
benchmarks = ["nb201/cifar10", "graph/cora"]
[budget]
evaluations = 60
[policies]
objectives = ["error", "latency"]
constraints = {latency = "40 %"}
hand_in = "knee"
[[strategy]]
name = "nsga2"
population = 10
recommended_set = ["all-trained", 4]
[[strategy]]
name = "random_search"
"""
ALL, FOUR, RANDOM = (
    *(f"nsga2[population=10,recommended_set={which}]" for which in ("all-trained", 4)),
    "random_search",
)
CLAIM = '[[claim]]\ntext = "So it is"\nbenchmark = "nb201/cifar10"\n'
Found = tuple[ResultsFolder, Summary]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Run a study and report it."""
    folder = tmp_path_factory.mktemp("several")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    results = ResultsFolder.open(nassim.run_study(folder / "study.toml", out=folder / "out", jobs=1))
    return results, build(results)


def of_runs(results: ResultsFolder, strategy: str, name: str) -> Any:
    """Return an indicator of each run, from the trace."""
    trace = results.trace(strategy, ON[0])
    return getattr(indicators_of(trace, trace.incumbent()), name)


def test_limits_move_the_optimum() -> None:
    """With one objective regret counts from the lowest error within the limits, which exhaustive search would find."""
    trace = nassim.simulate("random_search", BENCH, runs=3, evaluations=50, constraints={"latency": "20 %"})
    kept = np.quantile(LATENCY, 0.2) >= LATENCY
    assert trace.provenance["optimum"] == BENCH.truth(EVERY[kept]).min()
    assert trace.provenance["limits"] == [f"latency <= {np.quantile(LATENCY, 0.2):.6g}"]


def test_means_intervals_ranks_and_tests_are_those_of_runs(found: Found) -> None:
    """Each indicator is compared as regrets are: paired over runs, adjusted for choosing the best, the best marked."""
    results, summary = found
    for name, meaning in MEANINGS.items():
        values = {strategy: of_runs(results, strategy, name) for strategy in (ALL, FOUR, RANDOM)}
        row = {strategy: summary.indicators[ON[0]][strategy][name] for strategy in values}
        for strategy, one in row.items():
            assert one.mean == pytest.approx(values[strategy].mean())
            assert one.n == 12
            assert math.isnan(one.low) or one.low <= one.mean <= one.high
        if meaning.better is None:
            assert {one.standing for one in row.values()} == {"not ranked"}
            continue
        sign = -1 if meaning.better == "higher" else 1
        ranks = stats.rankdata([sign * own for own in values.values()], axis=0).mean(axis=1)
        np.testing.assert_allclose([one.rank for one in row.values()], ranks)
        best = next(strategy for strategy, one in row.items() if one.standing == "best")
        assert sign * row[best].mean == min(sign * one.mean for one in row.values())
        others = [strategy for strategy in values if strategy != best]
        p = against_chosen(np.array([signed_rank(values[strategy], values[best]).p for strategy in others]))
        np.testing.assert_allclose([row[strategy].p_against_best for strategy in others], p)
        places = summary.places[name]
        assert places.blocks is None  # of two benchmarks
        assert set(places.overall) == set(values)


def test_a_study_is_reported(found: Found) -> None:
    """Tables count hypervolume and say by name of which set, which network, within which limits, on which scale."""
    results, summary = found
    assert {fact["unit"] for fact in summary.facts.values()} == {"% hypervolume"}
    assert summary.entries[ON[0]][RANDOM].regret == pytest.approx(
        hypervolume_regret(results.trace(RANDOM, ON[0]))[:, -1].mean()
    )
    page = (results.folder / "report.html").read_text(encoding="utf-8")
    tables = [
        (results.folder / "tables" / name).read_text(encoding="utf-8") for name in ("summary.md", "indicators.md")
    ]
    point = (
        f"error {BENCH.truth(EVERY).max():.6g} % and latency {LATENCY.max():.6g} s (max: the highest of each over all"
    )
    for text in (page, *tables):
        assert "what nothing dominates of all that it trained (all-trained) by nsga2" in text
        assert "4 of what nothing dominates of all that it trained, chosen by hypervolume (4) by nsga2" in text
        assert "hands in the knee of its front within the limits (knee)" in text
        assert point in text
        assert "The nadir of the exact front is error" in text
    assert "recommends" in (results.folder / "tables" / "indicators.tex").read_text(encoding="utf-8")
    lines = (results.folder / "tables" / "indicators.csv").read_text(encoding="utf-8").splitlines()
    written = list(csv.DictReader(lines))
    said = json.loads((results.folder / "summary.json").read_text(encoding="utf-8"))
    one = next(row for row in written if (row["strategy"], row["indicator"]) == (FOUR, "igd_plus"))
    assert float(one["mean"]) == said["indicators"][ON[0]][FOUR]["igd_plus"]["mean"]
    assert said["about"]["benchmarks"][ON[0]]["reference_point"] == "max"
    assert nassim.results(results.folder).indicators() == tables[1]


def test_what_is_handed_in_has_means(found: Found) -> None:
    """Of each objective, over the runs that hand in anything."""
    results, summary = found
    trace = results.trace(RANDOM, ON[0])
    knees = trace.incumbent()[:, -1]
    expected = trace.objectives(true=True)[np.arange(12), knees].mean(axis=0)
    assert list(summary.handed_in[ON[0]][RANDOM].values()) == pytest.approx(expected.tolist())


def test_frames_and_comparisons_know_them(found: Found, tmp_path: Path) -> None:
    """A column per indicator; studies are compared by hypervolume, on one scale, run by run."""
    results, _ = found
    here = nassim.results(results.folder)
    frame = here.frame()
    one = frame[(frame["strategy"] == FOUR) & (frame["benchmark"] == ON[0])]
    np.testing.assert_array_equal(one["igd_plus"], of_runs(results, FOUR, "igd_plus"))
    assert here.compare(here).same
    for number, point in enumerate(('"max"', '"nadir"')):
        text = STUDY.replace('["nb201/cifar10", "graph/cora"]', '["nb201/cifar10"]').replace("runs = 12", "runs = 6")
        text = text.replace('hand_in = "knee"', f"reference_point = {point}").replace(
            "evaluations = 60", "evaluations = 90"
        )
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        there = nassim.results(nassim.run_study(tmp_path / "study.toml", out=tmp_path / str(number), jobs=1))
        if number:
            with pytest.raises(
                DataError, match=r"nb201/cifar10: hypervolumes are of error 8\.3933 to 90\.288, latency"
            ):
                here.compare(there)
            break
        change = next(one for one in here.compare(there).changes if one.strategy == RANDOM)
        longer = there.trace(RANDOM, ON[0])
        volumes = indicators_of(longer, longer.incumbent()).hypervolume
        assert change.difference == pytest.approx((of_runs(results, RANDOM, "hypervolume")[:6] - volumes).mean())
        assert change.runs == 6


def test_indicators_are_claimed(found: Found, tmp_path: Path) -> None:
    """A value, a bound, and a paired test of an indicator; the reference point is printed with what depends on it."""
    results, summary = found
    value = summary.indicators[ON[0]][ALL]["hypervolume"].mean
    (tmp_path / "claims.toml").write_text(
        f'{CLAIM}strategy = "{ALL}"\nstatistic = "hypervolume"\nvalue = {value}\ntolerance = 1e-9\n'
        f'{CLAIM}strategy = "{ALL}"\nstatistic = "igd_plus"\nless_than = "{RANDOM}"\np = 0.05\n'
        f'{CLAIM}strategy = "{RANDOM}"\nstatistic = "distinct_cells"\nless_than = 1\n',
        encoding="utf-8",
    )
    stated = claims.read_claims(tmp_path / "claims.toml", summary.strategies, summary.benchmarks)
    near, tested, far = judged(stated, results, numbers(results))
    assert near.holds
    assert not far.holds
    mine, theirs, other = (of_runs(results, strategy, "igd_plus") for strategy in (ALL, RANDOM, FOUR))
    own, others = (stats.wilcoxon(one, theirs, method="exact").pvalue for one in (mine, other))
    adjusted = 2 * own if own <= others else max(own, 2 * others)  # Holm's, of two tests
    assert tested.measured.endswith(f"p = {min(adjusted, 1):.2g}")
    assert tested.holds == (adjusted < 0.05 and mine.mean() < theirs.mean())
    assert "reference point error 90.288 % and latency 0.0255791 s (max: " in near.statistic
    assert far.statistic == "distinct_cells"
    write_junit([near, tested, far], "several", tmp_path / "junit.xml")
    assert "claimed &lt; 1, measured" in (tmp_path / "junit.xml").read_text(encoding="utf-8")


def test_an_indicator_that_is_not_known_cannot_be_claimed(found: Found, tmp_path: Path) -> None:
    """A test needs an indicator that says what is better, and a number needs one that the benchmark has."""
    _, summary = found
    text = f'{CLAIM}strategy = "{ALL}"\nstatistic = "set_size"\nless_than = "{RANDOM}"\np = 0.05\n'
    (tmp_path / "claims.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match="'p' needs 'less_than' another strategy, and the statistic 'regret' or"):
        claims.read_claims(tmp_path / "claims.toml", summary.strategies, summary.benchmarks)


def test_a_lock_holds_the_regret_in_hypervolume(found: Found, tmp_path: Path) -> None:
    """With its reference point; costs are part of the digest, and another reference point asks for another lock."""
    results, _ = found
    locked = lock.lock_of(results)
    lock.write_lock(locked, tmp_path / "lock.json")
    assert lock.read_lock(tmp_path / "lock.json") == locked
    cell = locked.cells[RANDOM, ON[0]]
    assert cell.error == pytest.approx(hypervolume_regret(results.trace(RANDOM, ON[0]))[:, -1].mean())
    assert cell.of.startswith("mean final regret in hypervolume, reference point error 90.288, latency 0.02557")
    assert all(verdict.holds for verdict in compare(locked, locked, None))
    trace = results.trace(RANDOM, ON[0])
    before = lock.content_of(trace)
    trace.diagnostics["cost latency"][0, 0] *= 2
    assert lock.content_of(trace) != before
    moved = cell._replace(of="mean final error", key="other", content="other")
    with pytest.raises(SettingError, match="the lock has the mean final error, now it is the mean final regret"):
        list(compare(locked._replace(cells={(RANDOM, ON[0]): moved}), locked, None))


def test_benchmarks_are_blocks_of_indicators_too(tmp_path: Path) -> None:
    """Of six benchmarks: regret is the front's hypervolume less that of the set, so places by both are the same."""
    names = ["citeseer", "computers", "cora", "cs", "photo", "pubmed"]
    study = {
        "name": "blocks",
        "question": "Which is first?",
        "runs": 8,
        "benchmarks": [f"graph/{name}" for name in names],
        "budget": {"evaluations": 30},
        "policies": {"objectives": ["error", "latency"]},
        "strategy": [{"name": "nsga2", "population": 6}, {"name": "random_search"}],
    }
    cells, summary = numbers(ResultsFolder.open(nassim.run_study(study, out=tmp_path / "out", jobs=1)))
    places = summary.places["hypervolume"]
    assert places.overall == summary.overall
    assert places.blocks == blocks(all_places(cells))
    assert places.blocks is not None
    assert set(summary.indicators) == set(study["benchmarks"])
