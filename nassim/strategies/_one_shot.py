"""What searches have in common that judge candidates with shared weights."""

from __future__ import annotations

import numpy as np

from nassim.benchmark import Mixture, Slope
from nassim.errors import SettingError
from nassim.space import Archs


def best_candidate(asked: Mixture, answer: Slope) -> Archs:
    """Return each row's candidate of the lowest error, (m, genes); of equals, or where all failed, the first."""
    if asked.candidates is None or answer.judged is None:
        raise SettingError("the benchmark has judged no candidates")
    best = np.where(np.isnan(answer.judged), np.inf, answer.judged).argmin(axis=1)
    chosen: Archs = asked.candidates[np.arange(len(best)), best]
    return chosen
