"""Kernel densities over categorical genes, of many runs at once (Aitchison and Aitken, Biometrika 1976).

A kernel gives its own option of a gene the weight 1 - h and each of the c - 1 others h / (c - 1); h is the gene's
bandwidth. Data lie in the first axis, and all sums go along it: so no run's sums depend on how many others have.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids

LEAST = 1e-3  # bandwidth
TOGETHER = 8  # genes whose parts of a kernel are looked up at once
Rule = Literal["published", "categorical"]


class Density:
    """The density that some architectures of each row make.

    Either h is at least 0.001.

    Args:
        archs: (n, m, genes), of which the first `count` (m,) of each row are there.
        choices: How many options each gene has.
        bandwidth: "published": 1.06 * s * n**(-1 / (4 + genes)), Scott's normal reference rule, s being the standard
            deviation of the options' numbers, and c in the kernel is how many of a gene's options are among the data.
            So BOHB has it from statsmodels, where h may pass 1 and what is called a density may be negative, infinite
            or nan; "categorical": s is that of an indicator vector, sqrt(1 - sum of the options' squared shares), so
            that the order of options does not matter; c is how many options there are, h at most (c - 1) / c, where the
            kernel is uniform.
    """

    def __init__(self, archs: Archs, count: Ids, choices: tuple[int, ...], bandwidth: Rule) -> None:
        self.archs, self.count, self.choices = archs, count, np.array(choices)
        self.inside = np.arange(len(archs))[:, None] < count  # (n, m)
        published = bandwidth == "published"
        spread = self._deviation() if published else self._impurity()
        scale = np.array([0.0, *(1.06 * n ** (-1 / (4 + len(choices))) for n in range(1, len(archs) + 1))])
        self.width = np.maximum(scale[count][:, None] * spread, LEAST)  # (m, genes)
        if not published:
            self.width = np.minimum(self.width, (self.choices - 1) / self.choices)
        others = self._seen() - 1 if published else np.maximum(self.choices - 1, 1)
        with np.errstate(divide="ignore"):
            self.other = self.width / others  # (m, genes)

    def at(self, asked: Archs) -> Floats:
        """Return the density at architectures (k, m, genes), (k, m)."""
        kernel = np.ones((1, 1, self.count.size))
        with np.errstate(invalid="ignore"):
            for first in range(0, len(self.choices), TOGETHER):
                kernel = kernel * self._factor(asked, range(first, min(first + TOGETHER, len(self.choices))))
            density: Floats = np.where(self.inside[:, None], kernel, 0.0).sum(axis=0) / self.count
        return density

    def _factor(self, asked: Archs, genes: range) -> Floats:
        """Return the kernel's part of some genes, (n, k, m): looked up by which of them are the same."""
        same, parts = np.zeros((len(self.archs), *asked.shape[:2]), dtype=np.uint8), np.ones((1, self.count.size))
        for bit, gene in enumerate(genes):
            mine, theirs = (np.ascontiguousarray(archs[:, :, gene]) for archs in (self.archs, asked))
            same |= (mine[:, None] == theirs[None]).view(np.uint8) << np.uint8(bit)
            parts = np.concatenate([parts * self.other[:, gene], parts * (1 - self.width[:, gene])])
        factor: Floats = parts.ravel().take(same * np.intp(self.count.size) + np.arange(self.count.size))
        return factor

    def sample(self, uniform: Floats) -> Archs:
        """Return draws from the density, (k, m, genes), by numbers (k, m, 1 + genes) in (0, 1).

        The first chooses an architecture; each other one, below 1 - h, its own option; what is left of the number
        above that chooses among all options, as BOHB does.
        """
        chosen = (uniform[:, :, 0] * self.count).astype(np.int64)
        centre = self.archs[chosen, np.arange(self.count.size)]
        own = np.maximum(1 - self.width, 0.0)
        left = (uniform[:, :, 1:] - own) / np.maximum(1 - own, LEAST)  # 0 where there is no choice
        any_option = np.minimum(left * self.choices, self.choices - 1).astype(centre.dtype)
        drawn: Archs = np.where(left < 0, centre, any_option)
        return drawn

    def _seen(self) -> NDArray[np.int64]:
        """Return how many options of each gene are among the data, (m, genes)."""
        among = np.sort(np.where(self.inside[:, :, None], self.archs, self.archs[:1]), axis=0)
        seen: NDArray[np.int64] = 1 + (among[1:] != among[:-1]).sum(axis=0)
        return seen

    def _deviation(self) -> Floats:
        """Return the standard deviation of each gene's option numbers, (m, genes)."""
        values = np.where(self.inside[:, :, None], self.archs, 0).astype(np.float64)
        mean = values.sum(axis=0) / self.count[:, None]  # of whole numbers, so the sum is exact
        square = np.where(self.inside[:, :, None], (values - mean) * (values - mean), 0.0)
        deviation: Floats = np.sqrt(square.cumsum(axis=0)[-1] / self.count[:, None])
        return deviation

    def _impurity(self) -> Floats:
        """Return the standard deviation of each gene's indicator vector, (m, genes)."""
        squares = np.zeros(self.archs.shape[1:])
        for option in range(int(self.choices.max())):
            squares += (self._number(option) / self.count[:, None]) * (self._number(option) / self.count[:, None])
        return np.sqrt(np.maximum(1 - squares, 0.0))

    def _number(self, option: int) -> NDArray[np.int64]:
        """Return how many have an option at each gene, (m, genes)."""
        number: NDArray[np.int64] = ((self.archs == option) & self.inside[:, :, None]).sum(axis=0)
        return number
