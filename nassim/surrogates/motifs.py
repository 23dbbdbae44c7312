"""Motifs: a few genes with certain options, ranked by the mean error of the architectures that have them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Archs, Floats
from nassim.core.errors import DataError, SettingError
from nassim.core.space import Space


class Motif(NamedTuple):
    """Some genes with certain options, and what the architectures that match have in common."""

    genes: tuple[int, ...]
    options: tuple[int, ...]
    support: int  # architectures that match
    error: float  # their mean error
    effect: float  # that less the mean error of all
    alone: float  # the sum of the effects that its options have one by one; the rest of `effect` is interaction

    def show(self, space: Space) -> str:
        """Return such as 0->1 = skip_connect, 2->3 = none."""
        chosen = zip(self.genes, self.options, strict=True)
        return ", ".join(f"{space.genes[gene]} = {space.options[gene][option]}" for gene, option in chosen)


def find_motifs(
    space: Space, archs: Archs, error: Floats, *, size: int = 2, support: int = 30, top: int = 10
) -> tuple[list[Motif], list[Motif]]:
    """Return the motifs of `size` genes whose matches have the lowest and the highest mean error, extreme first.

    `error` (n,) is that of each of `archs` (n, genes), measured or predicted; nan does not count. Only motifs that
    `support` architectures match are considered. Ties are in the order of genes and options.
    """
    if not 1 <= size <= len(space.genes):
        raise SettingError(f"a motif has 1 to {len(space.genes)} genes of {space.name}, got {size}")
    space.check(archs)
    known = ~np.isnan(error)
    if not known.any():
        raise DataError("expected architectures with an error, got none")
    archs, error = archs[known], error[known]
    alone = _alone(space, archs, error)
    everywhere = combinations(range(len(space.genes)), size)
    found = [motif for genes in everywhere for motif in _of_genes(space, archs, error, genes, alone)]
    common = [motif for motif in found if motif.support >= support]
    best = sorted(common, key=lambda motif: motif.error)[:top]
    return best, sorted(common, key=lambda motif: -motif.error)[:top]


def _alone(space: Space, archs: Archs, error: Floats) -> list[Floats]:
    """Return for each gene the effect that each of its options has alone, 0 where there is none."""
    effects = []
    for gene, choices in enumerate(space.choices):
        counts = np.bincount(archs[:, gene], minlength=choices)
        total = np.bincount(archs[:, gene], error - error.mean(), minlength=choices)
        effects.append(total / np.maximum(counts, 1))
    return effects


def _of_genes(
    space: Space, archs: Archs, error: Floats, genes: tuple[int, ...], alone: list[Floats]
) -> Iterator[Motif]:
    """Yield every combination of these genes' options that occurs."""
    shape, mean = tuple(space.choices[gene] for gene in genes), float(error.mean())
    number = np.ravel_multi_index(tuple(archs[:, gene].astype(np.intp) for gene in genes), shape)
    counts, total = np.bincount(number), np.bincount(number, error)
    for place in np.flatnonzero(counts).tolist():
        options = tuple(int(option) for option in np.unravel_index(place, shape))
        own = float(total[place] / counts[place])
        apart = sum(float(alone[gene][option]) for gene, option in zip(genes, options, strict=True))
        yield Motif(genes, options, int(counts[place]), own, own - mean, apart)
