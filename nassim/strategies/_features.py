"""What a model sees of an architecture: a space's encoding, every feature in units of its spread over the space."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.strategies._history import History

SAMPLE = 1000  # random architectures that the spread is taken over; the same for all runs and seeds


class Features:
    """Standardised features, divided by the root of their number: two random architectures lie about root 2 apart.

    Args:
        encoding: One of the space's; None = "graph" where the space has it, else "onehot".
    """

    def __init__(self, space: Space, encoding: str | None = None) -> None:
        self.encoding = encoding or space.encodings[-1]
        space.check_encoding(self.encoding)
        self._space = space
        numbers = np.arange(SAMPLE)
        sample = space.encode(space.sample(numbers, Streams(0, "features", numbers)), self.encoding)
        spread = sample.std(axis=0)
        used = spread > 0
        self._mean, self._used = sample.mean(axis=0)[used], used
        self._unit = spread[used] * np.sqrt(max(used.sum(), 1))

    @property
    def width(self) -> int:
        """How many features there are."""
        return len(self._unit)

    def __call__(self, archs: Archs) -> Floats:
        """Return the features of architectures (m, k, genes), shape (m, k, features)."""
        flat = self._space.encode(archs.reshape(-1, archs.shape[-1]), self.encoding)[:, self._used]
        features: Floats = ((flat - self._mean) / self._unit).reshape(*archs.shape[:-1], self.width)
        return features

    def training_set(self, history: History, rows: Rows) -> tuple[Floats, Floats]:
        """Return what models learn from: features (m, told, features), and the errors' normal scores (m, told)."""
        return self(history.archs(rows)), normal_scores(history.error(rows))


def normal_scores(error: Floats) -> Floats:
    """Return what a standard normal sample of the same order as the errors (m, n) would be, (m, n).

    Errors are far from normal: a few architectures are hopeless, and what matters is the order of the best. This
    is the Gaussian copula transform of Salinas et al., ICML 2020; equal errors share the mean of their ranks.
    """
    ordered = np.sort(error, axis=1)
    below = (ordered[:, None, :] < error[:, :, None]).sum(axis=2)
    up_to = (ordered[:, None, :] <= error[:, :, None]).sum(axis=2)
    scores: Floats = ndtri((below + up_to) / (2 * error.shape[1]))
    return scores
