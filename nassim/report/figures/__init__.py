"""One file is one figure; its name is the file's, and all that is said of it stands in it.

Each says

    TITLE = "Regret as the search goes on"  # over it on the page
    ORDER = 10                              # the lowest comes first there

and has `of_benchmark(view)`, which yields what it draws of one benchmark, or `of_study(views)`, which yields what it
draws of all of them. Where it is so, such a figure of results also says

    WIDE = True      # it takes the whole width of the page
    FILED = True     # a report writes it as files too
    ON_PAGE = False  # it takes too long for every report, and is drawn when it is asked for

A figure that has neither is of something else, and says which commands draw one, and into which file:

    EXAMPLE = ("nassim fit nb201/cifar10 --train 500 --out surrogate", "surrogate/audit.png")

Figures of other packages are modules like these, found as `nassim.core.registry` says. `names()` lists all figures,
`of_results()` those that a report or `nassim report RESULTS --figure NAME` draws.
"""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

from nassim.core.errors import NassimError, SettingError
from nassim.core.registry import Registry

FIGURES = Registry("figure", "figures", "report.figures")


class About(NamedTuple):
    """What a figure says of itself; sorted, figures are in the order of the page."""

    order: int
    title: str
    name: str
    wide: bool
    filed: bool
    on_page: bool
    example: tuple[str, str] | None  # commands that draw it and their file; None = it is of results


def names() -> list[str]:
    """Return the sorted names of all figures."""
    return FIGURES.names()


def of_results() -> list[str]:
    """Return the sorted names of the figures that are drawn of results."""
    return [name for name in names() if about(name).example is None]


def check_of_results(name: str) -> None:
    """Raise UnknownNameError if there is no such figure, and SettingError if it is drawn of something else."""
    if (example := about(name).example) is not None:
        raise SettingError(f"the figure {name!r} is not of results; it is drawn by: {example[0]}")


def module(name: str) -> ModuleType:
    """Return the module of a figure; UnknownNameError if there is none."""
    return FIGURES.module(name)


def about(name: str) -> About:
    """Return what a figure says of itself; NassimError if something is missing."""
    said = vars(module(name))
    if not (isinstance(said.get("TITLE"), str) and isinstance(said.get("ORDER"), int)):
        raise NassimError(f"{said['__file__']}: expected TITLE = '...' and ORDER = 10; see nassim.report.figures")
    is_of_results = bool({"of_benchmark", "of_study"} & said.keys())
    if not (is_of_results or "EXAMPLE" in said):
        raise NassimError(f"{said['__file__']}: expected of_benchmark, of_study or EXAMPLE; see nassim.report.figures")
    flags = said.get("WIDE", False), said.get("FILED", False), said.get("ON_PAGE", True)
    return About(said["ORDER"], said["TITLE"], name, *flags, None if is_of_results else said["EXAMPLE"])
