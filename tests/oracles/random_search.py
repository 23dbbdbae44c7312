"""Random search as in a textbook."""

from __future__ import annotations

from tests.oracles.random import Random
from tests.oracles.training import Trainer


def random_search(trainer: Trainer, random: Random) -> None:
    """Train random architectures."""
    while True:
        trainer.train(trainer.space.sample(random))
