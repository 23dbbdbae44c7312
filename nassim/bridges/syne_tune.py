"""A benchmark as a blackbox of Syne Tune (Salinas et al., AutoML 2022), to be run by its own simulator."""

from __future__ import annotations

import numpy as np

from nassim.benchmarks import loading
from nassim.bridges.naming import arch_of
from nassim.core.adapter import as_benchmark
from nassim.core.arrays import Floats, Ints
from nassim.core.benchmark import Benchmark, Query
from nassim.core.documents import JsonValue
from nassim.core.errors import not_installed

try:
    from syne_tune.blackbox_repository.blackbox import Blackbox
    from syne_tune.config_space import choice, randint
except ImportError as error:
    raise not_installed("syne-tune", error) from error

OBJECTIVES = ["error", "seconds"]  # of the search split; since the beginning of the training


class NasBlackbox(Blackbox):  # type: ignore[misc]  # Syne Tune has no types
    """A categorical parameter per gene; the fidelities are the benchmark's epochs.

    `seed` picks which repeated training of an architecture is seen; None = their mean.
    """

    def __init__(self, benchmark: str | Benchmark) -> None:
        self.benchmark = loading.load(benchmark) if isinstance(benchmark, str) else as_benchmark(benchmark)
        space, epochs = self.benchmark.space, self.benchmark.epochs
        genes = {gene: choice(list(options)) for gene, options in zip(space.genes, space.options, strict=True)}
        super().__init__(genes, {"epochs": randint(epochs[0], epochs[-1])}, OBJECTIVES)

    @property
    def fidelity_values(self) -> Ints:
        """The epochs after which results are known, increasing."""
        return np.array(self.benchmark.epochs)

    def _objective_function(
        self, configuration: dict[str, JsonValue], fidelity: dict[str, int] | None = None, seed: int | None = None
    ) -> dict[str, float] | Floats:
        """Return the objectives by name at a fidelity, or all of them, (fidelities, 2)."""
        epochs = self.fidelity_values if fidelity is None else np.array([fidelity["epochs"]])
        arch = arch_of(self.benchmark.space, configuration)
        training_seed = None if seed is None else np.full(epochs.size, seed, dtype=np.uint32)
        query = Query(np.repeat(arch[None], epochs.size, axis=0), epochs=epochs.astype(np.int64))
        outcome = self.benchmark.evaluate(query, training_seed)
        found = np.column_stack([outcome.error, outcome.seconds])
        return found if fidelity is None else dict(zip(OBJECTIVES, found[0].tolist(), strict=True))
