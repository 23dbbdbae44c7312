"""Mixed slopes: what was measured is what DARTS gets, between epochs too; what is damaged is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from nassim.benchmarks.one_shot.mixed_slopes import FILE, MixedSlopes, read_slopes
from nassim.benchmarks.one_shot.model import Sharing
from nassim.benchmarks.one_shot.table import Told
from nassim.benchmarks.wrappers.one_shot_table import OneShotTable
from nassim.core.errors import DataError
from tests.benchmarks.supernets import BENCH, ROWS, RUNS, SPACE, TRAINING_SEEDS, check_alone, flat, mixture, saved
from tests.toys import toy_space

EPOCHS = np.array([1, 2, 10])
GENERATOR = np.random.default_rng(0)
MEASURED = GENERATOR.normal(size=(2, 3, *SPACE.option_mask.shape)) * SPACE.option_mask
SLOPES = MixedSlopes(EPOCHS, MEASURED, GENERATOR.uniform(1, 2, (2, 3)), "abc")
TOLD = Told(np.array([5, 30]), GENERATOR.uniform(5, 90, (3, 2, SPACE.size)), "abc")
SOME = np.arange(RUNS) % 2 == 0


def trained(epoch: float) -> np.ndarray:
    """Return how long options were trained by so many epochs in which a gene's shares add up to one."""
    shares = GENERATOR.exponential(size=(RUNS, *SPACE.option_mask.shape)) * SPACE.option_mask
    return np.asarray(epoch * shares / shares.sum(axis=2, keepdims=True))


@pytest.mark.parametrize(("epoch", "before", "share"), [(0.5, 0, 0.0), (1.25, 0, 0.25), (6.0, 1, 0.5), (99.0, 1, 1.0)])
@pytest.mark.parametrize("training_seed", [TRAINING_SEEDS, None])
def test_slopes_are_those_of_the_runs_supernet(
    epoch: float, before: int, share: float, training_seed: np.ndarray | None
) -> None:
    """Linear between two measurements, the first before and the last after them; without a training seed, the mean."""
    slope, deviation = SLOPES.at(np.full(RUNS, epoch), training_seed)
    for row in ROWS:
        own = [0, 1] if training_seed is None else [int(training_seed[row]) % 2]
        for found, kept in ((slope, SLOPES.slope), (deviation, SLOPES.deviation)):
            early, late = (kept[own, level].mean(axis=0) for level in (before, before + 1))
            np.testing.assert_allclose(found[row], (1 - share) * early + share * late, rtol=1e-12, atol=1e-12)


def test_who_trains_all_at_once_gets_them_and_others_do_not() -> None:
    """Gradient and noise are the measured ones in rows that are mixed; there is nothing to look ahead to."""
    plain = OneShotTable(BENCH, TOLD, Sharing(mixing=0.3))
    bench = OneShotTable(BENCH, TOLD, Sharing(mixing=0.3), SLOPES)
    asked = mixture(trained(4.0), SOME)
    found, other = bench.relax(asked, TRAINING_SEEDS), plain.relax(asked, TRAINING_SEEDS)
    slope, deviation = SLOPES.at(np.full(RUNS, 4.0), TRAINING_SEEDS)
    np.testing.assert_allclose(found.gradient[SOME], slope[SOME], rtol=1e-9)
    np.testing.assert_allclose(found.supernet.gradient_noise[SOME], deviation[SOME], rtol=1e-9)
    assert not found.supernet.by_trained[SOME].any()
    for field, plainly in zip(flat(found)[1:], flat(other)[1:], strict=True):
        np.testing.assert_array_equal(field[~SOME], plainly[~SOME])
    np.testing.assert_array_equal(found.error, other.error)
    check_alone(bench, asked)
    assert bench.card.sha256 != plain.card.sha256


SMALL = toy_space((2, 3))


def rows() -> pa.Table:
    """Return a whole table of two supernets and two epochs of a space with five options."""
    places = [(seed, epoch, gene, option) for seed in (0, 4) for epoch in (1, 7) for gene, option in SMALL_OPTIONS]
    columns = dict(zip(("supernet", "epoch", "gene", "option"), np.array(places).T, strict=True))
    return pa.table(columns | {"slope": np.arange(20.0), "deviation": np.repeat([1.0, 2.0, 3.0, 4.0], 5)})


SMALL_OPTIONS = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """By supernet, epoch, gene and option; where there is no file, there are none."""
    found = read_slopes(saved(tmp_path, rows(), FILE), SMALL)
    assert found is not None
    assert found.slope[1, 0].tolist() == [[10, 11, 0], [12, 13, 14]]
    assert found.deviation.tolist() == [[1, 2], [3, 4]]
    assert read_slopes(tmp_path, SMALL) is None


@pytest.mark.parametrize("damage", ["missing row", "no number", "no noise", "wrong order", "one epoch"])
def test_a_damaged_table_is_refused(tmp_path: Path, damage: str) -> None:
    """In one line that names the file."""
    table = rows()
    if damage == "missing row":
        table = table.slice(1)
    elif damage == "no number":
        table = table.set_column(4, "slope", pa.array([np.nan, *range(19)]))
    elif damage == "no noise":
        table = table.set_column(5, "deviation", pa.array([0.0] * 20))
    elif damage == "wrong order":
        table = table.take([1, 0, *range(2, 20)])
    elif damage == "one epoch":
        table = table.filter(pa.compute.equal(table["epoch"], 1))
    with pytest.raises(DataError, match=FILE):
        read_slopes(saved(tmp_path, table, FILE), SMALL)
