"""The benchmarks of a study: tables, surrogates learned from them for this study, and saved surrogates.

    benchmarks = ["nb201/cifar10"]              # names are enough for tables; otherwise

    [[benchmark]]
    name = "nb201/cifar10"
    surrogate = {train = 1000, seed = [0, 1]}   # the options of nassim.fit, lists make a grid; without it, the table

    [[benchmark]]
    name = "nb201/cifar10"
    model = "surrogates/nb201-cifar10-1000-0"   # what nassim fit has saved; relative to the study's folder
    judge = "table"                             # searched by predictions, judged by the table
    needs = "nassim import FORMAT FILE"         # how to get data that is not shipped; told where it is not there

    [[benchmark]]
    name = "nb201/cifar10"
    judge = "nb201/cifar100"                    # searched on one data set, judged by another of the same space
    budget = {seconds = 12000}                  # instead of the study's
    validation = "validation_seconds"           # a cost that each evaluation pays besides its training

    [[benchmark]]
    name = "nb201/cifar10"
    sharing = {correlation = [0.3, 0.7]}        # as a supernet sees it: options of `benchmarks.one_shot.model.Sharing`

    [[benchmark]]
    name = "mini201/mnist5k"
    sharing = "table"                           # as its supernets saw it: `benchmarks.wrappers.one_shot_table`

A surrogate is learned once, by the process that reads the study, and kept on disk for the others and for next time.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from nassim import catalog
from nassim.benchmarks import loading
from nassim.benchmarks.one_shot.model import Sharing
from nassim.core.benchmark import Benchmark
from nassim.core.errors import DataError, NassimError, SettingError, UnknownNameError
from nassim.core.settings import check_value
from nassim.core.shapes import check_keys
from nassim.engine.provenance import source_digest, versions
from nassim.engine.source import PACKAGE
from nassim.study.cache_key import digest, source_of
from nassim.study.source import BenchmarkSource
from nassim.study.spec.grids import each_of
from nassim.study.spec.keys import BENCHMARK, BUDGET
from nassim.study.spec.strategy import check_length, folder_of, located, spell

JUDGE = "table"
LEARNED = {"train": 1000, "seed": 0}  # what a surrogate is learned from where a study does not say

Tell = Callable[[str], None]


def quiet(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Asked:
    """One benchmark of a study as it stands there; nothing of it is loaded."""

    label: str
    asked: dict[str, Any]  # as written


@dataclass(frozen=True)
class Subject(Asked):
    """One benchmark of a study, loaded."""

    origin: BenchmarkSource
    loaded: Benchmark

    @property
    def budget(self) -> dict[str, Any]:
        """What it has instead of the study's budget."""
        return dict.fromkeys(BUDGET) | self.asked["budget"] if "budget" in self.asked else {}


def asked_in(names: Any, tables: Any) -> tuple[Asked, ...]:
    """Return the benchmarks of a study: of its list `benchmarks` or of its tables [[benchmark]]; none is loaded."""
    return tuple(asked for _, asked in _numbered(names, tables))


def subjects_of(names: Any, tables: Any, folder: Path, tell: Tell = quiet) -> tuple[Subject, ...]:
    """Return the benchmarks of a study in `folder`, loaded; surrogates are first learned, of which `tell` hears."""
    found = []
    for where, asked in _numbered(names, tables):
        with _naming(where):
            found.append(_subject(asked, folder, tell))
    return tuple(found)


def _numbered(names: Any, tables: Any) -> list[tuple[str, Asked]]:
    """Return each benchmark of a study, and what its table is called in messages: '' in a list of names."""
    if names is not None and tables is not None:
        raise SettingError("give either 'benchmarks' or tables [[benchmark]], not both")
    if tables is None:
        found = [("", Asked(name, {"name": name})) for name in _unique("benchmarks", names)]
    else:
        found = []
        for number, table in enumerate(tables, start=1):
            with _naming(f"benchmark {number}"):
                found += [(f"benchmark {number}", asked) for asked in _read(table)]
    _check_labels([asked.label for _, asked in found])
    return found


@contextmanager
def _naming(where: str) -> Iterator[None]:
    """Let an error say which table is wrong."""
    try:
        yield
    except NassimError as error:
        raise SettingError(f"{where}: {error}" if where else str(error)) from error


def _unique(key: str, names: list[str]) -> list[str]:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise SettingError(f"{key!r} names {name!r} twice")
    return names


def _check_labels(labels: list[str]) -> None:
    for label in labels:
        check_length("the benchmark's label", label)
    folders = [folder_of(label).casefold() for label in _unique("benchmark", labels)]
    for number, folder in enumerate(folders):
        if folder in folders[:number]:
            alike = labels[folders.index(folder)]
            raise SettingError(f"the benchmark {labels[number]!r} is too much like {alike!r} for a folder name")


def _read(table: dict[str, Any]) -> list[Asked]:
    """Return the benchmarks that a table stands for."""
    _check_table(table)
    return [Asked(_label_of(asked), asked) for asked in each_of(table)]


