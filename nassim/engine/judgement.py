"""Judgement: who says what an architecture that a search found is worth."""

from __future__ import annotations

from dataclasses import dataclass

from nassim.core.arrays import Archs, Floats, RandomWords, Rows
from nassim.core.benchmark import Benchmark
from nassim.core.documents import Table
from nassim.core.errors import SettingError
from nassim.core.policies import JudgedBy, Signal


@dataclass(frozen=True, eq=False)
class Judge:
    """The report split of a benchmark, for each run the mean over the trainings that it did not see where it can.

    A training that a run chose for its error looks better in that error than it is: the mean over all trainings, which
    holds it, shares some of that luck, and the mean over the others shares none.
    """

    benchmark: Benchmark
    training_seed: (
        RandomWords | None
    )  # (runs,) which training of each architecture a run sees; None = all judge all runs

    @classmethod
    def of(cls, benchmark: Benchmark, judged_by: JudgedBy, signal: Signal, training_seed: RandomWords) -> Judge:
        """Return the judge of a simulation.

        unseen-seeds  the other trainings; auto: these where they can, and all seeds elsewhere
        all-seeds     the report split as the benchmark has it

        Raises:
            SettingError: Where it is to be unseen seeds and they cannot.
        """
        if judged_by == "all-seeds":
            return cls(benchmark, None)
        refused = _refused(benchmark, signal)
        if refused and judged_by == "unseen-seeds":
            raise SettingError(f"judged_by = 'unseen-seeds' {refused}; leave it out, or say 'all-seeds'")
        return cls(benchmark, None if refused else training_seed)

    def truth(self, archs: Archs, rows: Rows) -> Floats:
        """Return the error of each architecture, (n,), as it counts for the run in that row."""
        if self.training_seed is None:
            return self.benchmark.truth(archs)
        return self.benchmark.unseen(archs, self.training_seed[rows])

    def facts(self) -> Table:
        """Return what a trace says of who judged, and of what is left to chance in that: see `benchmark.Floor`."""
        if self.training_seed is None:
            return {"judged_by": "all-seeds"}
        floor = self.benchmark.floor()
        split = f"{self.benchmark.card.report_split}, but for the one that the run saw"
        return {"judged_by": "unseen-seeds", "report_split": split, "floor": floor and floor._asdict()}


def _refused(benchmark: Benchmark, signal: Signal) -> str:
    """Return why unseen seeds cannot judge, or nothing."""
    if signal != "one-seed":
        return f"needs signal = 'one-seed', got {signal!r}: otherwise runs have seen all of them"
    if benchmark.floor() is None:
        return (
            f"needs two trainings or more of every architecture, which report and search have in common, and "
            f"{benchmark.name} has no such"
        )
    return ""
