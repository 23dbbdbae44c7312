"""How `nassim validate` shows what real trainings of a study's networks gave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from nassim.stats.agreement import Estimate
    from nassim.training.validation import Validation


def validation_table(validation: Validation) -> RenderableType:
    """Return a row per network that was trained, and what they say together."""
    head, *rows = validation.rows()
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for name in head:
        table.add_column(name, justify="left" if name in head[:2] else "right", overflow="fold")
    for row, texts in enumerate(rows):
        table.add_row(*map(escape, texts), style="bold" if row < validation.top else None)
    return Group(
        f"[bold]{escape(validation.benchmark)}[/], errors in % with 95 % intervals\n", table, _judged(validation)
    )


def proven(validation: Validation, proof: dict[str, float | None], folder: Path) -> Iterator[str]:
    """Yield lines that say which network was exported, what it did when read again, and where all files are."""
    cell = validation.space.show(validation.space.at(validation.chosen.networks[validation.winner]))
    yield f"winner: {cell}, {proof['trained']:.2f} % test error with its first seed"
    onnx = "install onnx, onnxscript and onnxruntime to have it" if proof["onnx"] is None else f"{proof['onnx']:.2f} %"
    yield f"  read again: weights {proof['weights']:.2f} %, ONNX {onnx}"
    yield f"validation: {folder}"


def _judged(validation: Validation) -> str:
    lines = [
        f"Kendall tau of the simulated error with the real {name} error: {_estimate(estimate)}"
        for name, estimate in validation.tau.items()
    ]
    lines.append(f"the pick's real test error is above the lowest of these by {_estimate(validation.regret)} points")
    lines.append(f"a real training takes {validation.times_as_long:.3g} times its simulated seconds")
    return "\n" + "\n".join(map(escape, lines))


def _estimate(estimate: Estimate) -> str:
    if np.isnan(estimate.value):
        return "too few to say"
    return f"{estimate.value:.2f}" + ("" if np.isnan(estimate.low) else f" [{estimate.low:.2f}, {estimate.high:.2f}]")
