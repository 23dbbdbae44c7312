"""How fast is one training, beside the same network in a plain loop in the same run?

    python perf/training.py [--data mnist5k] [--device auto] [--networks 5] [--jobs 2]

The plain loop is what one writes first: float32, a DataLoader, torch's default number of threads, a look at the
loss after every step. Ours runs on one thread on a CPU. Each network is trained once by either, in turns, with the
data's recorded recipe; times are real ones and hold for a machine that does nothing else. With --jobs, `collect`
trains networks on one process and on so many, too.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from nassim.spaces.nb201 import NB201
from nassim.training.collect import collect
from nassim.training.data import Data, Split, load
from nassim.training.networks import Network, fresh
from nassim.training.recipe import Recipe, recipe_for, skeleton_for
from nassim.training.train import device_of, seed_of, train


def plain(network: Network, data: Data, recipe: Recipe) -> float:
    """Train in a plain loop and return the validation error after the last of all epochs' evaluations."""
    device = data.train.labels.device
    network.to(device)
    optimiser = torch.optim.SGD(
        network.parameters(), recipe.learning_rate, recipe.momentum, weight_decay=recipe.weight_decay, nesterov=True
    )
    loader = loader_of(data.train, recipe.batch, shuffle=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, len(loader) * recipe.epochs)
    error = float("nan")
    for _ in range(recipe.epochs):
        network.train()
        for images, labels in loader:
            logits = network(images.to(device))
            loss = functional.cross_entropy(logits, labels.to(device), label_smoothing=recipe.label_smoothing)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            loss.item()
        error = evaluated(network, data.valid)
        evaluated(network, data.test)
    return error


@torch.no_grad()
def evaluated(network: Network, split: Split) -> float:
    """Return the percentage of wrong answers, in a plain loop."""
    network.eval()
    device, wrong = split.labels.device, 0
    for images, labels in loader_of(split, 500, shuffle=False):
        wrong += int((network(images.to(device)).argmax(dim=1) != labels.to(device)).sum())
    return 100.0 * wrong / len(split.labels)


def loader_of(split: Split, batch: int, *, shuffle: bool) -> DataLoader:
    """Return a DataLoader of images in memory."""
    return DataLoader(TensorDataset(split.images.cpu().contiguous(), split.labels.cpu()), batch, shuffle=shuffle)


def seconds(work: Callable[[], object], device: torch.device) -> float:
    """Return how long some work takes."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    start = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def compare(name: str, device: torch.device, networks: int, console: Console) -> None:
    """Train random networks by both, in turns, and print each and the medians."""
    data, recipe, threads = load(name, device), recipe_for(name), torch.get_num_threads()
    skeleton = skeleton_for(data.name, recipe, data.channels, data.size, data.classes)
    trimmed = data.trimmed(recipe.margin)
    table = Table("network", "plain, s", "nassim, s", "times as fast", title=f"{name} on {device}, {threads} threads")
    ratios, rates = [], []
    space = NB201()
    for arch in space.at(np.random.default_rng(0).choice(space.size, networks + 1, replace=False)):
        torch.set_num_threads(threads)
        by_plain = seconds(lambda arch=arch: plain(fresh(arch, skeleton, 0), trimmed, recipe), device)
        torch.set_num_threads(1)
        by_nassim = seconds(lambda arch=arch: train(arch, data, recipe, skeleton, seed_of(0, 0)), device)
        torch.set_num_threads(threads)
        ratios.append(by_plain / by_nassim)
        rates.append([recipe.epochs * len(data.train.labels) / taken for taken in (by_plain, by_nassim)])
        table.add_row(space.show(arch), f"{by_plain:.2f}", f"{by_nassim:.2f}", f"{ratios[-1]:.2f}")
    console.print(table)  # the first one warms up, and does not count
    by_plain, by_nassim = np.median(rates[1:], axis=0)
    console.print(
        f"median: {statistics.median(ratios[1:]):.2f} times as fast; "
        f"{by_plain:.0f} and {by_nassim:.0f} training images/s, evaluation of every epoch included"
    )


def scaling(name: str, jobs: int, trainings: int, console: Console) -> None:
    """Collect networks on one process and on several, and print what the others add."""
    rates = {}
    for count in (1, jobs):
        with TemporaryDirectory() as folder:
            out = Path(folder)
            collect("nb201", name, out, networks=1, jobs=count)  # starts the processes
            taken = seconds(lambda out=out, count=count: collect("nb201", name, out, networks=trainings, jobs=count),
                            torch.device("cpu"))
        rates[count] = (trainings - 1) / taken
    console.print(f"collect: {rates[1]:.2f} trainings/s on 1 process, {rates[jobs]:.2f} on {jobs}: "
                  f"{rates[jobs] / rates[1]:.2f} times as fast")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mnist5k")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--networks", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=0, help="processes of collect to compare with one; 0 = do not")
    options = parser.parse_args()
    console = Console(width=120)
    compare(options.data, device_of(options.device), options.networks, console)
    if options.jobs:
        scaling(options.data, options.jobs, 40, console)


if __name__ == "__main__":
    main()
