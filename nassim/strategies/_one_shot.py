"""What searches have in common that train a supernet: what they ask of it, and what it says."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetAnswer
from nassim.strategies._policy import normal


def errors_seen(rows: Rows, streams: Streams, answer: RelaxedOutcome) -> Floats:
    """Return the error (m, k) of each row's candidates as seen on one validation batch, each with noise of its own."""
    said = answer.supernet or SupernetAnswer()
    if said.candidate_error is None:
        raise SettingError("the benchmark has judged no candidates")
    if said.candidate_noise is None:
        return said.candidate_error
    return said.candidate_error + said.candidate_noise[:, None] * normal(streams, rows, said.candidate_error.shape[1:])


def candidates_of(asked: Mixture) -> Archs | None:
    """Return the candidates (m, k, genes) that were asked of, None if there were none."""
    return None if asked.supernet is None else asked.supernet.candidates


def gradient_noise(answer: RelaxedOutcome) -> Floats | None:
    """Return the standard deviation (m,) of what one minibatch adds to each slope, None if it adds nothing."""
    return None if answer.supernet is None else answer.supernet.gradient_noise


def best_candidate(asked: Mixture, errors: Floats) -> Archs:
    """Return each row's candidate of the lowest error (m, k), (m, genes); of equals, or where all failed, the first."""
    candidates = candidates_of(asked)
    if candidates is None:
        raise SettingError("no candidates were asked for")
    best = np.where(np.isnan(errors), np.inf, errors).argmin(axis=1)
    chosen: Archs = candidates[np.arange(len(best)), best]
    return chosen
