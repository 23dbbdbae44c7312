"""WeightSharing: any benchmark, as a supernet sees it whose networks share one set of weights.

A supernet is trained once, for as many epochs as one network, and judges every network with what weights it then has.
What it says differs from what the network's own training says in the ways that `Sharing` has parameters for.

    wrap = [{name = "weight_sharing", correlation = 0.5}]
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cached_property
from typing import Literal, Self, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from nassim.benchmarks.one_shot.model import Correlation, Sharing
from nassim.benchmarks.one_shot.noise import SupernetNoise
from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.benchmark import Benchmark, Floor, Outcome, Query
from nassim.core.errors import DataError, SettingError
from nassim.core.expectation import contract
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetAnswer, SupernetState, TrainingSet
from nassim.core.settings import Fraction, NonNegative, Positive
from nassim.core.wrapper import Wrapper

MATURE = SupernetState()  # what is asked without a word on training
SAMPLE = np.arange(1000)  # random architectures, from which a benchmark's spread is taken
PARAMS = "params"
LISTED = 2**20  # architectures of a space that is still listed
QUARTERS = (0.25, 0.5, 0.75)


class WeightSharing(Wrapper):
    """Answers mixtures as a supernet would: at the cost of training one network, with what its shared weights know.

    With the error y of the network's own trainings on the search split, mean over seeds, its median m and spread s over
    the space, the training t that each option o of each gene g has had (`trained`), and d = handicap * s for options
    with weights and 0 for others, the error of an architecture a is

        m + correlation s z(a)
          + sum over g of (d[g, a_g] exp(-t[g, a_g] / maturity) - skip * s [a_g hands on])
          + sum over g of noise[g, a_g] + own noise[a]                                                          (1)

    where z is the normal score of y's rank among all networks with a path from input to output: a long tail of bad ones
    weighs no more than its number. For those without a path, y stands for m + correlation s z, since they guess in a
    supernet too, and for failed trainings the worst y. In spaces too large to list, s z is y - m, by the run's training
    seed. In a supernet whose options are all trained at once (`mixed`), what the first two lines add to m is `mixing`
    times as much.

    The expectation under a mixture is exact, but for own noise, whose mean is 0. Noise is normal, and a hash of the
    run's training seed: a run has one supernet. What was asked without `trained` is answered by mature weights. Options
    with weights are those that, all else equal, have more parameters than another option of their gene.

    Args:
        correlation: Of the ranks by shared weights and by the networks' own trainings, see `Sharing`.
        shared: Share of the rest of the variance that networks with the same option have in common.
        skip: By how much an option that hands its input on is better, per edge.
        handicap: By how much an option with weights is worse, per edge, before these are trained.
        maturity: Epochs of training after which the handicap is down by a factor e.
        mixing: Share of all but the noise that is left where all options are trained at once.
        minibatch: Standard deviation of what one minibatch adds to each slope.
        doubt: Standard deviation of what one validation batch adds to the error of a candidate.
    """

    def __init__(
        self,
        benchmark: Benchmark,
        sharing: Sharing | None = None,
        *,
        correlation: Correlation = Sharing.correlation,
        shared: Fraction = Sharing.shared,
        skip: NonNegative = Sharing.skip,
        handicap: NonNegative = Sharing.handicap,
        maturity: Positive = Sharing.maturity,
        mixing: NonNegative = Sharing.mixing,
        minibatch: NonNegative = Sharing.minibatch,
        doubt: NonNegative = Sharing.doubt,
    ) -> None:
        super().__init__(benchmark)
        if not benchmark.relaxable:
            raise SettingError(f"{benchmark.name} cannot answer for a mixture of architectures, so for no supernet")
        if PARAMS not in benchmark.costs:
            raise SettingError(f"{benchmark.name} does not say how many parameters an option has: it has no {PARAMS!r}")
        self.sharing = sharing or Sharing(correlation, shared, skip, handicap, maturity, mixing, minibatch, doubt)
        told = asdict(self.sharing)
        self.name = f"{benchmark.name}[{','.join(f'{name}={value:g}' for name, value in told.items())}]"
        self.card = replace(
            benchmark.card,
            facts=benchmark.card.facts | {"weight_sharing": told},
            supernet=True,
            agrees=agreement(benchmark, "model")
            if self.sharing == Sharing()
            else "",  # of another model nothing is known
        )

    @property
    def exact(self) -> bool:
        """Whether answers have the same bits on every machine: expectations have not."""
        return False

    @property
    def longest(self) -> float:
        """Seconds that no evaluation takes longer than: unknown."""
        return np.inf

    def per_network(self) -> Self:
        """Raise SettingError: a supernet trains isomorphic architectures through different weights."""
        raise SettingError("a supernet tells isomorphic architectures apart: study it with identity = 'string'")

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return what the shared weights say of each row, equation 1; it costs an epoch of the network's training."""
        outcome, archs = self.benchmark.evaluate(Query(query.archs), training_seed), query.archs
        chosen = archs + self.space.widest * np.arange(archs.shape[1])  # among all options
        trained = _of_chosen((query.supernet or MATURE).trained, archs)
        by_option = self._handicap(trained, chosen) - self._preference(chosen)
        wrong = self.noise.of_options(training_seed, chosen).sum(axis=1) + self.noise.of_networks(training_seed, archs)
        known = self._line(outcome.error) if self._ranked is None else self._ranked.take(self.space.index(archs))
        return outcome._replace(error=known + by_option.sum(axis=1) + wrong, seconds=outcome.seconds / self.epochs[-1])

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the expectation of equation 1, and its gradients by the probabilities and by the training."""
        heard = None if self._ranked is not None else training_seed  # of ranked networks only the seconds are asked for
        answer, probabilities = self.benchmark.relax(mixture, heard), mixture.probabilities
        options = np.arange(self.space.option_mask.size).reshape(1, *self.space.option_mask.shape)
        noise = self.noise.of_options(training_seed, options)
        handicap = self._handicap((mixture.supernet or MATURE).trained, options)
        by_option, kept = handicap - self._preference(options), self._kept(mixture)
        known, by_known = self._known(answer, probabilities)
        known = known + dot(probabilities, by_option) - self.centre
        return answer._replace(
            error=self.centre + kept * known + dot(probabilities, noise),
            gradient=each(kept) * (by_known + by_option) + noise,
            supernet=self._said(each(-kept / self.sharing.maturity) * probabilities * handicap),
        )

    def training_set(self, *, mean: bool) -> TrainingSet:
        """Return trainings of unknown cost: a search on a supernet is billed for what it trains."""
        return Benchmark.training_set(self, mean=mean)

    def floor(self) -> Floor | None:
        """Return None: a supernet is no training that could judge."""
        return None

    def unseen(self, archs: Archs, training_seed: RandomWords) -> Floats:
        """Raise SettingError: there is no floor."""
        return Benchmark.unseen(self, archs, training_seed)

    def _known(self, answer: RelaxedOutcome, probabilities: Floats) -> tuple[Floats, Floats]:
        """Return the expectation (m,) of the first line of equation 1, and its gradient (m, genes, widest)."""
        if self._ranked is None:
            return self._line(answer.error), self.sharing.correlation * answer.gradient
        return contract(self._ranked[None], probabilities, self.space.choices)

    def _line(self, error: Floats) -> Floats:
        """Return the first line of equation 1 in spaces too large to list."""
        return self.centre + self.sharing.correlation * (error - self.centre)

    @cached_property
    def _ranked(self) -> Floats | None:
        """The first line of equation 1 by index, (size,); None in spaces too large to list."""
        if self.space.size > LISTED:
            return None
        own = self._own(self.space.at(np.arange(self.space.size)))
        failed = np.isnan(own)
        told = np.where(failed, np.nanmax(own), own)
        known = ~failed
        known[self.space.index(self.space.unconnected)] = False
        told[known] = self.centre + self.sharing.correlation * self.spread * normal_scores(own[known])
        return told

    def _own(self, archs: Archs) -> Floats:
        """Return the errors (n,) of the networks' own trainings on the search split, means over seeds."""
        return self.benchmark.evaluate(Query(archs)).error

    def _kept(self, mixture: Mixture) -> Floats:
        """Return the share (m,) of all but the noise that is left: all of it, or `mixing`."""
        mixed = (mixture.supernet or MATURE).mixed
        return np.ones(len(mixture.probabilities)) if mixed is None else np.where(mixed, self.sharing.mixing, 1.0)

    def _said(self, by_trained: Floats) -> SupernetAnswer:
        """Return the gradient by the training, and by how much minibatches blur slopes and candidates."""
        blurs = (np.full(len(by_trained), blur * self.spread) for blur in (self.sharing.minibatch, self.sharing.doubt))
        gradient_noise, candidate_noise = blurs
        return SupernetAnswer(by_trained, gradient_noise, candidate_noise=candidate_noise)

    def _preference(self, options: Ids) -> Floats:
        """Return by how much options (m or 1, ...) are better than others because they hand their input on."""
        return np.where(self.space.skips.ravel(), self.sharing.skip * self.spread, 0.0).take(options)

    def _handicap(self, trained: Floats | None, options: Ids) -> Floats:
        """Return what having weights costs, in equation 1, options (m or 1, ...) that were trained so long (m, ...)."""
        if trained is None:
            return np.zeros(options.shape)
        untrained = np.where(self.weighted.ravel(), self.sharing.handicap * self.spread, 0.0).take(options)
        handicap: Floats = untrained * np.exp(-trained / self.sharing.maturity)
        return handicap

    @cached_property
    def noise(self) -> SupernetNoise:
        """What each run's supernet is wrong by."""
        return SupernetNoise(self.space, *(deviation * self.spread for deviation in self.sharing.noise))

    @property
    def centre(self) -> float:
        """Median of the errors that random architectures have by trainings of their own."""
        return self._quartiles[1]

    @property
    def spread(self) -> float:
        """Standard deviation of a normal distribution with the quartiles of these errors."""
        low, _, high = self._quartiles
        return float((high - low) / (ndtri(QUARTERS[2]) - ndtri(QUARTERS[0])))

    @cached_property
    def _quartiles(self) -> tuple[float, float, float]:
        low, middle, high = np.nanquantile(self._own(self._sample), QUARTERS).tolist()
        return low, middle, high

    @cached_property
    def weighted(self) -> NDArray[np.bool_]:
        """Which options have weights to train, (genes, widest)."""
        option_mask, params = self.space.option_mask, np.empty((SAMPLE.size, *self.space.option_mask.shape))
        for gene, option in np.ndindex(option_mask.shape):
            archs = self._sample.copy()
            archs[:, gene] = option if option_mask[gene, option] else 0
            params[:, gene, option] = self.benchmark.cost(PARAMS, archs)
        more = params > np.nanmin(params, axis=2, keepdims=True)
        return cast("NDArray[np.bool_]", more.any(axis=0) & option_mask)

    @cached_property
    def _sample(self) -> Archs:
        return self.space.sample(SAMPLE, Streams(0, "spread", SAMPLE))


