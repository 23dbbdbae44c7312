"""The benchmarks of a study, loaded: tables, surrogates learned from them for this study, and saved surrogates.

A surrogate is learned once, by the process that reads the study, and kept on disk for the others and for next time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from nassim import catalog
from nassim.benchmarks import loading
from nassim.benchmarks.wrapping import wrapped
from nassim.core.benchmark import Benchmark
from nassim.core.documents import JsonValue
from nassim.core.errors import DataError, SettingError, UnknownNameError, naming
from nassim.core.tables import Plain
from nassim.engine.provenance import source_digest, versions
from nassim.engine.source import PACKAGE
from nassim.study.cache_key import benchmark_key, digest, source_of
from nassim.study.source import BenchmarkSource
from nassim.study.spec.benchmark import BenchmarkSpec
from nassim.study.spec.labels import located, spell
from nassim.study.spec.wrap import TABLE, WrapperSpec

Tell = Callable[[str], None]


def quiet(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class LoadedBenchmark:
    """One benchmark of a study: what the study says of it, where it comes from, and itself."""

    spec: BenchmarkSpec
    source: BenchmarkSource
    benchmark: Benchmark
    _within: dict[str, LoadedBenchmark] = field(default_factory=dict, repr=False, compare=False)  # by their wrappers

    def within(self, wrappers: Sequence[WrapperSpec], folder: Path) -> LoadedBenchmark:
        """Return it in more wrappers, those of one strategy; files that they name are relative to `folder`."""
        said = [wrapper.said(folder, self.source.name) for wrapper in wrappers]
        if not said:
            return self
        wraps = json.dumps([*json.loads(self.source.wraps), *said])
        if wraps not in self._within:
            _check_judges(judge for wrapper in wrappers for judge in wrapper.judges)
            around = wrapped(self.benchmark, said)
            _check_same_judge(self.benchmark, around)
            self._within[wraps] = LoadedBenchmark(self.spec, replace(self.source, wraps=wraps), around)
        return self._within[wraps]

    @cached_property
    def key(self) -> str:
        """The key that processes keep it by: of its source and its data."""
        return benchmark_key(self.source.name, self.benchmark)


def load_benchmark(spec: BenchmarkSpec, folder: Path, tell: Tell = quiet) -> LoadedBenchmark:
    """Return a benchmark of a study in `folder`, loaded; a surrogate is first learned, unless it is there from before.

    Args:
        spec: What the study says of it.
        folder: What files of code and of surrogates are relative to.
        tell: Hears that a surrogate is learned.

    Raises:
        SettingError: It is not there, or its parts do not fit together.
    """
    with naming(spec.label) if len(spec.to_json()) > 1 else nullcontext():
        _check_data(spec)
        source = source_in(spec, folder, tell)
        loaded = source.load()
        if spec.model is not None:
            _check_of(spec.name, source.name, loaded)
    return LoadedBenchmark(spec, source, loaded)


def source_in(spec: BenchmarkSpec, folder: Path, tell: Tell = quiet) -> BenchmarkSource:
    """Return where a benchmark of a study in `folder` comes from; a surrogate is learned, unless it is there."""
    name, model = located(spec.name, folder), None
    if spec.surrogate is not None:
        model = str(_learned(name, spec.learned_from, tell))
    elif spec.model is not None:
        model = str(folder / spec.model)
    return BenchmarkSource(name, model, json.dumps([wrapper.said(folder, name) for wrapper in spec.wrappers]))


def _check_data(spec: BenchmarkSpec) -> None:
    """Raise DataError if the benchmark is not there, though the study says how to get it; and so of its judge."""
    known = catalog.names("benchmarks")
    if spec.needs is not None and ":" not in spec.name and spec.name not in known:
        raise DataError(f"the data of {spec.name} is not there; get it with: {spec.needs}")
    _check_judges(spec.judges)


def _check_judges(judges: Iterable[str]) -> None:
    """Raise UnknownNameError unless all are benchmarks of the catalog: what judges is no code of a study's."""
    known = catalog.names("benchmarks")
    for judge in judges:
        if judge not in {TABLE, *known}:
            raise UnknownNameError.of("benchmark", judge, known)


def _check_same_judge(benchmark: Benchmark, around: Benchmark) -> None:
    """Raise SettingError if wrappers of one strategy have another report split than the others are judged by."""
    judges = [f"{one.card.report_split} in {one.card.unit}, {one.optimum} at best" for one in (benchmark, around)]
    if judges[0] != judges[1]:
        raise SettingError(
            f"wrappers of one strategy must leave what judges all of them, {judges[0]}, got {judges[1]}; write them in "
            "[[benchmark]]"
        )


def _check_of(name: str, source: str, saved: Benchmark) -> None:
    """Raise SettingError unless a saved surrogate was learned from the benchmark that the study names."""
    wanted, of = loading.load(source).name if ":" in source else name, saved.card.facts["surrogate"].get("of")
    if of != wanted:
        raise SettingError(f"'model' holds a surrogate of {of!r}, not of {name!r}")


def _learned(name: str, options: Plain, tell: Tell) -> Path:
    """Return the folder of a surrogate, after learning it if it is not there or is damaged."""
    from nassim.benchmarks.learning import fit
    from nassim.benchmarks.partial_table import source_of as trainings_of

    taught = trainings_of(name)
    kinds = taught.kinds if isinstance(taught, Benchmark) else (type(taught),)
    makers = source_of([name], *kinds, type(taught.space))
    learning = source_digest(PACKAGE / "benchmarks" / "learning.py"), versions(), version("xgboost")
    decides: JsonValue = [name if ":" in name else taught.name, taught.card.sha256, options, makers, learning]
    folder = catalog.cache_folder() / "surrogates" / digest(decides)
    if not _is_whole(name, folder):
        shutil.rmtree(folder, ignore_errors=True)
        tell(f"learning {spell(name, options)}")
        fitted = fit(taught, **options)  # type: ignore[arg-type]  # were checked when read
        try:
            fitted.save(folder)
        except DataError:
            if not _is_whole(name, folder):  # another process may have been faster
                raise
    return folder


def _is_whole(source: str, folder: Path) -> bool:
    with suppress(DataError):
        BenchmarkSource(source, str(folder)).load()
        return True
    return False
