"""EvoXBench's problems: what they set and need, their arithmetic on made-up tables, and the numbers as published."""

from __future__ import annotations

import shutil
from pathlib import Path

import moocore
import numpy as np
import pytest

import nassim
from nassim import load, protocols
from nassim.core.benchmark import Query
from nassim.core.dominance import front_of
from nassim.core.errors import SettingError
from nassim.data.writing import Family, write_family
from nassim.importers import import_data
from nassim.importers._tables import Found, tabulate
from nassim.report.indicators import hypervolume_regret
from nassim.spaces.nb201 import NB201
from nassim.study.plan import StudyPlan, read_study
from tests.importers.test_hw_nas_bench import PUBLISHED, of, official, written

SPACE = NB201()
ARCHS = SPACE.at(np.arange(SPACE.size))
STUDY = """
name = "as-published"
question = "As published?"
protocol = "{protocol}"
benchmarks = ["{benchmark}"]
strategy = [{{name = "nsga2"}}, {{name = "random_search"}}, {{name = "nsga3"}}, {{name = "moead"}}]
"""
# Recomputed from published final sets: ideal and nadir of each objective, in the order of the paper (PROTOCOLS).
SIZE = [(0.073306e6, 1.073466e6), (7.78305e6, 153.27297e6)]
EYERISS = [(1.67954, 10.5269), (0.346965, 2.013901)]
AS_PUBLISHED = {
    "evoxbench-c10mop5": [(5.626667, 90), *SIZE, (0.501385, 6.888866), (2.059187, 32.650935)],
    "evoxbench-c10mop6": [(5.626667, 50.98), *SIZE, *EYERISS, (0.976365, 26.596398)],
    "evoxbench-c10mop7": [
        *((5.626667, 90), *SIZE, (0.501385, 8.182111), (2.059187, 34.710598)),
        *(*EYERISS, (0.976365, 27.078051)),
    ],
}
EVALUATIONS = {"evoxbench-c10mop5": 12_600, "evoxbench-c10mop6": 13_200, "evoxbench-c10mop7": 15_600}


def planned(folder: Path, protocol: str, benchmark: str) -> StudyPlan:
    """Return the plan of a study that names a protocol."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(STUDY.format(protocol=protocol, benchmark=benchmark), encoding="utf-8")
    return read_study(folder)


def archive(folder: Path) -> None:
    """Write made-up trainings that look like an import of NATS-Bench: three seeds, validation and test errors."""
    generator, seeds = np.random.default_rng(0), 3
    level = 6 + 40 * generator.random(SPACE.size) ** 2
    row = np.repeat(np.arange(SPACE.size), seeds)
    valid, test = (level[row] + generator.normal(0, 0.5, row.size) for _ in range(2))
    params = {"params": SPACE.count(ARCHS).params}
    found = Found(SPACE, ARCHS, row, np.full(row.size, 200), valid, np.full(row.size, 100.0), None, test, costs=params)
    about = {"title": "like NATS-Bench", "space": "nb201", "source": "nobody", "licence": "MIT", "complete": True}
    splits = {"search_split": "validation", "report_split": "test", "costs": {"params": "parameters, a count"}}
    write_family(Family("nats-topology", about | splits, {"cifar10": tabulate(found, "made up")[0]}), folder)


def devices(folder: Path) -> Path:
    """Write made-up latencies in the official form."""
    own, generator = official(), np.random.default_rng(1)
    for metric, values in of(own).items():
        if metric != "config":
            of(own)[metric] = [values[0], *generator.uniform(0.4, 30, SPACE.size - 1).tolist()]
    return written(folder, own)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with made-up trainings and latencies."""
    folder = tmp_path_factory.mktemp("made")
    archive(folder / "data")
    import_data("hw-nas-bench", devices(folder), folder / "data")
    return folder / "data"


