"""What `nassim check`, `lock` and `reproduce` do alike: run what is missing of a study under a progress bar."""

from __future__ import annotations

from pathlib import Path

from nassim.cli._render.progress import units, watched
from nassim.core.errors import DataError
from nassim.study.plan import Outline, Study, read_study
from nassim.study.results import ResultsFolder
from nassim.study.runner import run_plan


def planned(study: str, runs: int | None) -> Study:
    """Return a study whose benchmarks are made, which may take a while."""
    with units() as bar:
        return read_study(study, runs, bar.prepare)


def completed(plan: Outline, out: Path | None, jobs: int | None) -> ResultsFolder:
    """Return the results of a study, after running what is missing; of an outline, as they are."""
    folder = out or Path("results", plan.name)
    if isinstance(plan, Study):
        with watched("units") as bar:
            run_plan(plan, folder, jobs, bar)
    results = ResultsFolder.open(folder)
    other = [key for key, value in plan.resolved().items() if results.study.get(key) != value]
    if other:
        raise DataError(
            f"{folder}: holds the results of another study, or of an older version of it: {other[0]} differs"
        )
    return results
