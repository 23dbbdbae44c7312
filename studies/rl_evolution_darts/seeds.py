"""What the seed that a search saw is worth to it: regrets by all seeds, and by those that it did not see.

python studies/rl_evolution_darts/seeds.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import nassim

TABLES = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120")
SEARCHES: dict[str, tuple[str, dict[str, Any]]] = {
    "random search": ("random_search", {}),
    "evolution, as published": ("regularized_evolution", {"mutation": "node"}),
    "evolution, 50 / 10": ("regularized_evolution", {"population": 50, "sample": 10}),
}
JUDGES = ("all-seeds", "unseen-seeds")
NUMBERS = Path(__file__).parent / "numbers" / "seeds.json"


def regrets(strategy: str, settings: dict[str, Any], table: str) -> dict[str, float]:
    """Return the mean final regret of 1,000 runs of 300 evaluations, as the study has them, by who judges."""
    how: dict[str, Any] = {"runs": 1000, "evaluations": 300, "seed": 0, **settings}
    traces = (nassim.simulate(strategy, table, judged_by=judge, **how) for judge in JUDGES)
    return {judge: float(trace.regret()[:, -1].mean()) for judge, trace in zip(JUDGES, traces, strict=True)}


def training_seed(table: str) -> dict[str, float]:
    """Return what luck is left in the judgement by unseen seeds."""
    floor = nassim.load(table).floor()
    if floor is None:
        raise SystemExit(f"{table} has cells with a single training")
    return {"all cells trained once": floor.exhaustive, "nobody is below": floor.lowest}


def main() -> None:
    """Print the numbers and keep them for the tests."""
    found = {
        table: {name: regrets(*search, table) for name, search in SEARCHES.items()}
        | {"luck left": training_seed(table)}
        for table in TABLES
    }
    shown = Table("mean final regret", *(f"{table}, {judge}" for table in TABLES for judge in JUDGES))
    for name in SEARCHES:
        shown.add_row(name, *(f"{found[table][name][judge]:.3f}" for table in TABLES for judge in JUDGES))
    for name in ("all cells trained once", "nobody is below"):
        shown.add_row(name, *(text for table in TABLES for text in ("", f"{found[table]['luck left'][name]:.3f}")))
    Console(width=160).print(shown)
    NUMBERS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
