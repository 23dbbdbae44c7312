"""Draws the hops from `nassim run` to the report, which docs/architecture.md lists: python docs/_site/hops.py."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[1]
ROW = re.compile(r"^\| (\d+) \| `([\w./]+)`: `([\w.]+)` \| (\d*) \| (.+) \|$", re.MULTILINE)
WIDTH, HEIGHT, TOP, INDENT, BOX = 920, 44, 56, 26, 330  # pixels: of all, of a row, above, of a level, of a box

HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif"
 font-size="13" role="img" aria-labelledby="t">
<title id="t">From nassim run to the report: {said}.</title>
<defs><marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0L10 5L0 10z" fill="#444"/></marker></defs>
<rect width="{width}" height="{height}" fill="#fff"/>
<text x="16" y="34" font-size="17" font-weight="600">From <tspan font-family="monospace">nassim run</tspan> to the report</text>
"""  # noqa: E501 - spaces between words are seen
ROW_OF = """\
<rect x="{left}" y="{top}" width="{width}" height="34" rx="7" fill="#f4f6fa" stroke="#444" stroke-width="1.2"/>
<text x="{in_box}" y="{text}"><tspan fill="#555">{number}</tspan><tspan dx="8" font-weight="600">{function}</tspan>\
<tspan dx="8" fill="#555" font-size="11.5">{file}</tspan></text>
<text x="{beside}" y="{text}" fill="#333">{said}</text>
"""


class Hop(NamedTuple):
    """One function on the way."""

    number: int
    file: str  # in nassim/
    function: str
    caller: int  # the number of the hop that calls it; 0 = none
    said: str  # what it does


def hops() -> list[Hop]:
    """Return the rows of the table."""
    rows = ROW.findall((DOCS / "architecture.md").read_text(encoding="utf-8"))
    return [Hop(int(number), file, function, int(caller or 0), said) for number, file, function, caller, said in rows]


def drawn() -> str:
    """Return the figure as SVG: a box for each hop, below the one that calls it and further to the right."""
    found = hops()
    height = TOP + HEIGHT * len(found) + 12
    said = escape("; ".join(f"{hop.number} {hop.function} {hop.said}" for hop in found))
    return HEAD.format(width=WIDTH, height=height, said=said) + "".join(_row(hop, found) for hop in found) + "</svg>\n"


def _row(hop: Hop, found: list[Hop]) -> str:
    left, top = _left(hop, found), TOP + HEIGHT * (hop.number - 1)
    middle = top + 17
    places = {"left": left, "top": top, "width": BOX, "middle": middle, "text": middle + 5, "in_box": left + 10}
    row = ROW_OF.format(**places, beside=left + BOX + 12, **hop._asdict())
    if not hop.caller:
        return row
    caller = found[hop.caller - 1]
    x, y = _left(caller, found) + 12, TOP + HEIGHT * (caller.number - 1) + 34
    return row + f'<path d="M{x} {y}V{middle}H{left - 1}" fill="none" stroke="#444" marker-end="url(#a)"/>\n'


def _left(hop: Hop, found: list[Hop]) -> int:
    return 16 if not hop.caller else _left(found[hop.caller - 1], found) + INDENT


if __name__ == "__main__":
    (DOCS / "hops.svg").write_text(drawn(), encoding="utf-8")
