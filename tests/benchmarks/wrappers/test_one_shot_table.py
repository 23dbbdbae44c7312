"""A table of what supernets say: equation 2 of its module, its slopes, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from nassim.benchmarks.one_shot.model import Sharing
from nassim.benchmarks.one_shot.table import FILE, Told, read_told
from nassim.benchmarks.wrappers.one_shot_table import OneShotTable
from nassim.core.benchmark import Query
from nassim.core.errors import DataError, SettingError
from nassim.core.relaxation import SupernetState
from tests.benchmarks.supernets import (
    BENCH,
    ROWS,
    RUNS,
    SPACE,
    TRAINING_SEEDS,
    check_alone,
    check_expectation,
    check_relaxed_outcome,
    mixture,
    saved,
)

EPOCHS = np.array([5, 10, 30])
GENERATOR = np.random.default_rng(0)
TOLD = Told(EPOCHS, GENERATOR.uniform(5, 90, (3, 3, SPACE.size)), "abc")
SHARING = Sharing(correlation=0.6, handicap=1.5, maturity=3.0, mixing=0.3, minibatch=0.5)
SOME = np.arange(RUNS) % 2 == 0
TRAINED = GENERATOR.uniform(0.5, 1.5, (RUNS, *SPACE.option_mask.shape)) * np.array([0.5, 2, 4, 6, 8, 16])[:, None, None]


def bench() -> OneShotTable:
    """Return the toy as its supernets see it."""
    return OneShotTable(BENCH, TOLD, SHARING)


@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_at_the_tables_epochs_it_is_the_table(epoch: int) -> None:
    """Where all options were trained alike, for as long as the table's supernet, its numbers come back."""
    archs = SPACE.at(np.arange(SPACE.size))[:RUNS]
    trained = np.full((RUNS, *SPACE.option_mask.shape), EPOCHS[epoch] / np.mean(SPACE.choices))
    error = bench().evaluate(Query(archs, supernet=SupernetState(trained)), TRAINING_SEEDS).error
    np.testing.assert_allclose(error, TOLD.error[TRAINING_SEEDS % 3, epoch, ROWS], rtol=1e-12)


@pytest.mark.parametrize("training_seed", [TRAINING_SEEDS, None])
@pytest.mark.parametrize("trained", [TRAINED, None])
def test_the_expectation_is_that_of_all_architectures(
    training_seed: np.ndarray | None, trained: np.ndarray | None
) -> None:
    """It is the sum over the whole space of probability times error."""
    check_expectation(bench(), mixture(trained), training_seed)


@pytest.mark.parametrize("mixed", [None, SOME])
@pytest.mark.parametrize("what", ["gradient", "by_trained"])
def test_slopes_are_those_of_finite_differences(what: str, mixed: np.ndarray | None) -> None:
    """The slopes by every probability and by the training of every option, before, between and after the epochs."""
    check_relaxed_outcome(bench(), mixture(TRAINED, mixed), what)


def test_supernets_whose_options_are_trained_at_once_know_less() -> None:
    """`mixing` is left of how far errors are from the median."""
    asked = bench()
    known, less = (asked.relax(mixture(TRAINED, mixed), TRAINING_SEEDS).error - asked.centre for mixed in (None, SOME))
    np.testing.assert_allclose(less, known * np.where(SOME, 0.3, 1.0), rtol=1e-9)


def test_a_run_does_not_depend_on_its_neighbours() -> None:
    """Asked alone or among others, a run's numbers are the same to the last bit."""
    check_alone(bench(), mixture(TRAINED))


def test_other_answers_are_another_benchmark() -> None:
    """The digest that decides what traces are kept is of the table too."""
    other = OneShotTable(BENCH, TOLD._replace(sha256="abd"), SHARING)
    assert len({BENCH.card.sha256, bench().card.sha256, other.card.sha256}) == 3
    with pytest.raises(SettingError, match="has no one-shot table"):
        OneShotTable(BENCH)


def rows_of(size: int) -> pa.Table:
    """Return a whole table of so many architectures, two supernets and two epochs."""
    arch, supernet, epoch = (values.ravel() for values in np.meshgrid(range(size), [0, 1], [5, 9], indexing="ij"))
    return pa.table({"arch": arch, "supernet": supernet, "epoch": epoch, "valid_error": np.arange(4.0 * size)})


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """By supernet, epoch and architecture."""
    told = read_told(saved(tmp_path, rows_of(3), FILE), 3)
    assert told.epochs.tolist() == [5, 9]
    assert told.error.tolist() == [[[0, 4, 8], [1, 5, 9]], [[2, 6, 10], [3, 7, 11]]]


@pytest.mark.parametrize("damage", ["missing row", "no number", "wrong order", "flipped byte"])
def test_a_damaged_table_is_refused(tmp_path: Path, damage: str) -> None:
    """In one line that names the file."""
    rows = rows_of(3)
    if damage == "missing row":
        rows = rows.slice(1)
    elif damage == "no number":
        rows = rows.set_column(3, "valid_error", pa.array([np.nan, *range(11)]))
    elif damage == "wrong order":
        rows = rows.take([1, 0, *range(2, 12)])
    folder = saved(tmp_path, rows, FILE)
    if damage == "flipped byte":
        content = bytearray((folder / FILE).read_bytes())
        content[20] ^= 1
        (folder / FILE).write_bytes(content)
    with pytest.raises(DataError, match=FILE):
        read_told(folder, 3)
