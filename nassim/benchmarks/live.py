"""LiveBenchmark: every answer is a real training, done when it is first asked for and kept on disk.

    nassim.simulate("local_search", live("mnist5k"), runs=1, evaluations=40)

and in a study  name = "nassim.benchmarks.live:mnist5k". Strategies do not notice. Time is still simulated: a run is
charged the seconds that its trainings took when they were done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from nassim import catalog
from nassim.benchmarks import loading
from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.benchmark import Benchmark, Card, Outcome, Query, check_cost
from nassim.core.documents import Table
from nassim.core.errors import SettingError
from nassim.core.hashing import replica_of
from nassim.data.atomic import write_text, writing
from nassim.surrogates.training_records import mean_of
from nassim.training import need_torch

if TYPE_CHECKING:
    from nassim.training.collect import Plan
    from nassim.training.gathering import Job
    from nassim.training.parts import Record


LATENCY = "latency"
COSTS: Table = {
    "params": "parameters of the whole network, a count",
    "flops": "multiply-adds of convolutions and classifier for one image, a count",
    LATENCY: "seconds of one CPU thread to classify one image, timed here with random weights",
}


class LiveBenchmark(Benchmark):
    """Networks of a plan, trained for real.

    A training is decided by its network and its number, so this is a function like any other benchmark; of the
    measured seconds, those of the first time count. Isomorphic architectures share their trainings. With each training
    the network is timed: one measurement of its latency; nan where it cannot be done.

    Args:
        counts: (archs,) how many trainings of each architecture the training seed chooses among; one by default.
        optimum: The lowest error on the report split, where it is known.
    """

    costs: tuple[str, ...] = ("params", "flops", LATENCY)

    def __init__(self, plan: Plan, name: str, *, counts: Ids | None = None, optimum: float = np.nan) -> None:
        from nassim.training.collect import identity_digest
        from nassim.training.skeleton import check_buildable

        self.name, self.plan, self._optimum = name, plan, optimum
        self.space = catalog.space(plan.space)
        check_buildable(self.space)
        self.epochs = tuple(range(1, plan.recipe.epochs + 1))
        digest = identity_digest(plan)
        self.card = Card(
            title=f"{self.space.name} on {plan.source}, trained for real while you wait",
            source="trained by nassim",
            licence="as the images",
            search_split="error of one training on the validation images",
            report_split="error on the test images, mean over trainings",
            sha256=digest,
            live=True,
            facts={"costs": COSTS, "measured": [LATENCY]},
        )
        self.kept = catalog.cache_folder() / "live" / digest[:16]
        self._counts = np.ones(self.space.size, dtype=np.int64) if counts is None else counts
        self._shared = False
        self._scores: dict[int, dict[str, float]] = {}  # zero-cost scores of networks, once computed

    @property
    def optimum(self) -> float:
        """The lowest error on the report split; nan where it is unknown."""
        return self._optimum

    def per_network(self) -> Self:
        """Return this benchmark with the training seeds of one representative for all isomorphic architectures."""
        made = copy(self)
        made._shared = True  # noqa: SLF001  (its own copy)
        return made

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Train what was not trained before, one after the other, and answer as a table would."""
        archs = self._standing_for(query.archs)
        at = self._position(query.epochs, len(archs))
        index = self.space.index(archs)
        if training_seed is None:
            records = [list(self._trainings(arch)) for arch in index]
        else:
            replicas = replica_of(index, training_seed, self._counts[index]).tolist()
            records = [[self._training(arch, replica)] for arch, replica in zip(index, replicas, strict=True)]
        error, seconds = (_means(records, curve, at) for curve in ("valid_error", "seconds"))
        if query.since is not None:
            resumed = query.since > 0
            before = _means(records, "seconds", self._position(np.where(resumed, query.since, 1), len(archs)))
            seconds -= np.where(resumed, before, 0.0)
        costs = np.column_stack([self.measure(name, query.archs, training_seed) for name in self.costs])
        return Outcome(error, seconds, costs)

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return a cost or zero-cost score, computed here and now, shape (n,)."""
        from nassim.training.collect import scoring
        from nassim.training.counting import multiply_adds, parameters
        from nassim.training.zero_cost import SCORES

        check_cost(self.name, name, (*self.costs, *SCORES), self.card.measured)
        if name in self.costs:
            count = parameters if name == "params" else multiply_adds
            return count(self._standing_for(archs), self.plan.skeleton).astype(np.float64)
        networks = self.space.canonical(archs).tolist()
        for network in networks:
            if network not in self._scores:
                self._scores[network] = scoring(self.plan, network)
        return np.array([self._scores[network][name] for network in networks])

    def measure(self, name: str, archs: Archs, training_seed: RandomWords | None = None) -> Floats:
        """Return one of the `costs`, (n,): the latency as it is timed now where it was not, None = the mean."""
        check_cost(self.name, name, self.costs)
        if name != LATENCY:
            return self.cost(name, archs)
        index = self.space.index(self._standing_for(archs))
        if training_seed is None:
            return mean_of(np.array([[*self._timings(arch)] for arch in index]).reshape(len(index), -1))
        replicas = replica_of(index, training_seed, self._counts[index])
        return np.array([self._timing(*job) for job in zip(index.tolist(), replicas.tolist(), strict=True)])

    def truth(self, archs: Archs) -> Floats:
        """Return the mean test error over an architecture's trainings, shape (n,); they are done if they were not."""
        records = [list(self._trainings(arch)) for arch in self.space.index(self._standing_for(archs))]
        return _means(records, "test_error", np.full(len(records), len(self.epochs) - 1))

    def _standing_for(self, archs: Archs) -> Archs:
        return self.space.representative(archs) if self._shared else archs

    def _position(self, epochs: NDArray[np.int64] | None, count: int) -> Ids:
        """Return where in a curve each asked epoch is; SettingError for one that is not trained."""
        if epochs is None:
            return np.full(count, len(self.epochs) - 1)
        wrong = (epochs < 1) | (epochs > len(self.epochs))
        if wrong.any():
            asked = int(epochs[wrong.argmax()])
            raise SettingError(f"{self.name} has no results after {asked} epochs; recorded: {self.epochs}")
        return np.asarray(epochs - 1)

    def _trainings(self, arch: int) -> Iterator[Record]:
        for replica in range(int(self._counts[arch])):
            yield self._training(arch, replica)

    def _training(self, arch: int, replica: int) -> Record:
        """Return the record of a training."""
        from nassim.training.collect import training

        return self._once(training, arch, replica, self.kept)

    def _timing(self, arch: int, replica: int) -> float:
        """Return a measurement of the latency of an architecture, by its index; nan where it cannot be measured."""
        from nassim.training.collect import timing

        found = self._once(timing, arch, replica, self.kept.with_name(f"{self.kept.name}-{LATENCY}"))[LATENCY]
        return np.nan if found is None else float(found)

    def _timings(self, arch: int) -> Iterator[float]:
        """Yield the measurements of an architecture, nan up to the most that any has."""
        for replica in range(int(self._counts.max())):
            yield self._timing(arch, replica) if replica < self._counts[arch] else np.nan

    def _once(self, work: Callable[[Plan, Job], Record], arch: int, replica: int, kept: Path) -> Record:
        """Return the record of some work on a network: from disk, where it is there and whole."""
        from nassim.training.gathering import one_thread
        from nassim.training.parts import line_of, record_of

        network = int(self.space.canonical(self.space.at(np.array([arch])))[0])
        path = kept / f"{network}-{replica}.json"
        with suppress(OSError, UnicodeDecodeError):
            found = record_of(path.read_text(encoding="utf-8"))
            if found is not None:
                return found
        with one_thread():
            record = work(self.plan, (network, replica))
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, line_of(record))
        return record


