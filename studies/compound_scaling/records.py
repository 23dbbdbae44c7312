"""Reads what was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scales import Scale

from nassim.core.arrays import Floats
from nassim.core.errors import DataError
from nassim.training.parts import record_of

TRAININGS = Path(__file__).parent / "numbers" / "trainings"
FIRST = {"grid": 0, "lines": 100}  # number of the first seed: no seed of lines is of the grid, by which some are chosen


def errors(what: str, split: str, folder: Path = TRAININGS) -> dict[int, Floats]:
    """Return the last errors in percent of each network's trainings, by its number and in the order of their seeds.

    Args:
        what: "grid" or "lines".
        split: "valid" or "test".
    """
    found: dict[int, dict[int, float]] = {}
    for path in sorted(folder.glob("[0-9]*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            record = record_of(line)
            if record is None:
                raise DataError(f"{path}: a damaged line; run train.py, which takes it out")
            if (record["replica"] >= FIRST["lines"]) == (what == "lines"):
                found.setdefault(record["network"], {})[record["replica"]] = record[f"{split}_error"][-1]
    return {number: np.array([by_seed[seed] for seed in sorted(by_seed)]) for number, by_seed in found.items()}


def of(scales: list[Scale], known: dict[int, Floats]) -> list[Floats]:
    """Return the errors of these networks; DataError if one was not trained."""
    missing = [scale for scale in scales if scale.number not in known]
    if missing:
        raise DataError(f"expected trainings of {len(scales)} networks, {missing[0]} has none; run train.py")
    return [known[scale.number] for scale in scales]