@pytest.fixture
def data(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let nassim find them; return a folder for a study."""
    monkeypatch.setenv("NASSIM_DATA", str(made))
    return tmp_path


@pytest.mark.parametrize("name", AS_PUBLISHED)
def test_a_problem_is_written_out(name: str, data: Path) -> None:
    """Objectives, budget, runs, signal, population and the published reference; costs are those of both tables."""
    plan = planned(data / "study", name, "nats-topology/cifar10")
    policies, bench = plan.spec.policies, plan.benchmarks[0].benchmark
    assert (plan.spec.runs, policies.signal, policies.recommended_set) == (31, "resampled", "final-population")
    assert plan.benchmarks[0].spec.budget is not None
    assert plan.benchmarks[0].spec.budget.evaluations == EVALUATIONS[name]
    assert plan.spec.strategies[0].settings["population"] * 100 == EVALUATIONS[name]
    assert plan.spec.strategies[1].policies == {"recommended_set": "all-trained"}
    assert len(policies.objectives) == len(AS_PUBLISHED[name])
    assert np.array_equal(bench.truth(ARCHS), load("nats-topology/cifar10").truth(ARCHS))
    latencies = load("hw-nas-bench/cifar10")
    for cost in policies.objectives[3:]:
        assert np.array_equal(bench.cost(cost, ARCHS), latencies.cost(cost, ARCHS))
    assert np.array_equal(bench.cost("macs", ARCHS), SPACE.count(ARCHS).macs)


@pytest.mark.parametrize("name", AS_PUBLISHED)
def test_what_is_missed_is_by_the_published_ideal_and_nadir(name: str, data: Path) -> None:
    """The hypervolume of mean test errors, (value - ideal) / (nadir - ideal), within 1, by moocore."""
    policies = protocols.protocol(name).policies
    bench = planned(data / "study", name, "nats-topology/cifar10").benchmarks[0].benchmark
    trace = nassim.simulate(
        "random_search", bench, runs=2, evaluations=60, **policies | {"recommended_set": "all-trained"}
    )
    low, high = np.array(AS_PUBLISHED[name], dtype=float).T

    def volume(archs: np.ndarray) -> float:
        columns = [bench.truth(archs), *(bench.cost(cost, archs) for cost in policies["objectives"][1:])]
        values = (np.column_stack(columns) - low) / (high - low)
        return moocore.hypervolume(values[~np.isnan(values).any(axis=1)], ref=np.ones(len(low)))

    missed = hypervolume_regret(trace)[:, -1]
    front = front_of(objectives_of(bench, ARCHS, policies["objectives"]))
    for run in range(2):
        told = np.column_stack(
            [trace.error[run], objectives_of(bench, trace.archs[run], policies["objectives"])[:, 1:]]
        )
        chosen = trace.archs[run][front_of(told)]
        assert missed[run] == pytest.approx(100 * (volume(ARCHS[front]) - volume(chosen)), rel=1e-6)


def objectives_of(bench: nassim.Benchmark, archs: np.ndarray, names: list[str]) -> np.ndarray:
    """Return mean test errors and costs, (n, k)."""
    return np.column_stack([np.round(bench.truth(archs), 4), *(bench.cost(cost, archs) for cost in names[1:])])


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/hw-nas-bench")
def test_the_published_ends_are_those_of_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of sizes and devices, to all digits: the lowest of each objective, and the nadirs that need no test error."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    import_data("hw-nas-bench", PUBLISHED)
    for name, ends in AS_PUBLISHED.items():
        bench = planned(tmp_path / name, f"{name}-validation", "nb201/cifar10").benchmarks[0].benchmark
        names = protocols.protocol(name).policies["objectives"]
        values = objectives_of(bench, ARCHS, names)
        front = values[front_of(values)]
        low, high = np.array(ends, dtype=float).T
        np.testing.assert_allclose(front.min(axis=0)[1:], low[1:], rtol=0, atol=6e-7)
        same = np.isclose(front.max(axis=0)[1:], high[1:], rtol=0, atol=6e-7)
        assert same.tolist() == [True, True, *([name != "evoxbench-c10mop5"] * (len(ends) - 3))]


def test_what_a_problem_lacks_is_said(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors on test images; latencies; and of the variant by validation errors, latencies alone."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    for name in AS_PUBLISHED:
        with pytest.raises(SettingError, match=r"lacks: errors on test images.*nassim import nats-bench FOLDER"):
            planned(tmp_path / "study", name, "nb201/cifar10")
        with pytest.raises(SettingError, match=r"needs hw-nas-bench/cifar10.*; nassim import hw-nas-bench FILE brings"):
            planned(tmp_path / "study", f"{name}-validation", "nb201/cifar10")
    shutil.copytree(made / "nats-topology", tmp_path / "data/nats-topology")
    with pytest.raises(SettingError, match="needs hw-nas-bench/cifar10, which is not there"):
        planned(tmp_path / "study", "evoxbench-c10mop5", "nats-topology/cifar10")
    shutil.copytree(made / "hw-nas-bench", tmp_path / "data/hw-nas-bench")
    with pytest.raises(SettingError, match="has budgets for cifar10, and none for nb201/cifar100"):
        planned(tmp_path / "study", "evoxbench-c10mop5-validation", "nb201/cifar100")
    plan = planned(tmp_path / "study", "evoxbench-c10mop5-validation", "nb201/cifar10")
    assert plan.spec.policies.reference_point == "nadir"
    assert "validation" in protocols.summary("evoxbench-c10mop5-validation")


def test_a_strategy_without_a_population_says_its_set(data: Path) -> None:
    """One that the protocol does not know may choose the set; nothing else, and none that it knows."""
    text = STUDY.format(protocol="evoxbench-c10mop5", benchmark="nats-topology/cifar10")
    head = "\n".join(line for line in text.splitlines() if not line.startswith("strategy"))
    for own, message in (
        ('name = "mo_local_search"\nrecommended_set = "all-trained"', ""),
        ('name = "mo_local_search"\nsignal = "mean"', "has signal = 'resampled' in"),
        ('name = "nsga2"\nrecommended_set = "all-trained"', "has recommended_set = 'final-population' in"),
    ):
        (data / "study.toml").write_text(f"{head}\n[[strategy]]\n{own}\n", encoding="utf-8")
        if message:
            with pytest.raises(SettingError, match=message):
                read_study(data)
        else:
            assert read_study(data).spec.strategies[0].policies == {"recommended_set": "all-trained"}


def test_a_training_is_drawn_anew_at_every_query(data: Path) -> None:
    """Asked again, the same run sees another seed's validation error; the costs stay."""
    bench = planned(data / "study", "evoxbench-c10mop5", "nats-topology/cifar10").benchmarks[0].benchmark
    query = Query(np.repeat(ARCHS[:1], 64, axis=0))
    answer = bench.evaluate(query, np.arange(64, dtype=np.uint32))
    assert len(np.unique(answer.error)) == 3
    assert len(np.unique(answer.costs, axis=0)) == 1
