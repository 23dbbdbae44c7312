"""What is known before anything is trained: the images, which networks keep the limits, and what a training takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from nassim import catalog
from nassim.automl.candidates import Candidates, stratified
from nassim.automl.decisions import Decisions
from nassim.automl.latency import TIMED, latency_model
from nassim.automl.limits import LATENCY, Limits
from nassim.automl.request import LEAST, Request
from nassim.automl.session import Session
from nassim.automl.shapes import LatencyLearned, Price
from nassim.core.errors import SettingError
from nassim.core.model_card import Findings
from nassim.core.watcher import Watcher
from nassim.training.checking import checked
from nassim.training.collect import Plan, gather, plan_of, searching
from nassim.training.skeleton import check_buildable
from nassim.training.timing import need_onnx, timing

LATENCIES = "latencies"  # the folder of what untrained networks take


def prepared(request: Request, folder: Path, watcher: Watcher) -> tuple[Session, Findings, Limits]:
    """Return a session in which nothing is trained yet, what was found out about the images, and the limits.

    Raises:
        DataError: If nothing can be learned from the images.
        SettingError: If no network keeps the limits, or the budget is too small.
    """
    plan = _plan(request)
    decisions = Decisions(folder, watcher.note)
    data = decisions.settle("data", {"sha256": plan.data.digest}, Findings, lambda: checked(plan.data))
    for warning in data["warnings"]:
        watcher.note(f"{data['name']}: {warning}")
    candidates, margin = Candidates.of(catalog.space(plan.space), plan.skeleton), 0.0
    if LATENCY in request.limits:
        candidates, margin = _timed(candidates, plan, folder, decisions, watcher)
    limits = Limits.of(request.limits, candidates, data["name"], margin)
    feasible = limits.keeping(candidates)
    price = decisions.settle("price", plan.identity(), Price, lambda: _priced(candidates, plan))
    session = Session(request, plan, folder, decisions, watcher, candidates, feasible, price["seconds"])
    _check_budget(session)
    watcher.note(f"{int(feasible.sum()):,} of {len(candidates):,} networks keep the limits")
    return session, data, limits


def _plan(request: Request) -> Plan:
    check_buildable(catalog.space(request.space))
    plan = plan_of(request.space, request.data, device=request.device, size=request.size)
    recipe = replace(plan.recipe, metric=request.metric, epochs=request.epochs or plan.recipe.epochs)
    return replace(plan, recipe=recipe)


def _check_budget(session: Session) -> None:
    """Raise SettingError unless one network can be better than another, and be confirmed."""
    purse = session.purse
    if not purse.done and purse.left < LEAST:
        raise SettingError(
            f"the budget is too small: it has room for {purse.left} trainings of about {session.expected:.1f} s on one "
            f"process, and {LEAST} are needed; give more, or fewer --epochs"
        )


def _priced(candidates: Candidates, plan: Plan) -> Price:
    """Return what a training of a network of middling size takes, by one epoch of it."""
    middle = int(candidates.networks[np.argsort(candidates.costs["flops"])[len(candidates) // 2]])
    record = searching(replace(plan, recipe=replace(plan.recipe, epochs=1)), (middle, 0))
    epoch = float(record["seconds"][-1]) + float(record["valid_seconds"][-1])
    return {"network": middle, "epoch_seconds": epoch, "seconds": epoch * plan.recipe.epochs}


def _timed(
    candidates: Candidates, plan: Plan, folder: Path, decisions: Decisions, watcher: Watcher
) -> tuple[Candidates, float]:
    """Return candidates with the latency that is expected of each, and the margin of that."""
    need_onnx()
    places = stratified(candidates.costs["flops"], np.ones(len(candidates), dtype=np.bool_), TIMED)
    jobs = [(network, 0) for network in candidates.networks[places].tolist()]
    watcher.prepare("timing untrained networks")
    records = gather(timing, replace(plan, device="cpu"), jobs, folder / LATENCIES, 1, watcher)
    model = latency_model(candidates, places, np.array([records[job]["latency"] for job in jobs]))
    learned: LatencyLearned = {"timed": len(jobs), "margin": model.margin, "spearman": model.correlation}
    decisions.settle("latency", plan.identity(), LatencyLearned, lambda: learned)
    watcher.note(
        f"latency by ONNX Runtime, one image, one thread: {len(jobs)} untrained networks timed, Spearman "
        f"{model.correlation:.2f} left out, margin {100 * model.margin:.0f} %"
    )
    return candidates.with_cost(LATENCY, model.seconds), model.margin
