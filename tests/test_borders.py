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

# The layers of single modules; a folder is a layer of its own, by its name.
LAYERS = {
    "ground": {
        "documents",
        "keys",
        "shapes",
        "errors",
        "frames",
        "memory",
        "policies",
        "pickle_sizes",
        "roles",
        "settings",
        "streams",
    },
    "space": {"space"},
    "contracts": {"benchmark", "strategy"},
    "record": {"trace", "trace_file", "trace_schema"},
    "machine": {
        "billing",
        "by_hand",
        "catalog",
        "clock",
        "decision",
        "desk",
        "disclosure",
        "footprint",
        "judgement",
        "provenance",
        "recorder",
        "source",
        "trust",
        "simulation",
    },
    "files": {"disk", "family", "parquet"},
    "processes": {"processes"},
    "claims": {"claims", "gate", "verdicts"},
    "front": {"api", "cli", "cli_data", "cli_gate", "cli_options", "cli_training", "__main__", "last_resort"},
}
CORE = {"ground", "space", "contracts", "record", "machine"}
MAY_IMPORT = {
    "ground": {"ground"},
    "files": {"ground", "files"},
    "processes": {"ground"},
    "space": {"ground"},
    "contracts": {"ground", "space", "contracts"},
    "record": {"ground", "space", "files", "record"},
    "machine": CORE | {"files"},  # the catalog names the leaves and imports none
    "spaces": {"ground", "space", "spaces"},  # of their own folder helpers only, see below
    "strategies": {"ground", "space", "contracts", "surrogates", "strategies"},
    "benchmarks": CORE | {"files", "benchmarks", "surrogates", "training"},
    "importers": CORE | {"files", "processes", "benchmarks", "importers", "spaces"},
    "surrogates": {"ground", "space", "contracts", "surrogates", "stats"},
    "stats": {"stats"},
    "report": {"ground", "files", "processes", "record", "stats", "report"},
    "bridges": CORE | {"files", "benchmarks", "bridges"},
    "training": CORE | {"files", "processes", "spaces", "stats", "training"},
    "protocols": {"ground", "protocols"},
    "study": CORE | {"files", "processes", "benchmarks", "protocols", "study"},
    "claims": {"ground", "files", "stats", "study", "report", "claims"},
    "console": CORE
    | {
        "files",
        "processes",
        "benchmarks",
        "surrogates",
        "importers",
        "protocols",
        "training",
        "study",
        "claims",
        "report",
        "console",
    },
}
ONLY_IN = {
    "torch": {"training"},
    "torchvision": {"training"},
    "xgboost": {"surrogates"},
    "matplotlib": {"report"},
    "jinja2": {"report"},
    "typer": {"front"},
    "rich": {"front", "console"},
    "joblib": {"processes"},
    "optuna": {"strategies", "bridges"},
    "nevergrad": {"strategies"},
    "pymoo": {"strategies"},
    "gymnasium": {"bridges"},
    "ConfigSpace": {"bridges", "strategies"},
    "smac": {"strategies"},
    "syne_tune": {"bridges"},
    "pyarrow": {"files", "record", "benchmarks", "importers", "training"},
    "platformdirs": {"machine", "importers", "training"},
}
HEAVY = ("numpy", "scipy", "sklearn", "torch", "xgboost", "matplotlib", "pyarrow", "typer", "rich", "joblib", "jinja2")
SIMULATES = CORE | {"spaces", "benchmarks", "strategies", "surrogates", "stats"}


@cache
def tree(file: str) -> ast.Module:
    """Return the syntax tree of a file of the package."""
    return ast.parse((PACKAGE / file).read_text(encoding="utf-8"))


def for_types(module: ast.Module) -> set[int]:
    """Return the ids of all nodes under `if TYPE_CHECKING`."""
    branches = (node for node in ast.walk(module) if isinstance(node, ast.If))
    typing = (branch for branch in branches if "TYPE_CHECKING" in ast.unparse(branch.test))
    return {id(inner) for branch in typing for inner in ast.walk(branch)}


def imports(file: str) -> Iterator[str]:
    """Yield the full name of every module that a file imports, anywhere in it, but for types alone."""
    unused = for_types(tree(file))
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


def layer_of(file: str) -> str:
    """Return the layer of a file, by its folder or its name."""
    folder, _, _ = file.rpartition("/")
    if folder:
        return folder.split("/")[0]
    return next((layer for layer, names in LAYERS.items() if Path(file).stem in names), file)


def layer_of_import(module: str) -> str:
    """Return the layer of an imported module of ours."""
    head = module.split(".")[1]
    return head if (PACKAGE / head).is_dir() else layer_of(f"{head}.py")


def in_layers(*layers: str) -> list[str]:
    """Return the files of some layers."""
    return [file for file in FILES if layer_of(file) in layers]


def test_every_file_has_a_layer():
    """A new core module must be placed in a layer above, a new folder too."""
    known = MAY_IMPORT.keys() | {"front"}
    assert [file for file in FILES if file != "__init__.py" and layer_of(file) not in known] == []


@pytest.mark.parametrize("file", [file for file in FILES if layer_of(file) in MAY_IMPORT])
def test_a_file_imports_only_what_its_layer_may(file):
    """Every import of ours, lazy ones too, goes to a layer that this one may see."""
    seen = {module: layer_of_import(module) for module in imports(file) if module.startswith("nassim.")}
    allowed = MAY_IMPORT[layer_of(file)]
    assert {module for module, layer in seen.items() if layer not in allowed} == set()


@pytest.mark.parametrize("file", in_layers("strategies", "spaces"))
def test_strategies_and_spaces_do_not_import_each_other(file):
    """One file is one strategy or space; only helpers, which begin with an underscore, are shared."""
    folder = layer_of(file)
    siblings = {module for module in imports(file) if module.startswith(f"nassim.{folder}.")}
    assert {module for module in siblings if not module.split(".")[2].startswith("_")} == set()


@pytest.mark.parametrize("file", in_layers("strategies"))
def test_a_strategy_cannot_reach_the_report_split(file):
    """No strategy mentions the report split's error, in code or in words, nor sees traces."""
    assert "truth" not in (PACKAGE / file).read_text(encoding="utf-8").lower()
    assert not [module for module in imports(file) if module.startswith("nassim.trace")]


def test_a_strategy_is_never_handed_a_benchmark():
    """What strategies are written with does not know the class of benchmarks."""
    names = {node.id for node in ast.walk(tree("strategy.py")) if isinstance(node, ast.Name)}
    assert "Benchmark" not in names


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_only_where_it_belongs(library):
    """Heavy or replaceable libraries have one home each."""
    using = {file for file in FILES if any(module.split(".")[0] == library for module in imports(file))}
    assert {file for file in using if layer_of(file) not in ONLY_IN[library]} == set()


@pytest.mark.parametrize("file", [file for file in FILES if layer_of(file) not in {"front", "console"}])
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


@pytest.mark.parametrize("file", in_layers(*SIMULATES))
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
    simulates = layer_of(file) in SIMULATES - {"stats", "surrogates"}
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
    assert loaded & {"torch", "xgboost", "sklearn", "matplotlib", "jinja2", "typer", "rich", "joblib"} == set()


def test_public_names_exist_and_others_do_not():
    """Every public name resolves, dir lists them, and a misspelt one is an AttributeError as usual."""
    for name in nassim.__all__:
        assert getattr(nassim, name).__name__ == name
    assert dir(nassim) == nassim.__all__
    assert nassim.__version__ == version("nassim")
    with pytest.raises(AttributeError, match="simulat"):
        nassim.simulat  # noqa: B018
