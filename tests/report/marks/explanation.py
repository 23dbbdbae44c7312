"""Effects of options as an image, sizes of genes as bars, and what two genes do together as an image."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from nassim import catalog
from nassim.core.space import Space
from nassim.report.figures.explanation import of_explanation
from nassim.surrogates.shapley import Explanation
from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.toys import toy_space

HALF = 0.19  # of a row: half the height of a bar


def cases() -> Iterator[tuple[Figure, list[Panel]]]:
    """Yield figures of explanations with what they must show: genes with the same options, and with unequal ones."""
    for space in (catalog.space("nb201"), toy_space((4, 2, 3))):
        random = np.random.default_rng(1)
        genes, widest = len(space.genes), max(map(len, space.options))
        main = random.normal(size=(genes, widest))
        for gene, options in enumerate(space.options):
            main[gene, len(options) :] = np.nan
        strength = random.uniform(0.1, 2, (genes, genes))
        strength = strength + strength.T
        importance = random.uniform(0, 3, genes)
        empty = np.zeros((0, genes))
        found = Explanation(
            space,
            9.0,
            main,
            np.zeros((genes, widest) * 2),
            strength,
            empty.astype(np.int8),
            9.0,
            empty,
            importance,
            main,
            main,
        )
        figure = of_explanation(found, "toy/a")
        yield figure, [_effects(space, main), _sizes(strength, importance), _pairs(space, strength)]


def _effects(space: Space, main: np.ndarray) -> Panel:
    largest = max(abs(value) for value in main.ravel() if not math.isnan(value))
    marks: list[Mark | Band] = [Mark("image", "", np.array([-largest, largest]), main.ravel())]
    ticks = {"y": {float(k): gene for k, gene in enumerate(space.genes)}}
    if len(set(space.options)) == 1:
        ticks["x"] = {float(k): option for k, option in enumerate(space.options[0])}
    else:
        marks += [
            Mark("text", "", np.array([k]), np.array([gene]), option)
            for gene, options in enumerate(space.options)
            for k, option in enumerate(options)
        ]
    return Panel(marks, ticks=ticks)


def _sizes(strength: np.ndarray, importance: np.ndarray) -> Panel:
    marks: list[Mark | Band] = []
    for gene in range(importance.size):
        for shift, size in ((-0.2, strength[gene, gene]), (0.2, importance[gene])):
            ends = np.array([gene + shift - HALF, gene + shift + HALF])
            marks.append(Mark("bar", "", np.array([0.0, size]), ends))
    return Panel(marks)


def _pairs(space: Space, strength: np.ndarray) -> Panel:
    genes = len(space.genes)
    cells = [math.nan if one == two else strength[one, two] for one in range(genes) for two in range(genes)]
    names = {float(k): gene for k, gene in enumerate(space.genes)}
    largest = max(value for value in cells if not math.isnan(value))
    return Panel([Mark("image", "", np.array([0.0, largest]), np.array(cells))], ticks={"x": names, "y": names})
