"""Compares ways of scaling at equal FLOPs, for real: numbers/compare.json and lines.png.

    python studies/compound_scaling/compare.py

Reads numbers/trainings, and numbers/fit.json for what was to be compared. Of networks that were chosen by the grid's
trainings it takes others; of the rest the grid's, where there are no others. The error is that of the test images.
Intervals are 95 %, by Student's t with the deviation of seeds pooled over all networks: the logarithm of the error is
what is averaged.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import fit
import numpy as np
from lines import RULES, Line, fitted, lines
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from plan import CELLS, PHIS
from published import efficientnet, implied
from records import errors
from rich.console import Console
from scales import BASE, Scale, doublings, price
from scipy.stats import t

from nassim.core.arrays import Floats

NUMBERS = Path(__file__).parent / "numbers"
COLOURS = dict(zip(RULES, ("black", "#999999", "#cc79a7", "#0072b2", "#d55e00", "#009e73", "#e69f00"), strict=True))
LARGER = BASE._replace(size=12)  # another base, of a law fitted to all
Weights = dict[int, float]  # of networks, by their numbers
Numbers = dict[str, Any]


class Seeds(NamedTuple):
    """Log errors by network, and what one seed deviates."""

    logs: dict[int, Floats]
    deviation: float
    degrees: int

    @classmethod
    def of(cls, found: dict[int, Floats]) -> Seeds:
        """Return those of errors in percent."""
        logs = {number: np.log(each) for number, each in found.items()}
        degrees = sum(each.size - 1 for each in logs.values())
        squares = sum(float(np.square(each - each.mean()).sum()) for each in logs.values())
        return cls(logs, float(np.sqrt(squares / degrees)), degrees)

    def combined(self, weights: Weights) -> tuple[float, float]:
        """Return a weighted sum of networks' log errors, and half of its interval."""
        value = sum(weight * self.logs[number].mean() for number, weight in weights.items())
        variance = sum(weight**2 / self.logs[number].size for number, weight in weights.items())
        return float(value), float(t.ppf(0.975, self.degrees) * self.deviation * np.sqrt(variance))


def weights_of(scales: list[Scale], phi: float) -> Weights:
    """Return what is interpolated where FLOPs are 2 ** phi times the base's: linear in logarithms; one counts whole."""
    if len(scales) == 1:
        return {scales[0].number: 1.0}
    below, above = np.log2([price(scale) for scale in scales])
    part = float((phi - below) / (above - below))
    return {scales[0].number: 1.0 - part, scales[1].number: part}


def less(first: Weights, second: Weights) -> Weights:
    """Return the difference; networks in both count once."""
    every = {**first, **second}
    return {number: first.get(number, 0.0) - second.get(number, 0.0) for number in every}


def told(value: float, half: float, *, percent: bool = False) -> Numbers:
    """Return e to a value and to the ends of its interval; `percent` = how many percent more than 1."""
    ends = np.exp([value, value - half, value + half])
    shown = 100.0 * (ends - 1.0) if percent else ends
    return dict(zip(("value", "low", "high"), np.round(shown, 2).tolist(), strict=True))


def compared(every: list[Line], seeds: Seeds) -> Numbers:
    """Return errors by rule and phi, and by how many percent they are above those of compound scaling."""
    there = {(line.rule, line.phi): weights_of(line.scales, line.phi) for line in every if line.scales}
    found: Numbers = {"error": {}, "above compound": {}}
    for (rule, phi), weights in there.items():
        found["error"].setdefault(rule, {})[str(phi)] = told(*seeds.combined(weights))
        against = seeds.combined(less(weights, there["compound", phi]))
        found["above compound"].setdefault(rule, {})[str(phi)] = told(*against, percent=True)
    return found


def networks(every: list[Line]) -> Numbers:
    """Return cells, channels, pixels, FLOPs and parameters of the networks by rule and phi."""
    found: Numbers = {}
    for line in every:
        found.setdefault(line.rule, {})[str(line.phi)] = [
            {**scale._asdict(), "FLOPs": round(price(scale), 3), "params": scale.params} for scale in line.scales
        ]
    return found


