"""Draws figures by their names, one benchmark at a time, so that no more than one benchmark's curves are held."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from types import ModuleType

from nassim.report.figures import check_of_results, module, of_results
from nassim.report.view import Drawn, View


def check_names(wanted: Collection[str]) -> None:
    """Raise UnknownNameError or SettingError unless each is a figure of results."""
    for name in wanted:
        check_of_results(name)


def of_benchmark(view: View, wanted: Collection[str]) -> Iterator[tuple[str, Drawn]]:
    """Yield (name, figure) of those wanted that show one benchmark, in the order of their names."""
    for name, figure in _modules(wanted):
        if hasattr(figure, "of_benchmark"):
            yield from ((name, drawn) for drawn in figure.of_benchmark(view))


def of_study(views: Sequence[View], wanted: Collection[str]) -> Iterator[tuple[str, Drawn]]:
    """Yield (name, figure) of those wanted that need no curves and show the whole study; views without curves do."""
    for name, figure in _modules(wanted):
        if hasattr(figure, "of_study"):
            yield from ((name, drawn) for drawn in figure.of_study(views))


def _modules(wanted: Collection[str]) -> Iterator[tuple[str, ModuleType]]:
    for name in of_results():
        if name in wanted:
            yield name, module(name)
