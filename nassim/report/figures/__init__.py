"""One file is one figure; its name is the file's, and all that is said of it stands in it.

Each has `of_benchmark(view)`, which yields what it draws of one benchmark, or `of_study(views)`, which yields what it
draws of all of them, and says

    TITLE = "Regret as the search goes on"  # over it on the page
    ORDER = 10                              # the lowest comes first there

and, where it is so,

    WIDE = True      # it takes the whole width of the page
    FILED = True     # a report writes it as files too
    ON_PAGE = False  # it takes too long for every report, and is drawn when it is asked for

`names()` lists the figures.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from nassim.core.errors import NassimError


class About(NamedTuple):
    """What a figure says of itself; sorted, figures are in the order of the page."""

    order: int
    title: str
    name: str
    wide: bool
    filed: bool
    on_page: bool


def names() -> list[str]:
    """Return the names of all figures."""
    files = (path for folder in __path__ for path in Path(folder).glob("[a-z]*.py"))
    return sorted(path.stem.replace("_", "-") for path in files)


def module(name: str) -> ModuleType:
    """Return the module of a figure."""
    return import_module(f"{__name__}.{name.replace('-', '_')}")


def about(name: str) -> About:
    """Return what a figure says of itself."""
    said = vars(module(name))
    if not (isinstance(said.get("TITLE"), str) and isinstance(said.get("ORDER"), int)):
        raise NassimError(f"{said['__file__']}: expected TITLE = '...' and ORDER = 10; see nassim.report.figures")
    flags = said.get("WIDE", False), said.get("FILED", False), said.get("ON_PAGE", True)
    return About(said["ORDER"], said["TITLE"], name, *flags)
