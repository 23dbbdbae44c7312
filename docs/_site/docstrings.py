"""Docstrings that list names and what they are: in aligned columns, `name   text`, or as Google style has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc

ITEM = re.compile(r"^(?P<names>\w+(?:, \w+)*) {2,}(?P<text>\S.*)$")
GOOGLE = re.compile(r"^(?:Args|Attributes):$\n((?:^ +.*\n?|^\n)+)", re.MULTILINE)
ARGUMENT = re.compile(r"^ {4}(?P<names>\w+)[^:]*: (?P<text>.*)$")


def as_list(docstring: str) -> str:
    """Return a docstring in which aligned names are a list."""
    lines: list[str] = []
    inside = False
    for line in docstring.splitlines():
        found = ITEM.match(line)
        if found:
            lines += [] if inside or not lines or not lines[-1] else [""]
            lines.append(f"* `{found['names']}`: {found['text']}")
        else:
            lines += [""] if inside and line and not line.startswith(" ") else []
            lines.append(f"  {line.strip()}" if inside and line.startswith(" ") else line)
        inside = bool(found) or (inside and line.startswith(" "))
    return "\n".join(lines)


def listed(docstring: str) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of what a docstring lists, in aligned columns or as Google style has it."""
    text = cleandoc(docstring)
    google = GOOGLE.search(text)
    pattern, lines = (ARGUMENT, google[1].splitlines()) if google else (ITEM, text.splitlines())
    names, said = "", ""
    for line in lines:
        found = pattern.match(line)
        if found or not line.startswith(" "):
            yield from ((name, said) for name in names.split(", ") if name)
            names, said = (found["names"], found["text"]) if found else ("", "")
        else:
            said += f" {line.strip()}"
    yield from ((name, said) for name in names.split(", ") if name)
