"""report.html of a search of one's own: what one gets, how sure, what it cost, what more would bring; then details."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib import rc_context

from nassim.core.model_card import Card
from nassim.report.page import HERE, inline
from nassim.report.search_figure import ALT, search_figure
from nassim.report.style import COLOURS, GREY, GREY_ON_DARK, ON_DARK, SETTINGS, rendered


def search_page(card: Card, summary: Sequence[str]) -> str:
    """Return the HTML of a search's report; `summary` is what comes first, in sentences."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    with rc_context(SETTINGS):
        svg = rendered(search_figure(card), "svg").decode()
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("search_page.html.j2").render(
        card=card,
        summary=summary,
        figure=Markup(inline(svg, "search", ALT)),  # noqa: S704 - made of numbers and our own words
        light={"baseline": GREY} | {f"series-{number}": colour for number, colour in enumerate(COLOURS)},
        dark={"baseline": GREY_ON_DARK} | {f"series-{number}": colour for number, colour in enumerate(ON_DARK)},
    )


def search_files(card: Card, summary: Sequence[str]) -> dict[str, bytes]:
    """Return the files of a search's report, by their names: the page, and the figure for print."""
    with rc_context(SETTINGS):
        figure = search_figure(card)
        files = {f"search.{kind}": rendered(figure, kind) for kind in ("pdf", "png")}
    return {"report.html": search_page(card, summary).encode()} | files
