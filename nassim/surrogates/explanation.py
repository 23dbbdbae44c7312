"""Learns a benchmark from one-hot features, and says which choices, pairs and motifs make it good."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nassim.core.arrays import Archs
from nassim.core.errors import DataError
from nassim.core.random_streams import Streams
from nassim.core.renamed import renamed_names
from nassim.surrogates.learn import learn
from nassim.surrogates.model import Surrogate
from nassim.surrogates.motifs import Motif, find_motifs
from nassim.surrogates.shapley import Explanation, Operation, explain, operations
from nassim.surrogates.training_data import architectures_known, draw, truth_of
from nassim.surrogates.training_records import Source, TrainingRecords

TRAIN = 1000  # trainings to learn from, where there are so many
ASKED = 300  # architectures whose Shapley values are asked for
WHOLE, SAMPLE = 1 << 17, 10_000  # in spaces up to this size motifs are counted in full, in larger ones in a sample
SUPPORT = 0.002  # least share of the architectures that a motif must be in, and
FEWEST = 10  # the least number of them


@dataclass(frozen=True, eq=False)
class Explained:
    """Why good architectures of a benchmark are good; all effects are in its unit."""

    benchmark: str
    unit: str
    train: int  # trainings learned from
    explanation: Explanation
    operations: list[Operation]  # best first
    among: int  # architectures that the motifs were counted in
    best: list[Motif]
    worst: list[Motif]


def explain_source(source: Source, train: int = TRAIN, seed: int = 0, top: int = 8) -> Explained:
    """Explain the error at the last epoch, as a model of `train` trainings, or of all if there are fewer, has it.

    Motifs are pairs of choices, by the error on the report split, or its mean over trainings where there is none.
    """
    model = _learned(source, min(train, architectures_known(source)), seed)
    explanation = _in_units(explain(model.ensemble.members, source.space, model.archs[:ASKED]), model)
    archs = _known(source)
    support = max(FEWEST, round(SUPPORT * len(archs)))
    best, worst = find_motifs(source.space, archs, truth_of(source, archs), support=support, top=top)
    trained, ranked = len(model.archs), operations(explanation)
    return Explained(source.name, source.card.unit, trained, explanation, ranked, len(archs), best, worst)


def pairs(explanation: Explanation) -> list[tuple[str, str, float]]:
    """Return each two genes and the root mean square of what they do together, the strongest first."""
    genes, strength = explanation.space.genes, explanation.strength
    first, second = np.triu_indices(len(genes), k=1)
    found = [(genes[i], genes[j], float(strength[i, j])) for i, j in zip(first, second, strict=True)]
    return sorted(found, key=lambda pair: -pair[2])


def _learned(source: Source, train: int, seed: int) -> Surrogate:
    """Return a model of the last epoch's error on a linear scale, on which effects add up."""
    drawn = draw(source, train, seed)
    error = drawn.error[:, -1]
    real = np.isfinite(error)
    try:
        return learn(
            source.space, drawn.archs[real], error[real], epochs=source.epochs[-1:], seed=seed, transform="linear"
        )
    except DataError as wrong:
        raise DataError(f"{source.name}: {wrong}") from wrong


def _in_units(found: Explanation, model: Surrogate) -> Explanation:
    """Return an explanation in the unit of the error, of one in units of the model's linear scale."""
    width, back = model.scale.width, model.scale.back
    mean, base = (float(back(np.array(value))) for value in (found.mean, found.base))
    main, pairs, strength = (values * width for values in (found.main, found.pairs, found.strength))
    of_space = replace(found, mean=mean, main=main, pairs=pairs, strength=strength)
    effects, importance, by_option = (values * width for values in (found.effects, found.importance, found.by_option))
    return replace(of_space, base=base, effects=effects, importance=importance, by_option=by_option)


def _known(source: Source) -> Archs:
    """Return the architectures (n, genes) to count motifs in."""
    if isinstance(source, TrainingRecords):
        return source.archs
    if source.space.size <= WHOLE:
        return source.space.at(np.arange(source.space.size))
    rows = np.arange(SAMPLE)
    return source.space.sample(rows, Streams(0, "motifs", rows))


if not TYPE_CHECKING:  # of what was in benchmarks/
    __getattr__ = renamed_names(__name__, {"explained": "nassim.benchmarks.learning.explained"})
