"""SMAC3: random forests with expected improvement, through SMAC itself (Lindauer et al., JMLR 2022, arXiv:2109.09831).

The paper: "SMAC3: A Versatile Bayesian Optimization Package for Hyperparameter Optimization". Needs the extra:
nassim[smac].
"""

from __future__ import annotations

import logging
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from weakref import finalize

import numpy as np

from nassim.core.arrays import Archs
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.core.strategy import OneRun
from nassim.strategies._library import GlobalGenerator, Pending, Worst, library

if TYPE_CHECKING:
    from smac.runhistory.dataclasses import TrialInfo


FOREVER = 10**9  # trials that SMAC is told to plan for: the budget is the simulation's


class Smac(OneRun):
    """Ask SMAC's facade for hyperparameter optimisation, with its own defaults; every gene is a categorical parameter.

    Each run has its own facade, with a seed out of the run's own stream, and what it writes goes to a folder that is
    deleted with it. So with one version of SMAC a run alone equals its row. A failed training counts as the worst of
    its run. Once SMAC has nothing more to suggest, architectures are random.
    """

    runs_per_unit = 25

    def __init__(self, space: Space, streams: Streams) -> None:
        super().__init__(space, streams)
        smac, seed = library("smac", "smac"), self.integer(2**31)
        configs = library("ConfigSpace", "smac")
        genes = {f"gene{gene}": list(range(count)) for gene, count in enumerate(space.choices)}
        folder = mkdtemp(prefix="nassim-smac-")
        finalize(self, rmtree, folder, ignore_errors=True)
        self._pending: Pending[TrialInfo] = Pending()
        self._generator, self._worst = GlobalGenerator(seed), Worst()
        self._ended = (StopIteration, library("smac.main.exceptions", "smac").ConfigurationSpaceExhaustedException)
        self._value = library("smac.runhistory.dataclasses", "smac").TrialValue
        scenario = smac.Scenario(
            configs.ConfigurationSpace(space=genes, seed=seed),
            deterministic=True,
            n_trials=FOREVER,
            seed=seed,
            output_directory=folder,
        )
        with self._generator.at_work():
            self._facade = smac.HyperparameterOptimizationFacade(
                scenario, _never, overwrite=True, logging_level=logging.ERROR
            )

    def ask(self) -> Archs:
        """Return SMAC's next trial as an architecture."""
        try:
            with self._generator.at_work():
                trial = self._facade.ask()
        except self._ended:
            return self.sample()
        genes = range(len(self.space.choices))
        arch = np.array([trial.config[f"gene{gene}"] for gene in genes], dtype=self.space.dtype)
        self._pending.add(arch, trial)
        return arch

    def tell(self, arch: Archs, error: float) -> None:
        """Give SMAC the cost of its trial."""
        error, trial = self._worst.of(error), self._pending.pop(arch)
        if trial is not None:
            with self._generator.at_work():
                self._facade.tell(trial, self._value(cost=error))


def _never(config: object, seed: int = 0) -> float:
    # SMAC wants a function; asked and told, it never calls it
    raise NotImplementedError
