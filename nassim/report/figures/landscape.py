"""The landscape of errors, laid out by t-SNE, and how searches walk through it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats
from nassim.core.trace import Trace
from nassim.report.style import BEHIND, INK, Look
from nassim.report.view import Drawn, View

TITLE = "Walks through the landscape"
ORDER = 100
WIDE = True
ON_PAGE = False


POINTS = 300  # architectures laid out
FEWEST = 8  # architectures that can be laid out
PANELS = 4  # strategies whose walk is shown
RUNS = 20  # whose architectures make the background


class Walk(NamedTuple):
    """The incumbents of one run, each once."""

    archs: Archs  # (k, genes)
    truth: Floats  # (k,)
    regret: float  # at the end


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield a panel per strategy: architectures by their likeness, coloured by error, and one run's incumbents."""
    names = _chosen([name for name in view.ranking if name in view.searches] or view.ranking)
    traces = {name: view.trace(name) for name in names}
    walks = {name: _walk(traces[name], view.cells[name].final) for name in names}
    archs, truth = (
        _background(traces, list(walks.values())) if names else (np.empty((0, 0), dtype=np.int8), np.empty(0))
    )
    if len(archs) < FEWEST:
        return
    truth = view.errors(archs, truth)
    places = layout(archs, [len(options) for options in view.index.options])
    figure, panels = _panels(view, len(names))
    for axes, name in zip(panels, names, strict=True):
        shown = _draw_background(axes, places, truth)
        steps = [int((archs == arch).all(axis=1).argmax()) for arch in walks[name].archs]
        _draw_walk(axes, places[steps], view.looks[name])
        axes.set_title(
            f"{name}\nregret {walks[name].regret:.3g}, {len(steps)} incumbents", fontsize=view.paper.size - 0.5
        )
    bar = figure.colorbar(shown, ax=panels, shrink=0.7, aspect=30, extend="max", pad=0.02)
    bar.set_label(f"error on the report split ({view.unit})")
    said = "; ".join(f"{name}: {len(w.archs)} incumbents to a regret of {w.regret:.3g}" for name, w in walks.items())
    yield Drawn(
        view.stem("landscape"),
        f"{len(archs)} architectures of {view.benchmark}, laid out by t-SNE so that those with the same options lie "
        "close, and the incumbents of the run whose regret is the median of its strategy: from the circle to the star.",
        f"Maps of architectures of {view.benchmark} by likeness, coloured by error, with walks of searches. {said}.",
        figure,
    )


def _draw_background(axes: Axes, places: Floats, truth: Floats) -> PathCollection:
    """Draw all architectures, the good ones last, and return what a scale of the colours needs."""
    low, high = np.quantile(truth, [0, 0.9])
    order = np.argsort(-truth, kind="stable")
    return axes.scatter(
        places[order, 0], places[order, 1], c=truth[order], cmap="cividis", s=7, linewidths=0, vmin=low, vmax=high
    )


def layout(archs: Archs, counts: Sequence[int]) -> Floats:
    """Return a place in the plane for each architecture (n, genes) of so many options per gene, (n, 2)."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    onehot = np.concatenate([np.eye(count)[archs[:, gene]] for gene, count in enumerate(counts)], axis=1)
    with warnings.catch_warnings(), threadpool_limits(1):  # the same sums whatever the machine; and few are faster so
        warnings.simplefilter("ignore", RuntimeWarning)  # of its start from principal components that are constant
        found = TSNE(perplexity=min(30, (len(archs) - 1) / 3), init="pca", random_state=0, max_iter=300)
        return np.asarray(found.fit_transform(onehot), dtype=np.float64)


def _chosen(ranking: Sequence[str]) -> list[str]:
    """Return the best, the worst and some between."""
    places = np.unique(np.round(np.linspace(0, len(ranking) - 1, min(PANELS, len(ranking)))).astype(int))
    return [ranking[place] for place in places]


def _walk(trace: Trace, final: Floats) -> Walk:
    """Return the incumbents of the run whose final regret is the median of those known."""
    order = np.argsort(final, kind="stable")  # nan comes last
    run = int(order[(int((~np.isnan(final)).sum()) - 1) // 2])
    incumbent = trace.incumbent()[run]
    events = np.unique(incumbent[incumbent >= 0])
    archs = trace.archs[run][events]
    events = events[np.append(True, (archs[1:] != archs[:-1]).any(axis=1))]
    return Walk(trace.archs[run][events], trace.truth[run][events], float(final[run]))


def _background(traces: Mapping[str, Trace], walks: Sequence[Walk]) -> tuple[Archs, Floats]:
    """Return distinct architectures and their errors: all of the walks, then others that were met, evenly."""
    met = [(trace.archs[:RUNS][real], trace.truth[:RUNS][real]) for trace in traces.values() for real in [_real(trace)]]
    archs = np.concatenate([*(walk.archs for walk in walks), *(pair[0] for pair in met)])
    truth = np.concatenate([*(walk.truth for walk in walks), *(pair[1] for pair in met)])
    _, first = np.unique(archs, axis=0, return_index=True)
    walked = first < sum(len(walk.archs) for walk in walks)
    others = first[~walked]
    room = max(1, POINTS - int(walked.sum()))
    chosen = np.concatenate([first[walked], others[:: max(1, -(-len(others) // room))]])
    return archs[chosen], truth[chosen]


def _real(trace: Trace) -> NDArray[np.bool_]:
    """Return which events of the first runs are no padding, (runs, events)."""
    return np.asarray(np.arange(trace.events) < trace.lengths[:RUNS, None])


def _panels(view: View, count: int) -> tuple[Figure, list[Axes]]:
    """Return a figure of the full width with its panels two by two, without ticks: the axes have no unit."""
    rows = -(-count // 2)
    figure = Figure(figsize=(view.paper.full, 0.3 + rows * view.paper.full * 0.42), layout="constrained")
    panels = figure.subplots(rows, min(count, 2), squeeze=False).ravel().tolist()
    for axes in panels:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for axes in panels[count:]:
        axes.set_visible(False)
    figure.suptitle(view.benchmark, x=0.01, ha="left", fontsize=view.paper.size + 1)
    return figure, panels[:count]


def _draw_walk(axes: Axes, places: Floats, look: Look) -> None:
    """Draw a walk from a circle to a star, outlined so that it shows on every colour."""
    gid = f"series-{look.number}-line"
    axes.plot(*places.T, color=BEHIND, lw=2.6, zorder=3, solid_joinstyle="round")
    axes.plot(*places.T, color=look.colour, lw=1.3, zorder=4, marker=".", ms=4, mew=0, gid=gid)
    axes.plot(*places[0], "o", ms=6, color=BEHIND, mec=look.colour, mew=1.3, zorder=5)
    axes.plot(*places[-1], "*", ms=11, color=look.colour, mec=INK, mew=0.6, zorder=6)
