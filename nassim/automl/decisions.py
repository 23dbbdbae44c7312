"""Decisions: what a search has settled, and by which numbers, on disk one by one; none is taken twice.

Who asks for a decision says what it is `given`, all that it depends on. If one is there that was given the same, it
stands: so a search that was killed goes on as if it had not been, although a measurement would come out otherwise now.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from nassim.core.documents import Table
from nassim.core.shapes import shaped
from nassim.data.atomic import write_text, writing
from nassim.training.parts import line_of, table_of

FILE = "decisions.jsonl"
MEND = "delete the folder, or give another one"
Decided = TypeVar("Decided")


class Decisions:
    """The decisions of one folder, in the order in which they were taken."""

    def __init__(self, folder: Path, note: Callable[[str], None]) -> None:
        """Read what is there; a damaged line is noted, and that decision taken again."""
        self._path = folder / FILE
        self._taken: list[Table] = []
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            self._read(note)

    def settle(self, stage: str, given: Table, shape: type[Decided], make: Callable[[], Decided]) -> Decided:
        """Return the decision of a stage, as it was taken before or as `make` takes it now.

        Args:
            stage: Its name.
            given: All that it depends on.
            shape: The TypedDict that it is.
            make: Takes it.

        Raises:
            DataError: If what stands there is of another shape.
        """
        given = _plain(given)
        for taken in reversed(self._taken):
            if taken["stage"] == stage and taken["given"] == given:
                return shaped(taken["decided"], shape, f"{self._path}, {stage}", MEND)
        decided = self.record(stage, given, cast("Table", make()))
        return shaped(decided, shape, f"{self._path}, {stage}", MEND)

    def record(self, stage: str, given: Table, decided: Table) -> Table:
        """Keep what was decided, or what happened, beside all that was before; return it."""
        taken = _plain({"stage": stage, "given": given, "decided": decided})
        with writing(self._path), self._path.open("ab", buffering=0) as file:
            file.write(line_of(taken).encode())
            os.fsync(file.fileno())
        self._taken.append(taken)
        return cast("Table", taken["decided"])

    def of(self, stage: str) -> list[Table]:
        """Return what was decided at a stage, oldest first."""
        return [cast("Table", taken["decided"]) for taken in self._taken if taken["stage"] == stage]

    def _read(self, note: Callable[[str], None]) -> None:
        lines = self._path.read_bytes().decode("utf-8", "replace").splitlines(keepends=True)
        found = [table_of(line) for line in lines]
        self._taken = [taken for taken in found if taken is not None and {"stage", "given", "decided"} <= taken.keys()]
        if len(self._taken) < len(lines):
            note(f"{self._path}: {len(lines) - len(self._taken)} damaged; what they decided is decided again")
            write_text(self._path, "".join(map(line_of, self._taken)))


def _plain(table: Table) -> Table:
    """Return what a table is after it was written and read."""
    read = table_of(line_of(table))
    assert read is not None
    return read
