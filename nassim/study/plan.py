"""study.toml: a study as its author wrote it, read, spelled out and checked before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from nassim import catalog
from nassim.core.asking import blamed
from nassim.core.benchmark import Mixture, Relaxable
from nassim.core.documents import read_written
from nassim.core.errors import NassimError, SettingError, UnknownNameError
from nassim.core.frames import user_code
from nassim.core.keys import Key, defaults
from nassim.core.lifting import lifted
from nassim.core.random_streams import Streams
from nassim.core.shapes import check_keys
from nassim.core.strategy import ONE, name_of
from nassim.engine.judgement import Judge
from nassim.engine.loop import check_end, construct
from nassim.study.benchmarks import Asked, Subject, Tell, asked_in, quiet, subjects_of
from nassim.study.spec.keys import BUDGET, FIELDS, POLICY_KEYS, STUDY, TABLES
from nassim.study.spec.protocols import follow
from nassim.study.spec.strategy import StrategySpec, check_length, entries_of

FILE = "study.toml"
WITHIN: dict[str, dict[str, Key]] = {"budget": BUDGET, "policies": POLICY_KEYS}
MEND = "mend the file"
TRAINING_SEEDS = np.zeros(1, dtype=np.uint32)  # of the run that rehearses
FILE_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True)
class Outline:
    """A study as its file says; what it names as code is not imported, and no benchmark is loaded."""

    name: str
    question: str
    runs: int
    seed: int
    budget: dict[str, Any]
    policies: dict[str, Any]
    protocol: str | None
    entries: tuple[StrategySpec, ...]
    subjects: tuple[Asked, ...] = field(repr=False)

    @property
    def benchmarks(self) -> list[str]:
        """The labels of the benchmarks."""
        return [subject.label for subject in self.subjects]

    def resolved(self) -> dict[str, Any]:
        """Return all that the study asks for as plain data: defaults filled in, grids written out."""
        plain = {name: getattr(self, name) for name in (*FIELDS, *TABLES)}
        plain |= {"protocol": self.protocol} if self.protocol else {}
        strategies = [entry.resolved() for entry in self.entries]
        learned = {subject.label: subject.asked for subject in self.subjects if len(subject.asked) > 1}
        surrogates = {"surrogates": learned} if learned else {}
        return plain | {"benchmarks": self.benchmarks, **surrogates, "strategies": strategies}


@dataclass(frozen=True)
class Study(Outline):
    """A study in full; everything in it has been checked."""

    subjects: tuple[Subject, ...] = field(repr=False)


def read_study(place: str | Path, runs: int | None = None, tell: Tell = quiet) -> Study:
    """Return the study of a folder, a TOML file or a shipped name; `runs` overrides how many runs it asks for.

    What has to be learned for it is learned now; `tell` hears of it.

    SettingError says in one line which file and which key is wrong.
    """
    file = find_study(place)
    said = read_written(file, MEND)
    with _naming(file):
        return _study(_document(said, runs), file.parent, tell)


def outline(place: str | Path, runs: int | None = None) -> Outline:
    """Return what a study's file says, as read_study does, without importing, loading or learning anything for it."""
    file = find_study(place)
    said = read_written(file, MEND)
    with _naming(file):
        return _outline(_document(said, runs), file.parent)


def restore(resolved: dict[str, Any], folder: Path) -> Study:
    """Return the study that Study.resolved spelled out; files that it names are relative to `folder`.

    Code that it names is imported; ResultsFolder.check_code asks first whether it may be.
    """
    return _study(_complete(_written(resolved), None), folder, quiet)


def restore_outline(resolved: dict[str, Any], folder: Path) -> Outline:
    """Return the study that Outline.resolved spelled out, as restore does, without importing or loading anything."""
    return _outline(_complete(_written(resolved), None), folder)


def find_study(place: str | Path) -> Path:
    """Return the TOML file of a study's folder, file or shipped name."""
    path = Path(place)
    if path.is_file():
        return path
    for folder in (path, catalog.shipped("studies") / path):
        if (folder / FILE).is_file():
            return folder / FILE
    if path.is_dir():
        raise SettingError(f"{path}: this folder has no {FILE}")
    shipped = catalog.shipped("studies").glob(f"*/{FILE}")
    raise UnknownNameError.of("study", str(place), (file.parent.name for file in shipped))


