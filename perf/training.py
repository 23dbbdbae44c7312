"""How fast is one training, beside the same network in a plain loop in the same run?

    python perf/training.py [--data mnist5k] [--device auto] [--networks 5] [--jobs 2] [--out FILE]

The plain loop is what one writes first: the cell as the authors of NAS-Bench-201 publish it, every edge a module that
is computed; float32, a DataLoader, a look at the loss after every step. Both have torch's default number of threads.
Each network is trained once by either, in turns, with the data's recorded recipe; times are real ones and hold for a
machine that does nothing else. With --jobs, `collect` trains networks on one process and on so many, too.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from nassim.core.arrays import Archs
from nassim.core.watcher import Watcher
from nassim.spaces.nb201 import NB201
from nassim.training.collect import plan_of, schedule, training
from nassim.training.data import Data, Split, load
from nassim.training.defaults import recipe_for, skeleton_for
from nassim.training.gathering import gather
from nassim.training.networks import Cell, Network, fresh
from nassim.training.recipe import Recipe
from nassim.training.skeleton import POOL, SKIP, Edge, Skeleton, all_edges
from nassim.training.train import device_of, seed_of, train


class PublishedCell(nn.Module):
    """A cell with the convolutions of one of ours, computed as the authors do."""

    def __init__(self, cell: Cell, arch: Archs) -> None:
        super().__init__()
        self.edges = all_edges(arch)
        self.operations = nn.ModuleList(self._operation(cell, edge) for edge in self.edges)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return node 3: each node is the sum of what comes in on all its edges."""
        nodes = [features]
        for target in (1, 2, 3):
            pairs = zip(self.edges, self.operations, strict=True)
            nodes.append(sum(operation(nodes[edge.source]) for edge, operation in pairs if edge.target == target))
        return nodes[3]

    @staticmethod
    def _operation(cell: Cell, edge: Edge) -> nn.Module:
        if edge.convolves:
            return nn.Sequential(nn.ReLU(), *cell.operations[edge.name])
        if edge.operation == POOL:
            return nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
        return nn.Identity() if edge.operation == SKIP else Zero()


class Zero(nn.Module):
    """What the authors compute for none."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return zeros."""
        return features.mul(0.0)


def published(arch: Archs, skeleton: Skeleton) -> Network:
    """Return the fresh network of an architecture, its cells computed as the authors do."""
    network = fresh(arch, skeleton, 0)
    for number, layer in enumerate(network.body):
        if isinstance(layer, Cell):
            network.body[number] = PublishedCell(layer, arch)
    return network


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


def compare(name: str, device: torch.device, networks: int, console: Console) -> dict[str, float]:
    """Train random networks by both, in turns; print each, and return the medians."""
    data = load(name, device)
    recipe, skeleton = recipe_for(data), skeleton_for(data)
    title = f"{name} on {device}, {torch.get_num_threads()} threads"
    table = Table("network", "plain, s", "nassim, s", "times as fast", title=title)
    ratios, rates = [], []
    space = NB201()
    for arch in space.at(np.random.default_rng(0).choice(space.size, networks + 1, replace=False)):
        by_plain = seconds(lambda arch=arch: plain(published(arch, skeleton), data, recipe), device)
        by_nassim = seconds(lambda arch=arch: train(arch, data, recipe, skeleton, seed_of(0, 0)), device)
        ratios.append(by_plain / by_nassim)
        rates.append([recipe.epochs * len(data.train.labels) / taken for taken in (by_plain, by_nassim)])
        table.add_row(space.show(arch), f"{by_plain:.2f}", f"{by_nassim:.2f}", f"{ratios[-1]:.2f}")
    console.print(table)  # the first one warms up, and does not count
    by_plain, by_nassim = np.median(rates[1:], axis=0)
    console.print(
        f"median: {statistics.median(ratios[1:]):.2f} times as fast; "
        f"{by_plain:.0f} and {by_nassim:.0f} training images/s, evaluation of every epoch included"
    )
    return {"times as fast": statistics.median(ratios[1:]), "plain images/s": by_plain, "images/s": by_nassim}


class Stamps(Watcher):
    """Remembers when trainings were done."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def advance(self, seconds_left: float) -> None:
        """Remember."""
        del seconds_left
        self.times.append(time.perf_counter())

    def rate(self, skipped: int) -> float:
        """Return trainings per second, after the first few, while which processes start."""
        return (len(self.times) - skipped - 1) / (self.times[-1] - self.times[skipped])


def scaling(name: str, jobs: int, trainings: int, console: Console) -> dict[str, float]:
    """Collect trainings on one process and on several; print and return what the others add."""
    plan = plan_of("nb201", name, None, None, "cpu")
    wanted = schedule(NB201(), trainings, 1, 0, 1)
    rates = {}
    for count in (1, jobs):
        stamps = Stamps()
        with TemporaryDirectory() as folder:
            gather(training, plan, wanted, Path(folder), count, stamps)
        rates[count] = stamps.rate(2 * jobs)
    console.print(
        f"collect: {rates[1]:.2f} trainings/s on 1 process, {rates[jobs]:.2f} on {jobs}: "
        f"{rates[jobs] / rates[1]:.2f} times as fast"
    )
    return {"trainings/s on 1 process": rates[1], f"on {jobs}": rates[jobs], "times as fast": rates[jobs] / rates[1]}


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mnist5k")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--networks", type=int, default=5, help="to train by both; 0 = none")
    parser.add_argument("--jobs", type=int, default=0, help="processes of collect to compare with one; 0 = do not")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    console, device = Console(width=120), device_of(options.device)
    found: dict[str, Any] = {"about": {"data": options.data, "device": str(device), "cores": os.cpu_count()}}
    if options.networks:
        found["one training"] = compare(options.data, device, options.networks, console)
    if options.jobs:
        found["collect"] = scaling(options.data, options.jobs, 24, console)
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
