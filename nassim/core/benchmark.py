"""What a strategy asks and what a benchmark answers. A benchmark is a pure function of what is asked."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ints, RandomWords
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.renamed import adopt, renamed_fields, renamed_keywords, renamed_names
from nassim.core.roles import ORACLE, SEARCH, SIMULATED, Role
from nassim.core.space import Space


class Query(NamedTuple):
    """Architectures to train, one per acting run."""

    archs: Archs  # (m, genes)
    epochs: NDArray[np.int64] | None = None  # (m,) how far to train; None = the benchmark's last fidelity
    since: NDArray[np.int64] | None = None  # (m,) epochs already paid for; None = from scratch
    tag: Ints | None = None  # (m,) the strategy's own label, handed back with the answer
    trained: Floats | None = None  # (m, genes, widest) as in Mixture


class Outcome(NamedTuple):
    """What the trainings gave."""

    error: Floats  # (m,) on the search split, lower is better, in the benchmark's unit; nan = failed
    seconds: Floats  # (m,) simulated
    costs: Floats  # (m, k) in the order of the benchmark's `costs`, e.g. params, latency
    objectives: Floats | None = None  # (m, k) what the search minimises, lower is better; None = the error alone
    violation: Floats | None = None  # (m,) by how much it misses its limits, 0 = not at all; None = it has none


class Mixture(NamedTuple):
    """A distribution over architectures, independent per gene."""

    probabilities: Floats  # (m, genes, widest); options that a gene lacks have probability 0
    epochs: Floats  # (m,) how many epochs of one architecture's training this step costs
    tag: Floats | None = None  # (m, ...) an array of the strategy's own, handed back with the answer
    trained: Floats | None = None  # (m, genes, widest) epochs that each option's weights, if shared, were trained for
    candidates: Archs | None = None  # (m, k, genes) to be judged with those weights, path by path, at no cost
    mixed: NDArray[np.bool_] | None = None  # (m,) whether these weights are trained all at once; None = path by path


@renamed_fields("__new__", judged="candidate_error", doubt="candidate_noise")
class RelaxedOutcome(NamedTuple):
    """The exact expectation over a Mixture, and its gradient."""

    error: Floats  # (m,) expected error on the search split
    gradient: Floats  # (m, genes, widest) of `error` with respect to each probability
    seconds: Floats  # (m,) expected, for the epochs asked
    by_trained: Floats | None = None  # (m, genes, widest) gradient of `error` by `trained`; None = weights not shared
    noise: Floats | None = None  # (m,) standard deviation of what one minibatch adds to each slope; None = nothing
    candidate_error: Floats | None = None  # (m, k) of each candidate
    candidate_noise: Floats | None = None  # (m,) standard deviation of what one validation batch adds to these


class TrainingSet(NamedTuple):
    """The trainings whose results a benchmark's answers for mixtures are made of."""

    seconds: Floats  # (n,) simulated, of each; nan = unknown
    which: NDArray[np.int64] | None = None  # (size,) that of each architecture, by index; None = every answer needs all


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
    facts: dict[str, Any] = field(default_factory=dict)  # the rest of card.toml
    supernet: bool = False  # whether answers are those of a simulated supernet, whose networks share weights
    live: bool = False  # whether answers are trainings that are done when they are asked for
    agrees: str = ""  # where it is shown that searches on it come out as on real supernets; "" = nowhere

    @property
    def measured(self) -> tuple[str, ...]:
        """The costs that are measured after training: an answer has them, and no search can know them before."""
        return tuple({**self.facts.get("surrogate", {}), **self.facts}.get("measured", ()))


RENAMED = {"known": "cost"}  # members of a benchmark


class Benchmark(Protocol):
    """A pure function from architectures to the outcome of training them: no clock, no history, no randomness."""

    name: str
    space: Space
    epochs: tuple[int, ...]  # the fidelities, increasing
    costs: tuple[str, ...]
    card: Card

    def __init_subclass__(cls) -> None:
        """Let members and keywords be called by their old names."""
        super().__init_subclass__()
        adopt(cls, RENAMED)
        for name in {"evaluate", "relax", "unseen"} & vars(cls).keys():
            setattr(cls, name, renamed_keywords(luck="training_seed")(vars(cls)[name]))

    @property
    @abstractmethod
    def optimum(self) -> float:
        """The lowest `truth` there is; nan where unknown."""

    @abstractmethod
    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Answer each row of the query; `training_seed` (m,) picks which repeated training is seen, None = the mean."""

    @abstractmethod
    def truth(self, archs: Archs) -> Floats:
        """Return the error on the report split, shape (n,). For traces and statistics, never for a strategy."""

    @abstractmethod
    def cost(self, name: str, archs: Archs) -> Floats:
        """Return one of the `costs`, (n,), which are known without training; UnknownNameError if it is none of them.

        SettingError for one that the card calls `measured`. On the simulated clock this takes no time.
        """

    @abstractmethod
    def per_network(self) -> Self:
        """Return this benchmark with one answer per network: isomorphic architectures share it."""


MEMBERS = (*Benchmark.__annotations__, *(name for name in vars(Benchmark) if not name.startswith("_")))


@runtime_checkable
class Relaxable(Protocol):
    """A benchmark that can also answer for a distribution over architectures."""

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the exact expectation of `evaluate` under the mixture, with the same seeds, and its gradient."""


