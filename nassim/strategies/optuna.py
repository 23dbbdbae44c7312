"""Optuna's samplers, through Optuna itself (Akiba et al., KDD 2019, arXiv:1907.10902).

The paper: "Optuna: A Next-generation Hyperparameter Optimization Framework". Needs the extra: nassim[optuna].
"""

from __future__ import annotations

import inspect
import warnings
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from nassim.core.arrays import Archs, Floats
from nassim.core.errors import SettingError, UnknownNameError, not_installed
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.core.strategy import OneRun
from nassim.strategies._library import Pending, library

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial, Trial

MISSED = "missed"  # the attribute of a trial that says by how much it misses its limits


class Optuna(OneRun):
    """Ask the `sampler` of that name in optuna.samplers, with its own defaults.

    Each run has its own study, and its sampler a seed out of the run's own stream. So with one version of Optuna a run
    is that of Optuna driven by hand with this seed, and a run alone equals its row. Failed trainings, and those whose
    costs are missing, are failed trials. Of several objectives, NSGAIISampler, NSGAIIISampler, TPESampler and GPSampler
    also hear by how much limits are missed; of one, `handling` says how limits are heard of.

    Args:
        genes: Every gene is a "categorical" parameter, or an "integer": the number of its option, so that neighbouring
            ones count as alike. Samplers that would draw categorical parameters at random, such as CmaEsSampler, are
            refused unless genes are integers.
    """

    several_objectives: ClassVar[bool] = True
    runs_per_unit = 25

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        sampler: str = "TPESampler",
        genes: Literal["categorical", "integer"] = "categorical",
    ) -> None:
        super().__init__(space, streams)
        self._optuna = library("optuna", "optuna")
        self._optuna.logging.set_verbosity(self._optuna.logging.WARNING)
        self._sampler, self._seed = sampler, self.integer(2**31)
        _sampler(sampler, self._seed)
        if genes == "categorical" and random_for_categories(sampler):
            raise SettingError(
                f"optuna: {sampler} does not search categorical parameters, it would draw them at random; "
                'genes = "integer" makes every gene the number of its option'
            )
        self._genes = {
            gene: _distribution(genes, count) for gene, count in zip(space.genes, space.choices, strict=True)
        }
        self._pending: Pending[Trial] = Pending()

    def prepare(self) -> None:
        """Begin the study of so many objectives; SettingError if the sampler minimises only one."""
        if self.objectives > 1 and not _minimises_several(self._sampler):
            raise SettingError(
                f"optuna: {self._sampler} minimises one objective, got {self.objectives}; try NSGAIISampler"
            )
        constrained = self.limited and self.objectives > 1
        sampler = _sampler(self._sampler, self._seed, constrained=constrained)
        self._study = self._optuna.create_study(directions=["minimize"] * self.objectives, sampler=sampler)

    def ask(self) -> Archs:
        """Return the sampler's next trial as an architecture."""
        try:
            trial = self._study.ask(self._genes)
        except ImportError as error:  # of what only some samplers need
            raise not_installed("optuna", error) from error
        arch = np.array([trial.params[gene] for gene in self._genes], dtype=self.space.dtype)
        self._pending.add(arch, trial)
        return arch

    def tell(self, arch: Archs, error: float) -> None:
        """End the trial of an architecture."""
        self.tell_objectives(arch, np.array([error]), 0.0)

    def tell_objectives(self, arch: Archs, objectives: Floats, missed: float) -> None:
        """End the trial of an architecture with its objectives (k,)."""
        trial = self._pending.pop(arch)
        if trial is None:
            return
        if np.isnan(objectives).any() or (self.objectives > 1 and np.isinf(missed)):
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
        else:
            trial.set_user_attr(MISSED, missed)
            self._study.tell(trial, objectives.tolist())


@cache
def random_for_categories(sampler: str) -> bool:
    """Return whether a sampler searches integers, and leaves categorical parameters to a random one.

    Asked of the sampler itself: which of two parameters it would model after a first trial.
    """
    optuna, modelled = library("optuna", "optuna"), {}
    for kind in ("categorical", "integer"):
        parameters = {name: _distribution(kind, 3) for name in ("first", "second")}
        study = optuna.create_study(sampler=_sampler(sampler, seed=0))
        study.add_trial(
            optuna.trial.create_trial(params={"first": 0, "second": 1}, distributions=parameters, value=1.0)
        )
        modelled[kind] = study.sampler.infer_relative_search_space(study, study.trials[0])
    return bool(modelled["integer"]) and not modelled["categorical"]


@cache
def _minimises_several(sampler: str) -> bool:
    """Return whether a sampler asks on after a trial of two objectives, of integers."""
    optuna = library("optuna", "optuna")
    parameters = {name: _distribution("integer", 3) for name in ("first", "second")}
    study = optuna.create_study(directions=["minimize"] * 2, sampler=_sampler(sampler, seed=0))
    try:
        for _ in range(2):
            study.tell(study.ask(parameters), [1.0, 1.0])
    except ValueError:
        return False
    return True


def _missed(trial: FrozenTrial) -> tuple[float]:
    """Return by how much a trial misses its limits; at most 0 where it keeps them."""
    return (float(trial.user_attrs[MISSED]),)


def _distribution(kind: str, count: int) -> BaseDistribution:
    """Return the parameter that a gene of so many options is."""
    distributions = library("optuna", "optuna").distributions
    if kind == "integer":
        whole: BaseDistribution = distributions.IntDistribution(0, count - 1)
        return whole
    named: BaseDistribution = distributions.CategoricalDistribution(range(count))
    return named


def _sampler(name: str, seed: int, *, constrained: bool = False) -> BaseSampler:
    """Return the sampler of this name; those without a `seed`, or that know no constraints, get none."""
    samplers = library("optuna", "optuna").samplers
    known = [key for key in samplers.__all__ if key.endswith("Sampler") and key != "BaseSampler"]
    if name not in known:
        raise UnknownNameError.of("sampler of Optuna", name, known)
    kind = getattr(samplers, name)
    taken, given = (
        inspect.signature(kind).parameters,
        {"seed": seed} | ({"constraints_func": _missed} if constrained else {}),
    )
    options = {key: value for key, value in given.items() if key in taken}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a sampler is experimental
            found: BaseSampler = kind(**options)
    except TypeError as error:
        raise SettingError(f"optuna: {name} cannot be made without more settings ({error})") from error
    return found
