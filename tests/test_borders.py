"""Who may import whom, who prints, who is random: read from the source, see docs/architecture.md."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest

import nassim

PACKAGE = Path(nassim.__file__).parent
FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))

# The house, floor by floor: a room sees all rooms below its floor, itself, and nothing else. A room is a folder or a
# file of the package; the longest name wins.
FLOORS = (
    ("old_names",),
    ("core",),
    ("stats",),
    ("spaces", "surrogates", "protocols"),
    ("data",),
    ("catalog", "parallel"),
    ("data.reading",),  # the space that a card names is found by the catalog
    ("data.inventory",),
    ("engine", "strategies", "training"),
    ("benchmarks",),
    ("importers", "bridges"),
    ("study", "automl"),
    ("report",),
    ("study.verify",),
    ("api",),
    ("cli",),
    ("", "__main__"),
)
# Rooms that see less than their floor may.
SEES = {
    "spaces": {"core"},
    "strategies": {"core", "surrogates"},
    "surrogates": {"core", "stats"},
    "protocols": {"core"},
    "engine": {"core", "data"},
    "training": {"core", "stats", "spaces", "data", "catalog", "parallel"},
    "report": {"core", "stats", "data", "parallel"},
}
UPWARDS = {("core/trace.py", "data")}  # a Trace saves and loads itself, by methods that users know
ROOMS = [room for floor in FLOORS for room in floor]
# Not yet in a room: what was a file of the package's own folder.
UNSORTED = {
    "cli": {"cli_data", "cli_gate", "cli_options", "cli_training", "console", "last_resort"},
}
ONLY_IN = {
    "torch": {"training"},
    "torchvision": {"training"},
    "xgboost": {"surrogates"},
    "matplotlib": {"report"},
    "jinja2": {"report"},
    "typer": {"cli"},
    "rich": {"cli"},
    "joblib": {"parallel"},
    "pydantic": {"core", "study", "study.verify"},
    "tomli_w": {"data", "surrogates", "training"},
    "google_crc32c": {"importers"},
    "moocore": {"stats", "strategies"},
    "optuna": {"strategies", "bridges"},
    "nevergrad": {"strategies"},
    "pymoo": {"strategies", "bridges"},
    "gymnasium": {"bridges"},
    "ConfigSpace": {"bridges", "strategies"},
    "smac": {"strategies"},
    "syne_tune": {"bridges"},
    "pyarrow": {"data", "data.reading", "data.inventory", "benchmarks", "importers", "training"},
    "platformdirs": {"catalog", "data", "importers", "training"},
}
HEAVY = (
    "numpy",
    "scipy",
    "sklearn",
    "torch",
    "xgboost",
    "matplotlib",
    "pyarrow",
    "typer",
    "rich",
    "joblib",
    "jinja2",
    "pydantic",
)
SIMULATES = {"core", "catalog", "data.reading", "engine", "spaces", "benchmarks", "strategies", "surrogates", "stats"}


@cache
def tree(file: str) -> ast.Module:
    """Return the syntax tree of a file of the package."""
    return ast.parse((PACKAGE / file).read_text(encoding="utf-8"))


def for_types(module: ast.Module) -> set[int]:
    """Return the ids of all nodes under `if TYPE_CHECKING`."""
    branches = (node for node in ast.walk(module) if isinstance(node, ast.If))
    typing = (branch for branch in branches if "TYPE_CHECKING" in ast.unparse(branch.test))
    return {id(inner) for branch in typing for inner in ast.walk(branch)}


def imports(file: str, *, types: bool = True) -> Iterator[str]:
    """Yield the full name of every module that a file imports, anywhere in it; `types`: also for types alone."""
    unused = set() if types else for_types(tree(file))
    for node in ast.walk(tree(file)):
        if id(node) in unused:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide who imports whom"
            within = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from within if node.module == "nassim" or is_package(node.module) else [node.module]


def is_package(module: str) -> bool:
    """Return whether a module's name is that of a folder of ours."""
    head, _, rest = module.partition(".")
    return head == "nassim" and (PACKAGE / rest.replace(".", "/")).is_dir()


def room_of(module: str) -> str:
    """Return the room of a module of ours, such as nassim.study.verify.lock."""
    name = module.partition(".")[2]
    name = next((f"{room}.{name}" for room, names in UNSORTED.items() if name.split(".")[0] in names), name)
    names = [name[:end] for end in range(len(name), 0, -1) if name[end : end + 1] in {"", "."}]
    return next((room for room in names if room in ROOMS), "" if name in {"", "__init__"} else name)


def module_of(file: str) -> str:
    """Return the name of the module in a file of the package."""
    return "nassim." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def home(file: str) -> str:
    """Return the room that a file lies in."""
    return room_of(module_of(file))


def below(room: str) -> set[str]:
    """Return what a room may see: itself, and what is below its floor."""
    floor = next(number for number, rooms in enumerate(FLOORS) if room in rooms)
    return {room} | SEES.get(room, {other for rooms in FLOORS[:floor] for other in rooms})


def in_rooms(*rooms: str) -> list[str]:
    """Return the files of some rooms."""
    return [file for file in FILES if home(file) in rooms]


def ours(file: str, *, types: bool = True) -> set[str]:
    """Return the modules of ours that a file imports."""
    return {module for module in imports(file, types=types) if module.split(".")[0] == "nassim"} - {"nassim"}


def test_every_file_has_a_room():
    """A new file lies in a room of a known floor."""
    assert [file for file in FILES if home(file) not in ROOMS] == []


