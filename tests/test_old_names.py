"""Old names of modules: what users import by them is the module of the new name, and one warning says so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest

import nassim
from nassim import catalog
from nassim.old_names import MOVED


def forget() -> None:
    """Forget which old names were imported."""
    for old in MOVED:
        package, _, name = f"nassim.{old}".rpartition(".")
        sys.modules.pop(f"{package}.{name}", None)
        vars(sys.modules.get(package, nassim)).pop(name, None)


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Forget old names before and after."""
    forget()
    yield
    forget()


@pytest.mark.parametrize("old", MOVED)
@pytest.mark.usefixtures("forgotten")
def test_an_old_name_is_the_module_of_the_new_one(old):
    """It is the same object, which keeps its own name and place; the warning names the new one and who imports."""
    new = import_module(f"nassim.{MOVED[old]}")
    spec = new.__spec__
    with pytest.warns(DeprecationWarning, match=f"nassim.{old} has moved: import {new.__name__}$") as warned:
        exec(f"import nassim.{old}")
    assert len(warned) == 1
    assert warned[0].filename == "<string>"  # the line that imports, and no file of Python's or ours
    assert import_module(f"nassim.{old}") is new  # without a second warning, which would be an error here
    assert (new.__spec__, new.__name__) == (spec, f"nassim.{MOVED[old]}")


@pytest.mark.parametrize(
    "form", ["from nassim import benchmark", "from nassim.benchmark import Benchmark as benchmark"]
)
@pytest.mark.usefixtures("forgotten")
def test_every_form_of_an_import_finds_it(form):
    """Also as an attribute of its package, and name by name."""
    found: dict[str, object] = {}
    with pytest.warns(DeprecationWarning, match="nassim.core.benchmark"):
        exec(form, found)
    assert getattr(found["benchmark"], "Benchmark", found["benchmark"]) is nassim.Benchmark


@pytest.mark.usefixtures("forgotten")
def test_names_in_files_are_found():
    """A study or results that name a class by a module's old name still mean that class."""
    with pytest.warns(DeprecationWarning, match="nassim.core.space"), pytest.raises(nassim.NassimError, match="Space"):
        catalog.strategy("nassim.space:Space", code=True)


def test_no_old_name_is_a_file_again():
    """What has moved is gone from its old place, and none of ours imports it by its old name."""
    code = (
        "import sys; from nassim.cli._app import application; application(); "
        "print(*[n for n in sys.modules if n.removeprefix('nassim.') in set(sys.argv[1:])])"
    )
    done = subprocess.run([sys.executable, "-c", code, *MOVED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_what_there_never_was_is_not_found():
    """Other names are errors as ever."""
    with pytest.raises(ModuleNotFoundError, match=r"nassim\.nothing"):
        import_module("nassim.nothing")


def test_names_of_a_module_are_found_where_they_went():
    """`OneShot` was in what is a package now; one warning names its new place, and an unknown name is an error."""
    with pytest.warns(DeprecationWarning, match=r"OneShot is now nassim\.benchmarks\.wrappers\."):
        exec("from nassim.benchmarks.one_shot import OneShot")
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        import_module("nassim.benchmarks.one_shot").Nothing  # noqa: B018


def test_a_public_name_that_has_changed_is_found():
    """`nassim.Trouble` is `nassim.Faults`, with one warning."""
    with pytest.warns(DeprecationWarning, match=r"nassim\.Trouble is now nassim\.Faults"):
        assert nassim.Trouble is nassim.Faults


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("nassim.simulation", "Solo", "nassim.engine.ask_and_tell.AskAndTell"),
        ("nassim.trace", "CHOICE", "nassim.core.trace_schema.RECOMMENDED"),
        ("nassim.trace_schema", "NOTE", "nassim.core.trace_schema.DIAGNOSTIC"),
        ("nassim.catalog", "load", "nassim.benchmarks.loading.load"),
        ("nassim.catalog", "as_benchmark", "nassim.core.adapter.as_benchmark"),
        ("nassim.benchmark", "as_benchmark", "nassim.core.adapter.as_benchmark"),
        ("nassim.benchmark", "relaxed", "nassim.engine.evaluator.relaxed"),
        ("nassim.strategy", "options", "nassim.core.asking.options"),
        ("nassim.roles", "recorded", "nassim.core.provenance.recorded"),
        ("nassim.desk", "Desk", "nassim.engine.evaluator.Evaluator"),
        ("nassim.decision", "Mind", "nassim.engine.suggestion_latency.SuggestionLatency"),
        ("nassim.billing", "check_slope", "nassim.engine.billing.check_relaxed_outcome"),
        ("nassim.benchmarks.luck", "replica_of", "nassim.core.hashing.replica_of"),
        ("nassim.benchmarks.fitting", "targets", "nassim.surrogates.fit.targets_of"),
        ("nassim.study.atlas", "atlas_of", "nassim.study.architecture_index.index_of"),
        ("nassim.cli", "main", "nassim.__main__.main"),
        ("nassim.study.file", "outline", "nassim.study.spec.reading.read_spec"),
        ("nassim.study.units", "Unit", "nassim.study.work_units.WorkUnit"),
        ("nassim.study.origin", "Origin", "nassim.study.source.BenchmarkSource"),
        ("nassim.study.atlas", "BenchmarkAtlas", "nassim.study.architecture_index.BenchmarkIndex"),
        ("nassim.study.entries", "Entry", "nassim.study.spec.strategy.StrategySpec"),
        ("nassim.study.entries", "file_safe", "nassim.study.spec.labels.file_safe"),
        ("nassim.claims", "Verdict", "nassim.study.verify.verdict.Verdict"),
        ("nassim.data.inventory", "shelves", "nassim.data.inventory.family_infos"),
        ("nassim.study.results", "Results", "nassim.study.results.ResultsFolder"),
        ("nassim.report.atlas", "Atlas", "nassim.report.architecture_index.ArchitectureIndex"),
        ("nassim.report.atlas", "Numbered", "nassim.report.architecture_index.NumberedIndex"),
        ("nassim.report.surrogate_figure", "surrogate_figure", "nassim.report.figures.surrogate.of_audit"),
        ("nassim.report.explanation_figure", "explanation_figure", "nassim.report.figures.explanation.of_explanation"),
        ("nassim.report.validation_figure", "validation_figure", "nassim.report.figures.validation.of_validation"),
    ],
)
@pytest.mark.filterwarnings("ignore:.* has moved")
def test_names_of_modules_are_found(module: str, old: str, new: str) -> None:
    """By the old name of the module too."""
    home, _, name = new.rpartition(".")
    with pytest.warns(DeprecationWarning, match=rf"\.{old} is now {new}"):
        assert getattr(import_module(module), old) is getattr(import_module(home), name)


@pytest.mark.filterwarnings("ignore:.* has moved")
def test_the_simulation_and_a_run_by_hand_take_names_where_they_were() -> None:
    """`nassim.simulation.simulate` and `nassim.by_hand.solo` are those of nassim, with their keywords."""
    assert import_module("nassim.simulation").simulate is nassim.simulate
    assert import_module("nassim.by_hand").solo is nassim.solo
