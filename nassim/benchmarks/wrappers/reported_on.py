"""ReportedOn: one benchmark answers a search, and another of the same space judges what was found.

wrap = [{name = "reported_on", judge = "nb201/cifar100"}]   # found on one data set, reported on another
wrap = [{name = "reported_on", judge = "table"}]            # found by a surrogate, reported on what it learned from
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from nassim.benchmarks import loading
from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import Benchmark, Floor
from nassim.core.errors import SettingError
from nassim.core.renamed import renamed_names
from nassim.core.settings import JudgeName
from nassim.core.wrapper import Wrapper


class ReportedOn(Wrapper):
    """What a strategy sees are a surrogate's predictions, or another data set; the truth is the judge's.

    Args:
        judge: The name of the benchmark on whose report split errors and regrets are; "table" beside a surrogate is
            what it was learned from. In Python the benchmark itself may be given instead.
    """

    def __init__(self, benchmark: Benchmark, table: Benchmark | None = None, *, judge: JudgeName | None = None) -> None:
        super().__init__(benchmark)
        found = table if judge is None else loading.load(judge)
        if found is None or (table is not None and judge is not None):
            raise SettingError("reported_on needs one judge: 'judge', the name of a benchmark, or the benchmark itself")
        self.judge: Benchmark = found
        if benchmark.space.name != self.judge.space.name:
            raise SettingError(
                f"{self.judge.name} is of {self.judge.space.name} and cannot judge {benchmark.space.name}"
            )
        self.name = f"{benchmark.name} judged by {self.judge.name}"
        both = f"{benchmark.card.sha256} {self.judge.card.sha256}"
        self.card = replace(
            benchmark.card,
            report_split=self.judge.card.report_split,
            unit=self.judge.card.unit,
            sha256=sha256(both.encode()).hexdigest(),
        )

    def __copy__(self) -> Self:
        """Return a benchmark whose parts are copies too."""
        made = super().__copy__()
        made.judge = copy(self.judge)
        return made

    @property
    def kinds(self) -> tuple[type, ...]:
        """The classes of what answers, and of what judges."""
        return super().kinds + self.judge.kinds

    @property
    def exact(self) -> bool:
        """Whether answers and judgement are the same on every machine."""
        return self.benchmark.exact and self.judge.exact

    @property
    def optimum(self) -> float:
        """The judge's lowest error on the report split."""
        return self.judge.optimum

    def per_network(self) -> Self:
        """Return this benchmark with isomorphic architectures sharing one's answers and one's truth."""
        made = super().per_network()
        made.judge = self.judge.per_network()
        return made

    def truth(self, archs: Archs) -> Floats:
        """Return the judge's error on the report split, shape (n,)."""
        return self.judge.truth(archs)

    def everything(self) -> Archs | None:
        """Return the architectures whose truth the judge has recorded."""
        return self.judge.everything()

    def floor(self) -> Floor | None:
        """Return None: no training of what is searched judges it."""
        return None

    def unseen(self, archs: Archs, training_seed: RandomWords) -> Floats:
        """Raise SettingError: there is no floor."""
        return Benchmark.unseen(self, archs, training_seed)


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"JudgedBenchmark": f"{__name__}.ReportedOn"})