@pytest.mark.parametrize("file", FILES)
def test_a_file_imports_only_what_its_room_may(file):
    """Every import of ours, lazy ones and those for types too, goes to this room or to a floor below."""
    allowed = below(home(file)) | {room for name, room in UPWARDS if name == file}
    assert {module for module in ours(file) if room_of(module) not in allowed} == set()


def test_what_is_excused_is_needed():
    """No exception is kept for what has gone."""
    assert {pair for pair in UPWARDS if pair[1] not in map(room_of, ours(pair[0]))} == set()


def test_no_modules_import_each_other_in_a_circle():
    """Taking away, again and again, all files that import no other that is left, takes away all."""
    left = {module_of(file): ours(file) for file in FILES}
    while free := {module for module, needs in left.items() if not needs & left.keys() - {module}}:
        left = {module: needs for module, needs in left.items() if module not in free}
    assert sorted(left) == []


@pytest.mark.parametrize("file", in_rooms("strategies", "spaces"))
def test_strategies_and_spaces_do_not_import_each_other(file):
    """One file is one strategy or space; only helpers, which begin with an underscore, are shared."""
    folder = home(file)
    siblings = {module for module in imports(file) if module.startswith(f"nassim.{folder}.")}
    assert {module for module in siblings if not module.split(".")[2].startswith("_")} == set()


@pytest.mark.parametrize("file", in_rooms("strategies"))
def test_a_strategy_cannot_reach_the_report_split(file):
    """No strategy mentions the report split's error, in code or in words, nor sees traces."""
    assert "truth" not in (PACKAGE / file).read_text(encoding="utf-8").lower()
    assert not [module for module in imports(file) if module.startswith("nassim.core.trace")]


def test_a_strategy_is_never_handed_a_benchmark():
    """What strategies are written with does not know the class of benchmarks."""
    names = {node.id for node in ast.walk(tree("core/strategy.py")) if isinstance(node, ast.Name)}
    assert "Benchmark" not in names


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_only_where_it_belongs(library):
    """Heavy or replaceable libraries have one home each."""
    using = {file for file in FILES if any(module.split(".")[0] == library for module in imports(file))}
    assert {file for file in using if home(file) not in ONLY_IN[library]} == set()


@pytest.mark.parametrize("file", [file for file in FILES if home(file) != "cli"])
def test_only_the_command_line_prints(file):
    """No other file calls print, or writes to the standard streams."""
    calls = [node.func for node in ast.walk(tree(file)) if isinstance(node, ast.Call)]
    printing = [ast.unparse(call) for call in calls if getattr(call, "id", getattr(call, "attr", "")) == "print"]
    streams = [
        ast.unparse(node)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"}
    ]
    assert printing + streams == []


@pytest.mark.parametrize("file", in_rooms(*SIMULATES))
def test_nothing_that_simulates_reads_the_wall_clock(file):
    """Time is simulated: what computes results imports no clock, no environment and no other randomness."""
    forbidden = {"time", "datetime", "random", "secrets", "uuid", "threading", "multiprocessing"}
    allowed = {"spaces/nb201.py": {"random"}}.get(file, set())  # the authors' order of cells, from a fixed seed
    assert {module.split(".")[0] for module in imports(file)} & forbidden == allowed


@pytest.mark.parametrize("file", FILES)
def test_no_file_uses_global_randomness(file):
    """Simulations draw from Streams alone; statistics may make a generator of their own, from a seed."""
    uses = {
        ast.unparse(node)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith(("np.random.", "numpy.random."))
    }
    own = {f"np.random.{name}" for name in ("Generator", "default_rng", "SeedSequence", "PCG64", "Philox")}
    simulates = home(file) in SIMULATES - {"stats", "surrogates"}
    allowed = {"strategies/_library.py": {f"np.random.{name}" for name in ("RandomState", "get_state", "set_state")}}
    assert uses <= (allowed.get(file, set()) if simulates else own)


@pytest.mark.parametrize("file", FILES)
def test_every_file_says_what_it_is(file):
    """Every file begins with a docstring."""
    assert ast.get_docstring(tree(file))


def modules_after(code: str) -> set[str]:
    """Return the top-level modules loaded by a fresh Python that has run `code`."""
    shown = "; import sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code + shown], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_nassim_imports_nothing_heavy():
    """`import nassim` is instant: no numpy, no file format, no command line, no plotting, no learning."""
    assert modules_after("import nassim; dir(nassim); nassim.__version__") & set(HEAVY) == set()


def test_a_simulation_imports_neither_learning_nor_plotting():
    """Loading every strategy and simulating needs neither torch nor xgboost nor matplotlib nor a terminal."""
    code = (
        "import nassim; from nassim import catalog; from tests.toys import toy_benchmark; "
        "[catalog.strategy(name) for name in nassim.names('strategies')]; "
        "nassim.simulate('random_search', toy_benchmark((2, 3)), runs=2, evaluations=2)"
    )
    loaded = modules_after(f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {code}")
    assert (
        loaded & {"torch", "xgboost", "sklearn", "matplotlib", "jinja2", "typer", "rich", "joblib", "pydantic"} == set()
    )


def test_public_names_exist_and_others_do_not():
    """Every public name resolves, dir lists them, and a misspelt one is an AttributeError as usual."""
    for name in nassim.__all__:
        assert getattr(nassim, name).__name__ == name
    assert dir(nassim) == nassim.__all__
    assert nassim.__version__ == version("nassim")
    with pytest.raises(AttributeError, match="simulat"):
        nassim.simulat  # noqa: B018
