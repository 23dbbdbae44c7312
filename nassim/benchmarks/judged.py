"""JudgedBenchmark: a surrogate answers a search, and the table that it was learned from judges what was found."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from hashlib import sha256
from typing import Self

from nassim.benchmark import Mixture, Outcome, Query, Slope
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.benchmarks.table import TableBenchmark
from nassim.errors import SettingError
from nassim.space import Archs
from nassim.streams import Floats, Words


class JudgedBenchmark:
    """What a strategy sees is predicted; the truth, and so the regret of what it finds, is the table's."""

    def __init__(self, answers: SurrogateBenchmark, judge: TableBenchmark) -> None:
        if answers.space.name != judge.space.name:
            raise SettingError(f"{judge.name} is of {judge.space.name} and cannot judge {answers.space.name}")
        self.answers, self.judge = answers, judge
        self.name = f"{answers.name} judged by {judge.name}"
        self.space, self.epochs, self.costs = answers.space, answers.epochs, answers.costs
        both = f"{answers.card.sha256} {judge.card.sha256}"
        self.card = replace(
            answers.card, report_split=judge.card.report_split, sha256=sha256(both.encode()).hexdigest()
        )

    def __copy__(self) -> Self:
        """Return a benchmark whose parts are copies too: they remember what they have drawn."""
        return type(self)(copy(self.answers), copy(self.judge))

    @property
    def optimum(self) -> float:
        """The table's lowest error on the report split."""
        return self.judge.optimum

    def per_network(self) -> Self:
        """Return this benchmark with isomorphic architectures sharing one's answers and one's truth."""
        return type(self)(self.answers.per_network(), self.judge.per_network())

    def truth(self, archs: Archs) -> Floats:
        """Return the table's error on the report split, shape (n,)."""
        return self.judge.truth(archs)

    def known(self, cost: str, archs: Archs) -> Floats:
        """Return what the surrogate predicts of one of its costs, (n,)."""
        return self.answers.known(cost, archs)

    def evaluate(self, query: Query, luck: Words | None = None) -> Outcome:
        """Return what the surrogate predicts of each row of the query, as its luck (m,) has it."""
        return self.answers.evaluate(query, luck)

    def relax(self, mixture: Mixture, luck: Words | None = None) -> Slope:
        """Return what the surrogate expects under a mixture, and its gradient."""
        return self.answers.relax(mixture, luck)
