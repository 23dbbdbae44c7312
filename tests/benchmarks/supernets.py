"""What tests of weight sharing have in common: a toy, mixtures of it, and two ways to add up what it says of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import tomli_w

from nassim.benchmarks.wrappers.weight_sharing import WeightSharing
from nassim.core.arrays import Archs
from nassim.core.benchmark import Query
from nassim.core.random_streams import Streams
from nassim.core.records import rows_of
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetState
from nassim.data.writing import write_table
from tests.toys import Toy, tabulate


class Cells(Toy):
    """A toy whose option 1 hands its input on, and where two zeros at the beginning leave no path."""

    skip = "1"

    @cached_property
    def unconnected(self) -> Archs:
        """Return one architecture in twelve."""
        archs = self.at(np.arange(self.size))
        return archs[(archs[:, :2] == 0).all(axis=1)]


BENCH = tabulate(Cells((4, 3, 4, 2, 4, 3)))
SPACE = BENCH.space
RUNS = 6
ROWS = np.arange(RUNS)
TRAINING_SEEDS = Streams(0, "luck", ROWS).random_words(ROWS, 1)[:, 0].copy()
STEP = 1e-5  # of finite differences


def mixture(trained: np.ndarray | None, mixed: np.ndarray | None = None) -> Mixture:
    """Return a random distribution per run."""
    weights = np.random.default_rng(1).exponential(size=(RUNS, *SPACE.option_mask.shape)) * SPACE.option_mask
    return Mixture(
        weights / weights.sum(axis=2, keepdims=True), np.ones(RUNS), supernet=SupernetState(trained, mixed=mixed)
    )


def expectation(bench: WeightSharing, asked: Mixture, training_seed: np.ndarray | None, run: int) -> float:
    """Return the sum over the whole space of a run's probability times error."""
    archs, trained = SPACE.at(np.arange(SPACE.size)), asked.supernet.trained
    chance = asked.probabilities[run, np.arange(archs.shape[1]), archs].prod(axis=1)
    words = None if training_seed is None else np.full(len(archs), training_seed[run])
    state = None if trained is None else np.broadcast_to(trained[run], (len(archs), *trained[run].shape))
    return float(chance @ bench.evaluate(Query(archs, supernet=SupernetState(state)), words).error)


def differences(bench: WeightSharing, asked: Mixture, field: str) -> Iterator[tuple[int, int, np.ndarray]]:
    """Yield gene, option and the slope (runs,) of the expectation by what the field has there."""
    for gene, option in product(range(len(SPACE.choices)), range(SPACE.widest)):
        if not SPACE.option_mask[gene, option]:
            continue
        sides = []
        for sign in (1, -1):
            within = asked if field == "probabilities" else asked.supernet
            moved = getattr(within, field).copy()
            moved[:, gene, option] += sign * STEP
            changed = within._replace(**{field: moved})
            changed = changed if within is asked else asked._replace(supernet=changed)
            sides.append(bench.relax(changed, TRAINING_SEEDS).error)
        yield gene, option, (sides[0] - sides[1]) / (2 * STEP)


def check_expectation(bench: WeightSharing, asked: Mixture, training_seed: np.ndarray | None) -> None:
    """Assert that what is said of a mixture is the mean over all architectures."""
    found = bench.relax(asked, training_seed).error
    np.testing.assert_allclose(found, [expectation(bench, asked, training_seed, run) for run in ROWS], rtol=1e-12)


def check_relaxed_outcome(bench: WeightSharing, asked: Mixture, what: str) -> None:
    """Assert that a gradient, by the probabilities or `by_trained`, is that of finite differences."""
    answer = bench.relax(asked, TRAINING_SEEDS)
    slope = answer.gradient if what == "gradient" else answer.supernet.by_trained
    for gene, option, expected in differences(bench, asked, "probabilities" if what == "gradient" else "trained"):
        np.testing.assert_allclose(slope[:, gene, option], expected, rtol=1e-5, atol=1e-6)


def check_alone(bench: WeightSharing, asked: Mixture) -> None:
    """Assert that a run asked alone or among others has the same numbers, to the last bit."""
    whole, part = bench.relax(asked, TRAINING_SEEDS), np.array([1, 4])
    alone = bench.relax(rows_of(asked, part), TRAINING_SEEDS[part])
    for field, other in zip(flat(rows_of(whole, part)), flat(alone), strict=True):
        np.testing.assert_array_equal(field, other)


def flat(answer: RelaxedOutcome) -> list[np.ndarray]:
    """Return all arrays of an answer."""
    return [*answer[:3], *(field for field in answer.supernet or () if field is not None)]


def saved(folder: Path, rows: pa.Table, name: str) -> Path:
    """Write a data folder that holds nothing but one table, and return it."""
    (folder / "toy").mkdir()
    texts = dict.fromkeys(("title", "space", "source", "licence", "search_split", "report_split"), "-")
    about = write_table(rows, folder / "toy" / name)
    (folder / "card.toml").write_text(tomli_w.dumps(texts | {"files": {f"toy/{name}": about}}))
    return folder / "toy"
