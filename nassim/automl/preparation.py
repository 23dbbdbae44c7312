"""What is known before anything is trained: the images, which networks keep the limits, and what a training takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nassim.automl.candidates import Candidates, stratified
from nassim.automl.decisions import Decisions
from nassim.automl.latency import TIMED, latency_model
from nassim.automl.limits import LATENCY, Limits
from nassim.automl.request import LEAST, Request
from nassim.automl.session import Session
from nassim.automl.shapes import Inspected, LatencyLearned, Price
from nassim.automl.trainer import Trainer
from nassim.core.errors import SettingError
from nassim.core.model_card import Findings
from nassim.core.watcher import Watcher

LATENCIES = "latencies"  # the folder of what untrained networks take


def trainer_of(request: Request) -> Trainer:
    """Return who trains: nassim's backend, which needs torch, or the user's command."""
    if request.trainer is None:
        from nassim.training import need_torch

        need_torch()
        from nassim.automl.backend import Backend

        return Backend(request)
    from nassim.automl.own_trainer import OwnTrainer

    return OwnTrainer(request)


def prepared(request: Request, folder: Path, watcher: Watcher) -> tuple[Session, Findings | None, Limits]:
    """Return a session in which nothing is trained yet, what was found out about the images, and the limits.

    Raises:
        DataError: If nothing can be learned from the images.
        SettingError: If no network keeps the limits, or the budget is too small.
    """
    trainer = trainer_of(request)
    decisions, identity = Decisions(folder, watcher.note), trainer.identity()
    inspected = decisions.settle("data", identity, Inspected, lambda: {"findings": trainer.findings()})["findings"]
    for warning in inspected["warnings"] if inspected else ():
        watcher.note(f"{trainer.name}: {warning}")
    candidates, margin = Candidates.of(trainer.space), 0.0
    candidates = candidates.with_costs(trainer.counted(candidates.archs))
    if LATENCY in request.limits:
        candidates, margin = _timed(candidates, trainer, folder / LATENCIES, decisions, watcher)
    limits = Limits.of(request.limits, candidates, trainer.name, margin)
    feasible = limits.keeping(candidates)
    price = decisions.settle("price", identity, Price, lambda: _price(candidates, trainer))
    session = Session(request, trainer, folder, decisions, watcher, candidates, feasible, price["seconds"])
    _check_budget(session)
    watcher.note(f"{int(feasible.sum()):,} of {len(candidates):,} networks keep the limits")
    return session, inspected, limits


def _check_budget(session: Session) -> None:
    """Raise SettingError unless one network can be better than another, and be confirmed."""
    purse = session.purse
    if not purse.done and purse.left < LEAST:
        raise SettingError(
            f"the budget is too small: it has room for {purse.left} trainings of about {session.expected:.1f} s on one "
            f"process, and {LEAST} are needed; give more, or fewer --epochs"
        )


def _price(candidates: Candidates, trainer: Trainer) -> Price:
    """Return what a training of a network of middling size takes."""
    middle = int(candidates.networks[np.argsort(candidates.size)[len(candidates) // 2]])
    return {"network": middle, "seconds": trainer.seconds(middle)}


def _timed(
    candidates: Candidates, trainer: Trainer, folder: Path, decisions: Decisions, watcher: Watcher
) -> tuple[Candidates, float]:
    """Return candidates with the latency that is expected of each, and the margin of that."""
    places = stratified(candidates.size, np.ones(len(candidates), dtype=np.bool_), TIMED)
    watcher.prepare("timing untrained networks")
    seconds = trainer.latencies(candidates.networks[places], folder, watcher)
    if seconds is None:
        raise SettingError(
            "a limit of latency needs nassim's own backend (data): a trainer's networks are not built here"
        )
    model = latency_model(candidates, places, seconds)
    learned: LatencyLearned = {"timed": places.size, "margin": model.margin, "spearman": model.correlation}
    decisions.settle("latency", trainer.identity(), LatencyLearned, lambda: learned)
    watcher.note(
        f"latency by ONNX Runtime, one image, one thread: {places.size} untrained networks timed, Spearman "
        f"{model.correlation:.2f} left out, margin {100 * model.margin:.0f} %"
    )
    return candidates.with_costs({LATENCY: model.seconds}), model.margin