def _written(resolved: dict[str, Any]) -> dict[str, Any]:
    """Return the study file that says what Study.resolved spelled out."""
    plain = {name: resolved[name] for name in (*FIELDS, "protocol") if name in resolved}
    tables = {name: {key: value for key, value in resolved[name].items() if value is not None} for name in TABLES}
    learned = resolved.get("surrogates", {})
    benchmarks = [learned.get(label, {"name": label}) for label in resolved["benchmarks"]]
    strategies = [
        {"name": one["name"], "label": one["label"], **one["settings"], **one.get("policies", {})}
        for one in resolved["strategies"]
    ]
    return plain | tables | {"benchmark": benchmarks, "strategy": strategies}


def _document(said: dict[str, Any], runs: int | None) -> dict[str, Any]:
    """Return what a file says, checked, with what its protocol and defaults set."""
    check_keys(said, STUDY)
    return _complete(follow(said) if "protocol" in said else said, runs)


def _complete(document: dict[str, Any], runs: int | None) -> dict[str, Any]:
    given = defaults(FIELDS | TABLES) | document | ({} if runs is None else {"runs": runs})
    _check_fields(given)
    return given | {name: _table(name, given[name]) for name in TABLES}


def _parts(document: dict[str, Any], folder: Path, *, code: bool = True) -> dict[str, Any]:
    """Return all of a study but its benchmarks."""
    entries = entries_of(document["strategy"], folder, code=code)
    plain = {name: document[name] for name in (*FIELDS, *TABLES)} | {"protocol": document.get("protocol")}
    return plain | {"policies": _with_one_judge(document["policies"], entries), "entries": entries}


def _outline(document: dict[str, Any], folder: Path) -> Outline:
    parts = _parts(document, folder, code=False)
    return Outline(**parts, subjects=asked_in(document.get("benchmarks"), document.get("benchmark")))


def _study(document: dict[str, Any], folder: Path, tell: Tell) -> Study:
    parts = _parts(document, folder)
    subjects = subjects_of(document.get("benchmarks"), document.get("benchmark"), folder, tell)
    study = Study(**parts, subjects=subjects)
    _rehearse(study)
    return study


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Let an error say in which file the fault is."""
    try:
        yield
    except NassimError as error:
        raise SettingError(f"{file}: {error}") from error


def _check_fields(given: dict[str, Any]) -> None:
    check_keys(given, STUDY)
    if not {"benchmarks", "benchmark"} & given.keys():
        raise SettingError("the key 'benchmarks' is missing")
    if not FILE_NAME.fullmatch(given["name"]):
        raise SettingError(f"'name' names a folder: use letters, digits, '_', '-' and '.', got {given['name']!r}")
    check_length("'name'", given["name"])


def _table(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the table [budget] or [policies] with its defaults."""
    check_keys(given, WITHIN[name], f" of [{name}]")
    return defaults(WITHIN[name]) | given


def _with_one_judge(policies: dict[str, Any], entries: Iterable[StrategySpec]) -> dict[str, Any]:
    """Return the policies with one judge of all strategies: all seeds, where any strategy sees more than one of each.

    SettingError where a strategy asks for a judge of its own.
    """
    for entry in entries:
        if "judged_by" in entry.policies:
            raise SettingError(f"{entry.label}: 'judged_by' is the same for all strategies; write it under [policies]")
    signals = {(policies | entry.policies)["signal"] for entry in entries}
    if policies["judged_by"] == "auto" and signals != {"one-seed"}:
        return policies | {"judged_by": "all-seeds"}
    return policies


def _rehearse(study: Study) -> None:
    """Let one run of every strategy ask once on every benchmark, so that what cannot work is known at once."""
    for entry, subject in product(study.entries, study.subjects):
        cell = f"{entry.label} on {subject.label}"
        with user_code(cell, "run 0"):
            _rehearse_one(study, entry, subject, cell)


def _rehearse_one(study: Study, entry: StrategySpec, subject: Subject, cell: str) -> None:
    kind = lifted(catalog.strategy(entry.source, code=True))
    streams = Streams(study.seed, name_of(kind), [0])
    searcher = construct(kind, subject.loaded, streams, entry.settings, cell)
    policies = study.policies | entry.policies
    check_end(entry.label, searcher.max_evaluations, **(study.budget | subject.budget), repeats=policies["repeats"])
    Judge.of(subject.loaded, policies["judged_by"], policies["signal"], TRAINING_SEEDS)
    with blamed(name_of(kind)):
        asked, bench = searcher.ask(ONE), subject.loaded
    if isinstance(asked, Mixture) and not isinstance(bench, Relaxable):
        raise SettingError(f"{entry.label} searches by mixtures, for which {subject.label} has no answers")
    if isinstance(asked, Mixture) and isinstance(bench, Relaxable):
        bench.relax(asked)  # a surrogate may refuse, for want of one-hot features
