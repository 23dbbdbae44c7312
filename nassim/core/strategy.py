"""How a search strategy is written: for many runs at once (Strategy) or for one run in plain Python (OneRun)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.core.renamed import renamed_members, renamed_names
from nassim.core.space import Space

ONE: Rows = np.zeros(1, dtype=np.intp)
CostOracle = Callable[[str, Archs], Floats]  # the name of a cost, architectures (n, genes) -> the cost of each (n,)


class PricedOracle(ABC):
    """A cost oracle of which runs may also ask costs that are measured, and pay for that."""

    @abstractmethod
    def __call__(self, name: str, archs: Archs) -> Floats:
        """Return a cost of architectures (n, genes) that is known without training, (n,)."""

    @abstractmethod
    def ask(self, name: str, archs: Archs, rows: Rows) -> Floats:
        """Return a cost of architectures (n, genes) for the runs in these rows (n,), who pay if it is measured."""


Asked = Query | Mixture
Answer = Outcome | RelaxedOutcome
AskedT = TypeVar("AskedT", bound=Asked)
AnswerT = TypeVar("AnswerT", bound=Answer)


@renamed_members(
    choice="recommend",
    discretise="derive_architecture",
    inform="set_cost_oracle",
    known="cost",
    limit="max_evaluations",
    note="diagnostics",
    together="runs_per_unit",
)
class Strategy(ABC, Generic[AskedT, AnswerT]):
    """A search strategy that holds many independent runs as arrays, the run axis first.

    The simulator calls `ask` and `tell` with the acting rows. All rows of one call have been asked equally
    often and told equally often, so a plain counter tells every run's age. With W workers a run is asked W
    times before its first answer; answers may come in another order than they were asked.
    Subclasses take their settings as keyword arguments after (space, streams): the constructor is the schema. They
    inherit from Strategy[Query, Outcome], Strategy[Mixture, RelaxedOutcome], or Strategy where nobody checks types.
    """

    exact: ClassVar[bool] = False  # integers, comparisons and plain arithmetic only: the same bits on every machine
    max_evaluations: int | None = None  # after this many evaluations the search has ended by itself
    trains_itself: ClassVar[bool] = False  # whether it trains for real what its mixtures stand for: it hears no errors
    several_objectives: ClassVar[bool] = False  # whether it minimises all objectives; else it knows the error alone
    _cost_oracle: CostOracle | None = None
    runs_per_unit: int = 500  # runs that a study does as one unit of work; fewer for a slow strategy
    objectives: int = 1  # how many are minimised; known from `prepare` on
    limited: bool = False  # whether there are limits to keep; known from `prepare` on

    def __init__(self, space: Space, streams: Streams) -> None:
        self.space = space
        self.streams = streams

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Hear after how many epochs of training there are answers, increasing; called before the first question."""

    @abstractmethod
    def ask(self, rows: Rows) -> AskedT:
        """Return what each of the rows (m,) wants to evaluate next: a Query, or a Mixture."""

    @abstractmethod
    def tell(self, rows: Rows, asked: AskedT, answer: AnswerT) -> None:
        """Learn from one completed evaluation per row: a Query and its Outcome, or a Mixture and its RelaxedOutcome."""

    def set_cost_oracle(self, oracle: CostOracle) -> None:
        """Take the benchmark's `cost`: costs that are known without training, such as zero-cost scores."""
        self._cost_oracle = oracle

    def cost(self, name: str, archs: Archs, rows: Rows | None = None) -> Floats:
        """Return a cost of architectures (n, genes) that the benchmark knows without training them, (n,).

        One that has to be measured is paid for by the runs in these rows (n,), where it may be; None = nobody pays.
        """
        if self._cost_oracle is None:
            raise SettingError(f"{name_of(type(self))} needs {name!r}, and nothing is known without training")
        if rows is not None and isinstance(self._cost_oracle, PricedOracle):
            return self._cost_oracle.ask(name, archs, rows)
        return self._cost_oracle(name, archs)

    def derive_architecture(self, rows: Rows) -> Archs:
        """Return the architectures that rows asking for Mixtures would hand in now, shape (m, genes)."""
        raise SettingError(
            f"{type(self).__name__} asked for {rows.size} mixtures but derives no architecture from them"
        )

    def recommend(self, rows: Rows) -> NDArray[np.intp] | None:  # noqa: ARG002  (for those that override it)
        """Return which of its answers, from 0 in their order, each row would hand in now, (m,); None: the lowest error.

        A failed training is never handed in: where one is chosen, it is the lowest error after all.
        """
        return None

    def survivors(self, rows: Rows) -> Ids | None:  # noqa: ARG002  (for those that override it)
        """Return which of its answers, from 0 in their order, are each row's population now, (m, p); None: it has none.

        An answer may be there twice; -1 is an empty place. What is no longer in a population never comes back.
        """
        return None

    def diagnostics(self, rows: Rows) -> Mapping[str, Floats]:  # noqa: ARG002  (for those that override it)
        """Return numbers (m,) by name that the trace shall keep beside what the rows have just been told."""
        return {}


