"""ReportedOn: a surrogate or a table answers a search, and another table judges what was found."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from nassim.benchmarks.tabular import Tabular
from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import Mixture, Outcome, Query, RelaxedOutcome, TrainingSet, is_exact
from nassim.core.errors import SettingError
from nassim.core.renamed import renamed_names

if TYPE_CHECKING:
    from nassim.benchmarks.surrogate import SurrogateBenchmark
    from nassim.benchmarks.table import TableBenchmark


class ReportedOn:
    """What a strategy sees are predictions, or another data set; the truth, and so the regret, is the judge's."""

    def __init__(self, answers: SurrogateBenchmark | TableBenchmark, judge: Tabular) -> None:
        if answers.space.name != judge.space.name:
            raise SettingError(f"{judge.name} is of {judge.space.name} and cannot judge {answers.space.name}")
        self.answers, self.judge = answers, judge
        self.name = f"{answers.name} judged by {judge.name}"
        self.space, self.epochs, self.costs = answers.space, answers.epochs, answers.costs
        both = f"{answers.card.sha256} {judge.card.sha256}"
        self.card = replace(
            answers.card,
            report_split=judge.card.report_split,
            unit=judge.card.unit,
            sha256=sha256(both.encode()).hexdigest(),
        )

    def __copy__(self) -> Self:
        """Return a benchmark whose parts are copies too: they remember what they have drawn."""
        return type(self)(copy(self.answers), copy(self.judge))

    @property
    def exact(self) -> bool:
        """Whether answers and judgement are the same on every machine."""
        return is_exact(self.answers) and is_exact(self.judge)

    @property
    def optimum(self) -> float:
        """The judge's lowest error on the report split."""
        return self.judge.optimum

    def per_network(self) -> Self:
        """Return this benchmark with isomorphic architectures sharing one's answers and one's truth."""
        return type(self)(self.answers.per_network(), self.judge.per_network())

    def truth(self, archs: Archs) -> Floats:
        """Return the judge's error on the report split, shape (n,)."""
        return self.judge.truth(archs)

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return one of the costs of what is searched, (n,)."""
        return self.answers.cost(name, archs)

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return what the search sees of each row of the query, as its training seed (m,) has it."""
        return self.answers.evaluate(query, training_seed)

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return what the search sees of a mixture, and its gradient."""
        return self.answers.relax(mixture, training_seed)

    def training_set(self, *, mean: bool) -> TrainingSet:
        """Return the trainings that answers for mixtures are made of: those of what is searched."""
        return self.answers.training_set(mean=mean)


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"JudgedBenchmark": f"{__name__}.ReportedOn"})
