"""How a search strategy is written: for many runs at once (Strategy) or for one run in plain Python (OneRun)."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.benchmark import Mixture, Outcome, Query
from nassim.core.errors import ArchitectureError, SettingError
from nassim.core.random_streams import Streams
from nassim.core.renamed import renamed_members, renamed_names
from nassim.core.space import Space

ONE: Rows = np.zeros(1, dtype=np.intp)
CostOracle = Callable[[str, Archs], Floats]  # the name of a cost, architectures (n, genes) -> the cost of each (n,)


@renamed_members(
    choice="recommend",
    discretise="derive_architecture",
    inform="set_cost_oracle",
    known="cost",
    limit="max_evaluations",
    note="diagnostics",
    together="runs_per_unit",
)
class Strategy(ABC):
    """A search strategy that holds many independent runs as arrays, the run axis first.

    The simulator calls `ask` and `tell` with the acting rows. All rows of one call have been asked equally
    often and told equally often, so a plain counter tells every run's age. With W workers a run is asked W
    times before its first answer; answers may come in another order than they were asked.
    Subclasses take their settings as keyword arguments after (space, streams): the constructor is the schema.
    """

    exact: ClassVar[bool] = False  # integers, comparisons and plain arithmetic only: the same bits on every machine
    max_evaluations: int | None = None  # after this many evaluations the search has ended by itself
    trains_itself: ClassVar[bool] = False  # whether it trains for real what its mixtures stand for: it hears no errors
    _cost_oracle: CostOracle | None = None
    runs_per_unit: int = 500  # runs that a study does as one unit of work; fewer for a slow strategy

    def __init__(self, space: Space, streams: Streams) -> None:
        self.space = space
        self.streams = streams

    def prepare(self, epochs: tuple[int, ...]) -> None:  # noqa: B027  (most need not know)
        """Hear after how many epochs of training there are answers, increasing; called before the first question."""

    @abstractmethod
    def ask(self, rows: Rows) -> Query | Mixture:
        """Return what each of the rows (m,) wants to evaluate next."""

    @abstractmethod
    def tell(self, rows: Rows, asked: Any, answer: Any) -> None:
        """Learn from one completed evaluation per row: (Query, Outcome) or (Mixture, RelaxedOutcome) as asked."""

    def set_cost_oracle(self, oracle: CostOracle) -> None:
        """Take the benchmark's `cost`: costs that are known without training, such as zero-cost scores."""
        self._cost_oracle = oracle

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return a cost of architectures (n, genes) that the benchmark knows without training them, (n,)."""
        if self._cost_oracle is None:
            raise SettingError(f"{name_of(type(self))} needs {name!r}, and nothing is known without training")
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

    def diagnostics(self, rows: Rows) -> Mapping[str, Floats]:  # noqa: ARG002  (for those that override it)
        """Return numbers (m,) by name that the trace shall keep beside what the rows have just been told."""
        return {}


@renamed_members(inform="set_cost_oracle", known="cost", limit="max_evaluations", together="runs_per_unit")
class OneRun(ABC):
    """A search strategy for a single run, in plain Python. `lift` makes a Strategy of it."""

    exact: ClassVar[bool] = False
    max_evaluations: int | None = None
    runs_per_unit: int = 500
    _cost_oracle: CostOracle | None = None

    def __init__(self, space: Space, streams: Streams) -> None:
        self.space = space
        self.streams = streams

    @abstractmethod
    def ask(self) -> Archs:
        """Return the architecture (genes,) to evaluate next."""

    @abstractmethod
    def tell(self, arch: Archs, error: float) -> None:
        """Learn the error of an architecture asked for earlier; nan means that its training failed."""

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


def lift(one: type[OneRun]) -> type[Strategy]:
    """Return the Strategy that holds one instance of `one` per run."""

    class Lifted(Strategy):
        exact: ClassVar[bool] = one.exact
        max_evaluations: int | None = one.max_evaluations
        runs_per_unit: int = one.runs_per_unit
        one_run: ClassVar[type[OneRun]] = one

        def __init__(self, space: Space, streams: Streams, **settings: Any) -> None:
            super().__init__(space, streams)
            self.each: list[OneRun] = []
            with _in_run(streams, range(streams.runs), self.each):
                self.each.extend(one(space, streams.only(row), **settings) for row in range(streams.runs))
            if self.each:
                self.max_evaluations = self.each[0].max_evaluations

        def set_cost_oracle(self, oracle: CostOracle) -> None:
            for each in self.each:
                each.set_cost_oracle(oracle)

        def ask(self, rows: Rows) -> Query:
            asked: list[Archs] = []
            with _in_run(self.streams, rows, asked):
                asked.extend(self.each[row].ask() for row in rows)
            return Query(self.space.cast(_stacked(asked)))

        def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
            told: list[int] = []
            with _in_run(self.streams, rows, told):
                for row, arch, error in zip(rows, asked.archs, answer.error, strict=True):
                    self.each[row].tell(arch, float(error))
                    told.append(row)

    Lifted.__name__, Lifted.__qualname__ = one.__name__, one.__qualname__
    Lifted.__doc__, Lifted.__module__ = one.__doc__, one.__module__
    return Lifted


@contextmanager
def _in_run(streams: Streams, rows: Sequence[int] | Rows, done: Sequence[object]) -> Iterator[None]:
    """Note on an error in which run it was: `done` has one entry of each row before that."""
    try:
        yield
    except Exception as error:
        if len(done) < len(rows):
            error.add_note(f"run {streams.ids[rows[len(done)]]}")
        raise


def ask(searcher: Strategy, rows: Rows) -> Query | Mixture:
    """Return what some rows (m,) of a strategy ask; ArchitectureError unless that is an architecture or mixture each.

    Options in another type than the space's are taken where they are whole numbers, and never rounded.
    """
    asked = searcher.ask(rows)
    if isinstance(asked, Mixture):
        return asked
    if not isinstance(asked, Query):
        raise ArchitectureError(f"asked for {asked!r:.80}, expected a nassim.Query or a Mixture")
    archs = options(searcher, asked.archs, rows)
    return asked if archs is asked.archs else asked._replace(archs=archs)


def options(searcher: Strategy, archs: Archs, rows: Rows) -> Archs:
    """Return the architectures that a strategy names, one per row, in its space's own type."""
    if not isinstance(archs, np.ndarray) or archs.dtype != searcher.space.dtype:
        archs = searcher.space.cast(archs)
    if len(archs) != rows.size:
        raise ArchitectureError(f"expected an architecture for each of {rows.size} runs, got {len(archs)}")
    return archs


