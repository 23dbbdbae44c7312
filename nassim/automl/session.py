"""Session: one search under way: what is asked, what may be handed in, what was trained, and what is left to spend."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np

from nassim.automl.candidates import Candidates
from nassim.automl.decisions import Decisions
from nassim.automl.purse import Purse
from nassim.automl.request import Request
from nassim.automl.trainer import Trainer
from nassim.core.arrays import Flags, Floats, Ids
from nassim.core.watcher import Watcher
from nassim.parallel import cores
from nassim.training.gathering import Job
from nassim.training.parts import Record

TIME = "time"  # the stage of seconds that have passed
WORST = 100.0  # percent
TRAININGS = "trainings"  # the folder of those that search


@dataclass
class Session:
    """A search in a folder."""

    request: Request
    trainer: Trainer
    folder: Path
    decisions: Decisions
    watcher: Watcher
    candidates: Candidates
    feasible: Flags  # (candidates,) which keep the limits, as far as is known
    expected: float  # seconds that one training takes on one process
    done: list[Job] = field(default_factory=list)  # trainings that search, in the order of the decisions
    errors: list[float] = field(default_factory=list)  # their validation errors at the end, nan = failed
    elsewhere: int = 0  # other trainings: what was confirmed
    began: float = field(default_factory=time.monotonic)

    @property
    def processes(self) -> int:
        """How many trainings are done at once."""
        return self.request.jobs or (cores() if self.trainer.device == "cpu" else 1)

    @property
    def purse(self) -> Purse:
        """What is left to spend."""
        before = sum(cast("float", passed["seconds"]) for passed in self.decisions.of(TIME))
        spent = before + time.monotonic() - self.began
        return Purse(self.request, self.processes, self.expected, len(self.done) + self.elsewhere, spent)

    @property
    def places(self) -> Ids:
        """Which candidate each training that searches is of, (m,)."""
        return self.candidates.places(np.array([network for network, _ in self.done], dtype=np.int64))

    @property
    def seen(self) -> Floats:
        """The mean validation error of each candidate, (candidates,); nan = not trained, or failed."""
        error, places = np.array(self.errors), self.places
        real = ~np.isnan(error)
        count = np.bincount(places[real], minlength=len(self.candidates))
        total = np.bincount(places[real], error[real], minlength=len(self.candidates))
        seen: Floats = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
        return seen

    @property
    def kept(self) -> Floats:
        """The mean validation error of each candidate that keeps the limits, (candidates,); nan = the others."""
        return np.where(self.feasible, self.seen, np.nan)

    @property
    def lowest(self) -> float:
        """The lowest of them; 100 % where there is none."""
        return float(np.fmin.reduce(self.kept, initial=WORST))

    def search(self, jobs: list[Job]) -> None:
        """Do the trainings of a decision, as far as they are not there, and take them in."""
        records = self.trained(jobs, TRAININGS)
        new = [job for job in jobs if job not in self.done]
        self.done += new
        self.errors += [records[job]["valid_error"][-1] for job in new]

    def trained(self, jobs: list[Job], folder: str, *, confirming: bool = False) -> dict[Job, Record]:
        """Return the records of trainings in a folder of the search, those that are missing done now."""
        place, processes = self.folder / folder, self.request.jobs
        try:
            return self.trainer.train(jobs, place, processes, self.watcher, confirming=confirming)
        finally:
            self._pass_time()

    def _pass_time(self) -> None:
        """Keep how much time has passed since this was last called."""
        now = time.monotonic()
        self.decisions.record(TIME, {}, {"seconds": round(now - self.began, 3)})
        self.began = now
