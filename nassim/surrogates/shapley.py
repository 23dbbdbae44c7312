"""Why good architectures are good: what a tree model says that each choice, and each two together, add to the error.

Two views, both exact. Shapley values say what the choices of given architectures add: xgboost's own TreeSHAP
(Lundberg et al., Nature Machine Intelligence 2020, algorithm 2) of the one-hot features, added up per gene. The
analysis of variance (Hooker, J. Comp. Graph. Stat. 2007) says it for the whole space, all architectures alike: its
parts are expectations given one or two choices, which the relaxation has in closed form however large the space is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ints
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.surrogates.relaxation import Relaxation
from nassim.surrogates.trees import read_leaves

if TYPE_CHECKING:
    from xgboost import Booster


@dataclass(frozen=True, eq=False)
class Explanation:
    """What a model says of a space and of some architectures. Effects are in the unit of its target: below 0 is good.

    `mean`, `main`, `pairs` and `strength` are of the whole space, each architecture counting alike; the others are of
    the architectures (n, genes) that were asked about.

    Attributes:
        mean: The mean prediction.
        main: (genes, widest) what an option adds to it; nan where a gene lacks the option.
        pairs: (genes, widest, genes, widest) what two options add together beyond what each adds; nan likewise.
        strength: (genes, genes) root mean square of `pairs`; on the diagonal that of `main`.
        base: The mean prediction over the training data.
        effects: (n, genes) what each gene's option adds to the base; their sum is the prediction.
        importance: (genes,) mean absolute effect.
        by_option: (genes, widest) mean effect where a gene has an option; nan = in none of them.
        counts: (genes, widest) how many of them have it.
    """

    space: Space
    mean: float
    main: Floats
    pairs: Floats
    strength: Floats
    archs: Archs
    base: float
    effects: Floats
    importance: Floats
    by_option: Floats
    counts: Ints


class Operation(NamedTuple):
    """An option of all the genes that have the same options, such as one operation on all edges of a cell."""

    name: str
    genes: tuple[str, ...]
    effect: float  # Shapley, mean over all places where it was chosen; nan = nowhere
    places: int
    main: float  # in the whole space, mean over the genes


def explain(boosters: Sequence[Booster], space: Space, archs: Archs) -> Explanation:
    """Return what the mean prediction of some xgboost boosters over one-hot features rests on.

    Shapley values take milliseconds per architecture and booster, so a few hundred of `archs` (n, genes) is plenty.
    """
    base, effects = shapley(boosters, space, archs)
    mean, main, pairs = variance_parts(Relaxation(read_leaves(boosters, space)), space)
    by_option, counts = _by_option(effects, archs, space)
    return Explanation(
        space=space,
        mean=mean,
        main=main,
        pairs=pairs,
        strength=_strength(main, pairs, space),
        archs=archs,
        base=base,
        effects=effects,
        importance=np.abs(effects).mean(axis=0),
        by_option=by_option,
        counts=counts,
    )


def shapley(boosters: Sequence[Booster], space: Space, archs: Archs) -> tuple[float, Floats]:
    """Return the base value, and what each gene's option adds to it, (n, genes)."""
    values = _predict(boosters, space, archs, pred_contribs=True)
    effects: Floats = np.add.reduceat(values[:, :-1], _starts(space), axis=1)
    return float(values[0, -1]), effects


def shapley_interactions(boosters: Sequence[Booster], space: Space, archs: Archs) -> Floats:
    """Return the Shapley interactions of each two genes, (n, genes, genes), half at [i, j] and half at [j, i].

    The diagonal is a gene's own part; a row's sum is the gene's Shapley value. It takes a second per architecture
    and booster where there are many features: ask for few, or use Explanation.pairs.
    """
    values = _predict(boosters, space, archs, pred_interactions=True)[:, :-1, :-1]
    half = np.add.reduceat(values, _starts(space), axis=1)
    interactions: Floats = np.add.reduceat(half, _starts(space), axis=2)
    return interactions


