"""Does a recipe tell networks apart? Two seeds of random networks should rank them alike.

    python perf/recipe.py [--data mnist5k] [--networks 48] [--epochs N] [--batch N] [--learning-rate X] [--jobs N]

Trains random networks of NAS-Bench-201's space twice, with the data's recorded recipe or what is given instead of it,
and prints Kendall's tau between the two seeds, the mean validation error, and what a training costs.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nassim.spaces.nb201 import NB201
from nassim.stats.agreement import kendall
from nassim.training.collect import plan_of, schedule, training
from nassim.training.data import load
from nassim.training.defaults import recipe_for
from nassim.training.gathering import gather


def main() -> None:
    """Train, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mnist5k")
    parser.add_argument("--networks", type=int, default=48)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--learning-rate", type=float)
    options = parser.parse_args()
    asked = {name: getattr(options, name) for name in ("epochs", "batch", "learning_rate")}
    data = load(options.data)
    recipe = replace(recipe_for(data), **{name: value for name, value in asked.items() if value is not None})
    plan = plan_of("nb201", options.data, recipe)
    wanted = schedule(NB201(), options.networks, 2, 0, 1)
    with TemporaryDirectory() as folder:
        records = gather(training, plan, wanted, Path(folder), options.jobs, None)
    errors, seconds, checking = (
        np.array([records[job][curve] for job in wanted]) for curve in ("valid_error", "seconds", "valid_seconds")
    )
    first, second = errors[:, -1].reshape(2, -1)
    tau = kendall(first, second)
    valid, test = len(data.valid.labels), len(data.test.labels)
    evaluating = checking.sum(axis=1).mean() * (1 + test / valid)
    print(recipe)
    print(
        f"Kendall tau between two seeds, {options.networks} networks: {tau.value:.2f} [{tau.low:.2f}, {tau.high:.2f}]"
    )
    print(f"mean validation error {errors[:, -1].mean():.1f} %, of the best network {errors[:, -1].min():.1f} %")
    print(f"CPU seconds: {seconds[:, -1].mean():.2f} of training, about {evaluating:.2f} of evaluation at every epoch")


if __name__ == "__main__":
    main()
