"""Beforehand: what strategies ask of costs before they train. What is known is free; what is measured is paid for."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.benchmark import Benchmark
from nassim.core.policies import Policies
from nassim.core.random_streams import Streams
from nassim.core.strategy import PricedOracle


class Beforehand(PricedOracle):
    """Answers costs, and counts what each run owes for those that had to be measured of untrained networks.

    A measurement takes the seconds of the policy `timing`, or those that the card names. It gives what an answer after
    training would: a run that measures an architecture twice pays twice, and hears the same.

    Args:
        benchmark: Whose costs these are.
        streams: Those that decide the training seed of each run.
        policies: Of the simulation.
    """

    def __init__(self, benchmark: Benchmark, streams: Streams, policies: Policies = Policies()) -> None:
        self._benchmark = benchmark.per_network() if policies.identity == "isomorphism" else benchmark
        self._known = benchmark.cost
        self._price = policies.timing
        self._seen = None if policies.signal == "mean" else streams.random_words(np.arange(streams.runs), 1)[:, 0]
        self._owed = np.zeros(streams.runs)

    def __call__(self, name: str, archs: Archs) -> Floats:
        """Return a cost of architectures (n, genes) that is known without training, (n,)."""
        return self._known(name, archs)

    def ask(self, name: str, archs: Archs, rows: Rows) -> Floats:
        """Return a cost of architectures (n, genes) for the runs in these rows (n,), who pay if it is measured.

        Raises:
            SettingError: It is measured, and no price is named.
        """
        card = self._benchmark.card
        price = card.timing.get(name) if self._price is None else self._price
        if name not in card.measured or price is None:
            return self._known(name, archs)
        self._owed += price * np.bincount(rows, minlength=self._owed.size)
        return self._benchmark.measure(name, archs, None if self._seen is None else self._seen[rows])

    def collect(self, rows: Rows) -> Floats | float:
        """Return the seconds (m,) that these runs owe, and forget them."""
        if not self._owed.any():
            return 0.0
        owed = self._owed[rows]
        self._owed[rows] = 0.0
        return owed
