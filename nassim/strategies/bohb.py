"""BOHB: Hyperband that begins with what a kernel density model proposes (Falkner et al., ICML 2018, arXiv:1807.01774).

The paper: "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", Algorithms 1 and 2; where they and its
authors' program, `hpbandster` 0.7.4, differ, this is the program.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.growing import grown
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._density import Density
from nassim.strategies._rungs import Asked, Brackets, Eta, rounded_sizes, rungs_of

ROOM = 64  # results at a rung that there is room for at first
NONE = -1
LEAST = 1e-32  # density
WHOLE = 1e-9


class Bohb(Strategy[Query, Outcome]):
    """Hyperband's brackets; but an architecture that begins is drawn from a model: the best, by l / g, of `samples`
    from the density l of the good ones at the highest rung that has enough results, g being that of the others.

    The factor of 3 on the bandwidth of samples concerns continuous parameters only, as in the authors' program, and
    is left out here. The settings of NAS-Bench-201 (Dong and Yang, ICLR 2020) are samples=4, random_fraction=0.
    With several workers, what is still being trained is in no density, and samples of it are passed over, for a
    uniform draw if all are: so the model does not propose the same again. A failed training is worse than any other.

    Args:
        least: N_min, so many results make a density; None, or less, = genes + 1.
        good: Share of its results that are good ones: the best N_l = max(N_min, good * N); the others are the
            max(N_min, (1 - good) * N) after these, or as many as there are. A rung is modelled once there are genes + 1
            of them.
        random_fraction: Share of architectures that are drawn uniformly nevertheless.
        bandwidth: "published", or "categorical", which does not depend on the order of options: see `Density`.
    """

    runs_per_unit = 100

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        eta: Eta = 3,
        grace: Count = 1,
        samples: Count = 64,
        random_fraction: Fraction = 1 / 3,
        good: Fraction = 0.15,
        least: Count | None = None,
        bandwidth: Literal["published", "categorical"] = "published",
    ) -> None:
        super().__init__(space, streams)
        self.eta, self.grace, self.samples, self.random_fraction = eta, grace, samples, random_fraction
        self.good, self.bandwidth, self.fewest = good, bandwidth, len(space.choices) + 1
        self.least = max(least or 0, self.fewest)

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Lay out the brackets, and where results are kept."""
        rungs = rungs_of(epochs, self.eta, self.grace)
        runs, genes = self.streams.runs, len(self.space.choices)
        self.rungs = np.array(rungs)
        self.brackets = Brackets(runs, genes, rungs, rounded_sizes(len(rungs), self.eta), dtype=self.space.dtype)
        self.count = np.zeros((runs, len(rungs)), dtype=np.int64)
        self.archs = np.zeros((runs, len(rungs), ROOM, genes), dtype=self.space.dtype)
        self.error = np.full((runs, len(rungs), ROOM), np.inf)
        self.pending = np.full((runs, 0), NONE)  # by the brackets' tag, the id of what is being trained

    def ask(self, rows: Rows) -> Query:
        """Return what the oldest bracket needs next."""
        asked = self.brackets.ask(rows, self._propose)
        tag = np.asarray(asked.tag)
        missing = int(tag.max()) + 1 - self.pending.shape[1]
        if missing > 0:
            self.pending = grown(self.pending, missing, NONE)
        self.pending[rows, tag] = self.space.index(asked.archs)
        return asked

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Keep the result, and promote the best once a rung is complete."""
        self.brackets.tell(rows, asked, answer)
        self.pending[rows, np.asarray(asked.tag)] = NONE
        rung = np.searchsorted(self.rungs, np.asarray(asked.epochs))
        if self.count.max() == self.error.shape[2]:
            self.error = np.concatenate([self.error, np.full_like(self.error, np.inf)], axis=2)
            self.archs = np.concatenate([self.archs, np.zeros_like(self.archs)], axis=2)
        here = rows, rung, self.count[rows, rung]
        self.archs[here], self.error[here] = asked.archs, np.fmin(answer.error, np.inf)
        self.count[rows, rung] += 1

    def _propose(self, rows: Rows, _: Asked) -> Archs:
        """Return architectures to begin with, (m, genes)."""
        archs = self.space.sample(rows, self.streams)
        modelled = (self.streams.uniform(rows) >= self.random_fraction) & (self._enough(rows).any(axis=1))
        some = np.flatnonzero(modelled)
        if some.size:
            archs[some] = self._from_model(rows[some], archs[some])
        return archs

    def _enough(self, rows: Rows) -> NDArray[np.bool_]:
        """Return which rungs have results enough for a model, (m, rungs)."""
        count = self.count[rows]
        enough: NDArray[np.bool_] = count - self._good(count) >= self.fewest
        return enough

    def _good(self, count: Ids) -> Ids:
        """Return how many of so many results are good ones."""
        return np.maximum(self.least, _part(self.good, count))

    def _from_model(self, rows: Rows, uniform_draw: Archs) -> Archs:
        """Return the sample of lowest g / l that is not being trained, the first among equals.

        A sample of infinite g / l is taken at once: the program does so, since it is like none of the others.
        """
        genes = len(self.space.choices)
        uniform = self.streams.uniform(rows, self.samples * (1 + genes)).reshape(rows.size, self.samples, 1 + genes)
        good, others = self._densities(rows)
        drawn = good.sample(uniform.swapaxes(0, 1))
        above, below = others.at(drawn), good.at(drawn)
        above, below = np.where(above > LEAST, above, LEAST), np.where(below < LEAST, LEAST, below)  # nan stays below
        with np.errstate(invalid="ignore"):
            ratio = above / below
        ratio = np.where(np.isinf(ratio) & np.isfinite(below), -np.inf, np.where(np.isnan(ratio), np.inf, ratio))
        ratio = np.where(self._are_pending(rows, drawn), np.inf, ratio)
        best = ratio.argmin(axis=0)
        archs: Archs = drawn[best, np.arange(rows.size)]
        none = np.flatnonzero(ratio.min(axis=0) == np.inf)
        archs[none] = uniform_draw[none]
        return archs

    def _are_pending(self, rows: Rows, drawn: Archs) -> NDArray[np.bool_]:
        """Return which samples (samples, m, genes) are being trained, (samples, m)."""
        pending = self.pending[rows]
        pending = pending[:, (pending != NONE).any(axis=0)]
        if not pending.size:
            return np.zeros(drawn.shape[:2], dtype=np.bool_)
        ids = self.space.index(drawn.reshape(-1, drawn.shape[2])).reshape(drawn.shape[:2])
        found: NDArray[np.bool_] = (ids[:, :, None] == pending).any(axis=2)
        return found

    def _densities(self, rows: Rows) -> tuple[Density, Density]:
        """Return l and g of each row."""
        enough = self._enough(rows)
        rung = enough.shape[1] - 1 - enough[:, ::-1].argmax(axis=1)
        count = self.count[rows, rung]
        order = self.error[rows, rung, : count.max()].argsort(axis=1, kind="stable")
        archs = np.take_along_axis(self.archs[rows, rung], order[:, :, None], axis=1).swapaxes(0, 1)
        good = self._good(count)
        others = np.minimum(np.maximum(self.least, _part(1 - self.good, count)), count - good)
        shifted = np.minimum(np.arange(others.max())[:, None] + good, len(archs) - 1)
        after = archs[shifted, np.arange(rows.size)]
        choices = self.space.choices
        return (
            Density(archs[: good.max()], good, choices, self.bandwidth),
            Density(after, others, choices, self.bandwidth),
        )


def _part(share: float, count: Ids) -> Ids:
    """Return so large a share of `count`, rounded down; a product that is whole but for its last bits is whole."""
    part: Ids = np.floor(share * count + WHOLE).astype(np.int64)
    return part
