"""What a search by mixtures asks and hears: the expectation over a distribution of architectures, and its gradient.

Where networks share the weights of a supernet, what a search knows of it travels as one value with the question, and
what it says beside the expectation as one value with the answer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Flags, Floats
from nassim.core.gathered import gathered_fields


class SupernetState(NamedTuple):
    """A supernet as a search has trained it, and what the search asks of it beside the mixture."""

    trained: Floats | None = None  # (m, genes, widest) epochs that each option's weights were trained; None = mature
    candidates: Archs | None = None  # (m, k, genes) to be validated with those weights, path by path, at no cost
    mixed: Flags | None = None  # (m,) whether these weights are trained all at once; None = path by path


class SupernetAnswer(NamedTuple):
    """What a supernet says beside the expectation."""

    by_trained: Floats | None = None  # (m, genes, widest) gradient of the error by `trained`; None = nothing is shared
    gradient_noise: Floats | None = None  # (m,) standard deviation of what one minibatch adds to each slope; None = 0
    candidate_error: Floats | None = None  # (m, k) of each candidate
    candidate_noise: Floats | None = None  # (m,) standard deviation of what one validation batch adds to these


@gathered_fields("supernet", SupernetState, trained="trained", candidates="candidates", mixed="mixed")
class Mixture(NamedTuple):
    """A distribution over architectures, independent per gene."""

    probabilities: Floats  # (m, genes, widest); options that a gene lacks have probability 0
    epochs: Floats  # (m,) how many epochs of one architecture's training this step costs
    tag: Floats | None = None  # (m, ...) an array of the strategy's own, handed back with the answer
    supernet: SupernetState | None = None  # None = mature weights, shared or not, and no candidates


@gathered_fields(
    "supernet",
    SupernetAnswer,
    by_trained="by_trained",
    noise="gradient_noise",
    judged="candidate_error",
    doubt="candidate_noise",
)
class RelaxedOutcome(NamedTuple):
    """The exact expectation over a Mixture, and its gradient."""

    error: Floats  # (m,) expected error on the search split
    gradient: Floats  # (m, genes, widest) of `error` with respect to each probability
    seconds: Floats  # (m,) expected, for the epochs asked
    supernet: SupernetAnswer | None = None  # None = no weights are shared, and no candidates were asked of


class TrainingSet(NamedTuple):
    """The trainings whose results a benchmark's answers for mixtures are made of."""

    seconds: Floats  # (n,) simulated, of all trainings of each; nan = unknown
    which: NDArray[np.int64] | None = None  # (size,) that of each architecture, by index; None = every answer needs all
    times: NDArray[np.uint64] | int = 1  # (n,) how many trainings of each there are
