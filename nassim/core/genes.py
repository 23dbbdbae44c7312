"""Rows of genes as arrays: of which type they are, and whether what somebody gives are options of a space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from nassim.core.arrays import Archs, GeneType, Ids
from nassim.core.errors import ArchitectureError

BYTE, WORD = np.dtype(np.int8), np.dtype(np.int16)
FEW, MOST = np.iinfo(np.int8).max, np.iinfo(np.int16).max  # options of a gene that fit into either


def narrow(options: int) -> GeneType:
    """Return the narrowest type of genes with at most so many options."""
    return BYTE if options <= FEW else WORD


def check_shape(shape: tuple[int, ...], genes: int, space: str) -> None:
    """Raise ArchitectureError unless an array of this shape has a row of so many genes for each architecture."""
    if len(shape) != 2 or shape[1] != genes:  # noqa: PLR2004  (rows and genes)
        raise ArchitectureError(f"expected an (n, {genes}) array for {space}, got {shape}")


def as_options(archs: ArrayLike, choices: Sequence[int], genes: Sequence[str], space: str) -> Archs:
    """Return architectures given as whole numbers of any type, (n, genes), as an array of that type.

    Raises:
        ArchitectureError: Naming the first value that is no option of its gene, such as 1.9, nan or a text.
    """
    given = np.asarray(archs)
    check_shape(given.shape, len(genes), space)
    if given.dtype.kind in "biuf":
        fits = (given >= 0) & (given < np.array(choices)) & (given == np.floor(given))
    else:
        fits = np.zeros(given.shape, dtype=np.bool_)
    if not fits.all():
        row, gene = np.argwhere(~fits)[0]
        value, last = given[row, gene : gene + 1].tolist()[0], choices[gene] - 1
        raise ArchitectureError(
            f"{value!r:.40} is no option of {genes[gene]} of {space}, expected a whole number from 0 to {last}; "
            f"it is in {given[row].tolist()!s:.80}"
        )
    return given


def official_indices(index: ArrayLike, size: int) -> Ids:
    """Return official indices (n,) of a space of this size.

    Raises:
        ArchitectureError: Names one too high.
    """
    numbers = np.atleast_1d(np.asarray(index, dtype=np.int64))
    if (wrong := (numbers < 0) | (numbers >= size)).any():
        raise ArchitectureError(f"official index {numbers[wrong][0]} is not in 0..{size - 1}")
    return numbers
