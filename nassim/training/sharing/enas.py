"""ENAS for real: an LSTM controller and shared weights (Pham et al., ICML 2018, arXiv:1802.03268)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nassim.core.arrays import Archs
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction, NonNegative, Positive
from nassim.core.space import Space
from nassim.training.judging import NormMode
from nassim.training.sharing._search import ONE_NETWORK, SharedWeights
from nassim.training.sharing._trainer import Trainer
from nassim.training.supernet import GENES, WIDTH, one_hot


class Enas(SharedWeights):
    """Train the weights of the controller's cells; reward the controller with their accuracy by shared weights.

    After each epoch of weights, the controller takes `steps` steps of Adam along the policy gradient, each with the
    accuracies of `children` cells, one validation batch each, less a moving average, plus `entropy` times the
    policy's entropy. It would hand in the best of `candidates` of its cells on one validation batch; the policy that
    the trace holds is how often they chose each operation.

    Published for NAS-Bench-201: 250 epochs; two layers of 32, temperature 5, tanh constant 2.5, Adam at .001, entropy
    1e-4, average .99, 50 steps with 20 children, 100 candidates. Here 5 steps with 10 children: an epoch of weights has
    16 steps, where theirs has 390.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        data: str = "mnist5k",
        epochs: Count = 250,
        steps: Count = 5,
        children: Count = 10,
        learning_rate: Positive = 0.001,
        entropy: NonNegative = 1e-4,
        momentum: Fraction = 0.99,
        candidates: Count = 100,
        norm: NormMode = "batch",
    ) -> None:
        super().__init__(space, streams, data, epochs, ONE_NETWORK, norm)
        self.controllers = [_controller(trainer) for trainer in self.trainers]
        self.adams = [torch.optim.Adam(one.parameters(), learning_rate) for one in self.controllers]
        self.baselines = [0.0] * len(self.trainers)
        self.steps, self.children, self.candidates = steps, children, candidates
        self.entropy, self.momentum = entropy, momentum
        self.drawn: dict[int, Archs] = {}
        self.found: dict[int, Archs] = {}

    def epoch(self, row: int) -> None:
        """Train the weights for an epoch, then the controller; then draw cells and judge them."""
        trainer, controller = self.trainers[row], self.controllers[row]
        for batch in trainer.batches():
            trainer.descend(one_hot(controller.sample(1, trainer.generator)[0][0]), batch)
        for _ in range(self.steps):
            self._learn(row)
        self.drawn[row] = controller.sample(self.candidates, trainer.generator)[0]
        self.found[row] = trainer.best(self.drawn[row])

    def _learn(self, row: int) -> None:
        """Take one step up the policy gradient."""
        trainer = self.trainers[row]
        cells, log_probability, entropy = self.controllers[row].sample(self.children, trainer.generator)
        errors = [trainer.one_shot_error(cell, trainer.valid_batch()) for cell in cells]
        rewards = 1.0 - torch.tensor(errors) / 100.0 + self.entropy * entropy.detach()
        for reward in rewards.tolist():
            self.baselines[row] += (1.0 - self.momentum) * (reward - self.baselines[row])
        loss = -((rewards - self.baselines[row]) * log_probability).mean()
        self.adams[row].zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.adams[row].step()

    def policy(self, row: int) -> NDArray[np.float64]:
        """Return how often the last candidates chose each operation."""
        chances: NDArray[np.float64] = np.eye(WIDTH)[self.drawn[row]].mean(axis=0)
        return chances

    def cell(self, row: int) -> Archs:
        """Return the best cell of the last epoch."""
        return self.found[row]


class Controller(nn.Module):
    """Two LSTM layers that emit one operation after another, each knowing those before it."""

    def __init__(self, hidden: int = 32, layers: int = 2, temperature: float = 5.0, constant: float = 2.5) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.empty(hidden))
        self.embedding = nn.Embedding(WIDTH, hidden)
        self.lstm = nn.LSTM(hidden, hidden, layers, batch_first=True)
        self.output = nn.Linear(hidden, WIDTH)
        self.temperature, self.constant = temperature, constant
        for weight in self.parameters():
            nn.init.uniform_(weight, -0.1, 0.1)

    def sample(self, count: int, generator: torch.Generator) -> tuple[Archs, Tensor, Tensor]:
        """Return cells (count, 6), the logarithm of their probability and the summed entropy, both (count,)."""
        read, state = self.first.expand(count, 1, -1), None
        emitted, logs = [], []
        for _ in range(GENES):
            read, state = self.lstm(read, state)
            logs.append(functional.log_softmax(self._logits(read[:, 0]), dim=1))
            emitted.append(torch.multinomial(logs[-1].detach().exp(), 1, generator=generator))
            read = self.embedding(emitted[-1])
        log_policy = torch.stack(logs, dim=1)  # (count, 6, 5)
        chosen = torch.cat(emitted, dim=1)
        log_probability = log_policy.gather(2, chosen[:, :, None]).sum(dim=(1, 2))
        cells: Archs = chosen.numpy().astype(np.int8)
        return cells, log_probability, -(log_policy.exp() * log_policy).sum(dim=(1, 2))

    def _logits(self, read: Tensor) -> Tensor:
        return self.constant * torch.tanh(self.output(read) / self.temperature)


def _controller(trainer: Trainer) -> Controller:
    """Return a controller whose first weights come from the trainer's seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(trainer.generator.initial_seed())
        return Controller()
