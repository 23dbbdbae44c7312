"""Found: what a search has come to, as its folder says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nassim.core.documents import read_json
from nassim.core.html import facts
from nassim.core.model_card import Card
from nassim.core.shapes import shaped

if TYPE_CHECKING:
    from nassim.training.networks import Network

CARD, MODEL = "model_card.json", "model"
MEND = "give the search again, it continues"


@dataclass(frozen=True)
class Found:
    """A finished search."""

    folder: Path
    card: Card

    @classmethod
    def read(cls, folder: str | Path) -> Found:
        """Return the search of a folder.

        Raises:
            DataError: If there is none, or it has not ended.
        """
        path = Path(folder) / CARD
        return cls(Path(folder), shaped(read_json(path, MEND), Card, str(path), MEND))

    @property
    def architecture(self) -> str:
        """The text of the network that is handed in."""
        return self.card["model"]["architecture"]

    @property
    def test_error(self) -> float:
        """Its mean test error over fresh seeds, in percent."""
        error = self.card["model"]["test_error"]
        return float("nan") if error is None else error

    @property
    def onnx(self) -> Path:
        """The model's ONNX file."""
        return self.folder / MODEL / "network.onnx"

    def network(self) -> Network:
        """Return the trained network, on the CPU."""
        from nassim.training.export import read

        return read(self.folder / MODEL)

    def _repr_html_(self) -> str:
        from nassim.automl.card_text import summary

        first, *others = summary(self.card)
        return facts(first, {str(number): line for number, line in enumerate(others, start=1)})
