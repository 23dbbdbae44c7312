"""A session: so many mutated inputs of a kind, what they did, and which validators spoke how often."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.fuzz.targets import TARGETS, prepared
from tests.fuzz.trial import REFUSED, Trial, fault, imported, kind, tried


@dataclass
class Session:
    """What was found."""

    inputs: int = 0
    refused: int = 0
    unharmed: int = 0  # what was still valid, or made claims that do not hold
    hits: Counter[str] = field(default_factory=Counter)  # by validator: the message without its particulars
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0  # seconds of the processor
    largest: int = 0  # bytes of memory


def session(which: str, inputs: int, seed: int, folder: Path) -> Session:
    """Try so many inputs of a kind. Input k depends on (seed, which, k) alone, so it can be had again."""
    base, found = folder / which, Session()
    os.environ["NASSIM_DATA"] = str(folder / "work/data")
    imported()
    prepared(which, folder / "work")
    shutil.move(folder / "work", base)
    targets = TARGETS[which]
    for number in range(inputs):
        target = targets[number % len(targets)]
        work = folder / "work"  # always the same place: results name where their data are
        shutil.copytree(base, work)
        target.mutate(work, np.random.default_rng([seed, sorted(TARGETS).index(which), number]))
        trial = tried(target.command, work, target.prepare)
        _note(found, f"{which} {number} (seed {seed}; {target.name})", trial, fault(trial, folder=work))
        shutil.rmtree(work)
    return found


def _note(found: Session, name: str, trial: Trial, wrong: str | None) -> None:
    found.inputs += 1
    found.slowest, found.largest = max(found.slowest, trial.seconds), max(found.largest, trial.memory)
    if wrong:
        found.faults.append(f"{name}: {wrong}: {trial.said.strip()[-300:]}")
    elif trial.code == REFUSED:
        found.refused += 1
        found.hits[kind(trial.said)] += 1
    else:
        found.unharmed += 1
