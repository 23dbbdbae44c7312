"""Who trains the networks of a search: nassim's own backend, or a trainer of the user's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from nassim.core.arrays import Archs, Floats, Ids
from nassim.core.documents import Table
from nassim.core.model_card import Exported, Findings
from nassim.core.space import Space
from nassim.core.watcher import Watcher
from nassim.training.gathering import Job
from nassim.training.parts import Record


class Trainer(ABC):
    """Trains networks of a space.

    Attributes:
        name: Of the images, or the command.
        space: Whose networks it trains.
        device: Where.
        made_with: Packages whose versions matter.
    """

    name: str
    space: Space
    device: str
    made_with: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def identity(self) -> Table:
        """Return what decides the numbers of a training, but for network and seed."""

    @abstractmethod
    def train(
        self, jobs: list[Job], folder: Path, processes: int | None, watcher: Watcher, *, confirming: bool
    ) -> dict[Job, Record]:
        """Return the records of trainings in a folder, those that are missing done now.

        Each has a `valid_error`, and if it is `confirming` a `test_error`, which nothing sees before.
        """

    @abstractmethod
    def seconds(self, network: int) -> float:
        """Return about how long a training of a network takes on one process, in seconds."""

    def findings(self) -> Findings | None:
        """Return what was found out about the images; None = they are not known here."""
        return None

    def counted(self, archs: Archs) -> dict[str, Floats]:  # noqa: ARG002
        """Return the costs of networks (n, genes) that are counted, (n,) each."""
        return {}

    def latencies(self, networks: Ids, folder: Path, watcher: Watcher) -> Floats | None:  # noqa: ARG002
        """Return the seconds for one image of untrained networks (n,), measured; None = they cannot be."""
        return None

    def export(self, network: int, folder: Path) -> Exported | None:  # noqa: ARG002
        """Train a network once more, write it as a model, and return what was measured; None = it writes none."""
        return None

    def recipe(self) -> Table:
        """Return how it trains, for the model card."""
        return {}
