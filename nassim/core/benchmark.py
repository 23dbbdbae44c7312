"""What a strategy asks and what a benchmark answers. A benchmark is a pure function of what is asked."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Self, cast

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ints, RandomWords
from nassim.core.card_facts import Facts, Learned
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.gathered import gathered_fields
from nassim.core.html import facts
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetState, TrainingSet
from nassim.core.renamed import Renamed, adopt, adopt_keywords, renamed_names
from nassim.core.roles import ORACLE, SEARCH, SIMULATED, Role
from nassim.core.space import Space


@gathered_fields("supernet", SupernetState, trained="trained")
class Query(NamedTuple):
    """Architectures to train, one per acting run."""

    archs: Archs  # (m, genes)
    epochs: NDArray[np.int64] | None = None  # (m,) how far to train; None = the benchmark's last fidelity
    since: NDArray[np.int64] | None = None  # (m,) epochs already paid for; None = from scratch
    tag: Ints | None = None  # (m,) the strategy's own label, handed back with the answer
    supernet: SupernetState | None = None  # by whose weights they are validated; None = they are trained


class Outcome(NamedTuple):
    """What the trainings gave."""

    error: Floats  # (m,) on the search split, lower is better, in the benchmark's unit; nan = failed
    seconds: Floats  # (m,) simulated
    costs: Floats  # (m, k) in the order of the benchmark's `costs`, e.g. params, latency
    objectives: Floats | None = None  # (m, k) what the search minimises, lower is better; None = the error alone
    violation: Floats | None = None  # (m,) by how much it misses its limits, 0 = not at all; None = it has none

    @property
    def minimised(self) -> Floats:
        """The objectives, (m, k): the error alone where there are no others; nan = failed, or missing."""
        return self.error[:, None] if self.objectives is None else self.objectives

    @property
    def missed(self) -> Floats:
        """By how much limits are missed, (m,); 0 = they are kept, or there are none, inf = a cost is missing."""
        return np.zeros(len(self.error)) if self.violation is None else np.maximum(self.violation, 0.0)


@dataclass(frozen=True)
class Card:
    """Where a benchmark comes from; read from card.toml."""

    title: str
    source: str
    licence: str
    search_split: str
    report_split: str
    unit: str = "% error"
    sha256: str = ""  # of everything the answers depend on
    facts: Facts = field(default_factory=Facts)  # the rest of card.toml
    supernet: bool = False  # whether answers are those of a simulated supernet, whose networks share weights
    live: bool = False  # whether answers are trainings that are done when they are asked for
    agrees: str = ""  # where it is shown that searches on it come out as on real supernets; "" = nowhere

    @property
    def measured(self) -> tuple[str, ...]:
        """The costs that are measured after training: an answer has them, and no search can know them before."""
        said = self.facts.get("measured", cast("Learned", self.facts.get("surrogate", {})).get("measured", []))
        return tuple(dict.fromkeys([*said, *self.noise]))

    @property
    def noise(self) -> Mapping[str, float]:
        """The relative standard deviation of single measurements of costs that are noisy, by name."""
        return self.facts.get("noise", cast("Learned", self.facts.get("surrogate", {})).get("noise", {}))

    @property
    def timing(self) -> Mapping[str, float]:
        """The simulated seconds that measuring a cost of an untrained network takes, by name, where it can be."""
        return self.facts.get("timing", {})


RENAMED = {"known": "cost"}  # members of a benchmark


class Floor(NamedTuple):
    """What is left to chance where unseen seeds judge, as expected regrets."""

    lowest: float  # of who hands in what these happen to like best, in each run anew: nobody can be below
    exhaustive: float  # of who trains every architecture once and hands in the lowest error, first of equals


class Benchmark(ABC):
    """A pure function from architectures to the outcome of training them: no clock, no history, no randomness.

    A subclass has the five attributes, and answers `evaluate` and `truth`. All else has a default: that it cannot be
    done, or is not known.

    Attributes:
        name: What it is called.
        space: The architectures.
        epochs: The fidelities, increasing.
        costs: The names of what `Outcome.costs` has, in this order.
        card: Where it comes from.
    """

    name: str
    space: Space
    epochs: tuple[int, ...]
    costs: tuple[str, ...]
    card: Card

    def __init_subclass__(cls) -> None:
        """Let members and keywords be called by their old names."""
        super().__init_subclass__()
        adopt(cls, RENAMED)
        adopt_keywords(cls, ("evaluate", "relax", "unseen"), luck="training_seed")

    def _repr_html_(self) -> str:
        said = {
            "": self.card.title,
            "space": f"{self.space.name}, {self.space.size:,} architectures",
            "epochs": ", ".join(map(str, self.epochs)),
            "costs": ", ".join(self.costs),
            "search split": self.card.search_split,
            "report split": self.card.report_split,
            "unit": self.card.unit,
            "licence": self.card.licence,
        }
        return facts(self.name, said)

    @abstractmethod
    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Answer each row of the query; `training_seed` (m,) picks which repeated training is seen, None = the mean."""

    @abstractmethod
    def truth(self, archs: Archs) -> Floats:
        """Return the error on the report split, shape (n,). For traces and statistics, never for a strategy."""

    @property
    def optimum(self) -> float:
        """The lowest `truth` there is; nan where unknown."""
        return math.nan

    @property
    def exact(self) -> bool:
        """Whether answers and truth have the same bits on every machine."""
        return False

    @property
    def longest(self) -> float:
        """Seconds that no evaluation takes longer than."""
        return math.inf

    @property
    def kinds(self) -> tuple[type, ...]:
        """The classes that answer: their source decides the answers."""
        return (type(self),)

    def cost(self, name: str, archs: Archs) -> Floats:  # noqa: ARG002
        """Return one of the `costs`, (n,), which are known without training; on the simulated clock it takes no time.

        Raises:
            UnknownNameError: It is none of them.
            SettingError: The card calls it `measured`, or nothing is known without training.
        """
        check_cost(self.name, name, self.costs, self.card.measured)
        raise SettingError(f"{self.name} does not know {name} before training")

    if not TYPE_CHECKING:
        known = Renamed("cost", cost="name")

    def measure(self, name: str, archs: Archs, training_seed: RandomWords | None = None) -> Floats:
        """Return one of the `costs`, (n,), also if it is measured: as an answer to a run of this seed has it.

        None = the mean of its measurements. For traces and statistics, and for strategies that pay for it.

        Raises:
            UnknownNameError: It is none of them.
        """
        check_cost(self.name, name, self.costs)
        return self.evaluate(Query(archs), training_seed).costs[:, self.costs.index(name)]

    @property
    def preparation(self) -> float:
        """Simulated seconds that each run pays before it begins, such as for what a cost model was fitted on."""
        return 0.0

    def per_network(self) -> Self:
        """Return this benchmark with one answer per network: isomorphic architectures share it."""
        raise SettingError(f"{self.name} tells isomorphic architectures apart: study it with identity = 'string'")

    @property
    def relaxable(self) -> bool:
        """Whether it answers for mixtures."""
        return type(self).relax is not Benchmark.relax

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:  # noqa: ARG002
        """Return the exact expectation of `evaluate` under the mixture, with the same seeds, and its gradient.

        Raises:
            SettingError: It cannot.
        """
        raise SettingError(f"{self.name} cannot answer for a mixture of architectures")

    def training_set(self, *, mean: bool) -> TrainingSet:  # noqa: ARG002
        """Return the trainings that answers for mixtures are made of; of unknown cost by default.

        Args:
            mean: With all seeds of each architecture, since answers are their means; else with one.
        """
        return TrainingSet(np.array([np.nan]))

    def floor(self) -> Floor | None:
        """Return what is left to chance where the trainings that a run does not see judge it; None where they cannot.

        They cannot where an architecture has no other training. Regret counts from the optimum, the lowest mean over
        all trainings. Whoever always hands in that architecture has a regret of 0 on average.
        """
        return None

    def unseen(self, archs: Archs, training_seed: RandomWords) -> Floats:  # noqa: ARG002
        """Return the mean error (n,) over the trainings that runs of these seeds (n,) do not see, as `truth`.

        Raises:
            SettingError: There is no floor.
        """
        raise SettingError(f"{self.name} has no trainings that could judge who saw the others")

    def everything(self) -> Archs | None:
        """Return the architectures whose answers are recorded, (n, genes); None where they are not listed."""
        return None


