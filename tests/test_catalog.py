"""The catalog: names are files, misspelt names get a suggestion, and anything else can be named by its place."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nassim
from nassim import catalog
from nassim.benchmarks import loading
from nassim.core.benchmark import Benchmark
from nassim.core.errors import NassimError, SettingError, UnknownNameError
from nassim.strategies.random_search import RandomSearch
from tests.toys import toy_benchmark

PACKAGE = Path(nassim.__file__).parent
STRATEGY = '''"""My strategy (me, 2024)."""

from nassim.strategies.random_search import RandomSearch


class Mine(RandomSearch):
    """A strategy of a user."""


number = 3
'''


def benchmark() -> Benchmark:
    """Return a benchmark, for `load` to find here."""
    return toy_benchmark((2, 3))


ready_made = benchmark()


@pytest.fixture
def own_file(tmp_path, monkeypatch):
    """Return the folder of a user's strategy file, in which we stand; what it imports is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    (tmp_path / "mine.py").write_text(STRATEGY)
    return tmp_path


@pytest.mark.parametrize("kind", ["strategies", "spaces"])
def test_every_file_is_a_name_and_every_name_loads(kind):
    """The names are those of the files, sorted; helpers with an underscore are none of them; each loads."""
    files = [path.stem for path in sorted((PACKAGE / kind).glob("[!_]*.py"))]
    find = {"strategies": catalog.strategy, "spaces": catalog.space}[kind]
    assert catalog.names(kind) == files
    for name in files:
        found = find(name)
        module = (found if isinstance(found, type) else type(found)).__module__
        assert module == f"nassim.{kind}.{name}"


def test_public_names_are_the_catalog():
    """`nassim.names` is the catalog's, and `nassim.load` finds benchmarks by those names."""
    assert nassim.names("strategies") == catalog.names("strategies")
    assert nassim.load is loading.load


def test_a_space_is_made_once():
    """Two benchmarks of one space share it, and what it has computed."""
    for name in catalog.names("spaces"):
        assert catalog.space(name) is catalog.space(name)
        assert catalog.space(name).name == name


def test_a_name_imports_only_its_own_file():
    """Listing strategies imports none of them."""
    before = set(sys.modules)
    catalog.names("strategies")
    assert not {name for name in set(sys.modules) - before if name.startswith("nassim.strategies.")}


@pytest.mark.parametrize(
    ("find", "name", "message"),
    [
        (catalog.strategy, "random_serach", "unknown strategy 'random_serach'; did you mean 'random_search'?"),
        (catalog.strategy, "regularised_evolution", "did you mean 'regularized_evolution'?"),
        (catalog.strategy, "_policy", "unknown strategy '_policy'"),
        (catalog.strategy, "__init__", "unknown strategy '__init__'"),
        (catalog.strategy, "", "unknown strategy ''"),
        (catalog.strategy, "nb201", "unknown strategy 'nb201'"),
        (catalog.space, "nb210", "unknown space 'nb210'; did you mean 'nb201'?"),
        (loading.load, "nb201/cifar", "unknown benchmark 'nb201/cifar'; did you mean 'nb201/cifar10'?"),
        (loading.load, "nb201", "unknown benchmark 'nb201'"),
        (catalog.names, "strategy", "unknown kind 'strategy'; did you mean 'strategies'?"),
    ],
)
def test_an_unknown_name_gets_a_suggestion(find, name, message):
    """A name that nothing answers to gets one line: what kind, what came, what was probably meant."""
    with pytest.raises(UnknownNameError) as caught:
        find(name)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["../catalog", "../strategies/random_search", "./random_search", "random_search/", "x" * 5000, "a\0b", "a.b"],
    ids=lambda name: repr(name)[:30],
)  # fmt: skip
def test_a_name_is_no_path(name):
    """Paths, endless names and control characters are names that nothing answers to."""
    for find in (catalog.strategy, catalog.space, loading.load):
        with pytest.raises(UnknownNameError):
            find(name)


@given(st.text(max_size=40) | st.text("./:_ab1é ", max_size=8))
@settings(deadline=None, max_examples=50)
def test_any_text_finds_something_or_gets_one_clear_error(name):
    """Whatever is typed as a name, the catalog finds it or raises an error that a user can read."""
    for find in (catalog.strategy, catalog.space, loading.load):
        with suppress(NassimError):
            find(name)


