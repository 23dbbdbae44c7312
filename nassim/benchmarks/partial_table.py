"""Partial tables: trainings of some architectures of a space, which can be learned from, but not searched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from nassim import catalog
from nassim.benchmarks import loading
from nassim.benchmarks.table import TableBenchmark
from nassim.core.adapter import as_benchmark
from nassim.core.renamed import renamed_names
from nassim.surrogates.training_records import Source, TrainingRecords


class PartialTable(TrainingRecords):
    """What was measured of some architectures, read from a data folder."""

    @classmethod
    def load(cls, place: str | Path) -> Self:
        """Read a benchmark's data, whole or partial, by its name `family/dataset` or from its folder.

        DataError names what is missing or damaged.
        """
        from nassim.data.reading import read_samples

        return cls(**read_samples(catalog.dataset_folder(place) if isinstance(place, str) else place))


def source_of(benchmark: str | Source) -> Source:
    """Return what to draw from: of a name, the table if it holds its whole space, otherwise its samples."""
    if not isinstance(benchmark, str):
        return benchmark if isinstance(benchmark, TrainingRecords) else as_benchmark(benchmark)
    if ":" in benchmark:
        return loading.load(benchmark)
    samples = PartialTable.load(benchmark)
    return table_of(samples) if len(samples.archs) == samples.space.size else samples


def table_of(samples: PartialTable) -> TableBenchmark:
    """Return the table of samples of a whole space, which are sorted by `index`."""
    return TableBenchmark(
        samples.name,
        samples.space,
        samples.card,
        epochs=samples.epochs,
        error=samples.error,
        seconds=samples.seconds,
        counts=samples.counts,
        costs=samples.costs,
        test=samples.test,
        resumable=samples.card.facts.get("resumable", True),
    )


if not TYPE_CHECKING:  # old names
    _MEAN = "nassim.surrogates.training_records.mean_of"
    __getattr__ = renamed_names(__name__, {"Samples": f"{__name__}.PartialTable", "mean_of": _MEAN})
