"""`nassim lock`: what a study found, to hold it to that later."""

from __future__ import annotations

from nassim.cli._options import Jobs, Out, Runs, StudyArgument

ORDER = 100


def command(study: StudyArgument, *, out: Out = None, jobs: Jobs = None, runs: Runs = None) -> None:
    """Run a study, or what is still missing of it, and write what it found and with what to lock.json beside it."""
    from nassim.cli._completing import completed, planned
    from nassim.cli._render import console
    from nassim.study.spec.reading import find_study
    from nassim.study.verify import lock

    found = lock.lock_of(completed(planned(study, runs), out, jobs))
    path = find_study(study).with_name(lock.FILE)
    lock.write_lock(found, path)
    console().print(f"locked {len(found.cells)} cells: {path}", markup=False, soft_wrap=True)
