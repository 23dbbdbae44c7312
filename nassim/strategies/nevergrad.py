"""Nevergrad's optimisers, through Nevergrad itself (Bennet et al., SIGEVOlution 2021; Rapin and Teytaud, 2018).

Needs the extra: nassim[nevergrad].
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from nassim.core.arrays import Archs
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import OneRun
from nassim.strategies._library import GlobalGenerator, Pending, Worst, library

if TYPE_CHECKING:
    from nevergrad.parametrization.core import Parameter


class Nevergrad(OneRun):
    """Ask the `optimiser` of that name in Nevergrad's registry; every gene is an unordered choice.

    Each run has its own optimiser. While it works, numpy's global generator, from which Nevergrad seeds its own and
    some optimisers draw, has a state out of the run's own stream. So with one version of Nevergrad a run alone equals
    its row. A failed training counts as the worst of its run.

    Args:
        budget: The number of evaluations that the optimiser is told to plan for; some, such as NGOpt, need it.
    """

    runs_per_unit = 25

    def __init__(
        self, space: Space, streams: Streams, *, optimiser: str = "DiscreteOnePlusOne", budget: Count | None = None
    ) -> None:
        super().__init__(space, streams)
        nevergrad = library("nevergrad", "nevergrad")
        registry = nevergrad.optimizers.registry
        if optimiser not in registry:
            raise UnknownNameError.of("optimiser of Nevergrad", optimiser, registry)
        self._genes: dict[str, list[int]] = {}  # those of equally many options are one parameter: far faster
        for gene, count in enumerate(space.choices):
            if count > 1:
                self._genes.setdefault(f"of{count}", []).append(gene)
        choices = {
            name: nevergrad.p.Choice(range(space.choices[genes[0]]), repetitions=len(genes))
            for name, genes in self._genes.items()
        }
        self._pending: Pending[Parameter] = Pending()
        self._generator, self._worst = GlobalGenerator(self.integer(2**31)), Worst()
        with self._at_work():
            try:
                self._optimiser = registry[optimiser](nevergrad.p.Dict(**choices), budget=budget, num_workers=1)
            except (AssertionError, TypeError, ValueError) as error:
                raise SettingError(f"nevergrad: {optimiser} cannot be made: {error}; does it need a budget?") from error

    def ask(self) -> Archs:
        """Return the optimiser's next candidate as an architecture."""
        with self._at_work():
            candidate = self._optimiser.ask()
        arch = np.zeros(len(self.space.choices), dtype=self.space.dtype)
        for name, genes in self._genes.items():
            arch[genes] = candidate.value[name]
        self._pending.add(arch, candidate)
        return arch

    def tell(self, arch: Archs, error: float) -> None:
        """Give the optimiser the loss of its candidate."""
        with self._at_work():
            self._optimiser.tell(self._pending.pop(arch), self._worst.of(error))

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Let Nevergrad draw from the run's own generator, and keep its warnings to itself."""
        with self._generator.at_work(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
