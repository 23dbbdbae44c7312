"""What `nassim check`, `lock` and `reproduce` do alike: run what is missing of a study under a progress bar."""

from __future__ import annotations

from pathlib import Path

from nassim.cli._render.progress import units, watched
from nassim.core.errors import DataError
from nassim.study.plan import StudyPlan, read_study
from nassim.study.results import ResultsFolder
from nassim.study.runner import run_plan
from nassim.study.spec.study import StudySpec


def planned(study: str, runs: int | None) -> StudyPlan:
    """Return a study whose benchmarks are made, which may take a while."""
    with units() as bar:
        return read_study(study, runs, bar.prepare)


def completed(plan: StudyPlan, out: Path | None, jobs: int | None) -> ResultsFolder:
    """Return the results of a study, after running what is missing."""
    folder = out or Path("results", plan.spec.name)
    with watched("units") as bar:
        run_plan(plan, folder, jobs, bar)
    return kept(plan.spec, folder)


def kept(spec: StudySpec, out: Path | None) -> ResultsFolder:
    """Return the results of a study as they are; DataError if they are those of another."""
    folder = out or Path("results", spec.name)
    results = ResultsFolder.open(folder)
    other = [key for key, value in spec.to_json().items() if results.study.get(key) != value]
    if other:
        raise DataError(
            f"{folder}: holds the results of another study, or of an older version of it: {other[0]} differs"
        )
    return results
