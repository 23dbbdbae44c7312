"""Writes plain data as TOML, as cards are written; `documents` reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from nassim.core.documents import JsonValue, Table


def toml_text(entries: Table) -> str:
    """Return a card as TOML: texts, numbers, flags and lists of these, and tables of tables of them."""
    return "\n".join(_toml_lines(entries, ())).strip() + "\n"


def _toml_lines(entries: Table, path: tuple[str, ...]) -> Iterator[str]:
    plain = {name: value for name, value in entries.items() if not isinstance(value, dict)}
    if path:
        yield f"[{'.'.join(map(_quoted, path))}]"
    yield from (f"{_quoted(name)} = {_toml_value(value)}" for name, value in plain.items())
    yield ""
    for name, value in entries.items():
        if isinstance(value, dict):
            yield from _toml_lines(value, (*path, name))


def _toml_value(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml_value, value))}]"
    return _text(value) if isinstance(value, str) else repr(value)


def _quoted(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else _text(name)


def _text(value: str) -> str:
    """Return a TOML string: JSON's, but for the one control character that JSON leaves alone."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
