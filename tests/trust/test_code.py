"""Nothing runs code that the user did not name: see SECURITY.md."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

import nassim
from nassim import catalog
from tests.trust import attacks_by_data, attacks_by_places, attacks_by_results
from tests.trust.attacks import ATTACKS, FAST
from tests.trust.world import STUDY, World

GROUPS = (attacks_by_data, attacks_by_places, attacks_by_results)  # which fill ATTACKS

WATCHED = """
import json, sys
def heard(event, arguments):
    if event == "exec" and hasattr(arguments[0], "co_filename"):
        print("ran", arguments[0].co_filename)
sys.addaudithook(heard)
from nassim.__main__ import main
for command in json.loads(sys.argv[1]):
    try:
        main(command)
    except SystemExit:
        pass
    print("\\nended")
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of an honest study."""
    folder = tmp_path_factory.mktemp("honest")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return nassim.run_study(folder / "study.toml", out=folder / "out", jobs=1)


@pytest.fixture
def world(tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a folder in which we stand, and whose data and installed modules are found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.delitem(sys.modules, "evil_installed", raising=False)
    for variable, folder in {"DATA": "data", "CONFIG": "config", "CACHE": "cache"}.items():
        monkeypatch.setenv(f"NASSIM_{variable}", str(tmp_path / folder))
    return World(tmp_path, made)


@pytest.mark.parametrize("name", ATTACKS)
def test_no_code_runs_that_the_user_did_not_name(name: str, world: World) -> None:
    """Whatever is tried by results, cards, locks, pickles or files where one stands, nothing of it runs."""
    ATTACKS[name](world)
    assert not world.mark.exists()


def test_there_are_enough_attempts() -> None:
    """At least twenty different ways are tried."""
    assert len(ATTACKS) >= 20


def test_the_traps_are_armed(world: World) -> None:
    """Where the user names the code, or allows it, the same traps do run: the tests above can fail."""
    trap = world.trap()
    for command in (
        ("show", f"{trap}:Evil", "--allow-code"),
        ("lock", world.study(STUDY.replace("random_search", str(trap) + ":Evil")), "--jobs", "1"),
    ):
        world.nassim(*command)
        assert world.mark.exists()
        world.mark.unlink()
    assert world.nassim("trust", trap) == 0
    world.data(space=f"{trap}:Space")
    assert world.nassim("show", "foreign/data") == 0
    assert world.mark.exists()


@pytest.mark.parametrize("name", ["results_name_a_saved_surrogate", "a_surrogate_card_names_its_space"])
def test_the_cards_of_surrogates_reach_the_lookup(name: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else than the catalog stops them: without its refusal their code does run."""
    monkeypatch.setattr(catalog, "allowed", lambda name, *, code: name)
    ATTACKS[name](world)
    assert world.mark.exists()


def test_what_looks_at_results_and_data_imports_nothing_of_the_users(world: World) -> None:
    """Report, list, show, verify-data and `check --read` execute no file but Python's, installed ones and nassim's."""
    world.trap("study/evil.py")
    world.data(space=f"{world.trap()}:Space")
    study = world.study(STUDY.replace("random_search", "./evil.py:Evil"))
    study.with_name("claims.toml").write_text("", encoding="utf-8")
    strategies = [{"label": "random_search", "name": "./evil.py:Evil", "settings": {}}]
    strategies += [{"label": "regularized_evolution[population=2,sample=2]", "name": "evil.py:Evil", "settings": {}}]
    out = world.results(strategies=strategies, surrogates={"nb201/cifar10": {"name": "./evil.py:bench"}})
    commands = [
        ["report", str(out), *FAST],
        ["list", "benchmarks"],
        ["show", "foreign/data"],
        ["verify-data"],
        ["check", "study", "--read", "--out", str(out)],
    ]
    world.process(json.dumps(commands), start=("-P", "-c", WATCHED))
    executed = [line.removeprefix("ran ") for line in world.said.splitlines() if line.startswith("ran ")]
    assert not [file for file in executed if Path(file).is_relative_to(world.folder)], executed
    assert any(Path(file).is_relative_to(Path(nassim.__file__).parent) for file in executed)  # it does see imports
    assert world.said.splitlines().count("ended") == len(commands)


def test_only_what_the_user_names_is_looked_up_as_code() -> None:
    """The places that may import code by its name are few, and each is given names by a study file or in Python."""
    package = Path(nassim.__file__).parent
    may = {"catalog.py", "api.py", "benchmarks/loading.py", "study/plan.py", "study/work_units.py"}
    may |= {"study/source.py", "study/benchmarks.py", "benchmarks/partial_table.py"}
    may.add("automl/own_trainer.py")  # the space of a search is named on its command line
    may |= {"benchmarks/wrapping.py", "benchmarks/wrappers/reported_on.py"}  # a judge is of the catalog in a study
    may |= {f"bridges/{name}.py" for name in ("function", "gymnasium", "syne_tune")}
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"code=True|loading\.load\(", path.read_text(encoding="utf-8"))
    }
    assert found == may
