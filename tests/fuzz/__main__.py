"""`python -m tests.fuzz study|results|importers|all --inputs 2000 --seed 0`: tries them and prints what happened."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.session import Session, session
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Try, print, and return 1 if something was not as promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=[*TARGETS, "all"])
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    faults = 0
    for which in TARGETS if options.which == "all" else [options.which]:
        with TemporaryDirectory() as folder:
            found = session(which, options.inputs, options.seed, Path(folder))
        sys.stdout.write(told(which, options.seed, found))
        sys.stdout.flush()
        faults += len(found.faults)
    return min(faults, 1)


def told(which: str, seed: int, found: Session) -> str:
    """Return a session in words."""
    counts = f"{found.inputs} inputs, seed {seed}: {found.refused} refused, {found.unharmed} still valid"
    worst = f"slowest {found.slowest:.1f} s, largest {found.largest >> 20} MiB"
    lines = [f"{which}: {counts}, {len(found.faults)} faults; {worst}"]
    lines += [f"  {count:5}  {message}" for message, count in found.hits.most_common()]
    return "\n".join([*lines, *(f"  FAULT {fault}" for fault in found.faults), ""])


if __name__ == "__main__":
    sys.exit(main())
