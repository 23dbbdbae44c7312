"""Architecture parameters alpha, one per gene and operation, and their optimiser."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nassim.core.arrays import Archs
from nassim.training.sharing._trainer import probabilities
from nassim.training.supernet import GENES, WIDTH


class Alpha:
    """Alpha (6, 5), 1e-3 times a normal number at first, and Adam with betas 0.5 and 0.999 and weight decay 1e-3."""

    def __init__(self, generator: torch.Generator, learning_rate: float) -> None:
        self.values = (1e-3 * torch.randn(GENES, WIDTH, generator=generator)).requires_grad_()
        self.adam = torch.optim.Adam([self.values], learning_rate, betas=(0.5, 0.999), weight_decay=1e-3)

    def softmax(self) -> Tensor:
        """Return the probabilities (6, 5), with their gradient."""
        return torch.softmax(self.values, dim=1)

    def gumbel(self, temperature: float, generator: torch.Generator) -> Tensor:
        """Return softmax((log p + g) / temperature), (6, 5), for standard Gumbel noise g (Jang et al., ICLR 2017)."""
        noise = -torch.empty_like(self.values.detach()).exponential_(generator=generator).log()
        return torch.softmax((torch.log_softmax(self.values, dim=1) + noise) / temperature, dim=1)

    def step(self, gradient: Tensor) -> None:
        """Take one step of Adam down a gradient (6, 5)."""
        self.values.grad = gradient
        self.adam.step()

    def probabilities(self) -> NDArray[np.float64]:
        """Return the probabilities as numbers."""
        return probabilities(self.values)

    def cell(self) -> Archs:
        """Return the most probable operation of each gene, (6,)."""
        chosen: Archs = self.values.detach().argmax(dim=1).numpy().astype(np.int8)
        return chosen


def temperature(epoch: int, epochs: float, hottest: float, coldest: float) -> float:
    """Return the temperature of an epoch, falling linearly from the hottest to the coldest."""
    return hottest + (coldest - hottest) * epoch / max(epochs - 1, 1)
