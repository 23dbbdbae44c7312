"""What is handed in is measured as it is handed in: the exported file, and not what was expected of its network."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nassim.automl.card_text import kept_limit
from nassim.automl.confirmation import Confirmed
from nassim.automl.found import MODEL
from nassim.automl.limits import LATENCY, Limits
from nassim.automl.session import Session
from nassim.automl.shapes import Written
from nassim.core.errors import DataError
from nassim.core.model_card import Exported, Kept
from nassim.data.atomic import whole_folder

EXPORTS = "exports"  # the folder of all that were exported, by their networks


class HandedIn(NamedTuple):
    """What is handed in."""

    confirmed: Confirmed
    exported: Exported | None  # None = its trainer writes no model
    limits: list[Kept]


def handed_in(session: Session, ranked: Sequence[Confirmed], limits: Limits) -> HandedIn:
    """Export the best that was confirmed, or of those whose file misses the limits the next; return it, measured.

    Raises:
        DataError: If none keeps the limits, or all trainings failed.
    """
    missed = ""
    for one in ranked:
        if not np.isfinite(one.error):
            continue
        network = int(session.candidates.networks[one.place])
        exported = _exported(session, network)
        kept = limits.judged(_costs(session, one.place, exported))
        if all(limit["kept"] for limit in kept):
            if exported is not None:
                _put(session.folder / EXPORTS / str(network), session.folder / MODEL)
            return HandedIn(one, exported, kept)
        missed = missed or "; ".join(kept_limit(limit) for limit in kept if not limit["kept"])
    if missed:
        raise DataError(f"no confirmed network keeps the limits once exported ({missed}); give a wider limit")
    raise DataError("all trainings with fresh seeds failed: their losses were no numbers; give another recipe")


def _exported(session: Session, network: int) -> Exported | None:
    """Return what was measured of a network's files; None = its trainer writes none."""
    folder = session.folder / EXPORTS / str(network)
    decided = session.decisions.settle(
        "export", {"network": network}, Written, lambda: {"exported": session.trainer.export(network, folder)}
    )
    session.elsewhere += decided["exported"] is not None
    return decided["exported"]


def _put(exported: Path, model: Path) -> None:
    """Put the files of a model where the model of the search is, in the place of an earlier one."""
    with whole_folder(model, replace=True) as new:
        for path in exported.iterdir():
            if not path.name.startswith("."):  # where a training that was interrupted goes on from
                shutil.copy2(path, new / path.name)


def _costs(session: Session, place: int, exported: Exported | None) -> dict[str, float]:
    """Return what a model costs: what was counted, and what was measured instead of what was expected."""
    costs = {name: float(values[place]) for name, values in session.candidates.costs.items()}
    return costs | ({LATENCY: exported["latency"]} if exported and "latency" in exported else {})
