"""Exact expectation of a tree ensemble under independent choices per gene, and its exact gradient.

The probability of a leaf is the product, over the genes on its path, of the summed probabilities of the options
that the path allows. Most leaves share most of such a product with others. So the genes are dealt into halves,
halves of halves, and so on, and each level holds every product that occurs once: a product of a level is one of
two products of the level below. A leaf is then a pair of products, one of each half, and

    E[f] = base + a . V b,    a, b: the products of the two halves, V: the sparse matrix of the leaves' values.

The gradient is the same in reverse. A gene that no path touches has the product 1, shared by all: it costs nothing.

Runs are taken WIDTH at a time, the last ones padded, so that all arithmetic has the same shape and order for every
run, alone or among others: results do not depend on who is simulated together, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from nassim.core.arrays import Flags, Floats, Ints, Slice
from nassim.core.errors import DataError
from nassim.surrogates.trees import Leaves

WIDTH = 16  # runs at a time: long enough for vector units, short enough for the products to stay in cache


@dataclass(frozen=True, eq=False)
class _Level:
    """Products of a level as pairs of the level below: product i is below[left[i]] * below[right[i]]."""

    left: Ints  # (products,)
    right: Ints
    to_left: csr_array  # csr (below, products): adds up what reaches each product of the level below
    to_right: csr_array


class Relaxation:
    """The expectation of the prediction of `Leaves`, prepared once and then evaluated for many mixtures."""

    def __init__(self, leaves: Leaves) -> None:
        self._base, self._gene = leaves.base, leaves.gene
        self._starts = np.flatnonzero(np.diff(leaves.gene, prepend=-1))
        slots, sums = _single_genes(leaves, self._starts)
        self._untouched = np.where(sums.any(axis=1), 0.0, 1.0)
        self._sums, self._spread = csr_array(sums, dtype=np.float64), csr_array(sums.T, dtype=np.float64)
        self._levels: list[_Level] = []
        while len(slots) > 2:  # noqa: PLR2004 - the two halves
            slots, level = _paired(slots)
            self._levels.append(level)
        first, second = slots
        self._split, size = int(second.min()), int(second.max()) + 1
        self._of_first = csr_array((leaves.value, (first, second)), shape=(self._split, size))
        self._of_all = self._of_first.copy()
        self._of_all.resize(size, size)
        self._of_all = csr_array(self._of_all + self._of_all.T)

    def expectation(self, probabilities: Floats) -> Floats:
        """Return the expected prediction (m,) under `probabilities` (m, genes, widest)."""
        value = np.empty(len(probabilities))
        room = self._room()
        for rows, tile in self._tiles(probabilities):
            products = self._products(tile, room)[-1]
            value[rows] = self._value(products, self._of_first @ products)[: rows.stop - rows.start]
        return value

    def slope(self, probabilities: Floats) -> tuple[Floats, Floats]:
        """Return the expected prediction (m,) and its gradient (m, genes, widest).

        gradient[r, g, o] is the expectation given that gene g has option o, 0 where the gene lacks the option. So
        it is the derivative along every direction in which probabilities keep their sum.
        """
        value, gradient = np.empty(len(probabilities)), np.zeros(probabilities.shape)
        alive, room = self._alive(probabilities), self._room()
        for rows, tile in self._tiles(probabilities):
            count = rows.stop - rows.start
            of_tile, by_feature = self._reverse(tile, room)
            value[rows] = of_tile[:count]
            gradient[rows, alive] = by_feature[:, :count].T
        return value, gradient

    def _alive(self, probabilities: Floats) -> Flags:
        """Return which entries of (genes, widest) are features."""
        counts = np.diff(self._starts, append=self._gene.size)
        genes, widest = probabilities.shape[1:]
        if genes != counts.size or widest < counts.max():
            raise DataError(
                f"expected probabilities of {counts.size} genes with up to {counts.max()} options, "
                f"got {genes} with {widest}"
            )
        alive: Flags = np.arange(widest) < counts[:, None]
        return alive

    def _tiles(self, probabilities: Floats) -> list[tuple[Slice, Floats]]:
        """Return the rows and the probabilities (features, WIDTH) of each tile."""
        runs = len(probabilities)
        padded = np.zeros((self._gene.size, -(-runs // WIDTH) * WIDTH))
        padded[:, :runs] = probabilities[:, self._alive(probabilities)].T
        starts = range(0, runs, WIDTH)
        return [(slice(at, min(at + WIDTH, runs)), padded[:, at : at + WIDTH].copy()) for at in starts]

    def _room(self) -> list[tuple[Floats, Floats]]:
        """Return working memory for each level, used again for every tile."""
        shapes = [(level.left.size, WIDTH) for level in self._levels]
        return [(np.empty(shape), np.empty(shape)) for shape in shapes]

    def _products(self, tile: Floats, room: list[tuple[Floats, Floats]]) -> list[Floats]:
        """Return the products of each level, (products, WIDTH), single genes first; `room` holds their factors."""
        products = [self._sums @ tile + self._untouched[:, None]]
        for level, (product, right) in zip(self._levels, room, strict=True):
            np.take(products[-1], level.left, axis=0, out=product, mode="clip")
            np.take(products[-1], level.right, axis=0, out=right, mode="clip")
            products.append(np.multiply(product, right, out=product))
        return products

    def _value(self, products: Floats, of_first: Floats) -> Floats:
        """Return the expectation (WIDTH,): products of the first half times what each is multiplied with."""
        total: Floats = (products[: self._split] * of_first).sum(axis=0)
        return total + self._base

    def _reverse(self, tile: Floats, room: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
        """Return the expectation (WIDTH,) of one tile, and its gradient (features, WIDTH)."""
        *products, top = self._products(tile, room)
        slope = self._of_all @ top
        value = self._value(top, slope[: self._split])
        for level, below, (_, factor) in zip(self._levels[::-1], products[::-1], room[::-1], strict=True):
            left = level.to_left @ np.multiply(factor, slope, out=factor)
            np.take(below, level.left, axis=0, out=factor, mode="clip")
            slope = left + level.to_right @ np.multiply(factor, slope, out=factor)
        touched = self._spread @ slope
        untouched = value - np.add.reduceat(tile * touched, self._starts, axis=0)
        return value, touched + untouched[self._gene]


def through(
    value: Floats, gradient: Floats, inverse: Callable[[Floats], Floats], derivative: Callable[[Floats], Floats]
) -> tuple[Floats, Floats]:
    """Return value and gradient in the unit of the error, of a model whose target is a transform of it.

    `inverse` leads from the model's target to the error, `derivative` is its derivative. This is an approximation:
    the inverse of an expectation is not the expectation of the inverse. It is exact where a mixture is a single
    architecture, and off by about half the second derivative times the target's variance under the mixture. The
    gradient is exactly that of the approximate value.
    """
    return inverse(value), gradient * derivative(value)[:, None, None]


def _single_genes(leaves: Leaves, starts: Ints) -> tuple[list[Ints], Flags]:
    """Return the lowest level: one slot per gene, padded with empty ones to a power of two.

    A slot holds the number of each leaf's product, (leaves,), counted on through the slots. The products are sums
    of features, (products, features); none where the leaf's path does not touch the gene: there it is 1.
    """
    genes = np.split(leaves.allowed, starts[1:].tolist(), axis=1)
    touched = [int((~gene).any(axis=1).sum()) for gene in genes]
    order = [*np.argsort(touched, kind="stable")[::-1].tolist()]
    order += [-1] * (max(2, 1 << (len(order) - 1).bit_length()) - len(order))
    slots: list[Ints] = []
    sums: list[Flags] = []
    for gene in _dealt(order):
        mask = genes[gene] if gene >= 0 else leaves.allowed[:, :0]
        first, ids = _distinct(mask)
        wide: Flags = np.zeros((first.size, leaves.gene.size), dtype=np.bool_)
        wide[:, leaves.gene == gene] = mask[first] & ~mask[first].all(axis=1, keepdims=True)
        slots.append(ids + sum(map(len, sums)))
        sums.append(wide)
    return slots, np.concatenate(sums)


def _dealt(order: list[int]) -> list[int]:
    """Return the genes such that those next to each other in `order` lie in different halves, at every level."""
    return order if len(order) == 1 else _dealt(order[0::2]) + _dealt(order[1::2])


def _distinct(mask: Flags) -> tuple[Ints, Ints]:
    """Return where each distinct row of `mask` (n, columns) occurs first, and which of them each row is (n,)."""
    if not mask.shape[1]:
        return np.zeros(1, dtype=np.int64), np.zeros(len(mask), dtype=np.int64)
    packed = np.packbits(mask, axis=1)
    texts = packed.view(f"S{packed.shape[1]}")[:, 0]
    _, first, ids = np.unique(texts, return_index=True, return_inverse=True)
    return first, ids


def _paired(slots: list[Ints]) -> tuple[list[Ints], _Level]:
    """Return the next level's slots, each of two neighbours, and what its products are made of."""
    below = 1 + int(slots[-1].max())
    merged, keys = [], []
    done = 0
    for first, second in zip(slots[0::2], slots[1::2], strict=True):
        key, ids = np.unique(first * below + second, return_inverse=True)
        merged.append(ids + done)
        keys.append(key)
        done += key.size
    left, right = np.divmod(np.concatenate(keys), below)
    to_left, to_right = (_adder(children, below) for children in (left, right))
    return merged, _Level(left, right, to_left, to_right)


def _adder(children: NDArray[np.int64], below: int) -> csr_array:
    """Return the sparse matrix (below, products) that adds up the products by their child."""
    ones = np.ones(children.size)
    return csr_array((ones, (children, np.arange(children.size))), shape=(below, children.size))