@renamed_members(inform="set_cost_oracle", known="cost", limit="max_evaluations", together="runs_per_unit")
class OneRun(ABC):
    """A search strategy for a single run, in plain Python. `lift` makes a Strategy of it."""

    exact: ClassVar[bool] = False
    several_objectives: ClassVar[bool] = False  # whether it overrides `tell_objectives`
    max_evaluations: int | None = None
    runs_per_unit: int = 500
    objectives: int = 1
    limited: bool = False
    _cost_oracle: CostOracle | None = None

    def __init__(self, space: Space, streams: Streams) -> None:
        self.space = space
        self.streams = streams

    def prepare(self) -> None:  # noqa: B027  (for those that override it)
        """Hear how many `objectives` are minimised, and whether within limits; called before the first question."""

    @abstractmethod
    def ask(self) -> Archs:
        """Return the architecture (genes,) to evaluate next."""

    @abstractmethod
    def tell(self, arch: Archs, error: float) -> None:
        """Learn the error of an architecture asked for earlier; nan means that its training failed."""

    def tell_objectives(self, arch: Archs, objectives: Floats, missed: float) -> None:  # noqa: ARG002
        """Learn the objectives (k,) instead, nan = failed or missing, and by how much limits are missed, 0 = not."""
        self.tell(arch, float(objectives[0]))

    def set_cost_oracle(self, oracle: CostOracle) -> None:
        """Take the benchmark's `cost`: costs that are known without training, such as zero-cost scores."""
        self._cost_oracle = oracle

    def cost(self, name: str, arch: Archs) -> float:
        """Return a cost of an architecture (genes,) that the benchmark knows without training it."""
        if self._cost_oracle is None:
            raise SettingError(f"{name_of(type(self))} needs {name!r}, and nothing is known without training")
        return float(self._cost_oracle(name, arch[None])[0])

    def sample(self) -> Archs:
        """Return a random architecture (genes,)."""
        arch: Archs = self.space.sample(ONE, self.streams)[0]
        return arch

    def mutate(self, arch: Archs, how: str = "uniform") -> Archs:
        """Return a copy of `arch` (genes,) with one gene changed."""
        mutant: Archs = self.space.mutate(arch[None], ONE, self.streams, how)[0]
        return mutant

    def uniform(self) -> float:
        """Return a random number in (0, 1)."""
        return float(self.streams.uniform(ONE)[0])

    def integer(self, high: int) -> int:
        """Return a random integer in [0, high)."""
        return int(self.streams.integers(ONE, high)[0])


Searcher = Strategy[Query, Outcome] | Strategy[Mixture, RelaxedOutcome]
SearcherClass = type[Strategy[Query, Outcome]] | type[Strategy[Mixture, RelaxedOutcome]]
StrategyClass = SearcherClass | type[OneRun]


def name_of(strategy: type) -> str:
    """Return a strategy's name, which seeds its random streams: no two classes of one file share one.

    A class that is called as its file is has the file's name, LocalSearch in local_search.py: local_search. Any other
    has its own beside that, such as searches.Mine, and one of an interactive session its own alone.
    """
    file, own = strategy.__module__.rpartition(".")[2], strategy.__qualname__.replace(".<locals>", "")
    if own.casefold() == file.replace("_", "").casefold():
        return file
    return own if file == "__main__" else f"{file}.{own}"


if not TYPE_CHECKING:  # mypy takes a module with it for one that has any name
    MOVED = {"lift": "nassim.core.lifting.lift", "lifted": "nassim.core.lifting.lifted"}
    MOVED |= {name: f"nassim.core.asking.{name}" for name in ("ask", "blamed", "options")}
    __getattr__ = renamed_names(__name__, {"Known": "nassim.core.strategy.CostOracle", **MOVED})
