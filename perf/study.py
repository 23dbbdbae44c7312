"""How long does a whole study take from a cold start, report included, and how much memory?

    python perf/study.py [studies/rl_evolution_darts] [--jobs N] [--out perf/study.json]

Runs `nassim run` into an empty folder, then `nassim report` again, and all figures. Memory is sampled as the
proportional set size of the process and its workers together (Linux); pages they share count once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


def memory_of(root: int) -> float:
    """Return the MB held by a process and all its descendants."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended since
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    total, family = 0, [root]
    while family:
        process = family.pop()
        family += children.get(process, [])
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return total / 1024


def watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    """Keep the highest memory of a process and its workers in peak[0]."""
    while process.poll() is None:
        peak[0] = max(peak[0], memory_of(process.pid))
        time.sleep(0.2)


def measured(command: list[str]) -> dict[str, float]:
    """Return how long a command of nassim's takes and how much memory; it must succeed."""
    peak = [0.0]
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "nassim", *command])
    watcher = threading.Thread(target=watch, args=(process, peak))
    watcher.start()
    code = process.wait()
    taken = time.perf_counter() - start
    watcher.join()
    if code:
        sys.exit(code)
    return {"seconds": taken, "peak MB": peak[0]}


def main() -> None:
    """Run, watch, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", nargs="?", default="studies/rl_evolution_darts")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    jobs = ["--jobs", str(options.jobs)] if options.jobs else []
    with tempfile.TemporaryDirectory() as folder:
        results = f"{folder}/results"
        commands = {
            "run": ["run", options.study, "--out", results, *jobs],
            "report": ["report", results, *jobs],
            "all figures": ["report", results, "--figure", "all", "--out", f"{folder}/figures", *jobs],
        }
        found = {name: measured(command) for name, command in commands.items()}
    for name, numbers in found.items():
        print(f"{options.study}, {name}: {numbers['seconds']:.1f} s, peak {numbers['peak MB']:.0f} MB")
    about = {"study": options.study, "jobs": options.jobs or os.cpu_count(), "cores": os.cpu_count()}
    options.out.write_text(json.dumps({"about": about, **found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
