"""Other libraries' optimisers search in nassim as they do by hand, and leave no trace outside their runs."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.strategies import _library
from tests.toys import Failing, toy_benchmark

TOY = toy_benchmark((3, 2, 5, 4))
SPACE = TOY.space
LIBRARIES = ("optuna", "nevergrad", "pymoo", "smac")
NAMED = {"optuna": "sampler", "nevergrad": "optimiser", "pymoo": "algorithm"}


@pytest.mark.parametrize("sampler", ["TPESampler", "RandomSampler"])
@pytest.mark.parametrize("benchmark", [TOY, Failing(TOY)], ids=["toy", "failing"])
def test_optuna_asks_for_what_it_asks_for_by_hand(sampler: str, benchmark: Any) -> None:
    """With the same seed and the same answers, Optuna in nassim and Optuna alone go the same way."""
    optuna = pytest.importorskip("optuna")
    run, space, evaluations = 5, benchmark.space, 40
    trace = nassim.simulate("optuna", benchmark, runs=[run], evaluations=evaluations, seed=9, sampler=sampler)
    training_seed = Streams(9, "luck", [run]).random_words(np.zeros(1, dtype=np.intp), 1)[0]
    seed = int(Streams(9, "optuna", [run]).integers(np.zeros(1, dtype=np.intp), 2**31)[0])
    asked = []

    def objective(trial: Any) -> float:
        arch = [
            trial.suggest_categorical(gene, range(count))
            for gene, count in zip(space.genes, space.choices, strict=True)
        ]
        asked.append(arch)
        return float(benchmark.evaluate(nassim.Query(np.array([arch], dtype=np.int8)), training_seed).error[0])

    study = optuna.create_study(sampler=getattr(optuna.samplers, sampler)(seed=seed))
    study.optimize(objective, n_trials=evaluations)
    assert trace.archs[0].tolist() == asked


BOTH: Any = {"objectives": ["error", "params"], "constraints": {"params": ["<= 0.8", ">= 0.2"]}}


def judged(benchmark: Any, arch: Any, run: int) -> tuple[list[float], float]:
    """Return the error and the parameters of an architecture in a run of seed 9, and by how much it misses BOTH's."""
    training_seed = Streams(9, "luck", [run]).random_words(np.zeros(1, dtype=np.intp), 1)[0]
    query = nassim.Query(np.array([arch], dtype=np.int8))
    params = float(benchmark.cost("params", query.archs)[0])
    missed = max(0.0, (params - 0.8) / 0.8) + max(0.0, (0.2 - params) / 0.2)
    return [float(benchmark.evaluate(query, training_seed).error[0]), params], missed


def seed_of(name: str, run: int) -> int:
    """Return the seed that a library has in a run."""
    return int(Streams(9, name, [run]).integers(np.zeros(1, dtype=np.intp), 2**31)[0])


@pytest.mark.filterwarnings("ignore:NSGAIIISampler is experimental")
@pytest.mark.parametrize("sampler", ["NSGAIISampler", "NSGAIIISampler", "TPESampler"])
@pytest.mark.parametrize("benchmark", [TOY, Failing(TOY)], ids=["toy", "failing"])
def test_optuna_minimises_several_as_it_does_by_hand(sampler: str, benchmark: Any) -> None:
    """With limits, it goes the way of a study with constraints; failed trainings are failed trials."""
    optuna = pytest.importorskip("optuna")
    trace = nassim.simulate("optuna", benchmark, runs=[5], evaluations=120, seed=9, sampler=sampler, **BOTH)
    asked = []

    def objective(trial: Any) -> list[float]:
        arch = [trial.suggest_categorical(g, range(n)) for g, n in zip(SPACE.genes, SPACE.choices, strict=True)]
        asked.append(arch)
        values, missed = judged(benchmark, arch, 5)
        trial.set_constraint("limits", missed)
        return values

    kind = getattr(optuna.samplers, sampler)(seed=seed_of("optuna", 5))
    study = optuna.create_study(directions=["minimize"] * 2, sampler=kind)
    study.optimize(objective, n_trials=120)
    assert trace.archs[0].tolist() == asked


