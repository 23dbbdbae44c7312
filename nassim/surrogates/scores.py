"""How good are predictions? The measures that surrogates of NAS benchmarks are judged by; lower targets are better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import kendalltau

from nassim.core.arrays import Floats

LEVEL, WIDTH = 0.9, 1.6448536269514722  # an interval of 90 % reaches so many standard deviations to either side
TOPS = (10, 100)
BEST = 0.1  # share of the architectures
COLUMNS = {
    "n": ("n", "{:,}"),
    "r2": ("R2", "{:.4f}"),
    "rmse": ("RMSE", "{:.4g}"),
    "tau": ("tau", "{:.3f}"),
    "sparse_tau": ("sparse tau", "{:.3f}"),
    "tau_top_half": ("top half", "{:.3f}"),
    "tau_best_tenth": ("best tenth", "{:.3f}"),
    "coverage": ("in 90 %", "{:.1%}"),
    "regret_10": ("regret@10", "{:.3g}"),
    "rank_10": ("rank@10", "{:,}"),
    "regret_100": ("regret@100", "{:.3g}"),
    "rank_100": ("rank@100", "{:,}"),
    "far": ("far", "{:.1%}"),
}
TITLES = [title for title, _ in COLUMNS.values()]


@dataclass(frozen=True)
class Scores:
    """Predictions of n architectures against the truth; nan = too few to say."""

    n: int
    r2: float
    rmse: float  # in the target's unit
    tau: float  # Kendall's tau-b
    sparse_tau: float  # the same, differences of predictions below the bin ignored (Zela et al., ICLR 2022)
    tau_top_half: float  # of the truly better half alone
    tau_best_tenth: float  # of the truly best tenth alone: where a search ends
    coverage: float  # share of new trainings within the predicted 90 % interval
    regret_10: float  # how much worse than the best the truly best of the predicted ten best is
    regret_100: float
    rank_10: int  # how many of all are truly better than that one
    rank_100: int
    far: float = float("nan")  # share that was flagged as far from the training data

    def told(self) -> list[str]:
        """Return the numbers in words, in the order of TITLES; "-" is none."""
        values = ((form, getattr(self, field)) for field, (_, form) in COLUMNS.items())
        return ["-" if np.isnan(value) else form.format(value) for form, value in values]


def score(
    true: Floats, mean: Floats, *, one: Floats | None = None, spread: Floats | None = None, width: float
) -> Scores:
    """Return the scores of predictions `mean` of `true`, all arrays (n,).

    Args:
        one: A single training of each; with `spread`, the predicted standard deviation, it gives the coverage.
        width: Of the bins of the sparse tau, in the target's unit: 0.1 where it is percent.
    """
    squared = (mean - true) ** 2
    better, best = (true <= np.quantile(true, share) for share in (0.5, BEST))
    regrets = [_regret(true, mean, top) for top in TOPS]
    inside = None if one is None or spread is None else np.abs(one - mean) <= WIDTH * spread
    return Scores(
        n=true.size,
        r2=1 - float(squared.mean() / true.var()) if np.ptp(true) > 0 else float("nan"),
        rmse=float(np.sqrt(squared.mean())),
        tau=tau(true, mean),
        sparse_tau=tau(true, np.round(mean / width)),
        tau_top_half=tau(true[better], mean[better]),
        tau_best_tenth=tau(true[best], mean[best]),
        coverage=float("nan") if inside is None else float(inside.mean()),
        regret_10=regrets[0][0],
        regret_100=regrets[1][0],
        rank_10=regrets[0][1],
        rank_100=regrets[1][1],
    )


def tau(first: Floats, second: Floats) -> float:
    """Return Kendall's tau-b of two arrays (n,); nan where one is constant."""
    if first.size < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:  # noqa: PLR2004 - a pair
        return float("nan")
    return float(kendalltau(first, second).statistic)


def _regret(true: Floats, mean: Floats, top: int) -> tuple[float, int]:
    """Return how far the truly best of the predicted `top` is from the best of all, in the unit and in ranks."""
    chosen = true[np.argsort(mean, kind="stable")[:top]].min()
    return float(chosen - true.min()), int((true < chosen).sum())
