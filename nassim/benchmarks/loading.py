"""Names of benchmarks become benchmarks: of a data folder, or what "package.module:object" names."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any, get_type_hints

from nassim import catalog
from nassim.benchmarks.networks import load_table
from nassim.benchmarks.wrapping import wrapped
from nassim.core.adapter import as_benchmark
from nassim.core.benchmark import Benchmark
from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.frames import user_code


def benchmark(name: str, *, code: bool = False) -> Benchmark:
    """Return the benchmark `family/dataset`; with `code`, also what "package.module:object" names."""
    if ":" in name:
        return as_benchmark(_made(name, catalog.imported(catalog.allowed(name, code=code))))
    folders = catalog.dataset_folders()
    if name not in folders:
        raise UnknownNameError.of("benchmark", name, folders)
    return load_table(folders[name])


def load(name: str, wrap: Iterable[Mapping[str, JsonValue]] = ()) -> Benchmark:
    """Return the benchmark `family/dataset`, or what "package.module:object" or "./file.py:object" names.

    Args:
        name: Of the catalog; or that of an object which is a benchmark, or of a class or function without arguments
            that says that it makes one: `-> Benchmark`.
        wrap: Wrappers around it, the first innermost, each with its options: `[{"name": "faults", "failed": 0.1}]`.

    Raises:
        UnknownNameError: There is no such benchmark, or no such wrapper.
        SettingError: The object is no benchmark, or a wrapper does not take such options.
    """
    return wrapped(benchmark(name, code=True), wrap)


def _made(name: str, found: Any) -> Any:
    """Return what was found, or what it makes if it is a class or function that says so; nothing else is called."""
    if not (inspect.isclass(found) or inspect.isfunction(found)):
        return found
    promised = found if inspect.isclass(found) else _returned(found)
    if not all(hasattr(promised, method) for method in ("evaluate", "truth")):
        raise SettingError(
            f"{name!r:.80} does not say that it makes a benchmark, so it is not called; if it does, write "
            f"`def {found.__name__}() -> Benchmark:`, with `from nassim import Benchmark`"
        )
    with user_code(repr(name)):
        return found()


def _returned(function: Any) -> Any:
    """Return what a function says that it returns; None if it says nothing that can be told."""
    try:
        return get_type_hints(function).get("return")
    except (NameError, TypeError, AttributeError):
        return None
