"""report.html: one page that needs nothing but itself."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from matplotlib.markers import MarkerStyle
from matplotlib.transforms import Affine2D

from nassim.core.documents import JsonValue
from nassim.report import indicator_tables
from nassim.report.browser import Found
from nassim.report.checklist import checklist
from nassim.report.explorer import Explored, as_json
from nassim.report.figures import About
from nassim.report.judgement import judgement
from nassim.report.measures import RESAMPLES
from nassim.report.style import BEHIND, COLOURS, GREY, GREY_ON_DARK, INK, ON_DARK, PAPER, RULE, Look
from nassim.report.summary import BEST_TEST, INTERVAL, NOWHERE, QUARTILES, TEST, Against, Summary
from nassim.report.wording import decimals, number, p_value, significant, span, spread

HERE = Path(__file__).parent

# Colours of a figure become those of the page's theme; currentColor and the variables are set in page.css.
THEME = {
    INK: "currentColor",
    RULE: "var(--rule)",
    BEHIND: "var(--paper)",
    PAPER: "none",
    GREY: "var(--baseline)",
    **{colour: f"var(--series-{number})" for number, colour in enumerate(COLOURS)},
    "'DejaVu Sans'": "system-ui",
}
PATH_LETTERS = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}  # matplotlib's path codes in SVG


class Picture(NamedTuple):
    """A figure of the page."""

    kind: About
    stem: str  # of its files
    caption: str
    svg: str
    benchmark: str | None  # None = of the whole study
    axis: str | None  # which of several it is drawn over


def page(
    summary: Summary,
    study: Mapping[str, JsonValue],
    pictures: Sequence[Picture],
    found: Sequence[Found],
    looks: Mapping[str, Look],
    explored: Sequence[Explored] = (),
) -> str:
    """Return the HTML of a report.

    Args:
        summary: Its numbers.
        study: What was run.
        pictures: Its figures.
        found: The architectures to browse.
        looks: Those of the strategies.
        explored: The fronts to explore, of several objectives or under limits.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": number, "p_value": p_value, "said": said, "significant": significant}
    digits = {name: decimals(entries.values()) for name, entries in summary.entries.items()}
    return environment.get_template("page.html.j2").render(
        summary=summary,
        study=study,
        figures={kind: [p for p in pictures if p.kind == kind] for kind in sorted({p.kind for p in pictures})},
        axes={"evaluations": "evaluations", "seconds": "simulated time"},
        found=found,
        explored=as_json(explored) if explored else "",
        costs=list(dict.fromkeys(name for one in found for name in one.costs)),
        checklist=checklist(summary, study),
        record=json.dumps(study, indent=1, ensure_ascii=False, default=str),
        looks=looks,
        digits=digits,
        compared={name for row in summary.against.values() for name in row},
        nowhere=NOWHERE,
        nothing=Against(math.nan, math.nan, math.nan),
        span=span,
        spread=spread,
        swatch=lambda look: Markup(swatch(look)),  # noqa: S704 - made of numbers and our own colours
        colour=lambda look: THEME[look.colour],
        dashes=_dashes,
        breakable=lambda label: Markup(re.sub(r"(?=\[|\()|(?<=,)", "<wbr>", escape(label))),  # noqa: S704 - escaped
        judgement=judgement(summary.facts),
        interval=INTERVAL,
        quartiles=QUARTILES,
        middle_resamples=RESAMPLES,
        indicator_heads=indicator_tables.heads,
        indicator_spread=indicator_tables.spread_of,
        indicator_caption=indicator_tables.caption,
        few=any(entry.lacks_interval for row in summary.entries.values() for entry in row.values()),
        test=TEST,
        best_test=BEST_TEST,
        light={"baseline": GREY} | {f"series-{number}": colour for number, colour in enumerate(COLOURS)},
        dark={"baseline": GREY_ON_DARK} | {f"series-{number}": colour for number, colour in enumerate(ON_DARK)},
    )


def inline(svg: str, name: str, alt: str) -> str:
    """Return a figure of matplotlib's as an element of the page: its own ids, the theme's colours, alt text."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="series-(\d+)(-\w+)?">', r'<g class="series" data-series="\1">', svg)
    svg = re.sub(r'<g id="[^"]*">', "<g>", svg)
    svg = re.sub(r"<[^>]*>", lambda tag: _own_tag(tag[0], name), svg)  # and not in a text, which is a user's
    view = re.search(r'viewBox="[^"]*"', svg)
    head = f'<svg {view[0] if view else ""} role="img" aria-label="{escape(alt)}">'
    return re.sub(r"\s*\n\s*", "\n", head + svg[svg.index(">") + 1 :])


def swatch(look: Look) -> str:
    """Return a short piece of a strategy's line with its marker, as SVG for the page."""
    marker = MarkerStyle(look.marker)
    path = marker.get_path().transformed(marker.get_transform() + Affine2D().scale(7, -7))
    shape = " ".join(
        PATH_LETTERS[int(code)] + (",".join(f"{value:.1f}" for value in vertices) if code != 79 else "")  # noqa: PLR2004
        for vertices, code in path.iter_segments()
    )
    dashes = f' stroke-dasharray="{said}"' if (said := _dashes(look)) else ""
    colour = THEME[look.colour]
    return (
        f'<svg class="swatch" viewBox="-16 -6 32 12" aria-hidden="true" style="color: {colour}">'
        f'<path d="M-16,0H16" stroke="currentColor" stroke-width="2"{dashes}/>'
        f'<path d="{shape}" fill="currentColor"/></svg>'
    )


def _dashes(look: Look) -> str:
    """Return the lengths of the dashes of a line; empty = it goes through."""
    return "" if isinstance(look.line, str) else " ".join(str(2 * step) for step in look.line[1])


def said(value: JsonValue) -> str:
    """Return a value of a record in words."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {said(entry)}" for key, entry in value.items()) or "defaults"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(said, value))
    return "none" if value is None else str(value)


def _own_tag(tag: str, name: str) -> str:
    """Return a tag with ids of its figure's own, numbers that a screen can show, and the colours of the theme."""
    tag = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", tag).replace("xlink:href", "href")
    tag = re.sub(r"-?\d+\.\d{3,}", _rounded, tag)
    for ours, theirs in THEME.items():
        tag = tag.replace(ours, theirs)
    return tag


def _rounded(match: re.Match[str]) -> str:
    """Return a coordinate to a hundredth of a point."""
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
