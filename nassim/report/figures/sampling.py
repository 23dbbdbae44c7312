"""What a strategy samples: the share of each option of each gene (operation x edge) as the search goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nassim.core.arrays import Floats
from nassim.report.style import Paper
from nassim.report.view import Drawn, View

TITLE = "What strategies sample"
ORDER = 90
WIDE = True


BINS = 12  # at most, of evaluations, growing
ROWS = 12  # strategies at most, which fill a page; of more, evenly from the best to the worst
MOST = 8  # genes that fit beside each other
NORM = PowerNorm(0.7, 0, 1)
CELL = 0.085  # inches: the height of an option


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield a row of heat maps per strategy, one per gene: options by evaluations."""
    every = [*view.ranking, *(name for name in view.cells if name not in view.ranking)]
    names = [
        every[place] for place in np.unique(np.linspace(0, len(every) - 1, min(ROWS, len(every))).round().astype(int))
    ]
    edges = _edges(max(int(cell.evaluations.max(initial=1)) for cell in view.cells.values()))
    shown = {name: shares(view.cells[name].sampled, edges, max(map(len, view.index.options))) for name in names}
    genes = _telling(list(shown.values()))
    options = [view.index.options[gene] for gene in genes]
    figure, rows = _rows(names, options, view.paper)
    for name, axes in zip(names, rows, strict=True):
        _draw(axes, shown[name][:, genes], options)
        axes.text(0, 1.06, name, transform=axes.transAxes, fontsize=view.paper.size - 0.5, va="bottom")
    _label(rows, [view.index.genes[gene] for gene in genes], options, edges)
    figure.text(0.007, 1 - 0.03 / figure.get_figheight(), view.benchmark, va="top", fontsize=view.paper.size + 1)
    yield Drawn(
        view.stem("sampling"),
        f"What strategies sample on {view.benchmark}: the share of each option at each of "
        f"{'the genes' if len(genes) == len(view.index.genes) else 'the most telling genes'}, over evaluations, "
        f"mean over runs{_numbered(options)}. Gradient methods: the architecture that they would recommend."
        + (f" {ROWS} of {len(every)} strategies, from the best to the worst." if len(every) > ROWS else ""),
        f"Heat maps of sampled options on {view.benchmark}. "
        + " ".join(_in_words(view, name, shown[name], genes) for name in names),
        figure,
    )


def _numbered(options: Sequence[Sequence[str]]) -> str:
    """Return what the numbers at the left are, where options differ."""
    return "" if len(set(options)) == 1 else "; numbers are the places of options in the space's own order"


def shares(sampled: NDArray[np.int64], edges: NDArray[np.int64], widest: int) -> Floats:
    """Return the share of each option in each bin of evaluations, (bins, genes, widest); nan = no evaluation there.

    Args:
        sampled: (events, genes, options) how many runs had each option at each event.
        edges: Of the bins, in events.
        widest: The largest number of options of any gene.
    """
    starts = edges[:-1][edges[:-1] < len(sampled)]
    found = np.full((edges.size - 1, sampled.shape[1], widest), np.nan)
    counts = np.add.reduceat(sampled, starts, axis=0)
    total = counts.sum(axis=2, keepdims=True)
    found[: starts.size] = 0 if sampled.shape[2] < widest else np.nan
    found[: starts.size, :, : sampled.shape[2]] = counts / np.where(total > 0, total, np.nan)
    return found


def _edges(events: int) -> NDArray[np.int64]:
    """Return the first event of each bin, and the end, (bins + 1,)."""
    return np.unique(np.append(0, np.round(np.geomspace(1, events, BINS)))).astype(np.int64)


def _telling(shown: Sequence[Floats]) -> list[int]:
    """Return the genes of which strategies end up with the most uneven shares, as many as fit, in their order."""
    last = [table[~np.isnan(table).all(axis=(1, 2))][-1:] for table in shown]
    uneven = np.concatenate(last).max(axis=2).mean(axis=0)
    return sorted(np.argsort(-uneven, kind="stable")[:MOST].tolist())


def _rows(names: Sequence[str], options: Sequence[Sequence[str]], paper: Paper) -> tuple[Figure, list[Axes]]:
    """Return a figure of the full width with axes for each strategy, and a scale of the colours below them."""
    height = CELL * max(map(len, options))
    row, head, foot = height + paper.row + 0.05, 0.42, 0.8
    left = 0.16 + 0.0061 * paper.size * max(len(name) for named in options for name in named)
    total = head + row * len(names) + foot
    figure = Figure(figsize=(paper.full, total))
    width = (paper.full - left - 0.1) / paper.full
    bottoms = [(total - head - row * (line + 1) + 0.03) / total for line in range(len(names))]
    axes = [figure.add_axes((left / paper.full, bottom, width, height / total)) for bottom in bottoms]
    key = figure.add_axes((left / paper.full, 0.42 / total, 0.22, 0.07 / total))
    key.imshow(np.linspace(0, 1, 64)[None], aspect="auto", cmap="Blues", norm=NORM, extent=(0, 1, 0, 1))
    key.set(yticks=[], xticks=[0, 0.5, 1], xlabel="share of samples")
    key.grid(visible=False)
    figure.text(0.98, 0.42 / total, "across: evaluations up to the number shown", ha="right", va="bottom")
    return figure, axes


def _draw(axes: Axes, table: Floats, options: Sequence[Sequence[str]]) -> None:
    """Draw a table (bins, genes, widest) of one strategy: genes side by side, options down, bins across."""
    widest = max(map(len, options))
    gap = np.full((widest, 1), np.nan)
    maps = [np.concatenate([table[:, gene, :widest].T, gap], axis=1) for gene in range(len(options))]
    for shares_, names in zip(maps, options, strict=True):
        shares_[len(names) :] = np.nan
    whole = np.concatenate(maps, axis=1)[:, :-1]
    axes.imshow(whole, aspect="auto", cmap="Blues", norm=NORM, interpolation="none", resample=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set(xticks=[], yticks=[])
    axes.tick_params(length=0, pad=1.5, labelsize=5.5)


def _label(
    rows: Sequence[Axes], genes: Sequence[str], options: Sequence[Sequence[str]], edges: NDArray[np.int64]
) -> None:
    """Name the options at the left, the genes above, and the evaluations below; options differ: by their numbers."""
    bins, alike = edges.size - 1, len(set(options)) == 1
    names = options[0] if alike else [str(number) for number in range(max(map(len, options)))]
    for axes in rows:
        axes.set_yticks(range(len(names)), names)
    for place, gene in enumerate(genes):
        middle = place * (bins + 1) + (bins - 1) / 2
        rows[0].annotate(gene, (middle, -0.5), (0, 11), textcoords="offset points", ha="center", va="bottom")
    marks = sorted({0, bins // 2, bins - 1})
    ticks = [place * (bins + 1) + mark for place in range(len(genes)) for mark in marks]
    rows[-1].set_xticks(ticks, [f"{edges[mark + 1]:,}" for mark in marks] * len(genes))


def _in_words(view: View, name: str, table: Floats, genes: Sequence[int]) -> str:
    last = table[~np.isnan(table).all(axis=(1, 2))][-1]
    most = [(gene, int(np.nanargmax(last[gene]))) for gene in genes]
    said = (f"{view.index.genes[g]} {view.index.options[g][o]} {last[g, o]:.0%}" for g, o in most)
    return f"{name} ends with most of {', '.join(said)}."
