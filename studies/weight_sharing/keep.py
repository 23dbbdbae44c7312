"""Keeps what the real searches did: one row per method, run and epoch, as small as it goes.

    python studies/weight_sharing/keep.py results/weight_sharing [MORE ...] [--name runs]

Folders are results of this study, or of parts of it from other machines; traces lie in <folder>/traces/<method>/.
Writes numbers/NAME.parquet, and to numbers/NAME.json how many runs of each method there are, and the means of what they
end with.

Columns: method, run, epoch; error: true error of the cell in percent; skips: how many of its edges; one_shot: its error
in percent by the shared weights; entropy: of the policy, mean over the edges, in nats; and p <edge>.<operation>.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from nassim.core.trace import Trace

NUMBERS = Path(__file__).parent / "numbers"
EVERY = 50  # rows per run at most


def rows(method: str, trace: Trace, run: int) -> pa.Table:
    """Return the rows of one run: of a long one, evenly chosen epochs, the last of them included."""
    length = int(trace.lengths[run])
    epochs = np.unique(np.linspace(0, length - 1, min(length, EVERY)).round().astype(int))
    notes = {
        name.replace("-", "_"): values[run, epochs].astype(np.float32) for name, values in trace.diagnostics.items()
    }
    return pa.table(
        {
            "method": [method] * len(epochs),
            "run": np.full(len(epochs), trace.runs[run], np.int16),
            "epoch": (epochs + 1).astype(np.int16),
            "error": trace.truth[run, epochs].astype(np.float32),
            **notes,
        }
    )


def ends(runs: list[pa.Table]) -> dict[str, float]:
    """Return how many runs there are, and the means of what they end with."""
    last = {name: [run[name][-1].as_py() for run in runs] for name in ("error", "skips", "entropy", "one_shot")}
    return {"runs": len(runs)} | {name: round(float(np.mean(values)), 2) for name, values in last.items()}


def main() -> None:
    """Read all traces, write what is kept of them, and print what each method ends with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--name", default="runs")
    options = parser.parse_args()
    found: dict[tuple[str, int], pa.Table] = {}
    for folder in options.results:
        for path in sorted((folder / "traces").rglob("*.parquet")):
            method, trace = path.relative_to(folder / "traces").parts[0], Trace.load(path)
            for place, run in enumerate(trace.runs.tolist()):
                found.setdefault((method, run), rows(method, trace, place))
    NUMBERS.mkdir(exist_ok=True)
    kept = pa.concat_tables(found[key] for key in sorted(found))
    pq.write_table(kept, NUMBERS / f"{options.name}.parquet", compression="zstd", compression_level=19)
    summary = {method: ends([found[key] for key in found if key[0] == method]) for method, _ in sorted(found)}
    (NUMBERS / f"{options.name}.json").write_text(json.dumps(summary, indent=1) + "\n")
    Console().print_json(data=summary)


if __name__ == "__main__":
    main()
