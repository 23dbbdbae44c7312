"""How objects look in a notebook: a title, and a row for each fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape


def facts(title: str, said: Mapping[str, object]) -> str:
    """Return HTML with a title over a row for each fact that is not empty."""
    rows = [(f"<th>{escape(name, quote=False)}</th>", value) for name, value in said.items() if str(value)]
    body = "".join(f"<tr>{head}<td>{escape(str(value), quote=False)}</td></tr>" for head, value in rows)
    return f"<table><caption>{escape(title, quote=False)}</caption><tbody>{body}</tbody></table>"


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return HTML of a table of texts with a title and a head."""
    heads = "".join(f"<th>{escape(name, quote=False)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(text, quote=False)}</td>' for text in row)}</tr>" for row in rows)
    return f"<table><caption>{escape(title, quote=False)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
