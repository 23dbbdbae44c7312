"""Runs a study: its units of work on all cores, each kept on disk when done, so that a killed study continues."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from nassim.core.errors import DataError
from nassim.core.settings import Count, check_value
from nassim.core.watcher import Watcher
from nassim.data.atomic import alone, write_text, writing
from nassim.engine.provenance import versions
from nassim.parallel import cores, results
from nassim.study.cache_key import digest
from nassim.study.forecast import Forecast, check_forecast, estimate, forecast
from nassim.study.plan import StudyPlan, read_study
from nassim.study.results import RECORD, RECORD_FORMAT, read_record
from nassim.study.schedule import Schedule
from nassim.study.spec.reading import Study
from nassim.study.work_units import WorkUnit, compute, is_kept, leftovers, units_of


def run_study(
    study: Study,
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    runs: int | None = None,
    watcher: Watcher | None = None,
) -> Path:
    """Run what is still missing of a study, and return its results folder.

    What is already there is kept; an interrupted study continues where it was.

    Args:
        study: A folder with study.toml, a TOML file, the name of a study that nassim ships, or a dictionary of what
            study.toml would say.
        out: The results folder; default results/<name of the study>.
        jobs: How many processes; default one per core. Results do not depend on it.
        runs: How many runs of each strategy, instead of what the study asks for.
        watcher: Is told of the progress; nassim.cli._render.progress.Bar shows it.
    """
    check_value("jobs", jobs, Count | None)
    watcher = watcher or Watcher()
    plan = read_study(study, runs, watcher.prepare)
    return run_plan(plan, Path("results", plan.spec.name) if out is None else Path(out), jobs, watcher)


def run_plan(plan: StudyPlan, folder: Path, jobs: int | None = None, watcher: Watcher | None = None) -> Path:
    """Run what is still missing of a study that was read into a results folder, and return the folder."""
    check_value("jobs", jobs, Count | None)
    work = forecast(plan)
    check_forecast(work, folder, jobs or cores())
    units = units_of(plan)
    _claim(folder, plan)
    with alone(folder):
        _write_record(folder / RECORD, _record(plan, units))
        try:
            _complete(plan, work, units, folder, jobs, watcher or Watcher())
        finally:
            with suppress(OSError):
                for path in leftovers(units, folder):
                    path.unlink(missing_ok=True)
    return folder


def _claim(folder: Path, plan: StudyPlan) -> None:
    """Make the results folder, or make sure that the one there is this study's."""
    if folder.is_file():
        raise DataError(f"{folder}: this is a file, not a folder; choose another with --out")
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not (folder / RECORD).exists():
        if any(not path.name.startswith(".") for path in folder.iterdir()):
            raise DataError(f"{folder}: not empty and not a results folder of nassim; choose another with --out")
        return
    record, spec = read_record(folder)
    of = f"study {spec.name!r} by nassim {record.versions.nassim}"
    wanted = f"study {plan.spec.name!r} by nassim {version('nassim')}"
    if of != wanted:
        raise DataError(f"{folder}: holds the results of {of}, not of {wanted}; choose another folder with --out")


def _write_record(path: Path, text: str) -> None:
    if not (path.exists() and path.read_text(encoding="utf-8") == text):
        write_text(path, text)


def _record(plan: StudyPlan, units: list[WorkUnit]) -> str:
    """Return the text of study.json: the study, what makes the traces, and where each is."""
    cells = groupby(units, key=lambda unit: (unit.label, unit.on))
    study = plan.spec.to_json()
    record = {
        "format": RECORD_FORMAT,
        "versions": versions(),
        "hash": digest(study),
        "study": study,
        "traces": [[unit.path for unit in cell] for _, cell in cells],
    }
    return json.dumps(record, indent=1) + "\n"


def _complete(
    plan: StudyPlan, work: Forecast, units: list[WorkUnit], folder: Path, jobs: int | None, watcher: Watcher
) -> None:
    """Compute the units whose traces are not there."""
    missing = [unit for unit in units if not _is_kept(unit, folder, watcher)]
    watcher.begin(len(units) - len(missing), len(units))
    schedule = Schedule(missing)
    jobs = min(jobs or cores(), len(missing))
    if missing:
        share = len(missing) / len(units)
        rest = "" if share == 1 else f"; {len(missing):,} of them are still to do"
        told = f"{work.told()}{rest}", estimate(plan, share, jobs)
        watcher.announce("; ".join(filter(None, told)))
    for unit, seconds in results(_computed, ((unit, folder) for unit in schedule), jobs):
        schedule.done(unit, seconds)
        watcher.advance(schedule.seconds_left() / jobs)


def _computed(unit: WorkUnit, folder: Path) -> tuple[WorkUnit, float]:
    return unit, compute(unit, folder)


def _is_kept(unit: WorkUnit, folder: Path, watcher: Watcher) -> bool:
    try:
        return is_kept(unit, folder)
    except DataError:
        watcher.note(f"{folder / unit.path}: damaged, or the trace of other work; computing it again")
        return False
