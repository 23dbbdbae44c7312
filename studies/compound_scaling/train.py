"""Trains the study's networks for real: those of the grid, then those that are compared at equal FLOPs.

    python studies/compound_scaling/train.py grid                   # 48 trainings
    python studies/compound_scaling/fit.py                          # numbers/fit.json, from these
    python studies/compound_scaling/train.py lines                  # by the coefficients in it, with new seeds

Each training goes into numbers/trainings as soon as it is done: killed, it continues where it was. First all networks
are trained once, in a random order, then all again: what there is at any time is a fair sample.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from lines import CHOSEN, fitted, lines
from plan import grid
from records import FIRST, TRAININGS
from scales import Scale

from nassim.core.watcher import Watcher
from nassim.training.instructions import limit

SEEDS = 2


class Progress(Watcher):
    """Says how far it is."""

    def advance(self, seconds_left: float) -> None:
        """Log it."""
        self.announce(f"about {seconds_left / 60:.0f} minutes left")


def networks(what: str) -> list[Scale]:
    """Return what is to be trained: of lines what the grid has not, and what was chosen by the grid's trainings."""
    if what == "grid":
        return grid()
    there, every = set(grid()), lines(fitted())
    return [scale for line in every for scale in line.scales if line.rule in CHOSEN or scale not in there]


def main() -> None:
    """Train what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=FIRST)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, default=TRAININGS)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    limit("AVX2")  # before torch is imported
    from work import Plan, schedule, training

    from nassim.training.gathering import gather

    jobs = schedule(networks(options.what), FIRST[options.what], options.seeds)
    gather(training, Plan(), jobs, options.out, options.jobs, Progress())


if __name__ == "__main__":
    main()
