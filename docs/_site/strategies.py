"""The reference of strategies: what each is, and its settings with their types and defaults."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from docstrings import listed, unlisted
from keys import cell, default, must_be

import nassim
from nassim import catalog
from nassim.core.lifting import lifted
from nassim.core.settings import schema

HEAD = """# Strategies

Every strategy in the package, with the settings that a study or `nassim.simulate` may give it.
[Add a strategy](../add_a_strategy.md) says how to write one. Types and ranges are checked.
"""


def pages() -> dict[str, str]:
    """Return the page."""
    return {
        "reference/strategies.md": "\n".join(
            (HEAD, *(line for name in nassim.names("strategies") for line in of(name)))
        )
    }


def of(name: str) -> Iterator[str]:
    """Yield the lines of one strategy."""
    kind = catalog.strategy(name)
    module = inspect.getmodule(kind)
    yield f"## {name}\n"
    yield from (f"{unlisted(inspect.getdoc(documented) or '')}\n" for documented in (module, kind))
    if lifted(kind).several_objectives:
        yield "Minimises [several objectives](../several_objectives.md), and hears by how much limits are missed.\n"
    said = dict(listed(inspect.getdoc(kind) or ""))
    if settings := schema(kind):
        yield from ("| setting | is | default | what it is |", "|---|---|---|---|")
        yield from (
            f"| `{key}` | {must_be(hint)} | {cell(default(value))} | {cell(said.get(key, ''))} |"
            for key, (hint, value) in settings.items()
        )
    yield ""
