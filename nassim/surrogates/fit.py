"""Learns what a benchmark answers from some of its trainings: a model for each target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nassim.core.benchmark import Card
from nassim.core.errors import DataError, SettingError, UnknownNameError
from nassim.core.renamed import renamed_names
from nassim.core.settings import Count, Fraction, check_value
from nassim.core.space import Space
from nassim.surrogates.designs import design
from nassim.surrogates.learn import FEWEST, learn
from nassim.surrogates.model import Surrogate
from nassim.surrogates.scale import Transform
from nassim.surrogates.storage import digest_of
from nassim.surrogates.training_data import MISSING, Trainings, architectures_known
from nassim.surrogates.training_records import Source

if TYPE_CHECKING:
    from nassim.core.hints import Hint

USUAL = 1000  # trainings to learn from
CHECKED: dict[str, Hint] = {
    "train": Count,
    "seed": int,
    "active": Fraction,
    "encoding": str | None,
    "search": bool,
    "transform": Transform,
    "costs": list[str] | None,
}


@dataclass(frozen=True)
class Options:
    """From what, and how, a model is learned: see `nassim.fit`."""

    train: int = USUAL
    seed: int = 0
    active: float = 0.0
    encoding: str | None = None
    search: bool = False
    transform: Transform = "auto"

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            check_value(name, value, CHECKED[name])


class Fitted(NamedTuple):
    """What was learned of a benchmark."""

    name: str
    card: Card
    models: dict[str, Surrogate]  # by target


def fit_targets(source: Source, options: Options, targets: Sequence[str]) -> Fitted:
    """Return models of some targets: "error", "seconds" or names of costs, all learned from the same trainings."""
    for target in targets:
        check_target(source, target, targets_of(source))
    if options.encoding is not None:
        source.space.check_encoding(options.encoding)
    trainings = design(
        source, options.train, options.seed, options.active, lambda some: _learn(source, some, "error", options)
    )
    lacking = [f"{cost}{MISSING}" for cost in targets if cost in source.costs and np.nansum(trainings.missing(cost))]
    models = {target: _learn(source, trainings, target, options) for target in (*targets, *lacking)}
    return Fitted(_name(source, options), _card(source, trainings, models, options), models)


def usual_count(source: Source) -> int:
    """Return from how many trainings to learn by default: 1,000, or of fewer all that are not needed to judge.

    A fifth, and 20 at least, are kept to judge by. SettingError says how many there must be.
    """
    known = architectures_known(source)
    if known < 2 * FEWEST:
        raise SettingError(
            f"{source.name}: {known} architectures, too few to learn from {FEWEST} and judge by {FEWEST}; "
            "nassim collect adds to them with more --networks"
        )
    return min(USUAL, known - max(FEWEST, known // 5))


def targets_of(source: Source) -> list[str]:
    """Return what can be learned of a benchmark."""
    return ["error", "seconds", *source.costs]


def check_target(source: Source, target: str, known: Sequence[str]) -> None:
    """Raise UnknownNameError unless a target of a benchmark is known."""
    if target not in known:
        raise UnknownNameError.of(f"target of {source.name}", target, known)


def best_encoding(space: Space, target: str, wanted: str | None = None) -> str:
    """Return the encoding for a target: "graph" where the space has it and the target depends on nothing else.

    What an architecture costs depends on how it is written, dead operations too. Where others are isomorphic to it,
    graph features do not tell.
    """
    if "graph" not in space.encodings or wanted == "onehot":
        return wanted or "onehot"
    as_written = target != "error" and type(space).representative is not Space.representative
    return "onehot" if as_written else wanted or "graph"


def _learn(source: Source, trainings: Trainings, target: str, options: Options) -> Surrogate:
    values = trainings.values(target)
    real = np.isfinite(values.reshape(len(values), -1)).all(axis=1)  # the others failed, or were not measured
    try:
        return learn(
            source.space,
            trainings.archs[real],
            values[real],
            target=target,
            encoding=best_encoding(source.space, target, options.encoding),
            epochs=source.epochs if target == "error" else source.epochs[-1:],
            seed=options.seed,
            search=options.search,
            transform=options.transform if target == "error" else "linear" if target.endswith(MISSING) else "auto",
        )
    except (DataError, SettingError) as error:
        raise type(error)(f"{source.name}: {error}") from error


def _name(source: Source, options: Options) -> str:
    """Return the name of what was learned from a benchmark."""
    active = f",active={options.active:g}" if options.active else ""
    return f"{source.name}[train={options.train},seed={options.seed}{active}]"


def _card(source: Source, trainings: Trainings, models: dict[str, Surrogate], options: Options) -> Card:
    """Return the card of models of a benchmark that were learned from these trainings."""
    given = {name: value for name, value in asdict(options).items() if value is not None}
    seconds = trainings.seconds
    spent = float(np.nansum(seconds)) if np.isfinite(seconds).any() else float("nan")  # nan = not recorded
    about = {"of": source.name, "data_sha256": source.card.sha256, **given, "training_seconds": spent}
    if not source.card.facts.get("resumable", True):
        about["resumable"] = False
    if source.card.measured:
        about["measured"] = list(source.card.measured)
    if source.card.noise:
        about["noise"] = dict(source.card.noise)
    made = {"nassim": version("nassim"), "xgboost": version("xgboost")}
    return Card(
        title=f"{source.card.title}, learned from {options.train:,} trainings by XGBoost",
        source=source.card.source,
        licence=source.card.licence,
        search_split=f"predicted, with its noise: {source.card.search_split}",
        report_split=f"predicted mean: {source.card.search_split}",
        unit=source.card.unit,
        sha256=digest_of(models),
        facts={"surrogate": about | made},
    )


if not TYPE_CHECKING:  # of what was benchmarks/fitting.py
    _LEARNING = "nassim.benchmarks.learning"
    _OLD = {"targets": f"{__name__}.targets_of", **{name: f"{_LEARNING}.{name}" for name in ("fit", "fit_model")}}
    __getattr__ = renamed_names(__name__, _OLD)
