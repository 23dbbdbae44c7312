"""What searches have in common that judge candidates with shared weights."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.strategies._policy import normal


def errors_seen(rows: Rows, streams: Streams, answer: RelaxedOutcome) -> Floats:
    """Return the error (m, k) of each row's candidates as seen on one validation batch, each with noise of its own."""
    if answer.candidate_error is None:
        raise SettingError("the benchmark has judged no candidates")
    if answer.candidate_noise is None:
        return answer.candidate_error
    return answer.candidate_error + answer.candidate_noise[:, None] * normal(
        streams, rows, answer.candidate_error.shape[1:]
    )


def best_candidate(asked: Mixture, errors: Floats) -> Archs:
    """Return each row's candidate of the lowest error (m, k), (m, genes); of equals, or where all failed, the first."""
    if asked.candidates is None:
        raise SettingError("no candidates were asked for")
    best = np.where(np.isnan(errors), np.inf, errors).argmin(axis=1)
    chosen: Archs = asked.candidates[np.arange(len(best)), best]
    return chosen
