"""Spaces that are counted and not trained: the largest network within a latency is known exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.benchmarks.block_table import BlockTable
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.untrained import Untrained
from nassim.benchmarks.wrapping import wrapped
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.importers import import_data
from nassim.spaces.fcnet import FCNet
from nassim.spaces.mobilenetv3 import DEEPEST, NONE, STAGES, MobileNetV3
from tests.importers.block_files import note10

SPACE = MobileNetV3()
ROWS = np.arange(3000)
UNTRAINED = "nassim.benchmarks.untrained:{}"


@pytest.mark.parametrize("space", ["mobilenetv3", "mnasnet", "nb201"])
def test_its_error_is_how_much_smaller_a_network_is(space: str) -> None:
    """In percent of the largest one's operations, which none exceeds; counts are those of the space."""
    bench = nassim.load(UNTRAINED.format(space))
    some = bench.space.sample(ROWS, Streams(0, "untrained", ROWS))
    outcome, counts = bench.evaluate(Query(some)), bench.space.count(some)
    assert bench.costs == ("params", "macs")
    np.testing.assert_array_equal(outcome.costs, np.column_stack([counts.params, counts.macs]))
    assert ((outcome.error >= 0) & (outcome.error < 100)).all()
    largest = np.array([len(options) - 1 for options in bench.space.options], dtype=np.int8)
    if space == "mobilenetv3":
        largest[1:] = NONE - 1  # kernel 7, expansion 6; the last option is no layer
    if space == "nb201":
        largest[:] = bench.space.options[0].index("nor_conv_3x3")
    assert bench.truth(largest[None])[0] == 0
    most = bench.space.count(largest[None]).macs[0]
    np.testing.assert_allclose(outcome.error, 100 - 100 * counts.macs / most, rtol=0, atol=1e-10)
    assert "no accuracy" in bench.card.report_split


def test_spaces_that_count_nothing_are_refused() -> None:
    """In one line, and unknown ones as any unknown name."""
    with pytest.raises(SettingError, match="the space fcnet does not count parameters and operations"):
        Untrained(FCNet())
    with pytest.raises(UnknownNameError, match="'mobilenetv4'"):
        nassim.load(UNTRAINED.format("mobilenetv4"))


def test_a_search_under_a_limit_stays_below_the_exact_optimum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest network within a latency, by dynamic programming over stages; evolution comes near it."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    note10(tmp_path / "tables")
    import_data("ofa-lut", tmp_path / "tables")
    bench = nassim.load(
        UNTRAINED.format("mobilenetv3"), wrap=[{"name": "block_latency", "table": "ofa-lut/note10", "cost": "phone"}]
    )
    some = SPACE.sample(ROWS, Streams(0, "untrained", ROWS))
    limit = float(np.quantile(bench.cost("phone", some), 0.2))
    kept = bench.cost("phone", some) <= limit
    best = 100 - 100 * largest_within(bench, limit) / float(largest_within(bench, np.inf))
    assert (bench.truth(some)[kept] >= best - 1e-9).all()
    trace = nassim.simulate(
        "regularized_evolution",
        bench,
        runs=5,
        evaluations=400,
        population=50,
        sample=10,
        constraints={"phone": limit},
        handling="reject",
    )
    found = trace.incumbent_truth()[:, -1]
    assert (found >= best - 1e-9).all()
    assert found.mean() < best + 0.5 * (bench.truth(some)[kept].min() - best)
    assert trace.feasible().all()


def largest_within(bench: nassim.Benchmark, limit: float) -> float:
    """Return the most operations of any network whose latency is at most a limit: exact, stage by stage.

    Both are sums over layers, so of all beginnings of a network only those count that no other beats in both.
    """
    most = 0.0
    for resolution in range(5):
        base = np.zeros((1, 21), dtype=np.int8)
        base[0, 0] = resolution
        beginnings = np.array([total(bench, base)[0]])
        for stage in range(STAGES):
            stages = np.array(list(np.ndindex(9, 9, 10, 10)), dtype=np.int8)
            stages = stages[(stages[:, 2] != NONE) | (stages[:, 3] == NONE)]
            archs = np.repeat(base, len(stages), axis=0)
            own = slice(1 + DEEPEST * stage, 1 + DEEPEST * (stage + 1))
            archs[:, own] = stages
            added = undominated(total(bench, archs) - total(bench, base))
            beginnings = undominated((beginnings[:, None] + added[None]).reshape(-1, 2))
        within = beginnings[beginnings[:, 0] <= limit * (1 + 1e-12)]
        most = max(most, within[:, 1].max(initial=0.0))
    return most


def total(bench: nassim.Benchmark, archs: np.ndarray) -> np.ndarray:
    """Return latency and operations of each, (n, 2)."""
    return np.column_stack([bench.cost("phone", archs), bench.cost("macs", archs)])


def undominated(points: np.ndarray) -> np.ndarray:
    """Return those of points (n, 2) with more operations than all that are as fast."""
    points = points[np.lexsort((-points[:, 1], points[:, 0]))]
    before = np.maximum.accumulate(np.r_[-np.inf, points[:-1, 1]])
    return points[points[:, 1] > before]


def test_accuracies_of_ones_own_are_searched_with_the_exact_latency(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Imported, although the space is too large to number, and learned; the latency is the table's, not a model's."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    note10(tmp_path / "tables")
    import_data("ofa-lut", tmp_path / "tables")
    some = SPACE.sample(ROWS, Streams(0, "own", ROWS))[:300]
    macs = SPACE.count(some).macs
    rows = [f"{SPACE.show(arch)};{40 - 8 * np.log10(own / 1e8)}" for arch, own in zip(some, macs, strict=True)]
    (tmp_path / "mine.csv").write_text("\n".join(["arch;valid_error", *rows]), encoding="utf-8")
    card = 'title = "t"\nspace = "mobilenetv3"\nsource = "s"\nlicence = "l"\nsearch_split = "a"\nreport_split = "b"\n'
    (tmp_path / "mine.toml").write_text(card, encoding="utf-8")
    import_data("csv", tmp_path / "mine.csv")
    own = PartialTable.load("mine/data")
    assert {arch.tobytes() for arch in own.archs} == {arch.tobytes() for arch in some}
    bench = wrapped(nassim.fit(own, train=250), [{"name": "block_latency", "table": "ofa-lut/note10"}])
    table = BlockTable.load(tmp_path / "data/ofa-lut/note10")
    np.testing.assert_array_equal(bench.cost("latency", some), table.sums(*SPACE.blocks(some)))
    limits = {"latency": float(np.median(bench.cost("latency", some)))}
    trace = nassim.simulate("nsga2", bench, runs=3, evaluations=60, population=20, constraints=limits)
    kept = trace.archs[trace.feasible()]
    assert (bench.cost("latency", kept) <= limits["latency"]).all()
