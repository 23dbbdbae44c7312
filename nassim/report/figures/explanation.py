"""Why architectures are good: what each option adds to the error, how much each gene matters, and which together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from nassim.core.arrays import Floats
from nassim.core.renamed import renamed_names
from nassim.core.space import Space
from nassim.report.style import COLOURS, COLUMN, GREY, INK, SETTINGS

TITLE = "Which options and genes make architectures good"
ORDER = 220
EXAMPLE = ("nassim show nb201/cifar10 --explain --out explanation", "explanation.png")

ROW = 0.17  # inches per gene
DIVERGING, RISING = "RdBu_r", "Greys"  # red raises the error, blue lowers it; both read without colour vision
DARK = 0.6  # of the scale: from here on letters in a cell are white


class Explanation(Protocol):
    """What is drawn of an explanation; effects are in the unit of the error, those below 0 are good."""

    @property
    def space(self) -> Space:
        """Whose genes and options are explained."""

    @property
    def main(self) -> Floats:
        """What an option adds to the mean prediction, (genes, widest); nan where a gene lacks the option."""

    @property
    def strength(self) -> Floats:
        """Root mean square of what two genes add together, (genes, genes); on the diagonal that of `main`."""

    @property
    def importance(self) -> Floats:
        """Mean absolute Shapley value of each gene, (genes,)."""


def of_explanation(explanation: Explanation, title: str, unit: str = "% error") -> Figure:
    """Draw main effects (genes x options), their size and the Shapley values', and the strength of each two genes.

    Save it as `rendered` does, in the context of SETTINGS.
    """
    genes = len(explanation.space.genes)
    with rc_context(SETTINGS):
        figure = Figure(figsize=(3 * COLUMN, ROW * genes + 1.1), layout="constrained")
        effects, sizes, pairs = figure.subplots(1, 3, width_ratios=(1.3, 1, 1.5))
        figure.suptitle(title, fontsize=8, fontweight="bold", x=0.01, ha="left")
        _draw_effects(effects, explanation.main, explanation.space, unit)
        _draw_sizes(sizes, np.diag(explanation.strength), explanation.importance, unit)
        _draw_pairs(pairs, explanation.strength, explanation.space, unit)
    return figure


def _draw_effects(axes: Axes, main: Floats, space: Space, unit: str) -> None:
    """Draw a cell per option, coloured by its effect, with its name where genes have different options."""
    largest = max(float(np.nanmax(np.abs(main))), 1e-12)
    image = axes.imshow(main, cmap=DIVERGING, vmin=-largest, vmax=largest, aspect="auto")
    axes.set_yticks(range(len(space.genes)), space.genes)
    axes.set_title("what an option adds to the mean error")
    if len(set(space.options)) == 1:
        axes.set_xticks(range(space.widest), space.options[0], rotation=30, ha="right")
    else:
        axes.set_xticks([])
        for gene, option in zip(*np.nonzero(space.option_mask), strict=True):
            colour = "white" if abs(main[gene, option]) > DARK * largest else INK
            axes.text(option, gene, space.options[gene][option], ha="center", va="center", color=colour, fontsize=5.5)
    _finish(axes, image, unit)


def _draw_sizes(axes: Axes, whole: Floats, asked: Floats, unit: str) -> None:
    """Draw for each gene the root mean square of its effects in the space, and its mean absolute Shapley value."""
    rows = np.arange(whole.size)
    axes.barh(rows - 0.2, whole, height=0.38, color=COLOURS[0], label="whole space (root mean square)")
    axes.barh(rows + 0.2, asked, height=0.38, color=GREY, label="Shapley (mean absolute)")
    axes.set(ylim=(rows.size - 0.5, -0.5), title=f"how much a gene matters ({unit})")
    axes.set_yticks([])
    axes.legend(loc="upper right", bbox_to_anchor=(1, -0.2 / (ROW * rows.size)))


def _draw_pairs(axes: Axes, strength: Floats, space: Space, unit: str) -> None:
    """Draw how much each two genes do together beyond what each does alone."""
    together = strength.copy()
    np.fill_diagonal(together, np.nan)
    image = axes.imshow(
        together, cmap=RISING, vmin=0, vmax=max(float(np.nanmax(together, initial=0)), 1e-12), aspect="auto"
    )
    axes.set_xticks(range(len(space.genes)), space.genes, rotation=90)
    axes.set_yticks(range(len(space.genes)), space.genes)
    axes.set_title("how much two genes do together")
    _finish(axes, image, unit)


def _finish(axes: Axes, image: AxesImage, unit: str) -> None:
    axes.grid(visible=False)
    axes.tick_params(length=0, labelsize=5.5)
    bar = axes.figure.colorbar(image, ax=axes, shrink=0.6, pad=0.02)
    bar.set_label(unit)


if not TYPE_CHECKING:  # a type checker shall know no old names
    __getattr__ = renamed_names(__name__, {"explanation_figure": "nassim.report.figures.explanation.of_explanation"})