def law_of_all() -> Numbers:
    """Return what the law says when fitted to all that was trained, if no deeper than the grid; also of a larger base.

    Validation errors, as by `fit.py`. Here phi = 3 is not foretold, and images of 12 pixels leave resolution less.
    """
    grid_of, lines_of = errors("grid", "valid"), errors("lines", "valid")
    known = {
        number: np.concatenate([each[number] for each in (grid_of, lines_of) if number in each])
        for number in sorted({*grid_of, *lines_of})
        if Scale.of(number).cells <= max(CELLS)
    }
    told_of, fits = fit.fitted(list(map(Scale.of, known)), known)
    found, larger = fits[fit.ORDER], doublings([LARGER])[0]
    return {
        **told_of,
        "from the base": fit.numbers(found),
        "from 12 pixels": fit.numbers(found, PHIS[:2], larger),
    }


def draw(axes: Axes, found: Numbers, base: float) -> None:
    """Draw errors by FLOPs and rule; lines of rules that begin at phi = 1 begin at the base."""
    for place, (rule, by_phi) in enumerate(found.items()):
        value, low, high = np.array([[each[end] for end in ("value", "low", "high")] for each in by_phi.values()]).T
        where = 2.0 ** np.array([int(phi) for phi in by_phi]) * (1.0 + 0.012 * (place - 2))  # beside each other
        style = {"color": COLOURS[rule], "marker": "o", "markersize": 4}
        axes.errorbar(where, value, [value - low, high - value], capsize=3, label=rule, **style)
        if "1" in by_phi:
            axes.plot([1.0, where[0]], [base, value[0]], **style)
    axes.set(xlabel="FLOPs, times the base's", ylabel="test error in %")
    axes.legend(fontsize=8, loc="lower left")


def draw_published(axes: Axes) -> None:
    """Draw EfficientNet's B0 to B7 as published."""
    every = efficientnet()["networks"]
    flops, error = np.array([(each["flops_billions"], 100.0 - each["top1"]) for each in every.values()]).T
    axes.plot(flops, error, marker="o", markersize=4, color=COLOURS["EfficientNet's"])
    for name, *place in zip(every, flops, error, strict=True):
        axes.annotate(name, place, textcoords="offset points", xytext=(4, 4), fontsize=8)
    axes.set(xlabel="FLOPs, billions", ylabel="top-1 error on ImageNet in %")


def both_logarithmic(axes: Axes, across: tuple[float, ...], up: tuple[float, ...]) -> None:
    """Give axes of plain numbers on logarithmic scales."""
    axes.set(xscale="log", yscale="log")
    axes.set_xticks(across, [f"{tick:g}" for tick in across])
    axes.set_yticks(up, [f"{tick:g}" for tick in up])
    axes.minorticks_off()


def figure(found: Numbers, path: Path) -> None:
    """Draw both side by side."""
    drawn, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.4), layout="constrained")
    draw(left, found["error"], found["base"]["value"])
    left.set_title("measured on photodigits", fontsize=10)
    both_logarithmic(left, (1, 2, 4, 8), (2, 5, 10, 20, 40, 60))
    left.set_ylim(3, 75)
    draw_published(right)
    right.set_title("EfficientNet B0 to B7 as published (Tan and Le 2019)", fontsize=10)
    both_logarithmic(right, (0.5, 1, 2, 5, 10, 20, 40), (16, 18, 20, 22))
    right.set_xlim(0.33, 50)
    drawn.savefig(path, dpi=130)


def measured() -> Numbers:
    """Return all that is said of what was compared."""
    every = lines(fitted())
    seeds = Seeds.of({**errors("grid", "test"), **errors("lines", "test")})
    return {
        "trainings": sum(each.size for each in errors("lines", "test").values()),
        "deviation of seeds": round(seeds.deviation, 4),
        "base": told(*seeds.combined({BASE.number: 1.0})),
        **compared(every, seeds),
        "networks": networks(every),
        "law of all": law_of_all(),
        "EfficientNet implied": implied(efficientnet()["networks"]),
    }


def main() -> None:
    """Compare, print, draw and keep."""
    found = measured()
    (NUMBERS / "compare.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    Console().print_json(data=found)
    figure(found, NUMBERS.parent / "lines.png")


if __name__ == "__main__":
    main()
