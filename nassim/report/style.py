"""One look per strategy, the same in every figure of a study; and figures saved as the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Literal, NamedTuple

from matplotlib import rc_context
from matplotlib.figure import Figure

from nassim.report.plain_text import missing_letters, plain
from nassim.report.summary import REFERENCE

COLUMN = 3.4  # inches: the width of one column of a two-column paper
INK, RULE, PAPER = "#1a1c20", "#d9dbe0", "#ffffff"
BEHIND = "#fffffe"  # paper behind a text or in a mark, which must hide what is below it

# Okabe and Ito's palette without yellow and black, which vanish on white or dark, and with wine and indigo of
# Paul Tol's; told apart with every common colour blindness. On a dark page each has a lighter sister.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#882255", "#332288")
ON_DARK = ("#4fa8e0", "#f0803c", "#2fc79b", "#dd94bb", "#f0b429", "#7fcbf5", "#d4689c", "#9d8df1")
GREY, GREY_ON_DARK = "#6b7078", "#a4a9b3"  # the baseline
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
Line = Literal["-"] | tuple[float, Sequence[float]]  # of matplotlib: through, or where dashes begin and their lengths
LINES: tuple[Line, ...] = ("-", (0, (1, 1.2)), (0, (5, 1.2, 1, 1.2)), (0, (1, 1.2, 1, 1.2, 5, 1.2)))
DASHED: Line = (0, (4, 1.4))  # what is no search, alone

SETTINGS: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 7,
    "axes.labelsize": 7.5,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # or matplotlib measures everything to find a place for it
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
    "text.parse_math": False,  # a label may hold a $
    "path.simplify_threshold": 0.2,
}


class Paper(NamedTuple):
    """How wide a figure may be, and in which letters, for one kind of publication."""

    column: float  # inches: one column
    full: float  # inches: the whole text
    family: str
    size: float  # points

    @property
    def letter(self) -> float:
        """The width of a typical letter of a label, in inches."""
        return self.size * (0.0076 if self.family == "DejaVu Sans" else 0.0066)

    @property
    def row(self) -> float:
        """The height of a line of a legend, in inches."""
        return self.size * 0.019

    @property
    def spacing(self) -> float:
        """The distance of the lines of a label, over what its font asks for: Times comes with much room."""
        return 1.2 if self.family == "DejaVu Sans" else 0.85

    def settings(self) -> dict[Any, Any]:
        """Return matplotlib's settings for its figures."""
        small = self.size - 0.5
        sizes = {"font.size": self.size, "axes.labelsize": self.size + 0.5, "axes.titlesize": self.size + 1}
        sizes |= dict.fromkeys(("xtick.labelsize", "ytick.labelsize", "legend.fontsize"), small)
        fonts = {"font.family": self.family, "mathtext.fontset": "stix" if self.family == TIMES else "dejavusans"}
        return SETTINGS | sizes | fonts


TIMES = "STIXGeneral"  # Times, as far as it comes with matplotlib
PAPERS = {
    "plain": Paper(COLUMN, 7.0, "DejaVu Sans", 7),
    "neurips": Paper(5.5, 5.5, TIMES, 8),
    "icml": Paper(3.25, 6.75, TIMES, 8),
    "ieee": Paper(3.5, 7.16, TIMES, 8),
}
PLAIN = PAPERS["plain"]
FORMATS = ("pdf", "svg", "pgf", "png")


class Look(NamedTuple):
    """How a strategy is drawn: told apart by colour, by marker and by line, each alone being enough for few."""

    number: int  # of the strategy in this study
    colour: str
    marker: str
    line: Line
    apart: bool = False  # no search: dashed, and behind and after the others

    @property
    def scale(self) -> float:
        """How much larger the marker must be drawn, where it stands alone, to be seen like the others."""
        return 1.7 if self.marker == "." else 1.0


def looks(strategies: Iterable[str], apart: Container[str] = ()) -> dict[str, Look]:
    """Return the look of every strategy of a study, decided by the sorted names of all; random search is grey.

    Those `apart`, which are no searches, are dashed, and nothing else is.
    """
    found = {REFERENCE: Look(0, GREY, ".", LINES[1])}
    others = sorted(set(strategies) - {REFERENCE})
    for number, name in enumerate(others):
        line = DASHED if name in apart else LINES[number // len(COLOURS) % len(LINES)]
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        found[name] = Look(number + 1, colour, marker, line, name in apart)
    return found


def drawn(draw: Callable[[], Figure], kinds: Iterable[str] = ("pdf", "png")) -> dict[str, bytes]:
    """Return kind -> content of the files of the figure that `draw` makes."""
    with rc_context(SETTINGS):
        figure = draw()
        return {kind: rendered(figure, kind) for kind in kinds}


def rendered(figure: Figure, kind: str) -> bytes:
    """Return the figure as pdf, svg, png or pgf; the same figure gives the same bytes, on any day."""
    with missing_letters():
        return _saved(figure, kind)


def _saved(figure: Figure, kind: str) -> bytes:
    if kind == "pgf":
        from nassim.report.pgf import pgf

        return pgf(figure).encode()
    undated: dict[str, dict[str, Any]] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {}}
    file = io.BytesIO()
    with fonts_without_layout() if kind == "pdf" else nullcontext():
        figure.savefig(file, format=kind, dpi=200, metadata=undated[kind])
    return plain(file.getvalue().decode()).encode() if kind == "svg" else file.getvalue()


@contextmanager
def fonts_without_layout() -> Iterator[None]:
    """Embed fonts without rules for setting text: a PDF places each letter itself, and they take most of the time."""
    from fontTools import subset

    load = subset.load_font

    def lean(file: Any, options: Any, *rest: Any, **more: Any) -> Any:
        options.drop_tables += ["GSUB", "GPOS", "GDEF"]
        return load(file, options, *rest, **more)

    subset.load_font = lean
    try:
        yield
    finally:
        subset.load_font = load
