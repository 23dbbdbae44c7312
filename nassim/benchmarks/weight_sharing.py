"""WeightSharing: any benchmark, as a supernet sees it whose networks share one set of weights.

A supernet is trained once, for as many epochs as one network, and judges every network with what weights it then has.
What it says differs from what the network's own training says in four ways, each with a parameter of `Sharing`.
"""

from __future__ import annotations

from copy import copy
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from math import sqrt
from typing import Annotated, Self, cast, get_type_hints

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from nassim.benchmark import Benchmark, Mixture, Outcome, Query, Relaxable, Slope, scramble
from nassim.benchmarks.luck import GOLDEN
from nassim.errors import SettingError
from nassim.settings import Fraction, NonNegative, Positive, Range, check_value
from nassim.space import Archs, Ids
from nassim.streams import Floats, Streams, Words

Correlation = Annotated[float, Range(-1, 1)]
SAMPLE = np.arange(1000)  # random architectures, from which a benchmark's spread is taken
OWN = np.uint32(0x7FEB352D)  # sets the noise of networks apart from that of options
PARAMS = "params"
QUARTERS = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Sharing:
    """How a supernet differs from its networks. Errors are in units of the spread of the benchmark's true errors.

    correlation  of the errors that mature shared weights give with those of the networks' own trainings; below 0,
                 they rank networks the wrong way
    shared       share of the rest of their variance that is common to all networks with the same option on the same
                 edge; what is left is each network's own, and averages out in a mixture
    handicap     by how much an option with weights is worse, per edge, before these are trained: skip, pooling and
                 the like, having none, are not
    maturity     epochs of training after which the handicap is down by a factor e. An option is trained as often as
                 it is part of the supernet: an epoch in which it has probability p is p epochs (co-adaptation)
    minibatch    standard deviation of what one minibatch adds to each slope

    The defaults are fitted to three supernets of mini201/mnist5k, and `minibatch` to five real runs of DARTS on it; see
    studies/weight_sharing, also for what the model does not know.
    """

    correlation: Correlation = 0.58
    shared: Fraction = 0.47
    handicap: NonNegative = 0.24
    maturity: Positive = 2.0
    minibatch: NonNegative = 4.7

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self), include_extras=True)
        for field in fields(self):
            check_value(f"weight sharing: {field.name!r}", getattr(self, field.name), hints[field.name])

    @property
    def noise(self) -> tuple[float, float]:
        """The standard deviations, over architectures, of the shared part of the noise and of each network's own."""
        variance = 1.0 - self.correlation**2
        return sqrt(variance * self.shared), sqrt(variance * (1.0 - self.shared))


