"""What is handed in is measured as it is handed in: the exported file, and not what was expected of its network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from nassim.automl.card_text import kept_limit
from nassim.automl.confirmation import Confirmed
from nassim.automl.found import MODEL
from nassim.automl.limits import LATENCY, Limits
from nassim.automl.session import Session
from nassim.core.errors import DataError
from nassim.core.model_card import Exported, Kept
from nassim.training.export import ONNX, export
from nassim.training.timing import latency
from nassim.training.validation import FIRST


def handed_in(session: Session, ranked: Sequence[Confirmed], limits: Limits) -> tuple[Confirmed, Exported, list[Kept]]:
    """Export the best that was confirmed, or of those whose file misses the limits the next; return it, measured.

    Raises:
        DataError: If none keeps the limits, or all trainings failed.
    """
    missed = ""
    for one in ranked:
        if not np.isfinite(one.error):
            continue
        network = int(session.candidates.networks[one.place])
        make = partial(_exported, session, network)
        exported = session.decisions.settle("export", {"network": network}, Exported, make)
        session.elsewhere += 1
        kept = limits.judged(_costs(session, one.place, exported))
        if all(limit["kept"] for limit in kept):
            return one, exported, kept
        missed = missed or "; ".join(kept_limit(limit) for limit in kept if not limit["kept"])
    if missed:
        raise DataError(f"no confirmed network keeps the limits once exported ({missed}); give a wider limit")
    raise DataError("all trainings with fresh seeds failed: their losses were no numbers; give another recipe")


def _exported(session: Session, network: int) -> Exported:
    """Train a network once more, write it, and return what was measured of its files."""
    folder = session.folder / MODEL
    errors = export(session.plan, network, FIRST, folder)
    weights = errors["weights"]
    assert weights is not None
    if errors["onnx"] is None:
        return {"exported_test_error": weights, "onnx_test_error": None}
    timed = latency(folder / ONNX, session.plan.skeleton)
    return {
        "exported_test_error": weights,
        "onnx_test_error": errors["onnx"],
        "bytes": (folder / ONNX).stat().st_size,
        "latency": timed.median,
        "latency_high": timed.high,
    }


def _costs(session: Session, place: int, exported: Exported) -> dict[str, float]:
    """Return what a model costs: what was counted, and what was measured instead of what was expected."""
    costs = {name: float(values[place]) for name, values in session.candidates.costs.items()}
    return costs | ({LATENCY: exported["latency"]} if "latency" in exported else {})
