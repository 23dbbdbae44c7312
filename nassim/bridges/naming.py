"""Architectures of what other libraries call them: a mapping from the names of genes to those of their options."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nassim.core.arrays import Archs
from nassim.core.documents import JsonValue
from nassim.core.errors import ArchitectureError, suggest
from nassim.core.space import Space


def arch_of(space: Space, configuration: Mapping[str, JsonValue]) -> Archs:
    """Return the architecture (genes,) of a configuration, which maps genes to options.

    Raises:
        ArchitectureError: If it is none.
    """
    return np.array(
        [_choice(gene, options, configuration) for gene, options in zip(space.genes, space.options, strict=True)],
        dtype=space.dtype,
    )


def _choice(gene: str, options: tuple[str, ...], configuration: Mapping[str, JsonValue]) -> int:
    if gene not in configuration:
        raise ArchitectureError(f"the configuration has no {gene!r}{suggest(gene, configuration)}")
    option = str(configuration[gene])
    if option not in options:
        raise ArchitectureError(f"{gene!r} has no option {option!r}{suggest(option, options)}")
    return options.index(option)
