"""Runs BOHB and DEHB as their authors wrote them, on tables that nassim made; writes what they asked for.

    python -m venv authors && authors/bin/pip install hpbandster==0.7.4 dehb==0.1.2 ConfigSpace==1.2.2
    python perf/authors/compare.py --tables tables.npz          # in nassim's environment
    authors/bin/python perf/authors/runs.py tables.npz bohb --runs 0 200 --out bohb.npz

This file imports numpy and the authors' packages, never nassim: they need other versions of the same libraries.
Both are driven one training at a time, in the calling process, by the methods that their own loops call.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
import warnings
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

EDGE = 1e-9
CHECKED = 100  # every such density is computed by statsmodels too
Asked = list[tuple[int, int]]  # index of the architecture in the table, number of the rung
Evaluate = Callable[[list[int], float], float]


class Table:
    """A table of errors (rungs, architectures) of a product space; an architecture's index counts its last gene up."""

    def __init__(self, choices: np.ndarray, epochs: np.ndarray, error: np.ndarray) -> None:
        self.choices, self.epochs, self.error = choices, epochs, error
        self.weights = np.append(np.cumprod(choices[:0:-1])[::-1], 1)
        self.asked: Asked = []
        self.spent = 0

    def evaluate(self, options: list[int], fidelity: float) -> float:
        """Return the error after the recorded number of epochs that is nearest to `fidelity`; remember the question."""
        rung = int(np.abs(np.log(self.epochs / fidelity)).argmin())
        index = int(np.dot(options, self.weights))
        self.asked.append((index, rung))
        self.spent += int(self.epochs[rung])
        return float(self.error[rung, index])


def space_of(choices: np.ndarray, seed: int) -> Any:
    """Return the ConfigSpace of one categorical parameter per gene, in order."""
    from ConfigSpace import CategoricalHyperparameter, ConfigurationSpace

    space = ConfigurationSpace(seed=seed)
    space.add([CategoricalHyperparameter(f"g{gene:02}", list(range(count))) for gene, count in enumerate(choices)])
    return space


def options_of(configuration: Any, genes: int) -> list[int]:
    """Return the options that a configuration has chosen."""
    return [int(configuration[f"g{gene:02}"]) for gene in range(genes)]


def dehb(table: Table, eta: int, budget: int, seed: int) -> None:
    """Run DEHB's ask and tell until `budget` epochs are spent.

    What it asks for is read from its vectors, exactly: its own reading takes 3 / 5 for the third of five options, since
    the fourth begins at numpy.arange(0, 1, 1 / 5)[3], which is above 3 / 5.
    """
    from dehb import DEHB

    with tempfile.TemporaryDirectory() as folder:
        search = DEHB(
            cs=space_of(table.choices, seed),
            f=None,
            min_fidelity=float(table.epochs[0]),
            max_fidelity=float(table.epochs[-1]),
            eta=eta,
            n_workers=1,
            seed=seed,
            save_freq=None,
            log_level="ERROR",
            output_path=folder,
        )
        search.logger.remove()
        while table.spent < budget:
            job = search.ask()
            vector = search.config_repository.get(job["config_id"])
            options = np.minimum(vector * table.choices + EDGE, table.choices - 1).astype(int)
            error = table.evaluate(options.tolist(), job["fidelity"])
            search.tell(job, {"fitness": error, "cost": job["fidelity"]})


def faster_densities() -> None:
    """Let statsmodels compute the density of unordered data once per kernel, not once per kernel and number of levels.

    These are its own operations in its own order; every hundredth density is compared with its own, bit for bit.
    """
    from statsmodels.nonparametric.kernel_density import KDEMultivariate

    original, calls = KDEMultivariate.pdf, count()

    def pdf(self: Any, point: Any) -> np.ndarray:
        if not hasattr(self, "levels"):
            self.levels = np.array([np.unique(gene).size for gene in self.data.T])
        with np.errstate(divide="ignore", invalid="ignore"):
            kernel = np.where(self.data == np.asarray(point), 1 - self.bw, self.bw / (self.levels - 1))
            density = kernel.prod(axis=1).sum() / self.nobs
        if next(calls) % CHECKED == 0 and not np.array_equal(density, original(self, point), equal_nan=True):
            raise AssertionError(f"{density} is not statsmodels' {original(self, point)}")
        return density

    KDEMultivariate.pdf = pdf


def bohb(table: Table, eta: int, budget: int, seed: int) -> None:
    """Run BOHB's brackets and its generator of configurations until `budget` epochs are spent."""
    from hpbandster.core.dispatcher import Job
    from hpbandster.optimizers import BOHB
    from hpbandster.optimizers.config_generators import bohb as generators

    np.random.seed(seed)  # noqa: NPY002 - it draws from the global generator
    search = object.__new__(BOHB)  # without the network that its constructor opens
    search.config_generator = generators.BOHB(configspace=space_of(table.choices, seed))
    search.config_generator.logger.setLevel(logging.CRITICAL)
    search.eta = eta
    search.max_SH_iter = -int(np.log(table.epochs[0] / table.epochs[-1]) / np.log(eta)) + 1
    search.budgets = table.epochs[-1] * np.power(
        float(eta), -np.linspace(search.max_SH_iter - 1, 0, search.max_SH_iter)
    )
    number = 0
    while table.spent < budget:
        bracket = search.get_next_iteration(number, {})
        number += 1
        while (asked := bracket.get_next_run()) is not None and table.spent < budget:
            config_id, config, epochs = asked
            job = Job(config_id, config=config, budget=epochs)
            job.timestamps = {}
            job.result = {"loss": table.evaluate(options_of(config, len(table.choices)), epochs), "info": {}}
            bracket.register_result(job)
            search.config_generator.new_result(job)


SEARCHES = {"bohb": bohb, "dehb": dehb}


def main() -> None:
    """Write what each run asked for, padded with -1: arrays TABLE/index and TABLE/rung, both (runs, trainings)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables")
    parser.add_argument("search", choices=SEARCHES)
    parser.add_argument("--runs", nargs=2, type=int, default=(0, 200), metavar=("FIRST", "END"))
    parser.add_argument("--only", help="the name of one table")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    if arguments.search == "bohb":
        faster_densities()
    warnings.simplefilter("ignore")
    found: dict[str, np.ndarray] = {}
    with np.load(arguments.tables) as tables:
        names = sorted({key.split("/")[0] for key in tables})
        for name in [arguments.only] if arguments.only else names:
            begun = time.perf_counter()
            each = []
            for seed in range(*arguments.runs):
                table = Table(*(tables[f"{name}/{part}"] for part in ("choices", "epochs", "error")))
                SEARCHES[arguments.search](table, int(tables[f"{name}/eta"]), int(tables[f"{name}/budget"]), seed)
                each.append(np.array(table.asked))
            longest = max(map(len, each))
            padded = np.stack([np.pad(one, ((0, longest - len(one)), (0, 0)), constant_values=-1) for one in each])
            found |= {
                f"{name}/index": padded[:, :, 0].astype(np.int32),
                f"{name}/rung": padded[:, :, 1].astype(np.int8),
            }
            print(f"{arguments.search} on {name}: {time.perf_counter() - begun:.0f} s", flush=True)
    np.savez_compressed(arguments.out, **found)


if __name__ == "__main__":
    main()
