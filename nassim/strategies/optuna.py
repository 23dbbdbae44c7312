"""Optuna's samplers, through Optuna itself (Akiba et al., KDD 2019, arXiv:1907.10902).

The paper: "Optuna: A Next-generation Hyperparameter Optimization Framework". Needs the extra: nassim[optuna].
"""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np

from nassim.errors import SettingError, UnknownNameError
from nassim.space import Archs, Space
from nassim.strategies._library import Pending, library
from nassim.strategy import OneRun
from nassim.streams import Streams


class Optuna(OneRun):
    """Ask the `sampler` of that name in optuna.samplers, with its own defaults; every gene is a categorical parameter.

    Each run has its own study, and its sampler a seed out of the run's own stream. So with one version of Optuna a run
    is that of Optuna driven by hand with this seed, and a run alone equals its row. Failed trainings are failed trials.
    """

    together = 25

    def __init__(self, space: Space, streams: Streams, *, sampler: str = "TPESampler") -> None:
        super().__init__(space, streams)
        self._optuna = library("optuna", "optuna")
        self._optuna.logging.set_verbosity(self._optuna.logging.WARNING)
        self._study = self._optuna.create_study(sampler=self._sampler(sampler, self.integer(2**31)))
        categorical = self._optuna.distributions.CategoricalDistribution
        self._genes = {gene: categorical(range(count)) for gene, count in zip(space.genes, space.choices, strict=True)}
        self._pending = Pending()

    def ask(self) -> Archs:
        """Return the sampler's next trial as an architecture."""
        trial = self._study.ask(self._genes)
        arch = np.array([trial.params[gene] for gene in self._genes], dtype=self.space.dtype)
        self._pending.add(arch, trial)
        return arch

    def tell(self, arch: Archs, error: float) -> None:
        """End the trial of an architecture."""
        trial = self._pending.pop(arch)
        if np.isnan(error):
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
        else:
            self._study.tell(trial, error)

    def _sampler(self, name: str, seed: int) -> Any:
        """Return the sampler of this name; those without a `seed` get none."""
        samplers = self._optuna.samplers
        known = [key for key in samplers.__all__ if key.endswith("Sampler") and key != "BaseSampler"]
        if name not in known:
            raise UnknownNameError.of("sampler of Optuna", name, known)
        kind = getattr(samplers, name)
        options = {"seed": seed} if "seed" in inspect.signature(kind).parameters else {}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that a sampler is experimental
                return kind(**options)
        except TypeError as error:
            raise SettingError(f"optuna: {name} cannot be made without more settings ({error})") from error
