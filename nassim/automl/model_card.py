"""The model card: what is handed in, how sure that is, what it cost and what was tried."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import cast

from nassim.automl.card_text import RIVALS, markdown
from nassim.automl.confirmation import Confirmed
from nassim.automl.found import CARD, Found
from nassim.automl.handing_in import HandedIn
from nassim.automl.session import Session
from nassim.core.arrays import Floats
from nassim.core.documents import Table, without_nan
from nassim.core.model_card import Apart, Card, Described, Findings, Round, Trained
from nassim.data.atomic import write_text
from nassim.stats.agreement import student_interval

TEXT = "model_card.md"


def card_of(
    session: Session,
    data: Findings | None,
    ranked: Sequence[Confirmed],
    handed_in: HandedIn,
    rounds: list[Round],
    chosen_by: Sequence[str],
) -> Card:
    """Return the card of a search that hands in one of those that were `ranked` by fresh seeds."""
    purse, chosen = session.purse, handed_in.confirmed
    return {
        "model": _described(session, chosen),
        "exported": handed_in.exported,
        "limits": handed_in.limits,
        "confirmed": [_described(session, one) for one in ranked],
        "compared": _compared(chosen, ranked),
        "cost": {"seconds": round(purse.spent, 1), "trainings": purse.done, "processes": session.processes},
        "rounds": rounds,
        "trained": [_trained(session, *one) for one in zip(session.places, session.errors, chosen_by, strict=True)],
        "promised": next((one["promised"] for one in reversed(rounds) if one["promised"] is not None), None),
        "name": session.trainer.name,
        "data": data,
        "recipe": cast("dict[str, float | bool | str]", session.trainer.recipe()),
        "made_with": {name: version(name) for name in ("nassim", *session.trainer.made_with)}
        | {"device": session.trainer.device},
        "seed": session.request.seed,
    }


def written(folder: Path, card: Card) -> Found:
    """Write a card as JSON and as Markdown, and return what was found."""
    plain = cast("Card", without_nan(cast("Table", card)))
    write_text(folder / CARD, json.dumps(plain, indent=1) + "\n")
    write_text(folder / TEXT, "\n".join(markdown(plain)) + "\n")
    return Found(folder, plain)


def _described(session: Session, one: Confirmed) -> Described:
    """Return what is said of a network that was confirmed."""
    candidates = session.candidates
    interval = student_interval(one.test[None])
    return {
        "architecture": candidates.space.show(candidates.archs[one.place]),
        "network": int(candidates.networks[one.place]),
        "why": one.why,
        "seeds": one.valid.size,
        "valid_error": float(one.valid.mean()),
        "test_error": float(one.test.mean()),
        "test_low": float(interval.low[0]),
        "test_high": float(interval.high[0]),
        "costs": {name: float(values[one.place]) for name, values in candidates.costs.items()},
    }


def _trained(session: Session, place: int, error: float, by: str) -> Trained:
    """Return what is said of a training that searched."""
    costs = {name: float(values[place]) for name, values in session.candidates.costs.items()}
    return {"network": int(session.candidates.networks[place]), "by": by, "valid_error": error, "costs": costs}


def _compared(chosen: Confirmed, ranked: Sequence[Confirmed]) -> dict[str, Apart]:
    """Return by how much more rivals err on test images than what is handed in, seed by seed."""
    return {
        name: _difference(one.test - chosen.test)
        for name in RIVALS
        for one in ranked
        if name in one.why.split(", ") and one is not chosen
    }


def _difference(differences: Floats) -> Apart:
    """Return the mean of differences (k,), with a 95 % interval by Student's t."""
    mean, low, high = (float(values[0]) for values in student_interval(differences[None]))
    return {"mean": mean, "low": low, "high": high}