def _check_data(table: dict[str, Any]) -> None:
    """Raise DataError if the benchmark is not there, though the study says how to get it; and so of its judge."""
    name, judge, known = table["name"], table.get("judge", JUDGE), catalog.names("benchmarks")
    if "needs" in table and ":" not in name and name not in known:
        raise DataError(f"the data of {name} is not there; get it with: {table['needs']}")
    if judge != JUDGE and judge not in known:
        raise UnknownNameError.of("benchmark", judge, known)


def _check_table(table: dict[str, Any]) -> None:
    check_keys(table, BENCHMARK)
    check_keys(table.get("budget", {}), BUDGET, " of 'budget'")
    learned = {"surrogate", "model"} & table.keys()
    if len(learned) > 1:
        raise SettingError("give either 'surrogate' or 'model', not both")
    if table.get("judge") == JUDGE and not learned:
        raise SettingError(f"'judge' is {JUDGE!r} beside 'surrogate' or 'model'; otherwise name another benchmark")
    if "validation" in table and learned:
        raise SettingError("'validation' is for tables; leave out 'surrogate' and 'model'")
    check_length("'label'", table.get("label", table["name"]))  # before anything is learned for it


def _label_of(asked: dict[str, Any]) -> str:
    """Return what a benchmark is called in tables: its own label, or its name and what it is used with."""
    shown = _options(asked["surrogate"]) if "surrogate" in asked else {}
    shown |= {"model": Path(asked["model"]).name} if "model" in asked else {}
    shown |= {key: asked[key] for key in ("judge", "validation") if key in asked}
    if "sharing" in asked:
        _sharing(asked["sharing"])
        shown |= _shown(asked["sharing"])
    label: str = asked.get("label", spell(asked["name"], shown))
    return label


def _subject(one: Asked, folder: Path, tell: Tell) -> Subject:
    """Return one benchmark, loaded; a surrogate is first learned, unless it is there from before."""
    asked = one.asked
    _check_data(asked)
    source, model = located(asked["name"], folder), None
    if "surrogate" in asked:
        model = str(_kept(source, _options(asked["surrogate"]), tell))
    elif "model" in asked:
        model = str(folder / asked["model"])
    judge = source if asked.get("judge") == JUDGE else asked.get("judge")
    sharing = _sharing(asked["sharing"]) if "sharing" in asked else None
    origin = BenchmarkSource(source, model, judge, asked.get("validation"), sharing)
    loaded = origin.load()
    if "model" in asked:
        _check_of(asked["name"], source, loaded)
    return Subject(one.label, asked, origin, loaded)


def _check_of(name: str, source: str, saved: Benchmark) -> None:
    """Raise SettingError unless a saved surrogate was learned from the benchmark that the study names."""
    wanted, of = loading.load(source).name if ":" in source else name, saved.card.facts["surrogate"].get("of")
    if of != wanted:
        raise SettingError(f"'model' holds a surrogate of {of!r}, not of {name!r}")


def _options(given: dict[str, Any]) -> dict[str, Any]:
    """Return the options of `fit` that a study gives, with how many trainings and which spelled out."""
    from nassim.surrogates.fit import CHECKED as OPTIONS

    for key, value in given.items():
        if key not in OPTIONS:
            raise UnknownNameError.of("option of 'surrogate'", key, OPTIONS)
        check_value(f"{key!r} of 'surrogate'", value, OPTIONS[key])
    return LEARNED | given


def _sharing(given: dict[str, Any] | Literal["table"]) -> Sharing | Literal["table"]:
    """Return how weights are shared, with defaults for what a study does not say."""
    if given == "table":
        return "table"
    known = [field.name for field in fields(Sharing)]
    for key in given:
        if key not in known:
            raise UnknownNameError.of("option of 'sharing'", key, known)
    return Sharing(**given)


def _shown(sharing: Any) -> dict[str, Any]:
    """Return what a label says of how weights are shared: what is not default, but always that they are."""
    return sharing if isinstance(sharing, dict) and sharing else {"sharing": sharing or True}


def _kept(name: str, options: dict[str, Any], tell: Tell) -> Path:
    """Return the folder of a surrogate, after learning it if it is not there or is damaged."""
    from nassim.benchmarks.learning import fit
    from nassim.benchmarks.partial_table import source_of as trainings_of

    taught = trainings_of(name)
    makers = source_of([name], type(taught), type(taught.space))
    learning = source_digest(PACKAGE / "benchmarks" / "learning.py"), versions(), version("xgboost")
    decides = [name if ":" in name else taught.name, taught.card.sha256, options, makers, learning]
    folder = catalog.cache_folder() / "surrogates" / digest(decides)
    if not _is_whole(name, folder):
        shutil.rmtree(folder, ignore_errors=True)
        tell(f"learning {spell(name, options)}")
        fitted = fit(taught, **options)
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
