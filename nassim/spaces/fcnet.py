"""The FC-Net space of HPOLib (Klein and Hutter, 2019): architecture and training of a fully connected network.

Two hidden layers, each with its width, activation and dropout, and the batch size, the initial learning rate and its
schedule: 62,208 settings, all different.
"""

from __future__ import annotations

from nassim.core.arrays import Archs
from nassim.core.space import Space
from nassim.spaces import _json_text

ACTIVATIONS = ("relu", "tanh")
DROPOUTS = ("0.0", "0.3", "0.6")
UNITS = ("16", "32", "64", "128", "256", "512")


class FCNet(Space):
    """Nine genes in alphabetical order; a text is the JSON object with which the authors' files name a setting."""

    name = "fcnet"
    genes = (
        "activation_fn_1",
        "activation_fn_2",
        "batch_size",
        "dropout_1",
        "dropout_2",
        "init_lr",
        "lr_schedule",
        "n_units_1",
        "n_units_2",
    )
    options = (
        ACTIVATIONS,
        ACTIVATIONS,
        ("8", "16", "32", "64"),
        DROPOUTS,
        DROPOUTS,
        ("0.0005", "0.001", "0.005", "0.01", "0.05", "0.1"),
        ("cosine", "const"),
        UNITS,
        UNITS,
    )

    def show(self, arch: Archs) -> str:
        """Return the JSON object of one setting, a row (9,)."""
        return _json_text.show(self, arch)

    def parse(self, text: str) -> Archs:
        """Return the row (9,) of such a JSON object, its members in any order.

        Raises:
            ArchitectureError: If it is none.
        """
        return _json_text.parse(self, text)
