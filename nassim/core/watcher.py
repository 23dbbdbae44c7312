"""Watcher: what is told while work goes on that takes long. This one only logs what its user should know."""

from __future__ import annotations

import logging


class Watcher:
    """Is told of the progress of a study, or of real trainings; who shows it overrides what it wants to hear."""

    def prepare(self, text: str) -> None:
        """Something that the work needs is made first, which takes a while."""

    def announce(self, text: str) -> None:
        """So much work is begun."""
        logging.getLogger("nassim").info(text)

    def begin(self, done: int, total: int) -> None:
        """So many units of work are kept from before, of so many."""

    def advance(self, seconds_left: float) -> None:
        """One more unit is done; the rest will take about so long."""

    def note(self, text: str) -> None:
        """Something unexpected that needs no help."""
        logging.getLogger("nassim").warning(text)
