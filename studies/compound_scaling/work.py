"""One training of this study, and all of them in their order."""

from __future__ import annotations

from dataclasses import dataclass

from pooling import images, native
from scales import CELL, Scale

from nassim.core.documents import Table
from nassim.training.collect import recorded
from nassim.training.gathering import Job, by_hash
from nassim.training.instructions import require
from nassim.training.parts import Record
from nassim.training.recipe import Recipe
from nassim.training.train import seed_of, train

INSTRUCTIONS = "AVX2"  # what every machine has computes alike everywhere
RECIPE = Recipe(4, 64, 0.07, norm_momentum=0.3, orthogonal=True, crop=0, flip=False)


@dataclass(frozen=True)
class Plan:
    """All that decides a training's numbers but the network and the replica."""

    recipe: Recipe = RECIPE
    device: str = "cpu"

    def identity(self) -> Table:
        """Return it as plain values."""
        known = {"recipe": self.recipe.plain(), "instructions": INSTRUCTIONS}
        return {"cell": CELL.tolist(), "images_sha256": native().digest, **known}


def training(plan: Plan, job: Job) -> Record:
    """Return the record of one training."""
    require(INSTRUCTIONS)
    scale = Scale.of(job[0])
    return recorded(job, train(CELL, images(scale.size), plan.recipe, scale.skeleton, seed_of(*job)))


def schedule(scales: list[Scale], first: int, seeds: int) -> list[Job]:
    """Return the trainings of networks, in a random order: each once, then each again, from the first replica on."""
    numbers = sorted({scale.number for scale in scales}, key=by_hash)
    return [(number, replica) for replica in range(first, first + seeds) for number in numbers]