@pytest.mark.parametrize("algorithm", ["NSGA2", "SPEA2", "SMSEMOA"])
def test_pymoo_minimises_several_as_it_does_by_hand(algorithm: str) -> None:
    """With limits, it goes the way of pymoo's own `minimize`."""
    pymoo = pytest.importorskip("pymoo.optimize")
    problem = importlib.import_module("pymoo.core.problem").ElementwiseProblem
    asked: list[list[int]] = []

    class Cells(problem):  # type: ignore[misc, valid-type]
        def _evaluate(self, x: Any, out: Any, *_: Any, **__: Any) -> None:
            asked.append(np.floor(x * SPACE.choices).astype(int).tolist())
            out["F"], missed = judged(TOY, asked[-1], 5)
            out["G"] = [missed]

    trace = nassim.simulate("pymoo", TOY, runs=[5], evaluations=300, seed=9, algorithm=algorithm, **BOTH)
    module = {"NSGA2": "nsga2", "SPEA2": "spea2", "SMSEMOA": "sms"}[algorithm]
    method = getattr(importlib.import_module(f"pymoo.algorithms.moo.{module}"), algorithm)()
    cells = Cells(n_var=4, n_obj=2, n_ieq_constr=1, xl=0.0, xu=1.0)
    pymoo.minimize(cells, method, ("n_eval", 300), seed=seed_of("pymoo", 5))
    assert trace.archs[0].tolist() == asked[:300]


SEVERAL = [
    *(("optuna", sampler) for sampler in ("NSGAIISampler", "NSGAIIISampler", "TPESampler", "RandomSampler")),
    *(("pymoo", algorithm) for algorithm in ("CMOPSO", "CTAEA", "MOEAD", "MOPSO_CD")),
    *(("pymoo", algorithm) for algorithm in ("NSGA2", "NSGA3", "SMSEMOA", "SPEA2", "UNSGA3")),
]


@pytest.mark.parametrize(("name", "choice"), SEVERAL)
def test_a_run_of_several_objectives_alone_equals_its_row(name: str, choice: str) -> None:
    """With failed trainings, limits and several workers."""
    pytest.importorskip(name)
    how: Any = {"evaluations": 130, "workers": 3, NAMED[name]: choice, **BOTH}
    together = nassim.simulate(name, Failing(TOY), runs=[4, 2], **how)
    alone = nassim.simulate(name, Failing(TOY), runs=[2], **how)
    np.testing.assert_array_equal(alone.archs[0], together.archs[1])


@pytest.mark.parametrize(
    ("name", "choice", "objectives"),
    [("optuna", "CmaEsSampler", 2), ("pymoo", "GA", 2), ("pymoo", "NSGA2", 1), ("pymoo", "MOEAD", 1)],
)
def test_an_optimiser_of_other_objectives_is_refused(name: str, choice: str, objectives: int) -> None:
    """In one line, that says for how many it was to be."""
    pytest.importorskip("cmaes" if choice == "CmaEsSampler" else name)
    how: Any = {"genes": "integer"} if choice == "CmaEsSampler" else {}
    wanted = ["error", "params"][:objectives]
    with pytest.raises(SettingError, match=rf"minimises one objective, got 2|for so many objectives \({objectives}\)"):
        nassim.simulate(name, TOY, runs=1, evaluations=1, objectives=wanted, **{NAMED[name]: choice}, **how)


def test_optuna_asks_for_integers_as_it_does_by_hand() -> None:
    """CMA-ES of Optuna over the numbers of options goes the way of Optuna alone, and is not random search."""
    optuna = pytest.importorskip("optuna")
    pytest.importorskip("cmaes")
    how: Any = {"runs": [5], "evaluations": 60, "seed": 9, "genes": "integer"}
    trace = nassim.simulate("optuna", TOY, sampler="CmaEsSampler", **how)
    training_seed = Streams(9, "luck", [5]).random_words(np.zeros(1, dtype=np.intp), 1)[0]
    seed = int(Streams(9, "optuna", [5]).integers(np.zeros(1, dtype=np.intp), 2**31)[0])
    asked = []

    def objective(trial: Any) -> float:
        arch = [trial.suggest_int(gene, 0, count - 1) for gene, count in zip(SPACE.genes, SPACE.choices, strict=True)]
        asked.append(arch)
        return float(TOY.evaluate(nassim.Query(np.array([arch], dtype=np.int8)), training_seed).error[0])

    study = optuna.create_study(sampler=optuna.samplers.CmaEsSampler(seed=seed))
    study.optimize(objective, n_trials=60)
    assert trace.archs[0].tolist() == asked
    random = nassim.simulate("optuna", TOY, sampler="RandomSampler", **how)
    assert not np.array_equal(trace.archs, random.archs)


def test_a_sampler_that_would_be_random_is_refused() -> None:
    """CMA-ES has no categorical parameters: the line says so, and what to set; no warning of Optuna's is left."""
    pytest.importorskip("optuna")
    with pytest.raises(SettingError, match=r'CmaEsSampler does not search categorical .* genes = "integer"'):
        nassim.simulate("optuna", TOY, runs=1, evaluations=1, sampler="CmaEsSampler")