@contextmanager
def blamed(name: str) -> Iterator[None]:
    """Say which strategy it is whose architecture is none."""
    try:
        yield
    except ArchitectureError as error:
        raise ArchitectureError(f"{name}: {error}") from error


def _stacked(answers: list[Archs]) -> NDArray[Any]:
    """Return the answers of single runs as rows; ArchitectureError where they are no rows of equally many numbers."""
    try:
        return np.stack(answers)
    except (ValueError, TypeError) as error:
        said = ", ".join(f"{answer!r:.40}" for answer in answers[:3])
        raise ArchitectureError(f"expected an array (genes,) of options from every run, got {said}") from error


def lifted(strategy: type[Strategy | OneRun]) -> type[Strategy]:
    """Return `strategy` as a class for many runs, whichever way it is written; SettingError if it is none."""
    if not (inspect.isclass(strategy) and issubclass(strategy, Strategy | OneRun)):
        raise SettingError(f"expected a name or a subclass of Strategy or OneRun, got {strategy!r}")
    return lift(strategy) if issubclass(strategy, OneRun) else strategy


def name_of(strategy: type[Strategy | OneRun]) -> str:
    """Return a strategy's name, which seeds its random streams: no two classes of one file share one.

    A class that is called as its file is has the file's name, LocalSearch in local_search.py: local_search. Any other
    has its own beside that, such as searches.Mine, and one of an interactive session its own alone.
    """
    file, own = strategy.__module__.rpartition(".")[2], strategy.__qualname__.replace(".<locals>", "")
    if own.casefold() == file.replace("_", "").casefold():
        return file
    return own if file == "__main__" else f"{file}.{own}"


if not TYPE_CHECKING:  # mypy takes a module with it for one that has any name
    __getattr__ = renamed_names(__name__, {"Known": "nassim.core.strategy.CostOracle"})
