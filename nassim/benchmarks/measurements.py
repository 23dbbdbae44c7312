"""Measurements: the costs of a table's rows, and which of several measurements, or what noise, a run is told."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nassim.core.arrays import Floats, Ids, RandomWords
from nassim.core.cost_noise import one_of, with_noise
from nassim.surrogates.training_records import mean_of


class Measurements:
    """Costs of rows.

    Args:
        costs: Name -> (rows,), or (rows, measurements), padded with nan.
        noise: The relative standard deviation that a card states, by name; of a cost with measurements it says nothing.
    """

    def __init__(self, costs: Mapping[str, Floats], noise: Mapping[str, float]) -> None:
        self._costs, self._names = dict(costs), tuple(costs)
        self._several = {name: _packed(values) for name, values in costs.items() if values.ndim > 1}
        self._noise = {name: share for name, share in noise.items() if name in costs and name not in self._several}
        self.noisy = bool(self._several or self._noise)

    def means(self, rows: int) -> Floats:
        """Return the costs of all rows, (rows, k): means over those measurements that there are."""
        columns = [mean_of(values) if values.ndim > 1 else values for values in self._costs.values()]
        return np.column_stack([np.empty((rows, 0)), *columns])

    def told(self, costs: Floats, row: Ids, ids: Ids, training_seed: RandomWords) -> Floats:
        """Return what runs of these training seeds (m,) are told of rows (m,), whose means `costs` (m, k) are.

        Rows of equal id (m,) share their measurements.
        """
        found = with_noise(costs, self._names, self._noise, ids, training_seed)
        if self._several and found is costs:
            found = costs.copy()
        for name, (values, count) in self._several.items():
            which = one_of(name, np.maximum(count[row], 1), ids, training_seed)
            found[:, self._names.index(name)] = values[row, which]
        return found

    def only(self, rows: Ids) -> dict[str, Floats]:
        """Return the costs of some rows, as they were given."""
        return {name: values[rows] for name, values in self._costs.items()}


def _packed(values: Floats) -> tuple[Floats, Ids]:
    """Return measurements (rows, many) with those that there are first, and how many these are, (rows,)."""
    order = np.argsort(np.isnan(values), axis=1, kind="stable")
    return np.take_along_axis(values, order, axis=1), (~np.isnan(values)).sum(axis=1)