def live(data: str | Path, space: str = "nb201", *, like: str | None = None, device: str = "cpu") -> LiveBenchmark:
    """Return a live benchmark of a data set, by its name or path, with the recipe that is recorded for it.

    Args:
        like: A table of the same trainings: the same training seeds then meets the same ones, and its optimum is taken
            over.
    """
    need_torch()
    from nassim.training.collect import plan_of

    plan = plan_of(space, str(data), None, None, device)
    name = f"live/{Path(data).stem}"
    if like is None:
        return LiveBenchmark(plan, name)
    from nassim.benchmarks.partial_table import PartialTable

    return LiveBenchmark(plan, name, counts=PartialTable.load(like).counts, optimum=loading.benchmark(like).optimum)


def digits() -> LiveBenchmark:
    """Return the live benchmark of digits: seconds for a small search."""
    return live("digits")


def mnist5k() -> LiveBenchmark:
    """Return the live benchmark of mnist5k, with training seeds and optimum of its table where that is there."""
    table = "mini201/mnist5k"
    return live("mnist5k", like=table if table in catalog.names("benchmarks") else None)


def _means(records: list[list[Record]], curve: str, at: Ids) -> Floats:
    """Return the mean over each row's records of a curve at a position, (m,), without failures; nan = all failed."""
    values = [np.array([record[curve][position] for record in row]) for row, position in zip(records, at, strict=True)]
    return np.array([row[~np.isnan(row)].mean() if not np.isnan(row).all() else np.nan for row in values])
