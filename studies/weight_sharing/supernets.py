"""Measures whether supernets of photodigits rank networks as the networks' own trainings do, and as CIFAR-10 does.

    python studies/weight_sharing/supernets.py [--sampling uniform] [--seeds 4] [--networks 300] [--jobs 2]

Trains supernets for 12,000 steps, keeps them as they were along the way, and asks them for networks that were trained
by themselves (benchmarks_data/mini201/parts/photodigits): those that `perf/photodigits.py` judges by, which no recipe
was tuned on. Continues where it was.

Writes numbers/supernets.json, by sampling, statistics of normalisation and step, of networks that have a path from
input to output: their `median` one-shot error in percent; Spearman's rank correlation of the one-shot error, mean over
the supernets, with a 95 % interval of resampled networks, with the errors of own trainings (`own`), with the mean test
errors of NAS-Bench-201 (`cifar10`, `imagenet16-120`) and with the number of skip connections (`skips`); `own` by
supernet too. Also how own trainings and CIFAR-10 rank one another (`own with cifar10`), for comparison.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from judging import NUMBERS, SKIP, spearman
from rich.console import Console
from scipy.stats import spearmanr

import nassim
from nassim.training.one_shot import one_shot, paths
from nassim.training.supernets import Supernets

sys.path.append(str(Path(__file__).parents[2] / "perf"))
from photodigits import JUDGED, PARTS, TUNED, living, trainings  # type: ignore[import-not-found]

STEPS = (1_000, 3_000, 6_000, 12_000)
OTHERS = ("nb201/cifar10", "nb201/imagenet16-120")
RESAMPLED = 2000
Numbers = dict[str, Any]


def by_step(told: pa.Table, archs: np.ndarray, seeds: int) -> np.ndarray:
    """Return the one-shot errors (steps, supernets, networks) of a table of such."""
    rows = told.to_pandas().pivot_table(index=["epoch", "supernet"], columns="arch", values="valid_error")
    return rows[archs].to_numpy().reshape(-1, seeds, len(archs))


def ranked(told: np.ndarray, truth: np.ndarray) -> list[float]:
    """Return the mean rank correlation of answers (supernets, networks) with a truth (networks,), and its interval."""
    generator = np.random.default_rng(0)
    drawn = generator.integers(truth.size, size=(RESAMPLED, truth.size))
    many = [np.mean([spearmanr(each[rows], truth[rows]).statistic for each in told]) for rows in drawn]
    found = np.mean([spearmanr(each, truth).statistic for each in told])
    return [round(float(value), 3) for value in (found, *np.quantile(many, [0.025, 0.975]))]


def compared(errors: np.ndarray, others: dict[str, np.ndarray]) -> Numbers:
    """Return what is said of one-shot errors (supernets, networks) after one number of steps."""
    each = [round(float(spearmanr(one, others["own"]).statistic), 3) for one in errors]
    told = {name: ranked(errors, values) for name, values in others.items()}
    return {"median": round(float(np.median(errors)), 2), **told, "own by supernet": each}


def main() -> None:
    """Train, ask, compare, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sampling", choices=["uniform", "fair", "mixed"], default="uniform")
    parser.add_argument("--norm", choices=["batch", "tracked", "recalibrated"], default="batch")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--networks", type=int, default=JUDGED)
    parser.add_argument("--steps", type=int, nargs="+", default=STEPS)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--parts", type=Path, default=PARTS)
    parser.add_argument("--out", type=Path, default=Path("results/supernets"))
    options = parser.parse_args()
    found = trainings(options.parts)
    archs = np.array([arch for arch in living()[TUNED : TUNED + options.networks] if (arch, 0) in found])
    plan = Supernets("photodigits", tuple(options.steps), options.sampling)
    told = one_shot(
        plan, options.out / options.sampling, seeds=options.seeds, networks=archs.tolist(), norm=options.norm,
        jobs=options.jobs,
    )  # fmt: skip
    cells = nassim.load(OTHERS[0]).space.at(archs)
    others = {name.split("/")[1]: nassim.load(name).truth(cells) for name in OTHERS}
    own = np.array([found[arch, 0][-1] for arch in archs.tolist()])
    others |= {"own": own, "skips": (np.asarray(nassim.load(OTHERS[0]).space.at(paths()[archs])) == SKIP).sum(axis=1)}
    answers = dict(zip(options.steps, by_step(told, archs, options.seeds), strict=True))
    numbers = {str(step): compared(errors, others) for step, errors in answers.items()}
    keep(options.sampling, options.norm, {"networks": len(archs), "supernets": options.seeds, **numbers})
    keep("own with cifar10", "", {"spearman": spearman(own, others["cifar10"])})


def keep(sampling: str, norm: str, numbers: Numbers) -> None:
    """Put numbers beside those that are there, and print them."""
    path = NUMBERS / "supernets.json"
    kept: Numbers = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[sampling] = {**kept.get(sampling, {}), norm: numbers} if norm else numbers
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    Console().print_json(data=numbers)


if __name__ == "__main__":
    main()
