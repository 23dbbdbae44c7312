"""Pymoo's single-objective algorithms, through pymoo itself (Blank and Deb, IEEE Access 2020, arXiv:2002.04504).

The paper: "pymoo: Multi-Objective Optimization in Python". Needs the extra: nassim[pymoo].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nassim.core.arrays import Archs
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.core.strategy import OneRun
from nassim.strategies._library import GlobalGenerator, Pending, Worst, library

if TYPE_CHECKING:
    from pymoo.core.individual import Individual

MODULES = {
    "BRKGA": "brkga",
    "CMAES": "cmaes",
    "DE": "de",
    "ES": "es",
    "G3PCX": "g3pcx",
    "GA": "ga",
    "ISRES": "isres",
    "PSO": "pso",
    "SRES": "sres",
}


class Pymoo(OneRun):
    """Ask the `algorithm` of that name in pymoo, with its own defaults: BRKGA, CMAES, DE, ES, G3PCX, GA, ISRES, PSO or
    SRES. They search real numbers: of a gene with k options, the number x in [0, 1) stands for option floor(k x).

    An algorithm hears of a generation when all its answers are there; until then further workers try random
    architectures, so that none waits. Each run has its own algorithm, with a seed out of the run's own stream; so has
    numpy's global generator, from which some draw, while one is at work. So with one version of pymoo a run alone
    equals its row. A failed training counts as the worst of its run.
    """

    runs_per_unit = 25

    def __init__(self, space: Space, streams: Streams, *, algorithm: str = "GA") -> None:
        super().__init__(space, streams)
        if algorithm not in MODULES:
            raise SettingError(f"pymoo: 'algorithm' must be one of {', '.join(MODULES)}, got {algorithm!r}")
        module = library(f"pymoo.algorithms.soo.nonconvex.{MODULES[algorithm]}", "pymoo")
        problem = library("pymoo.core.problem", "pymoo").Problem(n_var=len(space.choices), n_obj=1, xl=0.0, xu=1.0)
        never = library("pymoo.core.termination", "pymoo").NoTermination()
        seed = self.integer(2**31)
        self._generator = GlobalGenerator(seed)
        with self._generator.at_work():
            self._algorithm = getattr(module, algorithm)()
            self._algorithm.setup(problem, termination=never, seed=seed, verbose=False)
        self._pending, self._worst = Pending[int](), Worst()
        self._asked: Sequence[Individual] = ()  # the generation under way
        self._error = np.zeros(0)
        self._next = self._told = 0

    def ask(self) -> Archs:
        """Return the next of the generation as an architecture; a random one while its last answers are due."""
        if self._next == self._error.size and self._told == self._error.size:
            self._begin()
        if self._next == self._error.size:
            return self.sample()
        x = np.asarray(self._asked[self._next].X, dtype=np.float64)
        choices = np.array(self.space.choices)
        arch: Archs = np.minimum(x * choices, choices - 1).astype(self.space.dtype)
        self._pending.add(arch, self._next)
        self._next += 1
        return arch

    def tell(self, arch: Archs, error: float) -> None:
        """Keep the answer; with the last of a generation, let the algorithm learn from all."""
        error = self._worst.of(error)
        place = self._pending.pop(arch)
        if place is None:
            return
        self._error[place] = error
        self._told += 1
        if self._told == self._error.size:
            for individual, one in zip(self._asked, self._error, strict=True):
                individual.set("F", np.array([one]))
                individual.evaluated.update({"F", "G", "H"})
            with self._generator.at_work():
                self._algorithm.tell(infills=self._asked)

    def _begin(self) -> None:
        """Ask for a generation; an algorithm that has ended gives none."""
        with self._generator.at_work():
            self._asked = self._algorithm.ask() if self._algorithm.has_next() else ()
        self._error = np.zeros(len(self._asked))
        self._next = self._told = 0
