"""What is handed in: the best by what was learned, beside rivals, all trained again with seeds that no search has seen.

Only here are test images looked at. The validation error over the fresh seeds decides; the test error is reported.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nassim.automl.baseline import baseline
from nassim.automl.batch import FAIR
from nassim.automl.posterior import Posterior
from nassim.automl.session import Session
from nassim.automl.shapes import Contenders
from nassim.core.arrays import Floats
from nassim.core.errors import DataError

FOLDER = "confirmed"
FIRST = 1000  # fresh seeds: no training that searches has them, nor any table


class Confirmed(NamedTuple):
    """A contender, trained with k fresh seeds."""

    place: int  # among the candidates
    why: str
    valid: Floats  # (k,) nan = failed
    test: Floats  # (k,)

    @property
    def error(self) -> float:
        """The mean validation error; infinite if a training failed."""
        return float(np.where(np.isnan(self.valid), np.inf, self.valid).mean())


def contenders(session: Session, chosen_by: list[str], known: Posterior | None) -> Contenders:
    """Return which networks are confirmed: the best by what was learned, a hand-made one, the best random one.

    Raises:
        DataError: If all trainings failed.
    """
    seen, plan = session.seen, session.purse.confirmation
    if np.isnan(session.kept).all():
        raise DataError("all trainings failed: their losses were no numbers; give another recipe, such as --epochs")
    expected = seen if known is None else np.where(np.isnan(seen), np.nan, known.mean)
    order = np.argsort(np.where(session.feasible, expected, np.nan), kind="stable")
    found = [(int(place), "found") for place in order[: plan.top] if np.isfinite(expected[place])]
    if plan.rivals:
        fair = [place for place, by in zip(session.places.tolist(), chosen_by, strict=True) if by in FAIR]
        drawn = [place for place in fair if session.feasible[place] and not np.isnan(seen[place])]
        rivals = {"random": min(drawn, key=lambda place: seen[place], default=None)}
        rivals["hand-made"] = baseline(session.candidates, session.feasible)
        found += [(place, why) for why, place in rivals.items() if place is not None]
    merged: dict[int, str] = {}
    for place, why in found:
        merged[place] = f"{merged[place]}, {why}" if place in merged else why
    networks = session.candidates.networks
    return {
        "contenders": [{"network": int(networks[place]), "why": why} for place, why in merged.items()],
        "seeds": plan.seeds,
    }


def confirmed(session: Session, decided: Contenders) -> list[Confirmed]:
    """Train the contenders with fresh seeds; return them, the lowest validation error first."""
    fresh = range(FIRST, FIRST + decided["seeds"])
    jobs = [(one["network"], seed) for seed in fresh for one in decided["contenders"]]
    records = session.trained(jobs, FOLDER, confirming=True)
    session.elsewhere = len(jobs)
    found = []
    for one in decided["contenders"]:
        own = [records[one["network"], seed] for seed in fresh]
        valid, test = (np.array([record[curve][-1] for record in own]) for curve in ("valid_error", "test_error"))
        place = int(session.candidates.places(np.array([one["network"]]))[0])
        found.append(Confirmed(place, one["why"], valid, test))
    return sorted(found, key=lambda one: one.error)