@pytest.mark.parametrize("genes", ["categorical", "integer"])
@pytest.mark.parametrize("sampler", ["TPESampler", "RandomSampler", "NSGAIISampler", "QMCSampler", "BruteForceSampler"])
def test_other_samplers_take_either(sampler: str, genes: str) -> None:
    """Those that search categorical parameters themselves, or are random by intent, are not refused."""
    pytest.importorskip("optuna")
    trace = nassim.simulate("optuna", TOY, runs=1, evaluations=8, sampler=sampler, genes=genes)
    assert trace.lengths.tolist() == [8]


@pytest.mark.parametrize(
    ("name", "choice"),
    [
        ("nevergrad", "DiscreteOnePlusOne"),
        ("nevergrad", "DiscreteLenglerOnePlusOne"),
        ("pymoo", "GA"),
        ("pymoo", "CMAES"),
        ("pymoo", "PSO"),
        ("optuna", "TPESampler"),
        ("optuna", "CmaEsSampler"),
    ],
)
def test_a_run_alone_equals_its_row(name: str, choice: str) -> None:
    """Whatever generator the library draws from, runs do not mix, and numpy's global generator is left as it was."""
    pytest.importorskip(name)
    pytest.importorskip("cmaes" if choice == "CmaEsSampler" else name)
    how: Any = {"evaluations": 30, "workers": 3, NAMED[name]: choice}
    if choice == "CmaEsSampler":
        how["genes"] = "integer"
    np.random.seed(1)  # noqa: NPY002
    together = nassim.simulate(name, TOY, runs=[4, 2], **how)
    np.random.seed(2)  # noqa: NPY002
    before = np.random.get_state()[1]  # noqa: NPY002
    alone = nassim.simulate(name, TOY, runs=[2], **how)
    np.testing.assert_array_equal(alone.archs[0], together.archs[1])
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("name", NAMED)
def test_an_unknown_optimiser_is_named_in_one_line(name: str) -> None:
    """The message says which library was asked, and what is known."""
    pytest.importorskip(name)
    with pytest.raises((SettingError, UnknownNameError), match=rf"(?i){name}.*nonsense|nonsense"):
        nassim.simulate(name, TOY, runs=1, evaluations=1, **{NAMED[name]: "nonsense"})


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("name", LIBRARIES)
def test_it_goes_on_to_the_end(name: str, workers: int) -> None:
    """Failed trainings, genes without a choice and busy workers stop no optimiser, and it asks for valid ones only."""
    pytest.importorskip(name)
    for benchmark in (Failing(toy_benchmark((3, 1, 5, 4))), toy_benchmark((2, 2))):
        trace = nassim.simulate(name, benchmark, runs=2, evaluations=30, workers=workers)
        assert trace.lengths.tolist() == [30, 30]
        benchmark.space.check(trace.archs.reshape(60, -1))


@pytest.mark.slow
def test_smac_runs_do_not_mix(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of SMAC alone equals its row, and it leaves nothing behind."""
    pytest.importorskip("smac")
    monkeypatch.chdir(tmp_path)
    together = nassim.simulate("smac", TOY, runs=[4, 2], evaluations=50)
    alone = nassim.simulate("smac", TOY, runs=[2], evaluations=50)
    np.testing.assert_array_equal(alone.archs[0], together.archs[1])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_missing_library_is_one_clear_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which extra to install."""
    for module in [module for module in sys.modules if module.split(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(_library, "import_module", lambda module: importlib.import_module(f"no_{module}"))
    with pytest.raises(SettingError, match=rf"pip install 'nassim\[{name}\]'"):
        nassim.simulate(name, TOY, runs=1, evaluations=1)


def test_an_optimiser_that_needs_more_says_so() -> None:
    """A sampler that cannot be made from a seed alone is refused."""
    pytest.importorskip("optuna")
    with pytest.raises(SettingError, match="GridSampler cannot be made without more settings"):
        nassim.simulate("optuna", TOY, runs=1, evaluations=1, sampler="GridSampler")


def test_equal_architectures_are_answered_in_the_order_they_were_asked() -> None:
    """Names are handed back first in, first out; what was not asked for has none."""
    pending, arch = _library.Pending(), np.array([1, 2], dtype=np.int8)
    pending.add(arch, "first")
    pending.add(arch, "second")
    assert [pending.pop(arch) for _ in range(3)] == ["first", "second", None]


def test_the_worst_stands_in_for_failures() -> None:
    """Before any success it is 0."""
    worst = _library.Worst()
    assert [worst.of(error) for error in (np.nan, 3.0, 1.0, np.nan)] == [0.0, 3.0, 1.0, 3.0]
