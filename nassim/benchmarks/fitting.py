"""fit: learns a benchmark from some of its trainings, and returns a benchmark that answers for all architectures."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from nassim.benchmarks.designs import design
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.benchmarks.surrogate_files import digest_of
from nassim.benchmarks.trainings import Source, Trainings, architectures_known, source_of
from nassim.core.benchmark import Card
from nassim.core.errors import DataError, SettingError, UnknownNameError
from nassim.core.settings import Count, Fraction, check_value
from nassim.core.space import Space
from nassim.surrogates.learn import FEWEST, learn
from nassim.surrogates.model import Surrogate
from nassim.surrogates.scale import Transform

USUAL = 1000  # trainings to learn from
CHECKED = {
    "train": Count,
    "seed": int,
    "active": Fraction,
    "encoding": str | None,
    "search": bool,
    "transform": Transform,
    "costs": list | None,
}


def fit(
    benchmark: str | Source,
    train: int | None = None,
    seed: int = 0,
    *,
    active: float = 0.0,
    encoding: str | None = None,
    search: bool = False,
    transform: Transform = "auto",
    costs: list[str] | None = None,
) -> SurrogateBenchmark:
    """Learn error, seconds and costs from one training each of `train` architectures, by default `usual_count`.

    benchmark  a name, complete or not, or a benchmark, or Samples
    train      architectures to learn from, one training of each
    seed       of which these are, and of the models
    active     share of the architectures that are chosen for a low predicted error, see `design`; the rest are random
    encoding   "graph" or "onehot"; None = the best for each target that the space has
    search     find the hyperparameters by cross-validation, which takes some twenty times as long
    transform  of the error, see `learn`
    costs      the names of those to learn; None = all
    SettingError or DataError says in one line why it cannot be.
    """
    benchmark = source_of(benchmark)
    train = usual_count(benchmark) if train is None else train
    options = {"train": train, "seed": seed, "active": active, "encoding": encoding}
    options |= {"search": search, "transform": transform}
    source, trainings = _drawn(benchmark, options | {"costs": costs})
    chosen = source.costs if costs is None else tuple(dict.fromkeys(costs))
    for cost in chosen:
        _check_target(source, str(cost), tuple(source.costs))
    models = {target: _learn(source, trainings, target, options) for target in ("error", "seconds", *chosen)}
    return SurrogateBenchmark(
        name_of(source, options),
        card_of(source, models, options),
        error=models["error"],
        seconds=models["seconds"],
        costs={cost: models[cost] for cost in chosen},
    )


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


def fit_model(
    benchmark: str | Source,
    target: str = "error",
    train: int = 1000,
    seed: int = 0,
    *,
    active: float = 0.0,
    encoding: str | None = None,
    search: bool = False,
    transform: Transform = "auto",
) -> Surrogate:
    """Learn one target, "error", "seconds" or the name of a cost, as `fit` does."""
    options = {"train": train, "seed": seed, "active": active, "encoding": encoding}
    options |= {"search": search, "transform": transform}
    source, trainings = _drawn(benchmark, options)
    _check_target(source, target, targets(source))
    return _learn(source, trainings, target, options)


def targets(source: Source) -> list[str]:
    """Return what can be learned of a benchmark."""
    return ["error", "seconds", *source.costs]


def best_encoding(space: Space, target: str, wanted: str | None = None) -> str:
    """Return the encoding for a target: "graph" where the space has it and the target depends on nothing else.

    What an architecture costs depends on how it is written, dead operations too. Where others are isomorphic to it,
    graph features do not tell.
    """
    if "graph" not in space.encodings or wanted == "onehot":
        return wanted or "onehot"
    as_written = target != "error" and type(space).representative is not Space.representative
    return "onehot" if as_written else wanted or "graph"


def _drawn(benchmark: str | Source, options: dict[str, Any]) -> tuple[Source, Trainings]:
    for name, value in options.items():
        check_value(name, value, CHECKED[name])
    source = source_of(benchmark)
    if options["encoding"] is not None:
        source.space.check_encoding(options["encoding"])
    chosen = options["train"], options["seed"], options["active"]
    return source, design(source, *chosen, lambda trainings: _learn(source, trainings, "error", options))


def _check_target(source: Source, target: str, known: Sequence[str]) -> None:
    if target not in known:
        raise UnknownNameError.of(f"target of {source.name}", target, known)


def _learn(source: Source, trainings: Trainings, target: str, options: dict[str, Any]) -> Surrogate:
    values = trainings.values(target)
    real = np.isfinite(values.reshape(len(values), -1)).all(axis=1)  # the others failed, or were not measured
    try:
        return learn(
            source.space,
            trainings.archs[real],
            values[real],
            target=target,
            encoding=best_encoding(source.space, target, options["encoding"]),
            epochs=source.epochs if target == "error" else source.epochs[-1:],
            seed=options["seed"],
            search=options["search"],
            transform=options["transform"] if target == "error" else "auto",
        )
    except (DataError, SettingError) as error:
        raise type(error)(f"{source.name}: {error}") from error


def name_of(source: Source, options: dict[str, Any]) -> str:
    """Return the name of what was learned from a benchmark with these options of `fit`."""
    active = f",active={options['active']:g}" if options["active"] else ""
    return f"{source.name}[train={options['train']},seed={options['seed']}{active}]"


def card_of(source: Source, models: dict[str, Surrogate], options: dict[str, Any]) -> Card:
    """Return the card of models of a benchmark that were learned with these options of `fit`."""
    given = {name: value for name, value in options.items() if value is not None}
    seconds = _drawn(source, options)[1].seconds
    spent = float(np.nansum(seconds)) if np.isfinite(seconds).any() else float("nan")  # nan = not recorded
    about = {"of": source.name, "data_sha256": source.card.sha256, **given, "training_seconds": spent}
    if not source.card.facts.get("resumable", True):
        about["resumable"] = False
    if source.card.measured:
        about["measured"] = list(source.card.measured)
    made = {"nassim": version("nassim"), "xgboost": version("xgboost")}
    return Card(
        title=f"{source.card.title}, learned from {options['train']:,} trainings by XGBoost",
        source=source.card.source,
        licence=source.card.licence,
        search_split=f"predicted, with its noise: {source.card.search_split}",
        report_split=f"predicted mean: {source.card.search_split}",
        unit=source.card.unit,
        sha256=digest_of(models),
        facts={"surrogate": about | made},
    )
