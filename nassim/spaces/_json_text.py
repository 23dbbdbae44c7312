"""Texts that are JSON objects with one member per gene, as two published benchmarks spell their architectures."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from nassim.errors import ArchitectureError, suggest
from nassim.space import Archs, Space

SHOWN = 60  # characters of a wrong text that a message repeats


def show(space: Space, arch: Archs) -> str:
    """Return the JSON object of one architecture, a row (genes,), as Python's json spells it."""
    space.check(arch[None])
    chosen = (options[choice] for options, choice in zip(space.options, arch.tolist(), strict=True))
    members = (f'"{gene}": {_spelt(option)}' for gene, option in zip(space.genes, chosen, strict=True))
    return f"{{{', '.join(members)}}}"


def parse(space: Space, text: str) -> Archs:
    """Return the row (genes,) of a JSON object, its members in any order; ArchitectureError says what is wrong."""
    try:
        members = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError):
        members = None
    if not (isinstance(members, list) and all(isinstance(member, tuple) for member in members)):
        raise ArchitectureError(f'expected a JSON object such as {{"{space.genes[0]}": 6, ...}}, got {_short(text)}')
    return from_members(space, members)


def from_members(space: Space, members: list[tuple[str, Any]]) -> Archs:
    """Return the row (genes,) of the members of such an object, with values as JSON has them."""
    names = [name for name, _ in members]
    for name in names:
        if name not in space.genes:
            raise ArchitectureError(f"unknown gene {_short(name)}{suggest(name, space.genes)}")
    for gene in space.genes:
        if names.count(gene) != 1:
            raise ArchitectureError(f"expected {gene} once, got it {names.count(gene)} times")
    values = dict(members)
    row = [_choice(gene, options, values[gene]) for gene, options in zip(space.genes, space.options, strict=True)]
    return np.array(row, dtype=np.int8)


def _choice(gene: str, options: tuple[str, ...], value: Any) -> int:
    spelt, text = [_spelt(option) for option in options], json.dumps(value)
    if text not in spelt:
        raise ArchitectureError(f"{gene} must be one of {', '.join(options)}, got {_short(text)}")
    return spelt.index(text)


def _spelt(option: str) -> str:
    """Return an option as JSON: numbers and truth values as they are, words in quotes."""
    return f'"{option}"' if option.isidentifier() and option not in {"true", "false"} else option


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")
