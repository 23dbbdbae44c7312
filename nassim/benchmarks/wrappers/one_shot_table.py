"""OneShotTable: a benchmark as real supernets see it, from a table of what their shared weights say.

wrap = [{name = "one_shot_table"}]
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nassim import catalog
from nassim.benchmarks.one_shot.mixed_slopes import MixedSlopes, read_slopes
from nassim.benchmarks.one_shot.model import Sharing
from nassim.benchmarks.one_shot.table import FILE, Told, read_told
from nassim.benchmarks.wrappers.weight_sharing import MATURE, QUARTERS, WeightSharing, agreement, dot, each
from nassim.core.arrays import Floats, Ids, RandomWords
from nassim.core.benchmark import Benchmark, Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.expectation import contract
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.core.renamed import renamed_names

AS_FITTED = Sharing(minibatch=2.6)  # a table's dead cells lie further off than the model's, and count as slopes
USED = ("handicap", "maturity", "mixing", "minibatch", "doubt")  # of Sharing


class Moment(NamedTuple):
    """Which supernet each row asks, and when: between two of the table's epochs."""

    supernet: Ids  # (m,)
    level: Ids  # (m,) of the epoch before
    share: Floats  # (m,) of the way to the next
    rate: Floats  # (m,) of the share, by the mean training; 0 before the first epoch and after the last
    mean: Floats  # (m, 1, 1) the mean training


