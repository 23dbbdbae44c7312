"""Estimates the expectation of a table under independent choices per gene, where its rows are too many to add up.

With architectures a drawn from the mixture p, and a[g := o] for a whose gene g is option o,

    E = sum over a of p(a) e(a),   dE / dp[g, o] = E over a of e(a[g := o])                                       (1)

since E is linear in each p[g, o]. The second is the local expectation gradient of Titsias and Lazaro-Gredilla (NeurIPS
2015): unbiased, and where the mixture is certain of all other genes it is exact, unlike the score function's.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import numpy as np

from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.genes import narrow
from nassim.core.hashing import GOLDEN, hash32
from nassim.core.space import Space

SAMPLES = 32  # architectures drawn of a mixture; each is looked up with every change of one gene

LookUp = Callable[[Archs, Ids], Floats]  # architectures (n, genes) and whose mixture each is of (n,) -> errors (n,)


def draw(probabilities: Floats, training_seed: RandomWords | None) -> Archs:
    """Return architectures drawn from each mixture (m, genes, widest), (m, SAMPLES, genes).

    They depend on the mixture and its training seed (m,) alone: the same question has the same answer, another draws
    anew.
    """
    rows = np.ascontiguousarray(probabilities)
    words = np.array([crc32(row.tobytes()) for row in rows], dtype=np.uint32)
    if training_seed is not None:
        words ^= training_seed
    genes = rows.shape[1]
    places = np.arange(1, SAMPLES * genes + 1, dtype=np.uint32).reshape(SAMPLES, genes)
    uniform = hash32(hash32(places * GOLDEN) ^ words[:, None, None]) * 2.0**-32
    passed = np.cumsum(rows, axis=2)[:, None]
    aim = (uniform * passed[..., -1])[..., None]  # scaled like this, rounding never reaches an option of probability 0
    drawn: Archs = (passed[..., :-1] <= aim).sum(axis=3).astype(narrow(probabilities.shape[2]))
    return drawn


def mean_of_each(values: Floats) -> Floats:
    """Return the mean of each row of (m, SAMPLES), which does not depend on the other rows, (m,)."""
    return np.array([row.mean() for row in values])


def estimate(space: Space, probabilities: Floats, drawn: Archs, look_up: LookUp) -> tuple[Floats, Floats]:
    """Return estimates of the expectation (m,) and its gradient (m, genes, widest), equation 1.

    The first is the mean over genes of sum over o of p[g, o] dE/dp[g, o], each of which is an estimate.
    """
    runs, samples, genes = drawn.shape
    gene, option = np.nonzero(space.option_mask)
    changed = np.repeat(drawn.reshape(-1, 1, genes), gene.size, axis=1)
    changed[:, np.arange(gene.size), gene] = option
    asked, back = _needed(changed, drawn.reshape(-1, genes), gene, option)
    owner = np.repeat(np.arange(runs), samples)
    errors = look_up(asked, np.concatenate([owner, np.repeat(owner, gene.size)[back]]))
    values = np.repeat(errors[: runs * samples], gene.size)
    values[back] = errors[runs * samples :]
    gradient = np.zeros((runs, genes, space.widest))
    mean = np.full((1, samples), 1.0 / samples)  # a product per run: its sum does not depend on other runs
    gradient[:, gene, option] = (mean @ values.reshape(runs, samples, gene.size))[:, 0]
    flat = probabilities.reshape(runs, 1, -1) @ gradient.reshape(runs, -1, 1)
    return flat[:, 0, 0] / genes, gradient


def _needed(changed: Archs, drawn: Archs, gene: Ids, option: Ids) -> tuple[Archs, Ids]:
    """Return what is to be looked up: all that was drawn, then what truly changed; and where the latter was."""
    other = np.flatnonzero((drawn[:, gene] != option).ravel())
    return np.concatenate([drawn, changed.reshape(-1, drawn.shape[1])[other]]), other
