"""Trains one network for real, and says after every epoch what it reached and what it took.

Everything random comes from one seed: on a CPU the same seed gives the same numbers, also after a kill and resume.
"""

from __future__ import annotations

import pickle
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from hashlib import blake2b
from math import isfinite, isnan, nan
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from nassim.core.arrays import Archs
from nassim.core.errors import DataError, SettingError, one_line
from nassim.training.data import Data, Split
from nassim.training.metrics import error_percent
from nassim.training.networks import Network, fresh
from nassim.training.recipe import Metric, Recipe
from nassim.training.saving import save
from nassim.training.skeleton import Skeleton

EVALUATION_BATCH = 500
# what reading and using a file raises that torch has not written, or not in whole
DAMAGED = (OSError, RuntimeError, EOFError, ValueError, KeyError, TypeError, pickle.UnpicklingError)


@dataclass
class Training:
    """One trained network and its record: lists with one value per epoch. Errors are in percent."""

    network: Network
    train_loss: list[float] = field(default_factory=list)  # mean over the epoch, as it went
    train_error: list[float] = field(default_factory=list)  # the same
    valid_error: list[float] = field(default_factory=list)  # nan from the epoch on in which the loss was no number
    test_error: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # of training up to here, evaluation not included
    valid_seconds: list[float] = field(default_factory=list)  # of the validation after this epoch

    @property
    def failed(self) -> bool:
        """Whether the training diverged."""
        return any(map(isnan, self.valid_error))


CURVES = ("train_loss", "train_error", "valid_error", "test_error", "seconds", "valid_seconds")


def seed_of(network: int, replica: int) -> int:
    """Return the seed of one repeated training of a network, given by its canonical id."""
    return int.from_bytes(blake2b(f"{network}/{replica}".encode(), digest_size=8).digest(), "little") >> 1


def device_of(name: str) -> torch.device:
    """Return the device of "auto", "cpu" or "cuda".

    Raises:
        SettingError: Where there is none.
    """
    if name not in {"auto", "cpu", "cuda"}:
        raise SettingError(f"unknown device {name!r}; known: auto, cpu, cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise SettingError("device 'cuda' was asked for, but this torch sees no GPU; use --device cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")


def train(
    arch: Archs,
    data: Data,
    recipe: Recipe,
    skeleton: Skeleton,
    seed: int,
    *,
    checkpoint: Path | None = None,
    tested: bool = True,
) -> Training:
    """Train the network of one row (genes,) where `data` lies; divergence is a result, not an error.

    With a `checkpoint` file, the state after each epoch is kept there, and a training that finds it goes on from it.
    Unless it is `tested`, nothing looks at the test images, and test errors are nan.
    """
    try:
        run = _Run(arch, data, recipe, skeleton, seed)
        run.tested = tested
        run.resume(checkpoint)
        while run.epoch < recipe.epochs:
            run.advance()
            run.keep(checkpoint)
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise SettingError(f"out of memory with batches of {recipe.batch}; choose a smaller batch") from error
    return run.result


@torch.inference_mode()
def error_of(network: Network, split: Split, metric: Metric = "error") -> float:
    """Return how wrong the network is on the images of a split, in percent: see `metrics`."""
    network.eval()
    predicted = torch.empty_like(split.labels)
    for begin in range(0, len(split.labels), EVALUATION_BATCH):
        images = split.images[begin : begin + EVALUATION_BATCH]
        with _precision(images.device):
            logits = network(images)
        predicted[begin : begin + EVALUATION_BATCH] = logits.argmax(dim=1)
    return error_percent(predicted, split.labels, logits.shape[1], metric)


class _Run:
    """A training under way."""

    tested = True  # whether test errors are recorded

    def __init__(self, arch: Archs, data: Data, recipe: Recipe, skeleton: Skeleton, seed: int) -> None:
        self.data, self.recipe = data, recipe
        _check(self.data, skeleton)
        self.device = data.train.labels.device
        self.identity = repr((arch.tolist(), data.digest, recipe, skeleton, seed))
        network = fresh(arch, skeleton, seed, orthogonal=recipe.orthogonal)
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.momentum = recipe.norm_momentum
        network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.result = Training(network)
        self.generator = torch.Generator(self.device).manual_seed(seed)
        self.edge = black(data) if recipe.black else None
        self.optimiser = torch.optim.SGD(
            network.parameters(),
            lr=recipe.learning_rate,
            momentum=recipe.momentum,
            nesterov=True,
            weight_decay=recipe.weight_decay,
            fused=True,
        )

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.result.seconds)

    @property
    def images(self) -> int:
        """How many images an epoch has."""
        everything = len(self.data.train.labels)
        return min(self.recipe.images or everything, everything)

    def advance(self) -> None:
        """Train for one epoch, evaluate and record; a failed training only records that it has failed."""
        if self.result.failed:
            self._repeat()
            return
        result, count, metric = self.result, self.images, self.recipe.metric
        start = _clock(self.device)
        loss, wrong = (total.item() / count for total in self._pass())
        trained = _clock(self.device)
        alive = isfinite(loss)
        result.valid_error.append(error_of(result.network, self.data.valid, metric) if alive else nan)
        validated = _clock(self.device)
        result.test_error.append(error_of(result.network, self.data.test, metric) if alive and self.tested else nan)
        result.train_loss.append(loss)
        result.train_error.append(100.0 * wrong)
        result.valid_seconds.append(validated - trained)
        result.seconds.append((result.seconds[-1] if result.seconds else 0.0) + trained - start)

    def _repeat(self) -> None:
        for name in CURVES:
            curve = getattr(self.result, name)
            curve.append(curve[-1])

    def _pass(self) -> tuple[Tensor, Tensor]:
        """Train for one epoch; return the sum of the losses and the number of wrong answers, as they were."""
        network, recipe, (images, labels) = self.result.network.train(), self.recipe, self.data.train
        order = torch.randperm(len(labels), generator=self.generator, device=self.device)
        order = order[: self.images]
        batches = torch.split(order, recipe.batch)
        steps = len(batches) * recipe.epochs
        total, wrong = torch.zeros(2, device=self.device)
        for step, batch in enumerate(batches, start=len(batches) * self.epoch):
            for group in self.optimiser.param_groups:
                group["lr"] = recipe.learning_rate_at(step, steps)
            target = labels[batch]
            with _precision(self.device):
                logits = network(augment(images[batch], recipe, self.generator, self.edge))
                loss = functional.cross_entropy(logits, target, label_smoothing=recipe.label_smoothing)
            self.optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimiser.step()
            total += loss.detach() * len(batch)
            wrong += (logits.detach().argmax(dim=1) != target).sum()
        return total, wrong

    def keep(self, checkpoint: Path | None) -> None:
        """Write the state to the checkpoint file, all or nothing."""
        if checkpoint is None:
            return
        state = {
            "identity": self.identity,
            "network": self.result.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "generator": self.generator.get_state(),
            "curves": {name: getattr(self.result, name) for name in CURVES},
        }
        save(state, checkpoint)

    def resume(self, checkpoint: Path | None) -> None:
        """Go on from the checkpoint file if there is one.

        Raises:
            DataError: If it is damaged or of another training.
        """
        if checkpoint is None or not checkpoint.exists():
            return
        try:
            state = torch.load(checkpoint, map_location=self.device, weights_only=True)
        except DAMAGED as error:
            said = one_line(error)
            raise DataError(f"{checkpoint}: damaged or no checkpoint; delete it to start again ({said})") from error
        if state["identity"] != self.identity:
            raise DataError(f"{checkpoint}: a checkpoint of another training; delete it or choose another file")
        self.result.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["generator"].cpu())
        for name in CURVES:
            setattr(self.result, name, state["curves"][name])


