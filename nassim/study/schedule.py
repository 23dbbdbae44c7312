"""In which order units of work are begun: one of each strategy first, then the longest, so all cores end together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nassim.study.work_units import WorkUnit


class Schedule:
    """Units still to do, and what is known of how long each strategy's take."""

    def __init__(self, units: Sequence[WorkUnit]) -> None:
        self._waiting = list(units)
        self._begun: set[str] = set()  # labels
        self._seconds: dict[str, float] = {}  # real seconds by label, of the unit that ended last
        self._left = {unit.path: unit.label for unit in units}

    def __iter__(self) -> Iterator[WorkUnit]:
        while self._waiting:
            unit = max(self._waiting, key=self._urgency)
            self._waiting.remove(unit)
            self._begun.add(unit.label)
            yield unit

    def done(self, unit: WorkUnit, seconds: float) -> None:
        """Take note that a unit has been computed."""
        del self._left[unit.path]
        self._seconds[unit.label] = seconds

    def seconds_left(self) -> float:
        """Return about how many seconds of work are left for one core, once a unit is done."""
        typical = sum(self._seconds.values()) / len(self._seconds)
        return sum(self._seconds.get(label, typical) for label in self._left.values())

    def _urgency(self, unit: WorkUnit) -> tuple[bool, float]:
        return unit.label not in self._begun, self._seconds.get(unit.label, float("inf"))
