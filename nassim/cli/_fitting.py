"""What `nassim fit` does: learn a benchmark, audit what was learned, and write all of it into a new folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from nassim.benchmarks.learning import audit, fit
from nassim.benchmarks.partial_table import source_of
from nassim.cli._render import console
from nassim.core.benchmark import Card
from nassim.core.errors import DataError
from nassim.data.atomic import whole_folder
from nassim.report.figures.surrogate import of_audit
from nassim.report.style import drawn
from nassim.surrogates.audit import Audit
from nassim.surrogates.fit import Options, fit_targets
from nassim.surrogates.model import Surrogate
from nassim.surrogates.storage import write_surrogate

AUDIT = "audit"  # name of the files of an audit


def fitted(benchmark: str, target: str | None, out: Path, options: Options) -> Audit:
    """Learn and audit a benchmark, save models, audit.json and figures into a new folder, and return the audit.

    `target` None = all of them, of which the error is audited. `options` are what `nassim.fit` takes.
    """
    _check_new(out)
    with console(stderr=True).status(f"learning {benchmark}") as status, whole_folder(out) as partial:
        name, card, models = _learned(benchmark, target, options)
        status.update("auditing: learning it again in other ways")
        found = audit(
            benchmark,
            target or "error",
            options.train,
            options.seed,
            active=options.active,
            encoding=options.encoding,
            search=options.search,
        )
        card = replace(card, facts={"surrogate": {**card.facts["surrogate"], **found.card_facts()}})
        write_surrogate(name, card, models, partial)
        (partial / f"{AUDIT}.json").write_text(found.json() + "\n", encoding="utf-8")
        for kind, content in drawn(lambda: of_audit(found)).items():
            (partial / f"{AUDIT}.{kind}").write_bytes(content)
    return found


def _learned(benchmark: str, target: str | None, options: Options) -> tuple[str, Card, Mapping[str, Surrogate]]:
    """Learn a benchmark, or one target of it alone; return its name, its card and the models."""
    if target is not None:
        return fit_targets(source_of(benchmark), options, [target])
    fitted = fit(
        benchmark,
        options.train,
        options.seed,
        active=options.active,
        encoding=options.encoding,
        search=options.search,
    )
    return fitted.name, fitted.card, fitted.models


def _check_new(folder: Path) -> None:
    if any(parent.exists() and not parent.is_dir() for parent in folder.parents):
        raise DataError(f"{folder}: a part of this path is a file; choose another folder with --out")
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise DataError(f"{folder}: is there already; delete it or choose another folder with --out")
