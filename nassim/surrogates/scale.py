"""Scale: the transform under which a target is learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

from nassim.core.arrays import Floats

Transform = Literal["auto", "log", "linear"]
LEAST = 1e-6  # of the mean's distance from the lowest, below which the median's is no measure of the spread
SKEWED = 1.0  # skewness above which "auto" takes logarithms


@dataclass(frozen=True)
class Scale:
    """A target y is learned as z = (y - low) / width, or z = log(1 + (y - low) / width).

    Errors of many architectures crowd at the best end, with a long tail of broken ones; squared loss would see the
    tail alone. With low the lowest error and width the median's distance from it, the logarithm spreads the good ones.
    """

    transform: Literal["log", "linear"]
    low: float
    width: float

    @classmethod
    def of(cls, values: Floats, transform: Transform = "auto") -> Self:
        """Return the scale for learning `values` (n,), which are not all equal; "auto" looks at their skewness."""
        mean, deviation = float(values.mean()), float(values.std())
        if transform == "auto":
            skewness = float((((values - mean) / deviation) ** 3).mean())
            transform = "log" if skewness > SKEWED else "linear"
        if transform == "linear":
            return cls(transform, mean, deviation)
        low = float(values.min())
        width = float(np.median(values)) - low
        return cls(transform, low, width if width > LEAST * (mean - low) else mean - low)

    def to(self, values: Floats) -> Floats:
        """Return z of y."""
        z: Floats = (values - self.low) / self.width
        return np.log1p(z) if self.transform == "log" else z

    def back(self, z: Floats) -> Floats:
        """Return y of z."""
        values: Floats = self.low + self.width * (np.expm1(z) if self.transform == "log" else z)
        return values

    def slope(self, z: Floats) -> Floats:
        """Return dy/dz at z."""
        return self.width * (np.exp(z) if self.transform == "log" else np.ones_like(z))
