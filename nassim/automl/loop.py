"""The search: prepare, train, learn, simulate, train again, confirm, export; what each stage decides is kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from nassim.automl.batch import BEGIN, first, known_of, next_batch
from nassim.automl.confirmation import confirmed, contenders
from nassim.automl.found import Found
from nassim.automl.handing_in import handed_in
from nassim.automl.model_card import card_of, written
from nassim.automl.preparation import prepared
from nassim.automl.request import Request
from nassim.automl.session import Session
from nassim.automl.shapes import Batch, Contenders
from nassim.core.model_card import Findings, Round
from nassim.core.watcher import Watcher

SHARE, FEWEST, MOST = 3, 8, 24  # of the trainings that search, one in so many begins; at least, at most


def search(request: Request, out: str | Path, watcher: Watcher | None = None) -> Found:
    """Search for a network for some data, and return what was found; `out` is the folder of all that is kept.

    Given again with the same folder it goes on: what was trained is not trained again, with other limits or a larger
    budget neither.

    Raises:
        DataError: If nothing can be learned from the images, or all trainings failed.
        SettingError: If no network keeps the limits, or the budget is too small.
    """
    session, data, limits = prepared(request, Path(out), watcher or Watcher())
    rounds, chosen_by = searched(session)
    known = known_of(session, chosen_by, request.seed)
    given = request.identity() | {"trainings": len(session.done)}
    decide = partial(contenders, session, chosen_by, known)
    ranked = confirmed(session, session.decisions.settle("confirm", given, Contenders, decide))
    card = card_of(session, data, ranked, handed_in(session, ranked, limits), rounds, chosen_by)
    return written(session.folder, card)


def plan_lines(request: Request, out: str | Path, watcher: Watcher | None = None) -> list[str]:
    """Return what a search would do and take, without a training but one epoch of one."""
    session, data, _ = prepared(request, Path(out), watcher or Watcher())
    purse = session.purse
    confirmation = purse.confirmation
    confirms = (
        f"{confirmation.trainings} confirm (the best {confirmation.top}, {confirmation.rivals} rivals, "
        f"{confirmation.seeds} fresh seeds each, and the model once more)"
    )
    return [
        *([_images(data)] if data else []),
        f"one training takes about {session.expected:.1f} s, {session.processes} are done at once",
        f"{purse.total} trainings in about {purse.total * purse.each / 60:.1f} minutes: {purse.to_search} search, "
        + confirms,
    ]


def _images(data: Findings) -> str:
    images = ", ".join(f"{count:,} {name}" for name, count in data["images"].items())
    return f"{data['name']}: {images} images, {data['classes']} classes"


def searched(session: Session) -> tuple[list[Round], list[str]]:
    """Train batch after batch; return what came of each, and by whom each training was chosen."""
    rounds: list[Round] = []
    chosen_by: list[str] = []
    for decided in _decided(session, chosen_by):
        before = session.lowest
        session.search([(job["network"], job["replica"]) for job in decided["batch"]])
        chosen_by += [job["by"] for job in decided["batch"]]
        rounds.append(_round(decided, before, session.lowest))
        session.watcher.note(_said(len(rounds), rounds[-1]))
    return rounds, chosen_by


def _decided(session: Session, chosen_by: list[str]) -> Iterator[Batch]:
    """Yield what is trained in each round, until nothing is left, or what is left promises too little."""
    identity, number = session.request.identity(), 0
    while session.purse.to_search and (session.feasible & np.isnan(session.seen)).any():
        count = min(max(session.purse.to_search // SHARE, FEWEST), MOST, session.purse.to_search)
        begin, go_on = partial(first, session, count), partial(next_batch, session, chosen_by, number)
        given = identity | {"trainings": len(session.done)}
        decided = session.decisions.settle("batch", given, Batch, go_on if number else begin)
        promised = decided["prospects"][0]["gain"] if decided.get("prospects") else np.inf
        if promised < session.request.patience:
            session.watcher.note(f"what is left promises {promised:.2f} points, less than --patience: it ends here")
            return
        yield decided
        number += 1


def _round(decided: Batch, before: float, best: float) -> Round:
    prospects = decided.get("prospects")
    return {
        "strategy": decided["strategy"],
        "why": decided["why"],
        "trainings": len(decided["batch"]),
        "best": best,
        "came": None if decided["strategy"] == BEGIN else before - best,
        "gain": decided.get("gain"),
        "promised": prospects[0]["gain"] if prospects else None,
    }


def _said(number: int, told: Round) -> str:
    """Return what a round came to, in one line."""
    best = f"lowest validation error {told['best']:.2f} %"
    gain, came = told["gain"], told["came"]
    promise = f"promised {gain['mean']:.2f} points [{gain['low']:.2f}, {gain['high']:.2f}]" if gain else ""
    kept = [promise, f"came {came:.2f}"] if promise and came is not None else []
    about = f"{told['trainings']} trainings by {told['strategy']} ({told['why']})"
    return f"round {number}: {'; '.join([about, ', '.join(kept), best] if kept else [about, best])}"
