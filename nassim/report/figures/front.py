"""What searches for two objectives attain: the front that half of the runs reach, between a quarter's and most's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes

from nassim.core.arrays import Floats
from nassim.core.policies import ERROR
from nassim.report.cells import Cell
from nassim.report.limits import kept_by
from nassim.report.line_chart import framed, handle
from nassim.report.style import INK, Look
from nassim.report.view import Drawn, View
from nassim.stats.pareto import attainment_surfaces

TITLE = "Fronts that runs attain"
ORDER = 5

SHARES = (0.25, 0.5, 0.75)  # of the runs
MARGIN = 0.05  # of what the axes enclose


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield the median attainment surface of each strategy with its quartiles, and the exact front, of two."""
    first = next(iter(view.cells.values()))
    names = first.provenance.get("objectives", [])
    if len(names) != 2:  # noqa: PLR2004  (what a plane shows)
        return
    known = [name for name in view.ranking if any(map(len, view.cells[name].fronts))]
    handles = [handle(name, view.looks[name], view.paper) for name in known]
    for line in handles:
        line.set_marker("")
    figure, axes = framed(view.benchmark, handles, view.paper)
    surfaces = {name: _surfaces(view.cells[name]) for name in known}
    exact = _exact(first)
    _set_limits(
        axes, [*([exact] if exact is not None else []), *(each for found in surfaces.values() for each in found)]
    )
    for name in reversed(known):
        _draw(axes, surfaces[name], view.looks[name])
    if exact is not None:
        x, y = _stairs(exact, axes)
        axes.plot(x, y, color=INK, lw=0.7, ls=(0, (4, 3)), drawstyle="steps-post", zorder=3)
    reference = first.provenance.get("reference")
    upwards, across = reference["units"] if reference else ("", "")
    axes.set(xlabel=_label(view, names[1], across), ylabel=_label(view, names[0], upwards))
    within = kept_by(first.provenance.get("limits", []))
    dashed = " Dashed: the exact front." if exact is not None else ""
    yield Drawn(
        view.stem("front"),
        f"What half of the runs attain on {view.benchmark}, by the report split; bands from what a quarter attains to "
        f"what three quarters do.{dashed}{within}",
        f"Line chart: median attainment surfaces of {names[0]} and {names[1]} on {view.benchmark}: {', '.join(known)}.",
        figure,
    )


def _surfaces(cell: Cell) -> list[Floats]:
    """Return the points that each share of the runs attains, (n, 2) each, by increasing second objective."""
    return [np.unique(points[:, ::-1], axis=0)[:, ::-1] for points in attainment_surfaces(cell.fronts, SHARES)]


def _exact(cell: Cell) -> Floats | None:
    """Return the exact front (n, 2), by increasing second objective; None = unknown."""
    reference = cell.provenance.get("reference")
    if reference is None or reference["front"] is None:
        return None
    return np.unique(np.array(reference["front"])[:, ::-1], axis=0)[:, ::-1]


def _set_limits(axes: Axes, drawn: list[Floats]) -> None:
    """Let the axes enclose all that is drawn."""
    points = np.concatenate(drawn)
    for setter, values in ((axes.set_ylim, points[:, 0]), (axes.set_xlim, points[:, 1])):
        room = MARGIN * float(np.ptp(values)) or 0.5
        setter(values.min() - room, values.max() + room)


def _stairs(points: Floats, axes: Axes) -> tuple[Floats, Floats]:
    """Return a surface as steps that go on to the edge of the axes: second objective, and lowest first objective."""
    if not len(points):  # so many runs attain nothing
        return np.array(axes.get_xlim()[1:]), np.array(axes.get_ylim()[1:])
    return np.append(points[:, 1], axes.get_xlim()[1]), np.append(points[:, 0], points[-1, 0])


def _draw(axes: Axes, surfaces: list[Floats], look: Look) -> None:
    """Draw the median as a line, and the band between the quartiles, whose upper edge begins at the top."""
    if not len(surfaces[0]):
        return
    few, median, most = (_stairs(points, axes) for points in surfaces)
    grid = np.union1d(few[0], most[0])
    low, high = _at(grid, few, axes), _at(grid, most, axes)
    inside = axes.fill_between(grid, low, high, step="post", color=look.colour, alpha=0.2, linewidth=0, zorder=1.5)
    inside.set_gid(f"series-{look.number}-band")
    if not len(surfaces[1]):
        return
    axes.plot(
        *median,
        drawstyle="steps-post",
        color=look.colour,
        linestyle=look.line,
        zorder=2,
        gid=f"series-{look.number}-line",
    )


def _at(grid: Floats, stairs: tuple[Floats, Floats], axes: Axes) -> Floats:
    """Return the heights of steps at points of a grid; before the first, the upper edge of the axes."""
    place = np.searchsorted(stairs[0], grid, side="right") - 1
    return np.where(place < 0, axes.get_ylim()[1], stairs[1][np.maximum(place, 0)])


def _label(view: View, name: str, unit: str) -> str:
    """Return what an axis counts."""
    if name == ERROR:
        return f"error on the report split ({view.unit})"
    return f"{name} ({unit})" if unit else name