def test_a_class_can_be_named_by_module():
    """package.module:Class names any installed class."""
    assert catalog.strategy("nassim.strategies.random_search:RandomSearch", code=True) is RandomSearch


def test_a_benchmark_can_be_named_by_module():
    """package.module:object names a benchmark, or a function that makes one."""
    assert loading.load(f"{__name__}:ready_made") is ready_made
    assert loading.load(f"{__name__}:benchmark").name == ready_made.name


@pytest.mark.parametrize("place", ["./mine.py", "mine.py", "{folder}/mine.py"])
def test_a_class_can_be_named_by_file(own_file, place):
    """./file.py:Class names a strategy in a file of the user's, and it runs; its file is its name."""
    name = place.format(folder=own_file) + ":Mine"
    assert catalog.strategy(name, code=True).__name__ == "Mine"
    trace = nassim.simulate(name, toy_benchmark((2, 3)), runs=2, evaluations=3)
    assert trace.provenance["strategy"] == "mine"
    assert trace.lengths.tolist() == [3, 3]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mine.py:Yours", "unknown object in mine.py 'Yours'; known: "),
        ("mine.py:min", "did you mean 'Mine'"),
        ("mine.py:", "unknown object"),
        ("mine.py:number", "must be a subclass of Strategy or OneRun, got 3"),
        ("there/is/none.py:Mine", "cannot import 'there/is/none.py'"),
        ("no_such_package.module:Mine", "cannot import 'no_such_package.module'"),
        ("nassim.strategies.nothing:Mine", "cannot import 'nassim.strategies.nothing'"),
        ("nassim.core.space:Space", "must be a subclass of Strategy or OneRun"),
        ("nassim.core.space:Spcae", "did you mean 'Space'"),
        (":Mine", "cannot import ''"),
        ("..:Mine", "cannot import '..'"),
        (".mine:Mine", "cannot import '.mine'"),
    ],
)
@pytest.mark.usefixtures("own_file")
def test_a_place_that_holds_no_strategy_is_refused(name, message):
    """What cannot be imported, or is no strategy, gets one line that names it."""
    with pytest.raises(NassimError) as caught:
        catalog.strategy(name, code=True)
    assert message in str(caught.value)


@pytest.mark.parametrize("content", [b"class Mine(:\n", b"import no_such_module\n", b"1 / 0\n", b"\0", b"\xe9"])
def test_a_file_that_does_not_import_is_refused(own_file, content):
    """A user's file that breaks while it is imported is named with the reason."""
    (own_file / "mine.py").write_bytes(content)
    with pytest.raises(SettingError, match=r"cannot import 'mine\.py'"):
        catalog.strategy("mine.py:Mine", code=True)


@pytest.mark.parametrize("exists", [True, False])
def test_a_file_does_not_replace_a_module_of_the_same_name(own_file, exists):
    """A user's json.py is found by its path, and `import json` still means Python's."""
    import json

    if exists:
        (own_file / "json.py").write_text(STRATEGY)
        assert catalog.strategy("json.py:Mine", code=True).__name__ == "Mine"
    else:
        with pytest.raises(SettingError):
            catalog.strategy("json.py:Mine", code=True)
    assert sys.modules["json"] is json


def test_a_changed_file_is_read_again(own_file):
    """Naming a file a second time, after an edit, gives what it says now."""
    catalog.strategy("mine.py:Mine", code=True)
    (own_file / "mine.py").write_text(STRATEGY.replace("Mine", "Other"))
    assert catalog.strategy("mine.py:Other", code=True).__name__ == "Other"


def test_data_folders_of_the_user_come_first(tmp_path, monkeypatch):
    """$NASSIM_DATA adds benchmarks, and its folders win over the shipped one."""
    shipped = catalog.names("benchmarks")
    for name in ("mine/first", shipped[0] if shipped else "mine/other"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "trainings.parquet").write_bytes(b"not a table")
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    assert catalog.names("benchmarks") == sorted({*shipped, "mine/first"})
    assert catalog.data_folders()[0] == tmp_path
    for name in ("mine/first", *shipped[:1]):
        with pytest.raises(NassimError, match=str(tmp_path)):
            loading.load(name)


def test_every_shipped_benchmark_has_its_name():
    """A benchmark is called as the folder it lies in, and answers for its whole space."""
    for name in catalog.names("benchmarks"):
        bench = loading.load(name)
        assert bench.name == name
        assert np.isfinite(bench.optimum)
