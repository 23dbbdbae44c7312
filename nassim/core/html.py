"""How objects look in a notebook: a title over a table of texts, which are escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape


def facts(title: str, said: Mapping[str, str]) -> str:
    """Return HTML with a title over a row for each fact that is not empty."""
    return _titled(title, "".join(f"<tr>{_cell(name, 'th')}{_cell(text)}</tr>" for name, text in said.items() if text))


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return HTML of a table with a title and a head."""
    heads = "".join(_cell(name, "th") for name in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return _titled(title, f"<tr>{heads}</tr>{body}")


def _titled(title: str, rows: str) -> str:
    return f"<table>{_cell(title, 'caption')}<tbody>{rows}</tbody></table>"


def _cell(text: str, tag: str = "td") -> str:
    return f"<{tag}>{escape(text, quote=False)}</{tag}>"
