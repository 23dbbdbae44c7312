"""What reports may ask of a benchmark's architectures, without training any."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nassim.benchmarks import loading
from nassim.core.benchmark import Query
from nassim.study.architecture_index import BenchmarkIndex, index_of
from nassim.study.spec.benchmark import BenchmarkSpec


@pytest.fixture(scope="module")
def index() -> BenchmarkIndex:
    """Return that of a table."""
    return index_of(BenchmarkSpec(name="nb201/cifar10"), None)


def test_places_costs_and_texts(index: BenchmarkIndex) -> None:
    """The best of all is number 1, costs are the benchmark's, texts the official ones."""
    bench = loading.load("nb201/cifar10")
    archs = bench.space.at(np.arange(bench.space.size))
    truth = bench.truth(archs)
    best = archs[[truth.argmin(), truth.argmax()]]
    assert index.size == 15_625
    assert_array_equal(index.places(bench.truth(best)), [1, 15_625])
    assert_array_equal(np.stack(list(index.costs(best).values()), axis=1), bench.evaluate(Query(best)).costs)
    assert index.show(best[:1]) == [bench.space.show(best[0])]


def test_a_surrogate_has_no_places() -> None:
    """Its errors are not those of the trainings it was learned from."""
    learned = index_of(BenchmarkSpec(name="nb201/cifar10", surrogate={"train": 9, "seed": 0}), None)
    assert learned is not None
    assert learned.size is None
    assert_array_equal(learned.places(np.array([8.0])), [0])
    assert learned.genes == loading.load("nb201/cifar10").space.genes


def test_a_benchmark_that_is_gone() -> None:
    """A report of old results must still be possible."""
    assert index_of(BenchmarkSpec(name="gone/away"), None) is None
