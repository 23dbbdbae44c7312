"""Fits alpha, beta and gamma to the grid's trainings: numbers/fit.json and coefficients.png.

    python studies/compound_scaling/fit.py

Reads numbers/trainings alone. The error is that of the validation images after the last epoch, its logarithm averaged
over seeds. Intervals are 95 %, of resampled networks, see `law.fit`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import published
from law import START, Fit, Law, best, fit, kept
from lines import FIT
from matplotlib import pyplot as plt
from plan import PHIS, grid
from records import errors, of
from rich.console import Console
from scales import BASE, PRICES, WAYS, Scale, doublings

from nassim.core.arrays import Floats

ORDER = 2  # of the law that coefficients are of
LEVELS = (0.025, 0.975)
COLOURS = ("#0072b2", "#d55e00", "#009e73")
Numbers = dict[str, Any]


def told(value: Floats, resampled: Floats) -> Numbers:
    """Return a value (...) and its interval, of resampled ones (resamples, ...)."""
    low, high = np.quantile(resampled, LEVELS, axis=0)
    return {name: np.round(ends, 4).tolist() for name, ends in (("value", value), ("low", low), ("high", high))}


def both(what: Callable[[Law], Floats], found: Fit) -> Numbers:
    """Return what is computed of a law, with its interval."""
    return told(what(found.law), what(found.resampled))


def steps(law: Law, phi: float, start: Floats = START) -> Floats:
    """Return alpha, beta, gamma (..., 3): what multiplies depth, width and resolution for each doubling of FLOPs."""
    found: Floats = 2.0 ** (best(law, phi, start) / phi)
    return found


def more_error(law: Law, there: Floats, phi: float, start: Floats = START) -> Floats:
    """Return how many percent more error doublings (..., 3) bring than the best with as many FLOPs."""
    lowest = law.log_error_of_each(start + best(law, phi, start))
    found: Floats = 100.0 * np.expm1(law.log_error_of_each(start + there) - lowest)
    return found


def numbers(found: Fit, phis: tuple[int, ...] = PHIS, start: Floats = START) -> Numbers:
    """Return what is said of alpha, beta and gamma by phi, of scaling a network that is so many doublings (3,) away."""

    def by_phi(what: Callable[[Law, int], Floats], phis: tuple[int, ...]) -> Numbers:
        return {str(phi): both(partial(what, phi=phi), found) for phi in phis}

    def first(law: Law, phi: int) -> Floats:
        return kept(best(law, 1, start), phi, start)

    theirs = published.doublings(1)
    return {
        "coefficients": by_phi(lambda law, phi: steps(law, phi, start), phis),
        "shares of FLOPs": by_phi(lambda law, phi: best(law, phi, start) * PRICES / phi, phis),
        "resamples with nothing for depth and width": {
            str(phi): round(float((best(found.resampled, phi, start)[:, :2] == 0.0).all(axis=1).mean()), 4)
            for phi in phis
        },
        "ratio to phi = 1": by_phi(lambda law, phi: steps(law, phi, start) / steps(law, 1, start), phis[1:]),
        "more error with those of phi = 1": by_phi(
            lambda law, phi: more_error(law, first(law, phi), phi, start), phis[1:]
        ),
        "more error with EfficientNet's": by_phi(
            lambda law, phi: more_error(law, kept(theirs, phi, start), phi, start), phis
        ),
    }


def quality(logs: list[Floats], fits: dict[int, Fit]) -> Numbers:
    """Return what the laws leave of log errors by seed of networks."""
    within = np.concatenate([each - each.mean() for each in logs])
    return {
        "networks": len(logs),
        "trainings": within.size,
        "deviation of seeds": round(float(np.sqrt(np.square(within).sum() / (within.size - len(logs)))), 4),
        "deviation of networks left out": {
            str(order): round(float(np.sqrt(np.square(each.left_out).mean())), 4) for order, each in fits.items()
        },
    }


def fitted(scales: list[Scale], known: dict[int, Floats]) -> tuple[Numbers, dict[int, Fit]]:
    """Return what laws of networks' errors leave, and the laws by order."""
    logs = [np.log(each) for each in of(scales, known)]
    fits = {order: fit(doublings(scales), np.array([each.mean() for each in logs]), order) for order in (1, ORDER)}
    return quality(logs, fits), fits


def exponents(plain: Fit) -> Numbers:
    """Return to what powers of depth, width and resolution the error falls, by the plain power law."""
    found = both(lambda law: -law.coefficients[..., 1:4] / np.log(2.0), plain)
    return {way: {end: values[place] for end, values in found.items()} for place, way in enumerate(WAYS)}


def figure(found: Numbers, path: Path) -> None:
    """Draw how FLOPs' doublings are divided among the three, by phi, and as published."""
    drawn, axes = plt.subplots(1, 3, figsize=(9.0, 3.0), layout="constrained", sharey=True)
    for place, (axis, way) in enumerate(zip(axes, WAYS, strict=True)):
        rows = [[found[str(phi)][end][place] for end in ("value", "low", "high")] for phi in PHIS]
        value, low, high = np.array(rows).T
        axis.errorbar(PHIS, value, [value - low, high - value], fmt="o", capsize=4, color=COLOURS[place])
        axis.axhline((published.doublings(1) * PRICES)[place], color="black", linestyle="--", linewidth=1)
        axis.set(title=way, xlabel="phi", xticks=PHIS, ylim=(-0.03, 1.03))
    axes[0].set_ylabel("share of the FLOPs' doublings")
    axes[0].text(0.98, 0.98, "dashed: EfficientNet's", transform=axes[0].transAxes, ha="right", va="top", fontsize=8)
    drawn.savefig(path, dpi=130)


def measured() -> Numbers:
    """Return all that is said of the grid's trainings."""
    known = errors("grid", "valid")
    told_of, fits = fitted(grid(), known)
    base = round(float(np.exp(np.log(known[BASE.number]).mean())), 2)
    return {**told_of, "base error": base, "exponents": exponents(fits[1]), **numbers(fits[ORDER])}


def main() -> None:
    """Fit, print, draw and keep."""
    found = measured()
    FIT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    Console().print_json(data=found)
    figure(found["shares of FLOPs"], FIT.parents[1] / "coefficients.png")


if __name__ == "__main__":
    main()
