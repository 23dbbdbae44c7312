"""Wrapping: what a study, or a line of Python, says of wrappers becomes wrappers around a benchmark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from nassim import catalog
from nassim.core.benchmark import Benchmark
from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError
from nassim.core.frames import user_code
from nassim.core.settings import check_settings


def wrapped(benchmark: Benchmark, wraps: Iterable[Mapping[str, JsonValue]]) -> Benchmark:
    """Return a benchmark in wrappers, each a table of its `name` and of options: `{"name": "faults", "failed": 0.1}`.

    Raises:
        UnknownNameError: There is no such wrapper.
        SettingError: It does not take such options, or does not fit around the benchmark.
    """
    for said in wraps:
        if not isinstance(name := said.get("name"), str):
            raise SettingError(f"expected the name of a wrapper, such as {{name = 'faults'}}, got {dict(said)!r:.80}")
        kind = catalog.wrapper(name, code=True)
        options = {option: value for option, value in said.items() if option != "name"}
        check_settings(kind, options, name)
        with user_code(f"the wrapper {name!r}"):
            benchmark = cast("Callable[..., Benchmark]", kind)(benchmark, **options)
    return benchmark
