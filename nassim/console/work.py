"""What `nassim import`, `nassim fit` and `nassim show --explain` do, with something to watch while they do it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from nassim.catalog import data_folders
from nassim.core.errors import DataError, UnknownNameError
from nassim.data.atomic import writing

if TYPE_CHECKING:
    from nassim.core.benchmark import Card
    from nassim.study.results import Results
    from nassim.surrogates.audit import Audit
    from nassim.surrogates.explanation import Explained
    from nassim.surrogates.model import Surrogate

AUDIT = "audit"  # name of the files of an audit


def imported(
    format_: str, source: Path, out: Path | None, console: Console, *, replace: bool = False, **options: Any
) -> list[str]:
    """Import a published file under a progress bar, and return lines that say what there is now and how to go on."""
    from nassim.importers import import_data

    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"reading {source.name}", total=None)
        heard: list[str] = []
        names = import_data(
            format_,
            source,
            out,
            lambda done, total: progress.update(task, completed=done, total=total),
            replace=replace,
            told=heard.append,
            **options,
        )
    lines = [*heard, f"imported {', '.join(names)}"]
    if out is not None and out.resolve() not in [folder.resolve() for folder in data_folders()]:
        lines.append(f"to have nassim look there: export NASSIM_DATA={out}")
    return [*lines, f"go on with: nassim show {names[0]}, or nassim fit {names[0]}"]


def fitted(benchmark: str, target: str | None, out: Path, options: Mapping[str, Any], console: Console) -> Audit:
    """Learn and audit a benchmark, save models, audit.json and figures into a new folder, and return the audit.

    `target` None = all of them, of which the error is audited. `options` are those of `fit`.
    """
    from nassim.benchmarks.learning import audit
    from nassim.report.style import drawn
    from nassim.report.surrogate_figure import surrogate_figure
    from nassim.surrogates.storage import write_surrogate

    _check_new(out)
    with console.status(f"learning {benchmark}") as status, _new(out) as partial:
        name, card, models = _learned(benchmark, target, dict(options))
        status.update("auditing: learning it again in other ways")
        found = audit(benchmark, target or "error", **options)
        card = replace(card, facts={"surrogate": card.facts["surrogate"] | found.card_facts()})
        write_surrogate(name, card, models, partial)
        (partial / f"{AUDIT}.json").write_text(found.json() + "\n", encoding="utf-8")
        for kind, content in drawn(lambda: surrogate_figure(found)).items():
            (partial / f"{AUDIT}.{kind}").write_bytes(content)
    return found


def explained_to(benchmark: str, out: Path, console: Console) -> Explained:
    """Explain a benchmark, and write the figure of it to `out` with the endings pdf and png."""
    from nassim.benchmarks.learning import explained
    from nassim.report.build import write
    from nassim.report.explanation_figure import explanation_figure
    from nassim.report.style import drawn

    with console.status(f"explaining {benchmark}"):
        found = explained(benchmark)
        title = f"{found.benchmark}: what its error rests on, learned from {found.train:,} trainings"
        files = drawn(lambda: explanation_figure(found.explanation, title, found.unit))
    for kind, content in files.items():
        path = out.with_name(f"{out.name}.{kind}")
        with writing(path):
            write(path, content)
    return found


def drawn_figures(
    results: Results, wanted: Sequence[str], paper: str, kinds: Sequence[str], out: Path, jobs: int | None
) -> list[Path]:
    """Draw figures of results by their names, or all, as files for a paper, and return their paths."""
    from nassim.parallel import cores
    from nassim.report.build import draw
    from nassim.report.figures import names
    from nassim.report.style import FORMATS, PAPERS

    for kind, given, known in (("paper", [paper], PAPERS), ("format", kinds, FORMATS)):
        for name in given:
            if name not in known:
                raise UnknownNameError.of(kind, name, known)
    figures = names() if "all" in wanted else wanted
    with writing(out):
        return draw(results, figures, out, paper=PAPERS[paper], kinds=kinds, jobs=jobs or cores())


def file_name(benchmark: str) -> str:
    """Return <family>-<dataset>."""
    return re.sub(r"[^\w.]+", "-", benchmark).strip("-.")


def _learned(benchmark: str, target: str | None, options: dict[str, Any]) -> tuple[str, Card, Mapping[str, Surrogate]]:
    """Learn a benchmark, or one target of it alone; return its name, its card and the models."""
    from nassim.benchmarks.learning import fit
    from nassim.benchmarks.partial_table import source_of
    from nassim.surrogates.fit import Options, fit_targets

    if target is None:
        fitted = fit(benchmark, **options)
        return fitted.name, fitted.card, fitted.models
    return fit_targets(source_of(benchmark), Options(**options), [target])


def _check_new(folder: Path) -> None:
    if any(parent.exists() and not parent.is_dir() for parent in folder.parents):
        raise DataError(f"{folder}: a part of this path is a file; choose another folder with --out")
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise DataError(f"{folder}: is there already; delete it or choose another folder with --out")


@contextmanager
def _new(folder: Path) -> Iterator[Path]:
    """Yield another place that becomes the new folder when all is written, or is gone."""
    partial, alone = folder.with_name(f".{folder.name}.{os.getpid()}.new"), not folder.parent.exists()
    try:
        with writing(folder):
            yield partial
            if folder.exists():
                folder.rmdir()
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if alone:
            with suppress(OSError):  # it holds the new folder
                folder.parent.rmdir()
