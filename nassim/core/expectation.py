"""Exact expectation of a table under independent choices per gene, and its exact gradient.

A table over a product space is a multilinear form in the genes' probabilities:
E = sum over architectures a of table[a] * product over genes g of p[g, a[g]]. It is contracted as a matrix
whose rows are the choices of the first half of the genes and whose columns those of the second half, so one
value and all its derivatives cost two passes over the table, the second of them from cache.

Everything is a stack of one small product per run, so a run's result does not depend on its neighbours.
"""

from __future__ import annotations

from math import prod

import numpy as np

from nassim.core.arrays import Floats

CACHED = 1 << 18  # numbers that stay in cache between two passes over them


def contract(tables: Floats, probabilities: Floats, choices: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the expectation (m,) and its gradient (m, genes, widest).

    Args:
        tables: (m, size) one per run, or (1, size) shared by all.
        probabilities: (m, genes, widest); options a gene lacks are ignored, and their gradient is 0.
    """
    half = len(choices) // 2
    first, second = probabilities[:, :half], probabilities[:, half:]
    left, right = outer(first, choices[:half]), outer(second, choices[half:])
    matrix = tables.reshape(len(tables), left.shape[1], right.shape[1])
    of_left, of_right = np.empty_like(left), np.empty_like(right)  # expectations given the choices of one half
    many = max(1, CACHED // tables.shape[1])
    for start in range(0, len(probabilities), many):
        block = slice(start, start + many)
        mine = matrix[block] if len(matrix) > 1 else matrix
        of_left[block] = (mine @ right[block, :, None])[:, :, 0]
        of_right[block] = (left[block, None, :] @ mine)[:, 0]
    gradient = np.zeros_like(probabilities)
    _marginals(of_left, first, choices[:half], gradient[:, :half])
    _marginals(of_right, second, choices[half:], gradient[:, half:])
    return (left[:, None, :] @ of_left[:, :, None])[:, 0, 0], gradient


def expect(table: Floats, probabilities: Floats, choices: tuple[int, ...]) -> Floats:
    """Return the expectation (m,) of one table (size,) shared by all runs."""
    half = len(choices) // 2
    left, right = outer(probabilities[:, :half], choices[:half]), outer(probabilities[:, half:], choices[half:])
    of_left = table.reshape(1, left.shape[1], right.shape[1]) @ right[:, :, None]
    return (left[:, None, :] @ of_left)[:, 0, 0]


def outer(probabilities: Floats, choices: tuple[int, ...]) -> Floats:
    """Return the joint probabilities (m, prod(choices)) of independent genes, the last gene fastest."""
    joint = np.ones((len(probabilities), 1))
    for gene, count in enumerate(choices):
        joint = (joint[:, :, None] * probabilities[:, gene, None, :count]).reshape(len(joint), -1)
    return joint


def _marginals(values: Floats, probabilities: Floats, choices: tuple[int, ...], gradient: Floats) -> None:
    """Fill gradient[:, g] with the expectation of `values` (m, prod(choices)) given each choice of gene g."""
    runs = len(values)
    for gene in range(len(choices) - 1, -1, -1):
        count = choices[gene]
        before = outer(probabilities[:, :gene], choices[:gene])
        table = values.reshape(runs, prod(choices[:gene]), count)
        gradient[:, gene, :count] = (before[:, None, :] @ table)[:, 0]
        values = (table @ probabilities[:, gene, :count, None])[:, :, 0]
