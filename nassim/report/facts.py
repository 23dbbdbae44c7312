"""What a reader must know of a benchmark, and of how each strategy searched on it, to read their numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import cast

import numpy as np

from nassim.core.documents import Table
from nassim.core.policies import ERROR, HandIn, RecommendedSet
from nassim.report.cells import Cell, nearest_of
from nassim.report.summary import BenchmarkFacts

Cells = Mapping[str, Cell]

RECORDED = (  # of a cell, for the checklist
    *("evaluations", "seconds", "workers", "signal", "identity", "repeats", "restart", "judged_by", "training_set"),
    *("decision", "decision_growth", "recommended_set", "hand_in", "handling"),
    *("seed", "nassim", "numpy", "scipy", "python", "source", "benchmark", "data_sha256", "live"),
)
OLDER = {  # of traces from before there was a choice
    "training_set": "free",
    "recommended_set": "all-trained",
    "hand_in": "best-feasible",
    "handling": "none",
}


def facts_of(cells: Cells) -> BenchmarkFacts:
    """Return what a reader must know of the benchmark to read its numbers."""
    cell, nearest = next(iter(cells.values())), nearest_of(cells)
    said, reference = cell.provenance, cell.provenance.get("reference")
    front = reference["front"] if reference else None
    return BenchmarkFacts(
        unit=cell.measure,
        optimum=math.nan if cell.floorless else said["optimum"],
        search_split=said["search_split"],
        report_split=said["report_split"],
        data_sha256=said["data_sha256"],
        judged_by=said.get("judged_by", "all-seeds"),  # traces from before it was asked do not say
        floor=cast("Mapping[str, float] | None", said.get("floor")),
        objectives=said.get("objectives", [ERROR]),
        limits=said.get("limits", []),
        nearest=f"{nearest.text:.120} is nearest, violated by {100 * nearest.missed:.3g} %" if nearest else None,
        of=reference["of"] if reference else None,
        front=front,
        units=_units(cell),
        reference_point=reference.get("named") if reference else None,
        ideal=reference.get("ideal") if reference else None,
        point=reference.get("point") if reference else None,
        nadir=np.max(front, axis=0).tolist() if front else None,
        recommended_set=_sets(cells) if cell.several else {},
        hand_in=_hand_in(cells) if cell.several or said.get("limits") else {},
    )


def _units(cell: Cell) -> list[str]:
    """Return the units of several objectives, that of the error too."""
    names, reference = cell.provenance.get("objectives", [ERROR]), cell.provenance.get("reference")
    units = reference["units"] if reference else []
    error = str(cell.provenance["unit"]).removesuffix(" error")  # "% error" of the error is %
    return [error if name == ERROR else unit for name, unit in zip(names, units, strict=False)]


def _sets(cells: Cells) -> dict[str, RecommendedSet]:
    return {name: cell.provenance.get("recommended_set", "all-trained") for name, cell in cells.items()}


def _hand_in(cells: Cells) -> dict[str, HandIn]:
    return {name: cell.provenance.get("hand_in", "best-feasible") for name, cell in cells.items()}


def recorded(cell: Cell) -> Table:
    """Return what the checklist asks of a cell; None where it is not on record."""
    return {key: cast("Table", cell.provenance).get(key, OLDER.get(key)) for key in RECORDED}


def settings_of(cells: Cells) -> dict[str, Table]:
    """Return each strategy's name and its own settings."""
    return {
        name: {"strategy": cell.provenance["strategy"], **cell.provenance["settings"]} for name, cell in cells.items()
    }
