"""Simulated annealing with geometric cooling (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983).

The paper: "Optimization by Simulated Annealing", doi:10.1126/science.220.4598.671.
"""

from __future__ import annotations

import math
from typing import Annotated

from nassim.core.arrays import Archs
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive, Range
from nassim.core.space import Space
from nassim.core.strategy import OneRun


class SimulatedAnnealing(OneRun):
    """Evaluate a mutation of the current architecture; move there if it is better, and with probability
    exp(-increase / temperature) if it is worse (Metropolis). A failed training is never moved to.

    Cooling by 0.9 is that of Kirkpatrick et al.; a temperature of 1 and 10 steps are ours, made for errors in percent
    and a few hundred evaluations, over which the temperature falls to some hundredths.
    With several workers, each answer is held against the architecture that is current when it comes.

    Args:
        temperature: At the start, in the benchmark's unit of error: an increase by that much is accepted 1 time in e.
        cooling: What the temperature is multiplied by after every `steps` evaluations.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        temperature: Positive = 1.0,
        cooling: Annotated[float, Range(0, 1, above=True)] = 0.9,
        steps: Count = 10,
        mutation: str = "uniform",
    ) -> None:
        super().__init__(space, streams)
        space.check_mutation(mutation)
        self.temperature, self.cooling, self.steps, self.mutation = temperature, cooling, steps, mutation
        self.told = 0
        self.current: Archs | None = None
        self.error = math.inf

    def ask(self) -> Archs:
        """Return a mutation of the current architecture; a random one while there is none."""
        return self.sample() if self.current is None else self.mutate(self.current, self.mutation)

    def tell(self, arch: Archs, error: float) -> None:
        """Move to the architecture or stay, then cool."""
        if not math.isnan(error) and self._accepts(error - self.error):
            self.current, self.error = arch, error
        self.told += 1
        if self.told % self.steps == 0:
            self.temperature *= self.cooling

    def _accepts(self, increase: float) -> bool:
        return increase < -self.temperature * math.log(self.uniform())  # without dividing by a vanishing temperature