def black(data: Data) -> Tensor:
    """Return what a black pixel is after normalisation, (channels, 1, 1)."""
    values = [-mean / deviation for mean, deviation in data.scale]
    return torch.tensor(values, device=data.train.images.device)[:, None, None]


def augment(images: Tensor, recipe: Recipe, generator: torch.Generator, edge: Tensor | None = None) -> Tensor:
    """Return images (n, channels, size, size), each cropped and mirrored at random as the recipe says.

    `edge` (channels, 1, 1) is the colour around an image that is cropped, by default 0, the mean colour.
    """
    count, _, size, _ = images.shape
    device = images.device
    if recipe.crop:
        padded = functional.pad(images, (recipe.crop,) * 4)
        if edge is not None:
            inside = functional.pad(torch.ones(size, size, dtype=torch.bool, device=device), (recipe.crop,) * 4)
            padded = torch.where(inside, padded, edge)
        corner = torch.randint(2 * recipe.crop + 1, (2, count, 1), generator=generator, device=device)
        row, column = corner + torch.arange(size, device=device)
        each = torch.arange(count, device=device)[:, None, None]
        images = padded[each, :, row[:, :, None], column[:, None, :]].permute(0, 3, 1, 2)
    if recipe.flip:
        mirrored = torch.rand((count, 1, 1, 1), generator=generator, device=device) < 0.5  # noqa: PLR2004  (half)
        images = torch.where(mirrored, images.flip(3), images)
    return images


def _check(data: Data, skeleton: Skeleton) -> None:
    """Raise SettingError unless the skeleton takes these images and tells as many classes apart."""
    wanted, found = (skeleton.inputs, skeleton.size, skeleton.classes), (data.channels, data.size, data.classes)
    if wanted != found:
        names = "channels, pixels, classes"
        raise SettingError(f"{data.name} has {found} ({names}), the skeleton takes {wanted}")


def _precision(device: torch.device) -> AbstractContextManager[None]:
    """Return a context of bf16 where that is fast: on a GPU."""
    return torch.autocast("cuda", dtype=torch.bfloat16) if device.type == "cuda" else nullcontext()


def _clock(device: torch.device) -> float:
    """Return seconds: of this thread on a CPU, so that a busy machine matters little; of the wall on a GPU."""
    if device.type == "cpu":
        return time.thread_time()
    torch.cuda.synchronize(device)
    return time.perf_counter()
