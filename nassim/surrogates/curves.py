"""How good are predicted learning curves? Ranks and errors after every epoch, and how often curves rise."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import spearmanr

from nassim.core.arrays import Archs, Floats
from nassim.core.benchmark import Query
from nassim.surrogates.learn import spread_out
from nassim.surrogates.model import Surrogate
from nassim.surrogates.scores import tau
from nassim.surrogates.training_records import Source, TrainingRecords, mean_of, rows_of

MOST = 16  # epochs of a long curve that are judged
COLUMNS = {
    "rank": ("Spearman", "{:.3f}"),
    "tau": ("tau", "{:.3f}"),
    "rmse": ("RMSE", "{:.4g}"),
    "foretells": ("to the end", "{:.3f}"),
    "true_foretells": ("truly", "{:.3f}"),
    "rises": ("rises", "{:.1%}"),
    "true_rises": ("truly rises", "{:.1%}"),
}
TITLES = ["epochs", *(title for title, _ in COLUMNS.values())]


@dataclass(frozen=True)
class AtEpoch:
    """What was predicted of architectures after so many epochs, against the mean of their trainings; nan = unknown."""

    epochs: int
    rank: float  # Spearman's correlation of predicted and true errors
    tau: float  # Kendall's tau-b of them
    rmse: float  # in the unit of the error
    foretells: float  # Spearman's correlation of predicted errors with the true ones after the last epoch
    true_foretells: float  # that of the true errors: what a look at this epoch is worth
    rises: float  # share of predicted curves that are higher than at the epoch judged before
    true_rises: float  # share of true ones

    def told(self) -> list[str]:
        """Return the numbers in words, in the order of TITLES; "-" is none."""
        values = [(form, getattr(self, field)) for field, (_, form) in COLUMNS.items()]
        return [f"{self.epochs:,}", *("-" if np.isnan(value) else form.format(value) for form, value in values)]

    def plain(self) -> dict[str, float | None]:
        """Return the numbers for JSON; nan, which it has not, becomes None."""
        return {name: None if np.isnan(value) else value for name, value in asdict(self).items()}


def judge_curves(model: Surrogate, source: Source, archs: Archs) -> tuple[AtEpoch, ...]:
    """Return how good the curves are that a model of the error predicts of architectures (n, genes) of the source.

    Up to 16 epochs are judged, early ones more densely; learned are fewer. Architectures without a true curve, since
    all their trainings failed, are left out. Nothing is judged where there is one fidelity.
    """
    if len(source.epochs) == 1:
        return ()
    epochs = [source.epochs[step] for step in spread_out(len(source.epochs), MOST)]
    true = np.stack([_true(source, archs, epoch) for epoch in epochs])
    known = np.isfinite(true).all(axis=0)
    true = true[:, known]
    mean = np.stack([model.predict(archs[known], epoch).mean for epoch in epochs])
    return tuple(_at(epochs, step, mean, true) for step in range(len(epochs)))


def _at(epochs: list[int], step: int, mean: Floats, true: Floats) -> AtEpoch:
    """Return the scores after one of the epochs: mean and true errors are (epochs, n)."""
    return AtEpoch(
        epochs=epochs[step],
        rank=_rank(mean[step], true[step]),
        tau=tau(true[step], mean[step]),
        rmse=float(np.sqrt(np.mean((mean[step] - true[step]) ** 2))),
        foretells=_rank(mean[step], true[-1]),
        true_foretells=_rank(true[step], true[-1]),
        rises=_rises(mean, step),
        true_rises=_rises(true, step),
    )


def _rank(first: Floats, second: Floats) -> float:
    """Return Spearman's correlation; nan where one is constant."""
    if first.size < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:  # noqa: PLR2004 - a pair
        return float("nan")
    return float(spearmanr(first, second).statistic)


def _rises(curves: Floats, step: int) -> float:
    return float((curves[step] > curves[step - 1]).mean()) if step else float("nan")


def _true(source: Source, archs: Archs, epochs: int) -> Floats:
    """Return the mean error over the trainings of each architecture after so many epochs, (n,); nan = all failed."""
    if not isinstance(source, TrainingRecords):
        return source.evaluate(Query(archs, np.full(len(archs), epochs, dtype=np.int64))).error
    return mean_of(source.error[source.epochs.index(epochs), rows_of(source, archs)])