class OneShotTable(WeightSharing):
    """Answers mixtures as one of the supernets of a one-shot table would; a run's training seed decides which.

    With the mean training t' of the options with weights, and the table's error O of the run's supernet when a uniform
    choice has trained every option for t', linear between the table's epochs, the error of an architecture a is

        O(a, t') + sum over g of d[g, a_g] (exp(-t[g, a_g] / maturity) - exp(-t' / maturity))                  (2)

    for d, t and maturity as in `WeightSharing`: what was trained more than the mean is less handicapped than in the
    table. Spread and median are those of the supernets' last answers. Without a training seed, the supernets' mean
    answers.

    These supernets were trained path by path. Who trains all options at once (`mixed`), as DARTS, gets for gradient
    what was measured in such supernets, see `mixed_slopes.py`: in nats, with the noise that it had there, at an even
    mixture, from which DARTS does not go far. Where that was not measured, it is `mixing` times that of equation 2.
    """

    def __init__(
        self,
        benchmark: Benchmark,
        told: Told | None = None,
        sharing: Sharing | None = None,
        slopes: MixedSlopes | None = None,
    ) -> None:
        if told is None:
            folder = _folder(benchmark)
            told, slopes = read_told(folder, benchmark.space.size), read_slopes(folder, benchmark.space)
        super().__init__(benchmark, sharing or AS_FITTED)
        self.told, self.levels = told, told.epochs / float(np.mean(self.space.choices))
        self.slopes = slopes
        self.name = f"{benchmark.name}[sharing=table]"
        own = {name: value for name, value in asdict(self.sharing).items() if name in USED}
        tables = {"table": told.sha256} | ({"mixed_slopes": slopes.sha256} if slopes else {})
        every = sha256("".join([benchmark.card.sha256, *tables.values()]).encode()).hexdigest()
        self.card = replace(
            benchmark.card,
            sha256=every,
            facts=benchmark.card.facts | {"weight_sharing": own | tables},
            supernet=True,
            agrees=agreement(benchmark, "table") if self.sharing == AS_FITTED else "",
        )

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return what the shared weights say of each row, equation 2; it costs an epoch of the network's training."""
        outcome = self.benchmark.evaluate(Query(query.archs), training_seed)
        trained, index = (query.supernet or MATURE).trained, self.space.index(query.archs)
        moment = self._moment(trained, training_seed, len(query.archs))
        before, after = (self._answers[moment.supernet, moment.level + later, index] for later in (0, 1))
        ahead = np.take_along_axis(self._ahead(trained, moment), query.archs[:, :, None], axis=2)
        error = before + moment.share * (after - before) + ahead.sum(axis=(1, 2))
        return outcome._replace(error=error, seconds=outcome.seconds / self.epochs[-1])

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the expectation of equation 2, and its gradients, or the measured ones where options are `mixed`."""
        probabilities, trained = mixture.probabilities, (mixture.supernet or MATURE).trained
        moment = self._moment(trained, training_seed, len(probabilities))
        error, gradient, change = self._expected(probabilities, moment)
        ahead, kept = self._ahead(trained, moment), self._kept(mixture)
        by_trained = None if trained is None else each(kept) * self._by_trained(probabilities, trained, moment, change)
        answer = self.benchmark.relax(mixture)._replace(  # for its seconds
            error=self.centre + kept * (error + dot(probabilities, ahead) - self.centre),
            gradient=each(kept) * (gradient + ahead),
            supernet=self._said(probabilities)._replace(by_trained=by_trained),
        )
        return answer if trained is None else self._measured(mixture, trained, answer, training_seed)

    def _measured(
        self, mixture: Mixture, trained: Floats, answer: RelaxedOutcome, training_seed: RandomWords | None
    ) -> RelaxedOutcome:
        """Return the answer with what was measured in mixed supernets, if it was, in the rows that are `mixed`."""
        mixed, said = (mixture.supernet or MATURE).mixed, answer.supernet
        if self.slopes is None or mixed is None or said is None:
            return answer
        epoch = trained.sum(axis=(1, 2)) / len(self.space.choices)
        gradient, deviation = self.slopes.at(epoch, training_seed)
        rows = mixed[:, None, None]
        measured = said._replace(
            by_trained=np.where(rows, 0.0, np.asarray(said.by_trained)),
            gradient_noise=np.where(mixed, deviation, np.asarray(said.gradient_noise)),
        )
        return answer._replace(gradient=np.where(rows, gradient, answer.gradient), supernet=measured)

    @cached_property
    def _answers(self) -> Floats:
        """The table, and as one more supernet the mean of all."""
        return np.concatenate([self.told.error, self.told.error.mean(axis=0, keepdims=True)])

    @cached_property
    def _quartiles(self) -> tuple[float, float, float]:
        low, middle, high = np.quantile(self.told.error[:, -1], QUARTERS, axis=1).mean(axis=1).tolist()
        return low, middle, high

    def _moment(self, trained: Floats | None, training_seed: RandomWords | None, rows: int) -> Moment:
        supernets = len(self.told.error)
        supernet = np.full(rows, supernets) if training_seed is None else (training_seed % supernets).astype(np.int64)
        last = len(self.levels) - 2
        if trained is None:
            return Moment(supernet, np.full(rows, last), np.ones(rows), np.zeros(rows), np.full((rows, 1, 1), np.inf))
        mean = (trained * self.weighted).sum(axis=(1, 2)) / self.weighted.sum()
        level = np.searchsorted(self.levels, mean, side="right").clip(1, last + 1) - 1
        width = self.levels[level + 1] - self.levels[level]
        share = (mean - self.levels[level]) / width
        rate = np.where((share >= 0.0) & (share <= 1.0), 1.0 / width, 0.0)
        return Moment(supernet, level, share.clip(0.0, 1.0), rate, mean[:, None, None])

    def _expected(self, probabilities: Floats, moment: Moment) -> tuple[Floats, Floats, Floats]:
        """Return the expectation of O (m,), its gradient, and its change from one epoch of the table to the next."""
        error, change, gradient = np.empty(len(probabilities)), np.empty(len(probabilities)), probabilities.copy()
        for supernet, level in set(zip(moment.supernet.tolist(), moment.level.tolist(), strict=True)):
            rows = (moment.supernet == supernet) & (moment.level == level)
            before, after = (
                contract(self._answers[supernet, level + later][None], probabilities[rows], self.space.choices)
                for later in (0, 1)
            )
            share = moment.share[rows]
            change[rows] = after[0] - before[0]
            error[rows] = before[0] + share * change[rows]
            gradient[rows] = before[1] + share[:, None, None] * (after[1] - before[1])
        return error, gradient, change

    def _ahead(self, trained: Floats | None, moment: Moment) -> Floats:
        """Return the last term of equation 2 for all options, (m, genes, widest)."""
        if trained is None:
            return np.zeros((len(moment.mean), *self.space.option_mask.shape))
        return self._all_handicaps(trained) - self._all_handicaps(np.broadcast_to(moment.mean, trained.shape))

    def _by_trained(self, probabilities: Floats, trained: Floats, moment: Moment, change: Floats) -> Floats:
        """Return the gradient by the training: by the option's own, and by the mean of which it is a part."""
        at_mean = self._all_handicaps(np.broadcast_to(moment.mean, trained.shape))
        by_mean = change * moment.rate + dot(probabilities, at_mean) / self.sharing.maturity
        own = -probabilities * self._all_handicaps(trained) / self.sharing.maturity
        gradient: Floats = own + by_mean[:, None, None] * self.weighted / self.weighted.sum()
        return gradient

    def _all_handicaps(self, trained: Floats) -> Floats:
        return self._handicap(trained, np.arange(self.space.option_mask.size).reshape(1, *self.space.option_mask.shape))


def _folder(benchmark: Benchmark) -> Path:
    """Return the data folder that has a benchmark's one-shot table; SettingError if there is none."""
    folder = catalog.dataset_folders().get(benchmark.name)
    if folder is None or not (folder / FILE).exists():
        raise SettingError(f"{benchmark.name} has no one-shot table; the wrapper weight_sharing is a model of one")
    return folder


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"OneShot": f"{__name__}.OneShotTable"})
