"""One look per strategy, the same in every figure of a study; and figures saved as the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from matplotlib import rc_context
from matplotlib.figure import Figure

from nassim.report.summary import REFERENCE

COLUMN = 3.4  # inches: the width of one column of a two-column paper
INK, RULE, PAPER = "#1a1c20", "#d9dbe0", "#ffffff"

# Okabe and Ito's palette without yellow and black, which vanish on white or dark, and with wine and indigo of
# Paul Tol's; told apart with every common colour blindness. On a dark page each has a lighter sister.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#882255", "#332288")
ON_DARK = ("#4fa8e0", "#f0803c", "#2fc79b", "#dd94bb", "#f0b429", "#7fcbf5", "#d4689c", "#9d8df1")
GREY, GREY_ON_DARK = "#6b7078", "#a4a9b3"  # the baseline
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
LINES = ("-", (0, (4, 1.4)), (0, (1, 1.2)), (0, (5, 1.2, 1, 1.2)))

SETTINGS: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 7,
    "axes.labelsize": 7.5,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.6,
    "pdf.fonttype": 42,  # TrueType, embedded: what publishers ask for
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "nassim",
    "path.simplify_threshold": 0.2,
}


class Look(NamedTuple):
    """How a strategy is drawn: told apart by colour, by marker and by line, each alone being enough for few."""

    number: int  # of the strategy in this study
    colour: str
    marker: str
    line: Any


def looks(strategies: Iterable[str]) -> dict[str, Look]:
    """Return the look of every strategy of a study, decided by the sorted names of all; random search is grey."""
    found = {REFERENCE: Look(0, GREY, ".", LINES[1])}
    others = sorted(set(strategies) - {REFERENCE})
    for number, name in enumerate(others):
        line = LINES[number // len(COLOURS) % len(LINES)]
        found[name] = Look(number + 1, COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)], line)
    return found


def drawn(draw: Callable[[], Figure], kinds: Iterable[str] = ("pdf", "png")) -> dict[str, bytes]:
    """Return kind -> content of the files of the figure that `draw` makes."""
    with rc_context(SETTINGS):
        figure = draw()
        return {kind: rendered(figure, kind) for kind in kinds}


def rendered(figure: Figure, kind: str) -> bytes:
    """Return the figure as pdf, svg or png; the same figure gives the same bytes, on any day."""
    undated: dict[str, dict[str, Any]] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {}}
    file = io.BytesIO()
    figure.savefig(file, format=kind, dpi=200, metadata=undated[kind])
    return file.getvalue()
