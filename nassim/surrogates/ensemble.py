"""An ensemble of XGBoost regressors (Chen and Guestrin, KDD 2016), one per fold that it leaves out.

Each member is trained without one fold of the architectures. So every training value has one prediction by a model
that has not seen it, and the members' disagreement is the delete-a-group jackknife (Kott, J. Off. Stat. 2001) of how
unsure the mean is. From the unseen residuals another booster learns the variance: the gamma deviance is the
likelihood of squared normal residuals. Every booster is trained by a single thread, so no model depends on how many.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from nassim.core.arrays import Floats, Ints, Singles
from nassim.core.documents import JsonValue
from nassim.core.random_streams import Streams

if TYPE_CHECKING:
    from xgboost import Booster

MEMBERS = 5
FIRST_WITH_BASES = [3, 1, 0]  # version of xgboost that has a base score per output
TINY = 1e-12  # added to squared residuals: the gamma deviance has no zeros

Result = TypeVar("Result")


class Settings(NamedTuple):
    """Hyperparameters of each member, in nassim's words."""

    rounds: int = 80
    depth: int = 7
    eta: float = 0.08
    rows: float = 0.7  # share of the training rows that each tree sees
    columns: float = 0.3  # share of the features that each split chooses from
    leaf: float = 2.0  # least number of rows in a leaf
    l2: float = 0.1

    def parameters(self) -> dict[str, float]:
        """Return them in xgboost's words."""
        return {
            "max_depth": self.depth,
            "eta": self.eta,
            "subsample": self.rows,
            "colsample_bynode": self.columns,
            "min_child_weight": self.leaf,
            "reg_lambda": self.l2,
        }


SPREAD = Settings(rounds=40, depth=3, eta=0.1, leaf=20.0, l2=1.0)  # of the model of the variance


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Boosters that predict z, and one that predicts the variance of a new training's z around their mean."""

    members: tuple[Booster, ...]
    spread: Booster | None = None  # None = repeated trainings give the same

    def predict(self, features: Singles, *, often: bool = False) -> tuple[Floats, Floats, Floats]:
        """Return mean, jackknife variance of the mean, and variance of a new training's z, each (n,).

        Who asks `often` is answered by `joined`: the same bits in three quarters of the time, after the first.
        """
        joined = self.joined if often else None
        z = [_of_one(member, features) for member in self.members] if joined is None else [*_of_one(joined, features).T]
        mean = _sum(z, len(features)) / max(len(z), 1)
        epistemic = _sum([(one - mean) ** 2 for one in z], len(features)) * ((len(z) - 1) / max(len(z), 1))
        return mean, epistemic, epistemic if self.spread is None else _of_one(self.spread, features)

    @cached_property
    def joined(self) -> Booster | None:
        """One booster whose outputs (n, members) are the members'; None for want of members, or with an old xgboost."""
        found = [json.loads(member.save_raw("json")) for member in self.members]
        learners = [one["learner"] for one in found]
        bases = [learner["learner_model_param"]["base_score"].strip("[]") for learner in learners]
        if len(found) < 2 or found[0]["version"] < FIRST_WITH_BASES:  # noqa: PLR2004 - nothing to join
            return None
        trees = [learner["gradient_booster"]["model"]["trees"] for learner in learners]
        whole = [tree | {"id": number} for number, tree in enumerate(chain(*trees))]
        model = learners[0]["gradient_booster"]["model"]
        model |= {"trees": whole, "tree_info": [member for member, own in enumerate(trees) for _ in own]}
        model["iteration_indptr"] = [0, len(whole)]
        model["gbtree_model_param"]["num_trees"] = str(len(whole))
        learners[0]["learner_model_param"] |= {"num_target": str(len(found)), "base_score": f"[{','.join(bases)}]"}
        return from_bytes(json.dumps(found[0]).encode())


def train(
    features: Singles, z: Floats, groups: Ints, settings: Settings, seed: int, monotone: tuple[int, ...] = ()
) -> tuple[tuple[Booster, ...], Floats]:
    """Return the members, and for each row (n,) the prediction of the one that has not seen it.

    Args:
        groups: (n,) which rows are of one architecture; they are left out together.
        monotone: Per feature: 1 = z must not fall with it, -1 = must not rise, 0 = free; () = all free.
    """
    fold, seeds = (
        folds(groups, seed),
        Streams(seed, "members", np.arange(MEMBERS)).random_words(np.arange(MEMBERS), 1)[:, 0],
    )
    extra = {"monotone_constraints": monotone} if any(monotone) else {}

    def member(number: int) -> tuple[Booster, Floats]:
        seen = fold != number
        booster = _boost(features[seen], z[seen], settings, int(seeds[number]), extra)
        return booster, _of_one(booster, features[~seen])

    unseen = np.empty(len(z))
    made = together([partial(member, number) for number in range(MEMBERS)])
    for number, (_, prediction) in enumerate(made):
        unseen[fold == number] = prediction
    return tuple(booster for booster, _ in made), unseen


def train_spread(features: Singles, residuals: Floats) -> Booster:
    """Return the booster that predicts the variance of residuals (n,) from the features."""
    return _boost(features, residuals**2 + TINY, SPREAD, 0, {"objective": "reg:gamma"})


def folds(groups: Ints, seed: int) -> Ints:
    """Return the fold of each row (n,): groups dealt out in random order, so that folds are of equal size."""
    _, group = np.unique(groups, return_inverse=True)
    numbers = np.arange(group.max() + 1)
    order = np.argsort(Streams(seed, "folds", numbers).random_words(numbers, 1)[:, 0], kind="stable")
    fold = np.empty_like(numbers)
    fold[order] = numbers % MEMBERS
    return fold[group]


def to_bytes(booster: Booster) -> bytes:
    """Return a booster in xgboost's own UBJSON."""
    return bytes(booster.save_raw("ubj"))


def from_bytes(content: bytes) -> Booster:
    """Return the booster of such bytes; ValueError says what is wrong with them."""
    import xgboost

    booster = xgboost.Booster({"nthread": 1})
    alone = xgboost.config_context(nthread=1) if "nthread" in xgboost.get_config() else nullcontext()
    try:
        with alone:  # threads would cost more to start than they save
            booster.load_model(bytearray(content))
    except xgboost.core.XGBoostError as error:
        raise ValueError("not a model that the installed xgboost reads") from error
    return booster


def _boost(features: Singles, target: Floats, settings: Settings, seed: int, extra: Mapping[str, JsonValue]) -> Booster:
    import xgboost

    parameters = settings.parameters() | {"base_score": float(target.mean()), "seed": seed, "nthread": 1} | dict(extra)
    parameters |= {"tree_method": "hist", "max_bin": 64, "verbosity": 0}
    data = xgboost.QuantileDMatrix(features, target, max_bin=64, nthread=1)
    return xgboost.train(parameters, data, settings.rounds)


def _of_one(booster: Booster, features: Singles) -> Floats:
    prediction: Floats = booster.inplace_predict(features, validate_features=False).astype(np.float64)
    return prediction


def _sum(rows: list[Floats], size: int) -> Floats:
    """Return the sum over a list of arrays (n,), in order: numpy's own order depends on the shape."""
    total = np.zeros(size)
    for row in rows:
        total += row
    return total


def together(tasks: list[Callable[[], Result]]) -> list[Result]:
    """Return the results of tasks, run by as many threads as there are processors."""
    if len(tasks) <= 1:
        return [task() for task in tasks]
    with ThreadPoolExecutor(min(len(tasks), os.cpu_count() or 1)) as pool:
        return list(pool.map(lambda task: task(), tasks))
