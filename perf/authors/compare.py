"""Compares our BOHB and DEHB with those of their authors, whose runs `runs.py` made: regret, and what each rung trains.

    python perf/authors/compare.py --tables tables.npz        # what the authors' programs search
    python perf/authors/compare.py --keep dehb.npz bohb.npz   # summed up in tests/oracles/authors.json, for the tests
    python perf/authors/compare.py                            # what is kept there against ours

A file of runs is named after the search that made it, such as `dehb-0.npz`; several of one search are put together.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.oracles import authors

RUNS = 200


def write_tables(path: Path) -> None:
    """Write choices, epochs, errors, eta and budget of each table."""
    found = {}
    for name in authors.ETA:
        bench = authors.table(name)
        found |= {
            f"{name}/choices": np.array(bench.space.choices),
            f"{name}/epochs": np.array(bench.epochs),
            f"{name}/error": bench._error[:, :, 0].astype(np.float32),  # noqa: SLF001
            f"{name}/eta": np.array(authors.ETA[name]),
            f"{name}/budget": np.array(authors.BUDGETS[name][-1]),
        }
    np.savez_compressed(path, **found)


def keep(paths: list[Path]) -> None:
    """Sum the runs of each search and table up; what others had stays."""
    kept = authors.kept() if authors.KEPT.exists() else {}
    parts: dict[str, dict[str, list[np.ndarray]]] = {}
    for path in paths:
        with np.load(path) as file:
            for key in file.files:
                parts.setdefault(path.stem.split("-")[0], {}).setdefault(key, []).append(file[key])
    for search, found in parts.items():
        for name in sorted({key.split("/")[0] for key in found}):
            index, rung = (authors.stacked(found[f"{name}/{part}"]) for part in ("index", "rung"))
            bench = authors.table(name)
            about = {"runs": len(index), "errors_sha256": authors.digest(bench)}
            kept.setdefault(search, {})[name] = about | authors.summary(name, bench, index, rung)
    authors.KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def show() -> None:
    """Print regrets of both, and how many standard errors lie between."""
    shown = Table("search", "table", "", "authors", "ours", "standard errors apart")
    for search, tables in authors.kept().items():
        for name, theirs in tables.items():
            bench = authors.table(name)
            ours = authors.summary(name, bench, *authors.asked(authors.simulated(search, name, RUNS, bench), bench))
            rows = [f"regret, {budget:,} epochs" for budget in authors.BUDGETS[name]]
            apart = {what: authors.apart(theirs, ours, what) for what in ("regret", "rank")}
            for row, each, mine, gap in zip(rows, theirs["regret"], ours["regret"], apart["regret"], strict=True):
                shown.add_row(search, name, row, *(f"{m:.3f} +- {e:.3f}" for m, e in (each, mine)), f"{gap:+.1f}")
            worst = np.abs(apart["rank"]).max()
            shown.add_row(search, name, f"rank in {len(apart['rank'])} rungs", "", "", f"{worst:.1f} at most")
    Console(width=120).print(shown)


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--keep", type=Path, nargs="+")
    options = parser.parse_args()
    if options.tables:
        write_tables(options.tables)
    elif options.keep:
        keep(options.keep)
    else:
        show()


if __name__ == "__main__":
    main()
