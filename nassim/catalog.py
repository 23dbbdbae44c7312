"""Finds things by file name, entry point or "package.module:Class", and imports them only when asked for.

The file is the registration: strategies/local_search.py is the strategy local_search, spaces/nb201.py the
space nb201, benchmarks/wrappers/faults.py the wrapper faults, and a folder with a card.toml in a data folder is a
benchmark family.

A name with a colon is code. Unless it is nassim's own, it is imported with `code=True` alone, which says that the user
has named it: in a study file or as an argument in Python. What a card, a results folder or a lock names is looked up
without (SECURITY.md).
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
from functools import cache
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.frames import told_frames
from nassim.core.registry import Registry
from nassim.core.renamed import renamed_names
from nassim.core.space import Space
from nassim.core.strategy import OneRun, Strategy, StrategyClass
from nassim.core.wrapper import Wrapper
from nassim.data import trust

PACKAGE = Path(__file__).parent
BLOCKS = "blocks.parquet"  # the one table of a device, of what blocks of networks take on it
Kind = Literal["strategies", "benchmarks", "spaces", "wrappers"]
STRATEGIES = Registry("strategy", "strategies", "strategies", joint="_")
SPACES = Registry("space", "spaces", "spaces", joint="_")
WRAPPERS = Registry("wrapper", "wrappers", "benchmarks.wrappers", joint="_")


def names(kind: Kind) -> list[str]:
    """Return the sorted names of all strategies, benchmarks, spaces or wrappers there are."""
    if kind == "benchmarks":
        return sorted(dataset_folders())
    for registry in (STRATEGIES, SPACES, WRAPPERS):
        if kind == registry.plural:
            return registry.names()
    raise UnknownNameError.of("kind", kind, get_args(Kind))


def strategy(name: str, *, code: bool = False) -> StrategyClass:
    """Return the class of a strategy; with `code`, "package.module:Class" and "./file.py:Class" are names too."""
    found = _class(STRATEGIES, allowed(name, code=code), (Strategy, OneRun))
    return cast("StrategyClass", found)


def wrapper(name: str, *, code: bool = False) -> type[Wrapper]:
    """Return the class of a wrapper of benchmarks; with `code`, "./file.py:Class" and the like are names too."""
    return _class(WRAPPERS, allowed(name, code=code), (Wrapper,))


def space(name: str, *, code: bool = False) -> Space:
    """Return the space of a name, the same one each time; with `code`, "package.module:Class" is a name too."""
    return _space(allowed(name, code=code))


def space_on_card(name: str, beside: Path) -> Space:
    """Return the space that a card in the folder `beside` names.

    It is registered, or in a file that the user trusts, or a list: the texts in the table of architectures that the
    card names, such as "imagenet/architectures.parquet".
    """
    if name.endswith(".parquet") and ":" not in name:
        from nassim.data.listing import space_in

        return space_in(beside, name)
    return _space(trust.trusted(name, beside) if ":" in name else name)


def data_folders() -> list[Path]:
    """Return where benchmark data is looked for: $NASSIM_DATA, the user's data folder, the shipped data."""
    import platformdirs

    own = [Path(entry) for entry in os.environ.get("NASSIM_DATA", "").split(os.pathsep) if entry]
    user = Path(platformdirs.user_data_dir("nassim")) / "benchmarks"
    return [*own, user, shipped("benchmarks_data")]


def cache_folder() -> Path:
    """Return where what can be made again is kept: $NASSIM_CACHE, or the user's cache folder."""
    import platformdirs

    return Path(os.environ.get("NASSIM_CACHE") or platformdirs.user_cache_dir("nassim"))


def shipped(folder: str) -> Path:
    """Return a folder that lies beside the package in a checkout, and inside it in a wheel."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


def dataset_folders() -> dict[str, Path]:
    """Return name -> folder of every data set; the first data folder that has a name wins."""
    return _folders_with("trainings.parquet")


def dataset_folder(name: str) -> Path:
    """Return the folder of a data set `family/dataset`; UnknownNameError if there is none."""
    folders = dataset_folders()
    if name not in folders:
        raise UnknownNameError.of("benchmark", name, folders)
    return folders[name]


def block_folders() -> dict[str, Path]:
    """Return name -> folder of every table of blocks `family/device`, as `dataset_folders` does of data sets."""
    return _folders_with(BLOCKS)


def block_folder(name: str) -> Path:
    """Return the folder of a table of blocks `family/device`; UnknownNameError if there is none."""
    folders = block_folders()
    if name not in folders:
        raise UnknownNameError.of("table of blocks", name, folders)
    return folders[name]


def _folders_with(file: str) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in data_folders():
        for table in sorted(folder.glob(f"*/*/{file}")):
            found.setdefault(f"{table.parent.parent.name}/{table.parent.name}", table.parent)
    return found


@cache
def _space(name: str) -> Space:
    return cast("Space", _class(SPACES, name, (Space,))())


def is_code(name: str) -> bool:
    """Return whether a name is code that did not come with nassim."""
    place, colon, _ = name.rpartition(":")
    return bool(colon) and (place.endswith(".py") or not place.startswith("nassim."))


def allowed(name: str, *, code: bool) -> str:
    """Return a name; SettingError if it is code of others and none may be imported."""
    if is_code(name) and not code:
        raise SettingError(
            f"{name!r:.80} names code, which is imported only where a study file or an argument in Python names it; "
            "on the command line, if you trust it, add --allow-code"
        )
    return name


def _class(kind: Registry, name: str, bases: tuple[type, ...]) -> type:
    found = imported(name) if ":" in name else kind.found(name)
    if isinstance(found, ModuleType):
        found = _only_class(found, bases)
    if not (inspect.isclass(found) and issubclass(found, bases)):
        wanted = " or ".join(base.__name__ for base in bases)
        raise SettingError(f"{name} must be a subclass of {wanted}, got {found!r}")
    return found


def _only_class(module: ModuleType, bases: tuple[type, ...]) -> type:
    """Return the class that a file of one strategy, space or wrapper defines."""
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, bases) and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise SettingError(f"{module.__name__} must define exactly one {bases[0].__name__}, it has {len(found)}")
    return found[0]


def imported(name: str) -> Any:
    """Return the object of "package.module:Object" or "path/to/file.py:Object"."""
    place, _, attribute = name.rpartition(":")
    try:
        module = _import_file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
    except Exception as error:  # the file is the user's: anything may go wrong in it
        raise SettingError(f"cannot import {place!r} of {name!r}: {error}{told_frames(error)}") from error
    if not hasattr(module, attribute):
        raise UnknownNameError.of(f"object in {place}", attribute, (key for key in vars(module) if key[0] != "_"))
    return getattr(module, attribute)


class _Source(SourceFileLoader):
    """Compiles a file as it is now: what lies in __pycache__ beside it might be of something else."""

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - as the loader is asked
        """Return the code of the source itself."""
        code: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return code


def _import_file(path: Path) -> ModuleType:
    """Run a file as a module whose last name is the file's, and whose first keeps it apart from all others."""
    name = f"file_{sha256(bytes(path.resolve())).hexdigest()[:12]}.{path.stem}"
    spec = importlib.util.spec_from_loader(name, _Source(name, str(path.resolve())))
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(
        __name__, {"load": "nassim.benchmarks.loading.load", "as_benchmark": "nassim.core.adapter.as_benchmark"}
    )
