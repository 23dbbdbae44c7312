"""What a strategy asks is checked before it goes to the evaluator, and it is told what fits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import ArchitectureError, SettingError
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.core.strategy import Answer, Asked, Searcher, Strategy


def ask(searcher: Searcher, rows: Rows) -> Asked:
    """Return what some rows (m,) of a strategy ask.

    Options in another type than the space's are taken where they are whole numbers, and never rounded.

    Raises:
        ArchitectureError: Unless that is an architecture or mixture each.
    """
    asked = searcher.ask(rows)
    if isinstance(asked, Mixture):
        return asked
    if not isinstance(asked, Query):
        raise ArchitectureError(f"asked for {asked!r:.80}, expected a nassim.Query or a Mixture")
    archs = options(searcher, asked.archs, rows)
    return asked if archs is asked.archs else asked._replace(archs=archs)


def tell(searcher: Searcher, rows: Rows, asked: Asked, answer: Answer) -> None:
    """Tell some rows (m,) of a strategy the answer to what they asked.

    Raises:
        SettingError: If it is no answer to that.
    """
    if isinstance(asked, Mixture) and isinstance(answer, RelaxedOutcome):
        cast("Strategy[Mixture, RelaxedOutcome]", searcher).tell(rows, asked, answer)
    elif isinstance(asked, Query) and isinstance(answer, Outcome):
        cast("Strategy[Query, Outcome]", searcher).tell(rows, asked, answer)
    else:
        expected = "an Outcome" if isinstance(asked, Query) else "a RelaxedOutcome"
        raise SettingError(f"expected {expected} of a {type(asked).__name__}, got {answer!r:.80}")


def options(searcher: Searcher, archs: Archs, rows: Rows) -> Archs:
    """Return the architectures that a strategy names, one per row, in its space's own type."""
    if not isinstance(archs, np.ndarray) or archs.dtype != searcher.space.dtype:
        archs = searcher.space.cast(archs)
    if len(archs) != rows.size:
        raise ArchitectureError(f"expected an architecture for each of {rows.size} runs, got {len(archs)}")
    return archs


@contextmanager
def blamed(name: str) -> Iterator[None]:
    """Say which strategy it is whose architecture is none."""
    try:
        yield
    except ArchitectureError as error:
        raise ArchitectureError(f"{name}: {error}") from error
