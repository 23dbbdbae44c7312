"""What a search by mixtures asks and hears: the expectation over a distribution of architectures, and its gradient."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats
from nassim.core.renamed import renamed_fields


class Mixture(NamedTuple):
    """A distribution over architectures, independent per gene."""

    probabilities: Floats  # (m, genes, widest); options that a gene lacks have probability 0
    epochs: Floats  # (m,) how many epochs of one architecture's training this step costs
    tag: Floats | None = None  # (m, ...) an array of the strategy's own, handed back with the answer
    trained: Floats | None = None  # (m, genes, widest) epochs that each option's weights, if shared, were trained for
    candidates: Archs | None = None  # (m, k, genes) to be judged with those weights, path by path, at no cost
    mixed: NDArray[np.bool_] | None = None  # (m,) whether these weights are trained all at once; None = path by path


@renamed_fields("__new__", judged="candidate_error", doubt="candidate_noise")
class RelaxedOutcome(NamedTuple):
    """The exact expectation over a Mixture, and its gradient."""

    error: Floats  # (m,) expected error on the search split
    gradient: Floats  # (m, genes, widest) of `error` with respect to each probability
    seconds: Floats  # (m,) expected, for the epochs asked
    by_trained: Floats | None = None  # (m, genes, widest) gradient of `error` by `trained`; None = weights not shared
    noise: Floats | None = None  # (m,) standard deviation of what one minibatch adds to each slope; None = nothing
    candidate_error: Floats | None = None  # (m, k) of each candidate
    candidate_noise: Floats | None = None  # (m,) standard deviation of what one validation batch adds to these


class TrainingSet(NamedTuple):
    """The trainings whose results a benchmark's answers for mixtures are made of."""

    seconds: Floats  # (n,) simulated, of all trainings of each; nan = unknown
    which: NDArray[np.int64] | None = None  # (size,) that of each architecture, by index; None = every answer needs all
    times: NDArray[np.uint64] | int = 1  # (n,) how many trainings of each there are
