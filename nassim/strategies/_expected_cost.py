"""Expected cost of the architecture that independent choices per gene make, and its exact gradient.

ProxylessNAS (Cai, Zhu and Han, ICLR 2019, equation 4) and FBNet (Wu et al., CVPR 2019) add the expected latency to what
differentiable search descends. With p the probabilities of a mixture and c the cost,

    C(p) = sum over architectures a of c(a) product over genes g of p[g, a[g]]                                   (1)

Where c adds up over genes, c(a) = c0 + sum over g of w[g, a[g]], as parameters do, this is c0 + sum of p w, whatever
the size of the space; in a space that can be listed it is exact for every cost.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nassim.core.arrays import Archs, Floats
from nassim.core.errors import SettingError
from nassim.core.expectation import contract
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.strategies._policy import through_softmax

LISTED = 1 << 17  # architectures of a space whose costs are all asked
CHECKED = 1024  # random architectures by which a cost is found to add up over genes
SAME = 1e-9  # of the largest cost: differences that are rounding


class ExpectedCost:
    """Weighs the expected cost of mixtures against their expected error.

    What is descended is error + weight C(p) / C(even), where the even mixture has all options alike: `weight` is in the
    unit of the error, per average cost. A cost that is missing counts as the highest there is.

    Args:
        space: Of the architectures.
        name: Of the cost.
        weight: Of it.
        known: Returns the cost of architectures (n, genes), (n,).

    Raises:
        SettingError: It neither adds up over genes nor can be listed.
    """

    def __init__(self, space: Space, name: str, weight: float, known: Callable[[Archs], Floats]) -> None:
        self._space, self._table = space, None
        found = _additive(space, known)
        if found is None:
            if not space.listed or space.size > LISTED:
                raise SettingError(
                    f"{name} does not add up over the genes of {space.name}, which is too large to list, so it has no "
                    "exact expectation; leave cost_weight out"
                )
            every = space.at(np.arange(space.size))
            cost = known(every)
            self._table = np.where(space.valid(every) & np.isfinite(cost), cost, np.nanmax(cost))[None]
        else:
            self._constant, self._weights = found
        even = space.option_mask / np.array(space.choices)[:, None]
        self._scale = weight / float(self.value(even[None])[0])

    def value(self, probabilities: Floats) -> Floats:
        """Return the expected cost (m,) of mixtures (m, genes, widest), equation 1."""
        if self._table is not None:
            return contract(self._table, probabilities, self._space.choices)[0]
        flat = probabilities.reshape(len(probabilities), 1, -1) @ self._weights.reshape(-1, 1)
        return self._constant + flat[:, 0, 0]

    def slope(self, probabilities: Floats) -> Floats:
        """Return the gradient of weight C(p) / C(even) by the logits of p, (m, genes, widest)."""
        if self._table is not None:
            gradient = contract(self._table, probabilities, self._space.choices)[1]
        else:
            gradient = np.broadcast_to(self._weights, probabilities.shape)
        return self._scale * through_softmax(probabilities, gradient)


def of_settings(
    space: Space, cost: str | None, weight: float, known: Callable[[str, Archs], Floats]
) -> ExpectedCost | None:
    """Return what a strategy's settings `cost` and `cost_weight` ask for; None where the weight is 0."""
    if not weight:
        return None
    if cost is None:
        raise SettingError(f"cost_weight = {weight:g} needs the name of a cost: cost = 'latency'")
    return ExpectedCost(space, cost, weight, lambda archs: known(cost, archs))


def _additive(space: Space, known: Callable[[Archs], Floats]) -> tuple[float, Floats] | None:
    """Return c0 and w (genes, widest) of a cost that adds up over genes; None if it does not."""
    gene, option = np.nonzero(space.option_mask)
    changed = np.zeros((1 + gene.size, len(space.choices)), dtype=space.dtype)
    changed[np.arange(1, 1 + gene.size), gene] = option
    rows = np.arange(CHECKED)
    drawn = space.sample(rows, Streams(0, "expected cost", rows))
    if not space.valid(changed).all():
        return None
    constant, *others = known(changed).tolist()
    weights = np.zeros(space.option_mask.shape)
    weights[gene, option] = np.array(others) - constant
    cost = known(drawn)
    found = constant + weights[np.arange(len(space.choices)), drawn].sum(axis=1)
    if not (np.abs(found - cost) <= SAME * np.abs(cost).max()).all():  # nor where one is nan
        return None
    return constant, weights