class WeightSharing:
    """Answers mixtures as a supernet would: at the cost of training one network, with what its shared weights know.

    With the true error y, its median m and spread s, the training t that each option o of each gene g has had
    (`trained`), and d = handicap * s for options with weights and 0 for others, the error of an architecture a is

        m + correlation (y(a) - m)
          + sum over g of (noise[g, a_g] + d[g, a_g] exp(-t[g, a_g] / maturity)) + own noise[a]                 (1)

    Its expectation under a mixture is exact, but for own noise, whose mean is 0. Noise is normal, and a hash of the
    run's luck: a run has one supernet. What was asked without `trained` is answered by mature weights. Options with
    weights are those that, all else equal, have more parameters than another option of their gene.
    """

    def __init__(self, benchmark: Benchmark, sharing: Sharing | None = None) -> None:
        if not isinstance(benchmark, Relaxable):
            raise SettingError(f"{benchmark.name} cannot answer for a mixture of architectures, so for no supernet")
        if PARAMS not in benchmark.costs:
            raise SettingError(f"{benchmark.name} does not say how many parameters an option has: it has no {PARAMS!r}")
        self.benchmark, self.sharing = benchmark, sharing or Sharing()
        self.space, self.epochs, self.costs = benchmark.space, benchmark.epochs, benchmark.costs
        told = asdict(self.sharing)
        self.name = f"{benchmark.name}[{','.join(f'{name}={value:g}' for name, value in told.items())}]"
        self.card = replace(benchmark.card, facts=benchmark.card.facts | {"weight_sharing": told})

    def __copy__(self) -> Self:
        """Return a benchmark whose parts are copies too: they remember what they have drawn."""
        return type(self)(copy(self.benchmark), self.sharing)

    @property
    def optimum(self) -> float:
        """The lowest truth of the benchmark."""
        return self.benchmark.optimum

    def truth(self, archs: Archs) -> Floats:
        """Return the error of the networks' own training on the report split, (n,)."""
        return self.benchmark.truth(archs)

    def known(self, cost: str, archs: Archs) -> Floats:
        """Return one of the benchmark's costs, (n,)."""
        return self.benchmark.known(cost, archs)

    def per_network(self) -> Self:
        """Raise SettingError: a supernet trains isomorphic architectures through different weights."""
        raise SettingError("a supernet tells isomorphic architectures apart: study it with identity = 'string'")

    def evaluate(self, query: Query, luck: Words | None = None) -> Outcome:
        """Return what the shared weights say of each row, equation 1; it costs an epoch of the network's training."""
        outcome, archs = self.benchmark.evaluate(Query(query.archs), luck), query.archs
        chosen = archs + self.space.widest * np.arange(archs.shape[1])  # among all options
        trained = None
        if query.trained is not None:
            trained = np.take_along_axis(query.trained, archs[:, :, None], axis=2)[:, :, 0]
        offset = self._noise(luck, chosen) + self._handicap(trained, chosen)
        error = self._signal(outcome.error) + offset.sum(axis=1) + self._own(archs, luck)
        return outcome._replace(error=error, seconds=outcome.seconds / self.epochs[-1])

    def relax(self, mixture: Mixture, luck: Words | None = None) -> Slope:
        """Return the expectation of equation 1, and its gradients by the probabilities and by the training."""
        slope, probabilities = self.benchmark.relax(mixture, luck), mixture.probabilities
        options = np.arange(self.space.alive.size).reshape(1, *self.space.alive.shape)
        handicap = self._handicap(mixture.trained, options)
        by_option = self._noise(luck, options) + handicap
        return slope._replace(
            error=self._signal(slope.error) + dot(probabilities, by_option),
            gradient=self.sharing.correlation * slope.gradient + by_option,
            by_trained=-probabilities * handicap / self.sharing.maturity,
            noise=np.full(len(probabilities), self.sharing.minibatch * self.spread),
        )

    def _signal(self, error: Floats) -> Floats:
        """Return what shared weights know of the networks' own errors."""
        signal: Floats = self.centre + self.sharing.correlation * (error - self.centre)
        return signal

    @property
    def centre(self) -> float:
        """Median of the true errors of random architectures."""
        return self._quartiles[1]

    @property
    def spread(self) -> float:
        """Standard deviation of a normal distribution with the quartiles of the true errors of random architectures."""
        low, _, high = self._quartiles
        return float((high - low) / (ndtri(QUARTERS[2]) - ndtri(QUARTERS[0])))

    @cached_property
    def _quartiles(self) -> tuple[float, float, float]:
        low, middle, high = np.nanquantile(self.benchmark.truth(self._sample), QUARTERS).tolist()
        return low, middle, high

    @cached_property
    def weighted(self) -> NDArray[np.bool_]:
        """Which options have weights to train, (genes, widest)."""
        alive, params = self.space.alive, np.empty((SAMPLE.size, *self.space.alive.shape))
        for gene, option in np.ndindex(alive.shape):
            archs = self._sample.copy()
            archs[:, gene] = option if alive[gene, option] else 0
            params[:, gene, option] = self.benchmark.known(PARAMS, archs)
        more = params > np.nanmin(params, axis=2, keepdims=True)
        return cast("NDArray[np.bool_]", more.any(axis=0) & alive)

    @cached_property
    def _sample(self) -> Archs:
        return self.space.sample(SAMPLE, Streams(0, "spread", SAMPLE))

    def _handicap(self, trained: Floats | None, options: Ids) -> Floats:
        """Return the last term of equation 1 for options (m or 1, ...) that were trained for so long (m, ...)."""
        if trained is None:
            return np.zeros(options.shape)
        untrained = np.where(self.weighted.ravel(), self.sharing.handicap * self.spread, 0.0).take(options)
        handicap: Floats = untrained * np.exp(-trained / self.sharing.maturity)
        return handicap

    def _noise(self, luck: Words | None, options: Ids) -> Floats:
        """Return the noise that networks with these options (m or 1, ...) share, (m, ...); none without luck."""
        if luck is None:
            return np.zeros((1,) * options.ndim)
        words = scramble(options.astype(np.uint32) * GOLDEN + GOLDEN)
        drawn = normal(scramble(words ^ luck.reshape(-1, *(1,) * (options.ndim - 1))))
        noise: Floats = drawn * self._of_option.take(options)
        return noise

    @cached_property
    def _of_option(self) -> Floats:
        """Standard deviation of each option's noise, (genes * widest,): a gene with k of them has 1 - 1/k of it."""
        of_all = sum(1.0 - 1.0 / count for count in self.space.choices)
        deviation = self.sharing.noise[0] * self.spread / sqrt(of_all)
        return np.where(self.space.alive.ravel(), deviation, 0.0)

    def _own(self, archs: Archs, luck: Words | None) -> Floats:
        """Return each network's own noise, (m,)."""
        if luck is None:
            return np.zeros(len(archs))
        index = self.space.index(archs)
        words = scramble((index.astype(np.uint32) ^ scramble((index >> 32).astype(np.uint32))) * GOLDEN ^ OWN)
        return normal(scramble(words ^ luck)) * (self.sharing.noise[1] * self.spread)


def normal(words: Words) -> Floats:
    """Return a standard normal number for each word, by the inverse of the distribution function."""
    return cast("Floats", ndtri(words * 2.0**-32 + 2.0**-33))


def dot(first: Floats, second: Floats) -> Floats:
    """Return the sum over genes and options of first (m, genes, widest) times second (m or 1, genes, widest), (m,)."""
    flat = first.reshape(len(first), 1, -1) @ second.reshape(len(second), -1, 1)
    return flat[:, 0, 0]
