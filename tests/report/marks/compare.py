"""Holds the marks of a figure against those expected: each must have its match, in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes

from tests.report.marks.drawn import Area, Floats, Mark, marks

CLOSE = 1e-6  # of a value, and of what axes enclose: pixels and back cost a few digits


@dataclass(frozen=True)
class Band:
    """An area between two lines, low and high: in steps that hold until the next point, or straight."""

    owner: str
    x: Floats
    low: Floats
    high: Floats
    steps: bool = True
    within: tuple[Floats, Floats] | None = None  # the ends that are the nearest allowed, where resamples decide
    slack: float = 0.002  # of its height: resampled means are computed in single precision


@dataclass(frozen=True)
class Panel:
    """What axes must hold."""

    marks: list[Mark | Band]
    scales: tuple[str, str] = ("linear", "linear")
    outside: float = 0.0  # share of the points that may lie outside the limits
    title: str | None = None  # where it says more than what is shown
    ticks: dict[str, dict[float, str]] = field(default_factory=dict)  # by axis, where they are not their own values


def differences(panel: Panel, axes: Axes) -> list[str]:
    """Return what is drawn and should not be, what should be and is not, and what nobody can read."""
    found = [] if (axes.get_xscale(), axes.get_yscale()) == panel.scales else [f"scales are not {panel.scales}"]
    if panel.title not in {None, axes.get_title(), axes.get_title(loc="left")}:
        found.append(f"the title is not {panel.title!r}")
    left = marks(axes)
    for wanted in panel.marks:
        match = next((place for place, mark in enumerate(left) if _agree(wanted, mark, axes)), None)
        if match is None:
            near = [mark for mark in left if getattr(mark, "kind", "area") == getattr(wanted, "kind", "area")]
            own = [mark for mark in near if mark.owner == wanted.owner]
            found.append(f"missing {_short(wanted)}; there is {[_short(mark) for mark in (own or near)[:2]]}")
        else:
            found += _hidden(left.pop(match), axes, panel.outside)
    return found + [f"nothing should be {_short(mark)}" for mark in left] + list(_misread(axes, panel.ticks))


def _agree(wanted: Mark | Band, mark: Mark | Area, axes: Axes) -> bool:
    if wanted.owner != mark.owner or isinstance(wanted, Band) != isinstance(mark, Area):
        return False
    if isinstance(wanted, Band):
        return _band_agrees(wanted, mark, axes)
    if (wanted.kind, wanted.text, wanted.x.size, wanted.y.size) != (mark.kind, mark.text, mark.x.size, mark.y.size):
        return False
    if wanted.kind == "image" and not np.array_equal(np.isnan(wanted.y), np.isnan(mark.y)):
        return False
    pairs = [(wanted.x, mark.x, _size(axes, "x")), (_shown(wanted.y, axes), _shown(mark.y, axes), _size(axes, "y"))]
    if wanted.weight is not None:
        pairs.append((wanted.weight, mark.weight, 1.0))
    if wanted.kind == "points" and wanted.x.size > 1:
        by = [np.lexsort((one.y, one.x)) for one in (wanted, mark)]
        pairs = [(one[by[0]] if one.size > 1 else one, two[by[1]] if two.size > 1 else two, s) for one, two, s in pairs]
    return all(_close(one, two, size) for one, two, size in pairs)


def _close(wanted: Floats, drawn: Floats, size: float) -> bool:
    """Return whether numbers agree; one that is wanted as nan may be any: it places a text, and says nothing."""
    return bool((np.isnan(wanted) | np.isclose(drawn, wanted, rtol=CLOSE, atol=CLOSE * size)).all())


def _band_agrees(wanted: Band, mark: Area, axes: Axes) -> bool:
    if wanted.steps:
        x = (wanted.x[:-1] + wanted.x[1:]) / 2
        sides = [side[:-1] for side in (wanted.low, wanted.high)]
    else:
        x, sides = wanted.x, [wanted.low, wanted.high]
    room = CLOSE * _size(axes, "y") + CLOSE * np.abs(sides[1]) + wanted.slack * (sides[1] - sides[0])
    sides = [_shown(side, axes) for side in sides]
    inner = [side[: x.size] for side in wanted.within] if wanted.within else sides
    low, high = (_shown(side, axes) for side in mark.extent(x))
    lows = (low >= sides[0] - room) & (low <= inner[0] + room)
    highs = (high >= inner[1] - room) & (high <= sides[1] + room)
    return bool((lows & highs).all())


def _shown(y: Floats, axes: Axes) -> Floats:
    """Return heights as a logarithm can show them: what is below its lower edge lies on it."""
    return np.maximum(y, axes.get_ylim()[0]) if axes.get_yscale() == "log" else y


def _size(axes: Axes, which: str) -> float:
    """Return what absolute differences are measured by: the span of a linear axis; on others there are none."""
    scale, limits = getattr(axes, f"get_{which}scale")(), getattr(axes, f"get_{which}lim")()
    return 0.0 if scale == "log" else abs(limits[1] - limits[0])


def _hidden(mark: Mark | Area, axes: Axes, outside: float) -> list[str]:
    """Return a line about a mark of which more lies outside the axes than may."""
    if isinstance(mark, Area) or mark.kind not in {"line", "steps", "points"} or not mark.clipped:
        return []
    (left, right), (low, high) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
    room = [CLOSE * (right - left), CLOSE * (high - low)]
    inside = (mark.x >= left - room[0]) & (mark.x <= right + room[0])
    up = _shown(mark.y, axes)
    inside &= (up >= low - room[1]) & (up <= high + room[1])
    share = 1 - float(inside[~np.isnan(mark.y)].mean()) if (~np.isnan(mark.y)).any() else 0.0
    return [f"{share:.1%} lies outside the axes of {_short(mark)}"] if share > outside else []


def _misread(axes: Axes, ticks: dict[str, dict[float, str]]) -> Iterator[str]:
    """Yield what is written at an axis and is not the value there, or not what should be."""
    for name in "xy":
        axis = getattr(axes, f"{name}axis")
        labels = [label.get_text() for label in axis.get_majorticklabels()]
        if name == "x" and not labels and len(axes.get_shared_x_axes().get_siblings(axes)) > 1:
            continue  # said below, by the axes that it shares them with
        said = dict(zip(map(float, axis.get_majorticklocs()), labels, strict=True))
        if name in ticks and said != ticks[name]:
            yield f"the {name} axis says {said}, not {ticks[name]}"
        for at, label in said.items() if name not in ticks else ():
            try:
                value = float(label.replace(",", "").replace("\N{MINUS SIGN}", "-"))
            except ValueError:
                continue  # a name, or nothing
            if not np.isclose(value, at, rtol=1e-3, atol=1e-9):
                yield f"the {name} axis says {label} at {at}"


def _short(mark: Mark | Band | Area) -> str:
    with np.printoptions(precision=6, threshold=12, edgeitems=4):
        return " ".join(str(mark).split())
