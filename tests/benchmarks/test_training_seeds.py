"""Each run's own draw of a table is found again, whichever runs still ask."""

from __future__ import annotations

import numpy as np

from nassim.benchmarks.training_seeds import drawn

TRAINING_SEEDS = np.array([7, 3, 9, 7], dtype=np.uint32)  # two runs may share theirs


class Dealer:
    """Fills tables, and counts them."""

    def __init__(self) -> None:
        self.dealt = 0

    def __call__(self, word: np.uint32, table: np.ndarray) -> None:
        """Make a table that shows whose it is."""
        self.dealt += 1
        table[:] = float(word) + np.arange(3) / 10


def test_tables_are_drawn_once() -> None:
    """The same runs, some of them, or the same in another order are not dealt again; newcomers are."""
    dealer = Dealer()
    first = drawn(None, TRAINING_SEEDS, 3, dealer)
    assert first.tables[:, 0].tolist() == TRAINING_SEEDS.tolist()
    assert drawn(first, TRAINING_SEEDS.copy(), 3, dealer) is first
    for rows in ([0, 2], [2, 1, 0], [1]):
        assert drawn(first, TRAINING_SEEDS[rows], 3, dealer).tables.tolist() == first.tables[rows].tolist()
    assert dealer.dealt == 4
    other = drawn(first, np.array([9, 8], dtype=np.uint32), 3, dealer)
    assert other.tables[:, 0].tolist() == [9, 8]
    assert dealer.dealt == 6


def test_nothing_drawn_before_is_changed() -> None:
    """What was handed out stays as it was, also when the caller reuses the array of its training seed."""
    training_seed = TRAINING_SEEDS.copy()
    first = drawn(None, training_seed, 3, Dealer())
    training_seed[:] = 1
    drawn(first, training_seed, 3, Dealer())
    assert first.training_seed.tolist() == TRAINING_SEEDS.tolist()
    assert first.tables[:, 0].tolist() == TRAINING_SEEDS.tolist()
