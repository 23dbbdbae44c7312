"""Imports one file of results with a card beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nassim.benchmarks.partial_table import PartialTable
from nassim.importers import import_data
from tests.importers.test_own import CARD, SPACE

ACCURACY = [{"arch": SPACE.show(arch), "valid_accuracy": 90.0 + n} for n, arch in enumerate(SPACE.at(np.arange(3, 6)))]


def columns(**said) -> str:
    """Return a card that says something of columns."""
    lines = [f'"{name}" = "{text}"' for name, text in said.items()]
    return "\n".join([CARD, "[columns]", *lines, ""])


def written(tmp_path, text, card=CARD, name="mine.csv") -> Path:
    """Write a file as it is, and a card beside it."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / f"{name.split('.csv')[0].removesuffix('.parquet')}.toml").write_text(card, encoding="utf-8")
    return path


def imported(path, format_="csv", **options) -> tuple[PartialTable, list[str]]:
    """Import a file, and return what it became and what was said."""
    said: list[str] = []
    (name,) = import_data(format_, path, path.parent / "out", told=said.append, **options)
    return PartialTable.load(path.parent / "out" / name), said


def errors(samples: PartialTable) -> list[float]:
    """Return the errors in the order of architectures."""
    return samples.error[0, :, 0].tolist()
