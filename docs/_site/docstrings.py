"""Docstrings in Google style: what they list, and what else they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc

LIST = re.compile(r"^(?:Args|Attributes):$\n((?:^ +.*\n?|^\n)+)", re.MULTILINE)
ITEM = re.compile(r"^ {4}(?P<name>\w+)[^:]*: (?P<text>.*)$")


def listed(docstring: str) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the arguments or attributes that a docstring lists."""
    found = LIST.search(cleandoc(docstring))
    name, said = "", ""
    for line in found[1].splitlines() if found else ():
        if item := ITEM.match(line):
            yield from [(name, said)] if name else []
            name, said = item["name"], item["text"]
        elif name:
            said = f"{said} {line.strip()}".strip()
    yield from [(name, said)] if name else []


def unlisted(docstring: str) -> str:
    """Return a docstring without what it lists."""
    return LIST.sub("", cleandoc(docstring)).strip()
