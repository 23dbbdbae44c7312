"""Tree-structured Parzen estimators over categorical genes, of many runs at once.

Of n observations and a uniform prior of weight p, n + 1 kernels are made. That of an observation gives its own option
of a gene the weight p / (n + 1) + 1, the others p / (n + 1), normalised. This is what Optuna's TPESampler does.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Rows
from nassim.core.genes import narrow
from nassim.core.random_streams import Streams
from nassim.strategies._policy import draw, one_hot

RECENT = 25
TINY = 1e-300


class Parzen:
    """The density that some observations of each row make.

    Args:
        archs: (m, n, genes), in the order in which they were asked for.
        inside: (m, n) which of them count; how many may differ from row to row.
        choices: How many options each gene has.
        prior: The weight of the uniform prior, in observations.
        recent: So many of the latest observations have full weight, and so many before them less; None = all have.
    """

    def __init__(
        self, archs: Archs, inside: Flags, choices: tuple[int, ...], prior: float, recent: int | None = RECENT
    ) -> None:
        self.archs, self.choices = archs, np.array(choices)
        self.options = np.arange(max(choices)) < self.choices[:, None]  # (genes, widest)
        kernels = inside.sum(axis=1)[:, None] + 1  # (m, 1)
        self.weight = _weights(
            inside, prior, inside.shape[1] if recent is None else recent
        )  # (m, n + 1), the prior last
        total = prior / kernels * self.choices + 1  # (m, genes)
        self.other, self.own = prior / kernels / total, (prior / kernels + 1) / total  # (m, genes)

    def density(self, asked: Archs) -> Floats:
        """Return the joint density at architectures (m, k, genes), (m, k)."""
        widest = self.options.shape[1]
        mine, seen = (np.asarray(one_hot(archs, widest), dtype=np.float64) for archs in (asked, self.archs))
        mine *= np.log(self.own / self.other)[:, None, :, None]
        kernels = _flat(mine) @ _flat(seen).swapaxes(1, 2)  # of the genes that are the same, (m, k, n)
        kernels += np.log(self.other).sum(axis=1)[:, None, None]
        np.exp(kernels, out=kernels)
        uniform = self.weight[:, -1:] / np.prod(self.choices, dtype=np.float64)
        density: Floats = (kernels @ self.weight[:, :-1, None])[:, :, 0] + uniform
        return density

    def marginals(self) -> Floats:
        """Return the probability of every option of every gene by itself, (m, genes, widest)."""
        observed = np.zeros((len(self.archs), *self.options.shape))
        for option in range(self.options.shape[1]):
            same = np.where(self.archs == option, self.weight[:, :-1, None], 0.0)
            observed[:, :, option] = np.ascontiguousarray(same.swapaxes(1, 2)).sum(axis=2)
        prior = self.weight[:, -1, None]
        mixed = (1 - prior) * self.other + prior / self.choices  # (m, genes)
        marginals = mixed[:, :, None] + observed * (self.own - self.other)[:, :, None]
        return np.where(self.options, marginals, 0.0)

    def sample(self, uniform: Floats) -> Archs:
        """Return draws from the joint density, (m, k, genes); `uniform` (m, k, 1 + genes) choose kernel and options.

        Within a kernel every option has the weight `other`, its observation's own option 1 more before normalising:
        so a number below `own - other`, which is that 1, takes that option, and what is left of it chooses among all.
        """
        drawn = draw(self.weight[:, None, :], uniform[:, :, 0]).astype(np.intp)  # (m, k)
        prior = np.zeros((len(self.archs), 1, self.choices.size), dtype=self.archs.dtype)  # of which nothing is taken
        archs = np.concatenate([self.archs, prior], axis=1)
        centre = np.take_along_axis(archs, drawn[:, :, None], axis=1)
        share = np.where(drawn == self.archs.shape[1], 0.0, 1.0)[:, :, None] * (self.own - self.other)[:, None, :]
        left = (uniform[:, :, 1:] - share) / np.maximum(1 - share, TINY)
        any_option = np.clip(left * self.choices, 0, self.choices - 1).astype(archs.dtype)
        drawn_archs: Archs = np.where(left < 0, centre, any_option)
        return drawn_archs


def _flat(hot: Floats) -> Floats:
    """Return (m, n, genes * widest) of (m, n, genes, widest)."""
    return hot.reshape(*hot.shape[:2], hot.shape[2] * hot.shape[3])


def _weights(inside: Flags, prior: float, recent: int) -> Floats:
    """Return the weights of the kernels (m, n + 1), the prior's last: Optuna's default_weights, normalised.

    The `recent` latest have weight 1; before them weights rise linearly from 1 / n to 1.
    """
    count = inside.sum(axis=1)[:, None]
    place = np.cumsum(inside, axis=1) - 1
    step = (1 - 1 / np.maximum(count, 1)) / np.maximum(count - recent - 1, 1)
    rising = (1 / np.maximum(count, 1)) + place * step
    weight = np.where(inside, np.where(place >= count - recent, 1.0, rising), 0.0)
    weight = np.concatenate([weight, np.where(count > 0, prior, 1.0)], axis=1)
    weight /= weight.sum(axis=1)[:, None]
    return weight


def best_draw(good: Parzen, others: Parzen, streams: Streams, rows: Rows, candidates: int, multivariate: bool) -> Archs:
    """Return the draw from l, the density of the good ones, (m, genes), of the highest l / g of so many candidates.

    It is that of the whole architecture, if `multivariate`, or gene by gene.
    """
    genes = good.choices.size
    words = (1 + genes) if multivariate else genes
    uniform = np.ascontiguousarray(streams.uniform(rows, candidates * words)).reshape(rows.size, candidates, words)
    if not multivariate:
        return draw_each(good.marginals(), others.marginals(), uniform)
    drawn = good.sample(uniform)
    best = (good.density(drawn) / others.density(drawn)).argmax(axis=1)
    chosen: Archs = drawn[np.arange(rows.size), best]
    return chosen


def draw_each(good: Floats, others: Floats, uniform: Floats) -> Archs:
    """Return the best of some draws (m, genes), gene by gene: marginals (m, genes, widest),
    uniform (m, draws, genes).
    """
    drawn = draw(good[:, None], uniform).astype(np.intp)  # (m, draws, genes)
    ratio = np.divide(good, others, out=np.zeros_like(good), where=others > 0)
    best = np.take_along_axis(ratio[:, None], drawn[..., None], axis=3)[..., 0].argmax(axis=1)
    archs: Archs = np.take_along_axis(drawn, best[:, None], axis=1)[:, 0].astype(narrow(good.shape[2]))
    return archs
