"""The simulated DARTS, which notes what the real one does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nassim.core.arrays import Floats, Rows
from nassim.strategies.darts import Darts


class Watched(Darts):
    """DARTS that notes its policy's mean `entropy` in nats, and as `p 0.1` the probability of gene 0's option 1."""

    def diagnostics(self, rows: Rows) -> Mapping[str, Floats]:
        """Return entropy and probabilities after the step."""
        p = self.policy.probabilities(rows)
        entropy = -np.sum(p * np.log(np.maximum(p, 1e-300)), axis=2).mean(axis=1)
        return {"entropy": entropy} | {
            f"p {gene}.{option}": p[:, gene, option] for gene, option in np.ndindex(p.shape[1:])
        }