def unheard(answer: Outcome | RelaxedOutcome) -> Outcome | RelaxedOutcome:
    """Return an answer without what it says of a mixture but for the seconds."""
    if isinstance(answer, Outcome):
        return answer
    return RelaxedOutcome(np.full_like(answer.error, np.nan), np.full_like(answer.gradient, np.nan), answer.seconds)


def role_on(benchmark: Benchmark, *, relaxed: bool) -> Role:
    """Return what a strategy on a benchmark is; `relaxed`: it was told answers for mixtures."""
    if benchmark.card.supernet:
        return SEARCH if benchmark.card.agrees else SIMULATED
    return ORACLE if relaxed else SEARCH


def check_cost(benchmark: str, cost: str, costs: tuple[str, ...], measured: tuple[str, ...] = ()) -> None:
    """Raise UnknownNameError unless `cost` is one of the benchmark's, and SettingError if it is `measured`."""
    if cost not in costs:
        raise UnknownNameError.of(f"cost of {benchmark}", cost, costs)
    if cost in measured:
        before = ", ".join(name for name in costs if name not in measured) or "none"
        raise SettingError(
            f"{benchmark}: {cost} is measured after training, so no search can know it before; known are {before} "
            "(or say what measuring it takes: timing = seconds)"
        )


if not TYPE_CHECKING:  # mypy takes a module with it for one that has any name
    OLD = {
        "Slope": "nassim.core.relaxation.RelaxedOutcome",
        "scramble": "nassim.core.hashing.hash32",
        "as_benchmark": "nassim.core.adapter.as_benchmark",
        "relaxed": "nassim.engine.evaluator.relaxed",
    }
    __getattr__ = renamed_names(__name__, OLD)
