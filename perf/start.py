"""How long do nassim's starts take, and how much memory does a benchmark hold?

    python perf/start.py [--repeats 7] [--out perf/start.json] [--against CHECKOUT]

Each command is a fresh process; figures are medians. Times include Python's own start, given for comparison. With
another checkout, each command runs there and here in turn, and its median here is given as a multiple of that there.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import nassim

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import nassim": [sys.executable, "-c", "import nassim"],
    "import numpy": [sys.executable, "-c", "import numpy"],
    "nassim --help": [sys.executable, "-m", "nassim", "--help"],
    "nassim list strategies": [sys.executable, "-m", "nassim", "list", "strategies"],
    "load nb201/cifar10": [sys.executable, "-c", "import nassim; nassim.load('nb201/cifar10')"],
}


def seconds_of(command: list[str], repeats: int, *places: Path) -> list[float]:
    """Return the median seconds of a command as a whole process, with each of some checkouts, which take turns."""
    taken: dict[Path, list[float]] = {place: [] for place in places}
    for place in places * repeats:
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(place)})
        taken[place].append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken.values()]


def loading(repeats: int) -> tuple[float, float]:
    """Return the median seconds to load a benchmark in a process that has loaded one, and its peak MB."""
    nassim.load("nb201/cifar100")
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        nassim.load("nb201/cifar10")
        taken.append(time.perf_counter() - start)
    tracemalloc.start()
    nassim.load("nb201/cifar10")
    return statistics.median(taken), tracemalloc.get_traced_memory()[1] / 1e6


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--against", type=Path)
    options = parser.parse_args()
    here = Path(nassim.__file__).parents[1]
    if options.against:
        for name, command in COMMANDS.items():
            there, now = seconds_of(command, options.repeats, options.against.resolve(), here)
            print(f"{name:<34} {now:6.3f} s, {now / there:5.2f} times as long as there")
        return
    seconds = {name: seconds_of(command, options.repeats, here)[0] for name, command in COMMANDS.items()}
    seconds["load nb201/cifar10, libraries warm"], megabytes = loading(options.repeats)
    for name, taken in seconds.items():
        print(f"{name:<34} {taken:6.3f} s")
    print(f"peak while loading: {megabytes:.1f} MB")
    found = {"about": {"cores": os.cpu_count()}, "seconds": seconds, "peak MB": megabytes}
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
