"""What an own strategy may ask for: options of the space, in any type of whole numbers, and nothing is rounded."""

from __future__ import annotations

import numpy as np
import pytest

from nassim import OneRun, Strategy, simulate, solo
from nassim.core.benchmark import Query
from nassim.core.errors import ArchitectureError
from nassim.core.relaxation import Mixture
from tests.toys import toy_benchmark

BENCH = toy_benchmark((3, 2, 4))
NAN = float("nan")
WRONG = [
    ([0, 1.9, 0], r"1\.9 is no option of gene1 of toy-3x2x4, expected a whole number from 0 to 1"),
    ([0, NAN, 0], "nan is no option of gene1"),
    ([0, float("inf"), 0], "inf is no option of gene1"),
    ([256, 0, 0], "256 is no option of gene0 .* from 0 to 2"),
    ([0, 0, 2**70], "is no option of gene"),
    ([0, 0, -1], "-1 is no option of gene2"),
    (["0", "1", "0"], "'0' is no option of gene0"),
    ([0, None, 0], "is no option of gene0"),
    ([0, 0], r"expected an \(n, 3\) array for toy-3x2x4, got"),
    (0, r"expected an \(n, 3\) array for toy-3x2x4, got"),
    (None, r"expected an \(n, 3\) array for toy-3x2x4, got"),
]
RIGHT = [
    [2, 1, 3],
    (2, 1, 3),
    np.array([2, 1, 3]),
    np.array([2.0, 1.0, 3.0]),
    np.array([2, 1, 3], dtype=np.uint8),
    np.array([2, 1, 3], dtype=np.float32),
]


class Plain(OneRun):
    """Asks for the same again and again."""

    answer: object = None

    def ask(self):
        """Return it."""
        return self.answer

    def tell(self, arch, error):
        """Learn nothing."""


class Batched(Strategy):
    """Asks for the same in every run."""

    answer: object = None

    def ask(self, rows):
        """Return it for every row."""
        return Query(np.array([self.answer for _ in rows]))

    def tell(self, rows, asked, answer):
        """Learn nothing."""


class Relaxed(Strategy):
    """Asks for the middle of everything, and hands in what it likes."""

    answer: object = None

    def ask(self, rows):
        """Return even mixtures."""
        even = self.space.option_mask / np.array(self.space.choices)[:, None]
        return Mixture(np.repeat(even[None], rows.size, axis=0), np.ones(rows.size))

    def tell(self, rows, asked, answer):
        """Learn nothing."""

    def derive_architecture(self, rows):
        """Return it for every row."""
        return np.array([self.answer for _ in rows])


def answering(kind, answer):
    """Return a strategy that answers so."""
    return type("MySearch", (kind,), {"answer": answer, "__module__": "own.my_search"})


@pytest.mark.parametrize("kind", [Plain, Batched, Relaxed])
@pytest.mark.parametrize(("answer", "message"), WRONG)
def test_what_is_no_architecture_is_refused(kind, answer, message):
    """In a line with the strategy and the value; nothing is cast."""
    with pytest.raises(ArchitectureError, match=f"^my_search: .*{message}"):
        simulate(answering(kind, answer), BENCH, runs=2, evaluations=3)


@pytest.mark.parametrize("kind", [Plain, Batched, Relaxed])
@pytest.mark.parametrize("answer", RIGHT)
def test_whole_numbers_of_any_type_are_options(kind, answer):
    """Lists, floats that are whole, other integers: the same trace as of the space's own type."""
    trace = simulate(answering(kind, answer), BENCH, runs=2, evaluations=3)
    assert trace.archs.dtype == np.int8
    assert (trace.archs == [2, 1, 3]).all()


@pytest.mark.parametrize(("answer", "message"), WRONG)
def test_a_run_by_hand_is_held_to_the_same(answer, message):
    """What `solo` asks is checked too."""
    with pytest.raises(ArchitectureError, match=f"my_search: .*{message}"):
        solo(answering(Plain, answer), BENCH.space).ask()


def test_rows_of_different_lengths_are_refused():
    """Each run's answer must be a row of the space's genes."""

    class Ragged(OneRun):
        """Asks for rows of growing length."""

        def ask(self):
            """Return a row that depends on the run."""
            return np.zeros(3 + self.integer(2), dtype=np.int8)

        def tell(self, arch, error):
            """Learn nothing."""

    with pytest.raises(ArchitectureError, match=r"expected an array \(genes,\) of options from every run"):
        simulate(Ragged, BENCH, runs=40, evaluations=2)


@pytest.mark.parametrize("answer", [np.zeros((2, 3)), [[0, 0, 0]], None, {}])
def test_an_answer_of_another_kind_is_refused(answer):
    """A question is a Query or a Mixture, with a row for every run that asks."""

    class Odd(Batched):
        """Asks with something else."""

        def ask(self, rows):
            """Return it."""
            return answer

    with pytest.raises(ArchitectureError, match=r"expected a nassim\.Query or a Mixture"):
        simulate(Odd, BENCH, runs=2, evaluations=2)


def test_too_few_rows_are_refused():
    """An architecture for each acting run, not one for all."""

    class Few(Batched):
        """Asks for one only."""

        def ask(self, rows):
            """Return a single row."""
            return Query(np.zeros((1, 3), dtype=np.int8))

    with pytest.raises(ArchitectureError, match="expected an architecture for each of 5 runs, got 1"):
        simulate(Few, BENCH, runs=5, evaluations=2)
