"""The marks of a figure, read back through matplotlib's transformations: what is on the paper, in units of the axes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from matplotlib import collections
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text

Floats = np.ndarray


class Mark(NamedTuple):
    """One line, area, set of points, bar, picture or text."""

    kind: str  # line, steps, points, area, bar, image, text
    owner: str  # the gid of the strategy that it belongs to; "" = none
    x: Floats  # (n,); of an image: the limits of its colours; of a bar: its ends
    y: Floats  # (n,); of an image: its cells
    text: str = ""
    weight: Floats | None = None  # of points: their sizes or the values of their colours
    clipped: bool = True  # whether it ends where the axes do


class Area(NamedTuple):
    """An outline (n, 2) as it is drawn, and between which heights it lies at given places."""

    owner: str
    outline: Floats

    def extent(self, x: Floats) -> tuple[Floats, Floats]:
        """Return the lowest and the highest point of the outline on vertical lines (k,); nan = it is not there."""
        start, end = self.outline, np.roll(self.outline, -1, axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (x[:, None] - start[:, 0]) / (end[:, 0] - start[:, 0])
            height = start[:, 1] + share * (end[:, 1] - start[:, 1])
        height = np.where((share >= 0) & (share <= 1), height, np.nan)
        known = ~np.isnan(height).all(axis=1)
        low, high = np.full(x.size, np.nan), np.full(x.size, np.nan)
        low[known], high[known] = np.nanmin(height[known], axis=1), np.nanmax(height[known], axis=1)
        return low, high


def panels(figure: Figure) -> list[Axes]:
    """Return all axes that hold marks, insets after their owners; scales of colours repeat those of their images."""
    found = []
    for axes in figure.axes:
        if axes.get_visible() and not hasattr(axes, "_colorbar"):
            found += [axes, *axes.child_axes]
    return found


def marks(axes: Axes) -> list[Mark | Area]:
    """Return everything that is drawn in axes; a kind of artist that is not known here is an error, not a gap."""
    legend = axes.get_legend()
    known = {axes.patch, axes.xaxis, axes.yaxis, axes.title, axes._left_title, axes._right_title, legend}
    known |= set(axes.spines.values()) | set(axes.child_axes)
    found: list[Mark | Area] = []
    for artist in axes.get_children():
        if artist not in known and artist.get_visible():
            found += [mark for mark in _marks(axes, artist) if isinstance(mark, Area) or mark.x.size]
    return found


def _marks(axes: Axes, artist: object) -> Iterator[Mark | Area]:
    owner = getattr(artist, "get_gid", str)() or ""
    if isinstance(artist, Line2D):
        x, y = _units(axes, artist, np.column_stack([artist.get_xdata(), artist.get_ydata()]))
        alone = artist.get_linestyle() == "None" or x.size == 1
        kind = "points" if alone else "steps" if artist.get_drawstyle() == "steps-post" else "line"
        yield Mark(kind, owner, x, y, clipped=artist.get_clip_on())
    elif isinstance(artist, Text):
        at = np.array([artist.xy if hasattr(artist, "xy") else artist.get_position()])
        x, y = _units(axes, artist, at) if not hasattr(artist, "xy") else at.T
        if artist.get_text():
            yield Mark("text", owner, x, y, artist.get_text())
    elif isinstance(artist, AxesImage):
        cells = np.ma.filled(np.ma.asarray(artist.get_array(), dtype=float), np.nan)
        yield Mark("image", owner, np.array(artist.get_clim()), cells.ravel())
    elif isinstance(artist, Rectangle):
        box = artist.get_bbox()
        yield Mark("bar", owner, np.array([box.x0, box.x1]), np.array([box.y0, box.y1]))
    elif isinstance(artist, PathPatch):
        yield Mark("line", owner, *_units(axes, artist, artist.get_path().vertices))
    else:
        yield from _collected(axes, artist, owner)


def _collected(axes: Axes, artist: object, owner: str) -> Iterator[Mark | Area]:
    if isinstance(artist, collections.LineCollection):
        for segment in artist.get_segments():
            yield Mark("line", owner, *_units(axes, artist, np.asarray(segment)))
    elif isinstance(artist, collections.PathCollection):
        x, y = _scattered(axes, artist)
        values = artist.get_array()
        yield Mark("points", owner, x, y, weight=np.asarray(artist.get_sizes() if values is None else values))
    elif isinstance(artist, collections.PolyCollection):
        for path in artist.get_paths():
            if len(path.vertices) and np.ptp(path.vertices[:, 0]) > 0:  # one point has no width to see
                yield Area(owner, np.column_stack(_units(axes, artist, path.vertices)))
    else:
        raise TypeError(f"no test reads {type(artist).__name__} of a figure; teach tests/report/marks/drawn.py to")


def _units(axes: Axes, artist: object, at: Floats) -> tuple[Floats, Floats]:
    """Return where points (n, 2) of an artist lie, in units of the axes, through the pixels that they fall on."""
    pixels = artist.get_transform().transform(np.asarray(at, dtype=float))
    x, y = axes.transData.inverted().transform(pixels).T
    return x, y


def _scattered(axes: Axes, artist: collections.PathCollection) -> tuple[Floats, Floats]:
    pixels = artist.get_offset_transform().transform(np.ma.filled(artist.get_offsets(), np.nan))
    x, y = axes.transData.inverted().transform(pixels).T
    return x, y
