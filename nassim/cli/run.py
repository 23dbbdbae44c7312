"""`nassim run`: a study, and its report."""

from __future__ import annotations

from nassim.cli._options import Jobs, Out, Runs, StudyArgument

ORDER = 10


def command(
    study: StudyArgument,
    *,
    out: Out = None,
    jobs: Jobs = None,
    runs: Runs = None,
) -> None:
    """Run a study, or what is still missing of it, and report what it found."""
    from nassim.cli._render.progress import resumable, units
    from nassim.study.results import ResultsFolder
    from nassim.study.runner import run_study
    from nassim.study.spec.reading import find_study

    bar = units()
    with resumable(bar):
        with bar:
            folder = run_study(study, out=out, jobs=jobs, runs=runs, watcher=bar)
        from nassim.cli._reporting import reported, tell  # as slow to import as it is to find a study wrong

        results = ResultsFolder.open(folder, find_study(study).parent)
        summary = reported(results, jobs)
    tell(summary, results.folder, summary.answer)