class Floor(NamedTuple):
    """What luck is left in a judgement by unseen seeds, as expected regrets."""

    lowest: float  # of who hands in what these happen to like best, in each run anew: nobody can be below
    exhaustive: float  # of who trains every architecture once and hands in the lowest error, first of equals


@runtime_checkable
class Retrained(Protocol):
    """A benchmark that may have trained all architectures so often that those that a run did not see can judge it."""

    def unseen(self, archs: Archs, training_seed: RandomWords) -> Floats:
        """Return the mean error (n,) over the trainings that runs of these seeds (n,) do not see, as `Benchmark.truth`.

        To be asked only where there is a floor.
        """

    def floor(self) -> Floor | None:
        """Return what luck is left; None where an architecture has no training that could judge.

        Regret counts from the optimum, the lowest mean over all trainings. Whoever always hands in that architecture
        has a regret of 0 on average.
        """


@runtime_checkable
class Grounded(Protocol):
    """A benchmark that can say which trainings its answers for mixtures are made of."""

    def training_set(self, *, mean: bool) -> TrainingSet:
        """Return them; `mean`: with all seeds of each architecture, since answers are their means, else with one."""


def training_set(benchmark: Any, *, mean: bool) -> TrainingSet:
    """Return the trainings that answers for mixtures are made of; of unknown cost if the benchmark does not say."""
    return benchmark.training_set(mean=mean) if isinstance(benchmark, Grounded) else TrainingSet(np.array([np.nan]))


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


def relaxed(benchmark: Any, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
    """Return what a `Relaxable` benchmark says of a mixture, and of each of its candidates with the same weights."""
    answer: RelaxedOutcome = benchmark.relax(mixture, training_seed)
    if mixture.candidates is None:
        return answer
    runs, many, genes = mixture.candidates.shape
    each = np.repeat(np.arange(runs), many)
    trained = None if mixture.trained is None else mixture.trained[each]
    query = Query(mixture.candidates.reshape(-1, genes), trained=trained)
    outcome = benchmark.evaluate(query, None if training_seed is None else training_seed[each])
    return answer._replace(candidate_error=outcome.error.reshape(runs, many))


def is_exact(benchmark: Benchmark) -> bool:
    """Return whether a benchmark declares, as `exact`, that its answers have the same bits on every machine."""
    return bool(getattr(benchmark, "exact", False))


def as_benchmark(found: Any) -> Benchmark:
    """Return what was found; SettingError, with all that is missing, unless it has what a nassim.Benchmark has."""
    for kind in type(found).__mro__:
        adopt(kind, RENAMED)
    missing = [repr(name) for name in MEMBERS if not hasattr(found, name)]
    if missing:
        raise SettingError(f"expected a benchmark or its name, got {found!r:.80}, which has no {', '.join(missing)}")
    for name, kind in (("space", Space), ("card", Card)):
        if not isinstance(value := getattr(found, name), kind):
            raise SettingError(f"{found!r:.80}: its {name!r} must be a {kind.__name__}, got {value!r:.80}")
    return cast("Benchmark", found)


def check_cost(benchmark: str, cost: str, costs: tuple[str, ...], measured: tuple[str, ...] = ()) -> None:
    """Raise UnknownNameError unless `cost` is one of the benchmark's, and SettingError if it is `measured`."""
    if cost not in costs:
        raise UnknownNameError.of(f"cost of {benchmark}", cost, costs)
    if cost in measured:
        before = ", ".join(name for name in costs if name not in measured) or "none"
        raise SettingError(
            f"{benchmark}: {cost} is measured after training, so no search can know it before; known are {before}"
        )


if not TYPE_CHECKING:  # mypy takes a module with it for one that has any name
    OLD = {"Slope": "nassim.core.benchmark.RelaxedOutcome", "scramble": "nassim.core.hashing.hash32"}
    __getattr__ = renamed_names(__name__, OLD)
