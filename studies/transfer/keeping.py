"""Where the numbers that README.md quotes are kept: numbers/NAME.json."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from rich.table import Table

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def keep(name: str, numbers: dict[str, Any]) -> None:
    """Write numbers to numbers/NAME.json."""
    folder = Path(__file__).with_name("numbers")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


def numbers_of(shown: Table) -> list[tuple[str, list[float]]]:
    """Return the numbers of each row of a table, by its title, its number and what stands at its left."""
    rows = zip(*(column.cells for column in shown.columns), strict=True)
    texts = [(str(name).strip(), " ".join(map(str, cells)).replace(",", "")) for name, *cells in rows]
    return [
        (f"{shown.title}: {number} {name}", [float(found) for found in NUMBER.findall(text)])
        for number, (name, text) in enumerate(texts)
    ]