def variance_parts(model: Relaxation, space: Space) -> tuple[float, Floats, Floats]:
    """Return the mean, the main effects (genes, widest) and the pair effects (genes, widest, genes, widest).

    With f(.) the expectation when all other genes are uniform: mean = f(), main[g, o] = f(g=o) - mean, and
    pairs[g, o, h, q] = f(g=o, h=q) - main[g, o] - main[h, q] - mean; nan for one gene twice and absent options.
    """
    genes, widest = len(space.genes), space.widest
    uniform = space.option_mask / np.array(space.choices)[:, None]
    gene, option = np.nonzero(space.option_mask)
    given = np.repeat(uniform[None], gene.size, axis=0)
    given[np.arange(gene.size), gene] = np.arange(widest) == option[:, None]
    (mean,), _ = model.slope(uniform[None])
    value, gradient = model.slope(given)  # the gradient is the expectation given one more option
    main = np.full((genes, widest), np.nan)
    main[gene, option] = value - mean
    pairs = np.full((genes, widest, genes, widest), np.nan)
    pairs[gene, option] = np.where(
        space.option_mask, gradient - mean - main - main[gene, option][:, None, None], np.nan
    )
    pairs[np.arange(genes), :, np.arange(genes)] = np.nan
    return float(mean), main, pairs


def operations(explanation: Explanation) -> list[Operation]:
    """Return the effect of every option over all genes that share their options, the best first."""
    space, found = explanation.space, []
    for names in dict.fromkeys(space.options):
        genes = [gene for gene, options in enumerate(space.options) if options == names]
        shared = tuple(space.genes[gene] for gene in genes)
        for option, name in enumerate(names):
            counts = explanation.counts[genes, option]
            total, places = float(np.nansum(explanation.by_option[genes, option] * counts)), int(counts.sum())
            main = float(explanation.main[genes, option].mean())
            found.append(Operation(name, shared, total / places if places else np.nan, places, main))
    return sorted(found, key=lambda operation: operation.main)


def _predict(boosters: Sequence[Booster], space: Space, archs: Archs, **what: bool) -> Floats:
    """Return the mean over boosters of what they say of the one-hot features of `archs`."""
    import xgboost

    if not boosters or not len(archs):
        raise DataError(f"expected boosters and architectures, got {len(boosters)} and {len(archs)}")
    space.check(archs)
    data = xgboost.DMatrix(space.encode(archs))
    try:
        found = [booster.predict(data, **what).astype(np.float64) for booster in boosters]
    except (xgboost.core.XGBoostError, ValueError) as error:
        first = str(error).partition("\n")[0]
        raise DataError(f"the model does not fit the one-hot features of {space.name}: {first}") from error
    mean: Floats = np.mean(found, axis=0)
    return mean


def _starts(space: Space) -> NDArray[np.intp]:
    """Return where each gene's features begin."""
    return np.cumsum([0, *space.choices[:-1]])


def _strength(main: Floats, pairs: Floats, space: Space) -> Floats:
    """Return the root mean square of the effects of each two genes, and on the diagonal of each gene alone."""
    choices = np.array(space.choices)
    squares = np.nansum(pairs**2, axis=(1, 3)) / (choices[:, None] * choices)
    np.fill_diagonal(squares, np.nansum(main**2, axis=1) / choices)
    strength: Floats = np.sqrt(squares)
    return strength


def _by_option(values: Floats, archs: Archs, space: Space) -> tuple[Floats, Ints]:
    """Return the mean of values (n, genes) where each gene has each option, (genes, widest), and how often it has."""
    means = np.full((len(space.genes), space.widest), np.nan)
    counts = np.zeros(means.shape, dtype=np.int64)
    for gene, choices in enumerate(space.choices):
        counts[gene, :choices] = np.bincount(archs[:, gene], minlength=choices)
        total = np.bincount(archs[:, gene], values[:, gene], minlength=choices)
        np.divide(total, counts[gene, :choices], out=means[gene, :choices], where=counts[gene, :choices] > 0)
    return means, counts
