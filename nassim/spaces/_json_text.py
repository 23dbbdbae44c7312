"""Texts that are JSON objects with one member per gene, as two published benchmarks spell their architectures."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from nassim.core.arrays import Archs
from nassim.core.documents import JsonValue, json_of
from nassim.core.errors import ArchitectureError, DataError, short, suggest
from nassim.core.space import Space

LONGEST = 10_000  # letters of a text; those of published architectures have some hundreds


def show(space: Space, arch: Archs) -> str:
    """Return the JSON object of one architecture, a row (genes,), as Python's json spells it."""
    space.check(arch[None])
    chosen = (options[choice] for options, choice in zip(space.options, arch.tolist(), strict=True))
    members = (f'"{gene}": {_spelt(option)}' for gene, option in zip(space.genes, chosen, strict=True))
    return f"{{{', '.join(members)}}}"


def parse(space: Space, text: str) -> Archs:
    """Return the row (genes,) of a JSON object, its members in any order.

    Raises:
        ArchitectureError: Says what is wrong.
    """
    wanted = f'expected a JSON object such as {{"{space.genes[0]}": 6, ...}}'
    if len(text) > LONGEST:
        raise ArchitectureError(f"{wanted}, got {len(text):,} letters")
    try:
        members = json_of(text, short(repr(text)), wanted)
    except DataError as error:
        raise ArchitectureError(str(error)) from error
    if not isinstance(members, dict):
        raise ArchitectureError(f"{wanted}, got {short(repr(text))}")
    return from_members(space, members)


def from_members(space: Space, members: Mapping[str, JsonValue]) -> Archs:
    """Return the row (genes,) of the members of such an object, with values as JSON has them."""
    for name in members:
        if name not in space.genes:
            raise ArchitectureError(f"unknown gene {short(repr(name))}{suggest(name, space.genes)}")
    for gene in space.genes:
        if gene not in members:
            raise ArchitectureError(f"the gene {gene} is missing")
    row = [_choice(gene, options, members[gene]) for gene, options in zip(space.genes, space.options, strict=True)]
    return np.array(row, dtype=np.int8)


def _choice(gene: str, options: tuple[str, ...], value: JsonValue) -> int:
    spelt, text = [_spelt(option) for option in options], json.dumps(value)
    if text not in spelt:
        raise ArchitectureError(f"{gene} must be one of {', '.join(options)}, got {short(repr(text))}")
    return spelt.index(text)


def _spelt(option: str) -> str:
    """Return an option as JSON: numbers and truth values as they are, words in quotes."""
    return f'"{option}"' if option.isidentifier() and option not in {"true", "false"} else option