def agreement(benchmark: Benchmark, kind: Literal["model", "table"]) -> str:
    """Return where a benchmark's card says that simulated weight sharing comes out as real supernets do; "" = nowhere.

        [datasets.cifar10.weight_sharing_agrees]
        model = "studies/NAME: what was compared, and what came out"       # sharing = {}, as fitted
        table = "..."                                                       # sharing = "table"

    DataError unless the evidence is named, in a text.
    """
    stated = benchmark.card.facts.get("weight_sharing_agrees", {})
    found = stated.get(kind, "") if isinstance(stated, dict) and stated.keys() <= {"model", "table"} else None
    if not isinstance(found, str) or (isinstance(stated, dict) and kind in stated and not found.strip()):
        raise DataError(
            f"{benchmark.name}: 'weight_sharing_agrees' on its card must be a table of 'model' or 'table', each a text "
            f"that names the evidence, got {stated!r}"
        )
    return found


def normal_scores(values: Floats) -> Floats:
    """Return the standard normal quantile of each value's rank among the values (n,); equals share the mean rank."""
    ordered = np.sort(values)
    ranks = np.searchsorted(ordered, values) + np.searchsorted(ordered, values, side="right")
    return cast("Floats", ndtri(ranks / (2.0 * values.size)))


def _of_chosen(trained: Floats | None, archs: Archs) -> Floats | None:
    """Return how long the options of each row were trained, (m, genes), of all options' (m, genes, widest)."""
    return None if trained is None else np.take_along_axis(trained, archs[:, :, None], axis=2)[:, :, 0]


def each(rows: Floats) -> Floats:
    """Return numbers (m,) as factors of what has a row per run, (m, genes, widest)."""
    return rows[:, None, None]


def dot(first: Floats, second: Floats) -> Floats:
    """Return the sum over genes and options of first (m, genes, widest) times second (m or 1, genes, widest), (m,)."""
    flat = first.reshape(len(first), 1, -1) @ second.reshape(len(second), -1, 1)
    return flat[:, 0, 0]
