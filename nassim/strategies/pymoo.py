"""Pymoo's algorithms, of one objective or several, through pymoo itself (Blank and Deb, 2020, arXiv:2002.04504).

The paper: "pymoo: Multi-Objective Optimization in Python", IEEE Access. Needs the extra: nassim[pymoo].
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nassim.core.arrays import Archs, Floats
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.core.strategy import OneRun
from nassim.strategies._library import GlobalGenerator, Pending, Worst, library
from nassim.strategies._weights import even_weights

if TYPE_CHECKING:
    from pymoo.core.algorithm import Algorithm
    from pymoo.core.individual import Individual

ONE = {
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
SEVERAL = {
    "CMOPSO": "cmopso",
    "CTAEA": "ctaea",
    "MOEAD": "moead",
    "MOPSO_CD": "mopso_cd",
    "NSGA2": "nsga2",
    "NSGA3": "nsga3",
    "SMSEMOA": "sms",
    "SPEA2": "spea2",
    "UNSGA3": "unsga3",
}
UNLIMITED = ("MOEAD",)  # those that know no constraints
DIRECTIONS = 100  # evenly spaced, at most, where an algorithm wants some


class Pymoo(OneRun):
    """Ask the `algorithm` of that name in pymoo, with its own defaults: BRKGA, CMAES, DE, ES, G3PCX, GA, ISRES, PSO or
    SRES; of several objectives CMOPSO, CTAEA, MOEAD, MOPSO_CD, NSGA2, NSGA3, SMSEMOA, SPEA2 or UNSGA3.

    They search real numbers: of a gene with k options, the number x in [0, 1) stands for option floor(k x). Where an
    algorithm wants directions they are evenly spaced, 100 at most. Those of several objectives, but for MOEAD, have a
    constraint: by how much all limits are missed; of one, `handling` says how limits are heard of.

    An algorithm hears of a generation when all its answers are there; until then further workers try random
    architectures, so that none waits. Each run has its own algorithm, with a seed out of the run's own stream; so has
    numpy's global generator, from which some draw, while one is at work. So with one version of pymoo a run alone
    equals its row. A failed training, or a missing cost, counts as the worst of its run.
    """

    several_objectives: ClassVar[bool] = True
    runs_per_unit = 25

    def __init__(self, space: Space, streams: Streams, *, algorithm: str = "GA") -> None:
        super().__init__(space, streams)
        if algorithm not in ONE | SEVERAL:
            raise SettingError(f"pymoo: 'algorithm' must be one of {', '.join(ONE | SEVERAL)}, got {algorithm!r}")
        library("pymoo", "pymoo")
        self._name, self._seed = algorithm, self.integer(2**31)
        self._generator = GlobalGenerator(self._seed)
        self._pending = Pending[int]()
        self._asked: Sequence[Individual] = ()  # the generation under way
        self._values = np.zeros((0, 1))
        self._missed = np.zeros(0)
        self._next = self._told = 0

    def prepare(self) -> None:
        """Set the algorithm up for so many objectives; SettingError if it minimises more, or fewer."""
        known = ONE if self.objectives == 1 else SEVERAL
        if self._name not in known:
            wanted = f"{', '.join(known)} for so many objectives ({self.objectives})"
            raise SettingError(f"pymoo: 'algorithm' must be one of {wanted}, got {self._name!r}")
        self._constraints = int(self.limited and self._name in SEVERAL and self._name not in UNLIMITED)
        self._worst = [Worst() for _ in range(self.objectives + 1)]
        size = {"n_var": len(self.space.choices), "n_obj": self.objectives, "n_ieq_constr": self._constraints}
        problem = library("pymoo.core.problem", "pymoo").Problem(xl=0.0, xu=1.0, **size)
        never = library("pymoo.core.termination", "pymoo").NoTermination()
        with self._generator.at_work():
            self._algorithm = self._made()
            self._algorithm.setup(problem, termination=never, seed=self._seed, verbose=False)

    def _made(self) -> Algorithm:
        """Return the algorithm, with directions if it wants some."""
        kind = "soo.nonconvex" if self._name in ONE else "moo"
        module = library(f"pymoo.algorithms.{kind}.{(ONE | SEVERAL)[self._name]}", "pymoo")
        make = getattr(module, self._name)
        wants = "ref_dirs" in inspect.signature(make).parameters
        made: Algorithm = make(ref_dirs=even_weights(self.objectives, DIRECTIONS)) if wants else make()
        return made

    def ask(self) -> Archs:
        """Return the next of the generation as an architecture; a random one while its last answers are due."""
        if self._next == len(self._missed) and self._told == len(self._missed):
            self._begin()
        if self._next == len(self._missed):
            return self.sample()
        x = np.asarray(self._asked[self._next].X, dtype=np.float64)
        choices = np.array(self.space.choices)
        arch: Archs = np.minimum(x * choices, choices - 1).astype(self.space.dtype)
        self._pending.add(arch, self._next)
        self._next += 1
        return arch

    def tell(self, arch: Archs, error: float) -> None:
        """Keep the answer; with the last of a generation, let the algorithm learn from all."""
        self.tell_objectives(arch, np.array([error]), 0.0)

    def tell_objectives(self, arch: Archs, objectives: Floats, missed: float) -> None:
        """Keep the objectives (k,) and by how much limits are missed; learn from all with the last of a generation."""
        told = [*objectives.tolist(), missed if np.isfinite(missed) else np.nan]
        *values, missed = [worst.of(value) for worst, value in zip(self._worst, told, strict=True)]
        place = self._pending.pop(arch)
        if place is None:
            return
        self._values[place], self._missed[place] = values, missed
        self._told += 1
        if self._told == len(self._missed):
            self._learn()

    def _learn(self) -> None:
        """Let the algorithm hear of the generation."""
        for individual, values, missed in zip(self._asked, self._values, self._missed, strict=True):
            individual.set("F", values.copy())
            individual.set("G", np.full(self._constraints, missed))
            individual.evaluated.update({"F", "G", "H"})
        with self._generator.at_work():
            self._algorithm.tell(infills=self._asked if self._whole else self._asked[0])

    def _begin(self) -> None:
        """Ask for a generation, which may be of one; an algorithm that has ended gives none."""
        with self._generator.at_work():
            asked = self._algorithm.ask() if self._algorithm.has_next() else ()
        self._whole = isinstance(asked, Sequence | np.ndarray)
        self._asked = asked if self._whole else [asked]
        self._values = np.zeros((len(self._asked), self.objectives))
        self._missed = np.zeros(len(self._asked))
        self._next = self._told = 0
