"""Spaces that are a list: named networks, one of which is chosen, and nothing that they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import cast

import numpy as np

from nassim.core.arrays import Archs
from nassim.core.errors import ArchitectureError, suggest
from nassim.core.space import Space

LEAST = 2


class Listed(Space):
    """One gene, `network`, whose options are the names; a text is a name."""

    genes = ("network",)

    def show(self, arch: Archs) -> str:
        """Return the name of a row (1,)."""
        self.check(arch[None])
        return self.options[0][int(arch[0])]

    def parse(self, text: str) -> Archs:
        """Return the row (1,) of a name.

        Raises:
            ArchitectureError: If it is none.
        """
        if text not in self.options[0]:
            raise ArchitectureError(f"unknown network {text!r:.80}{suggest(text, self.options[0])}")
        return np.array([self.options[0].index(text)], dtype=self.dtype)


def listed(names: Sequence[str]) -> Listed:
    """Return the space of these names; two of the same names in the same order are one space.

    Raises:
        ArchitectureError: If there are fewer than two, or one is there twice.
    """
    if len(set(names)) < max(LEAST, len(names)):
        raise ArchitectureError(f"expected {LEAST} names or more, each once, got {len(names)}")
    digest = sha256("\n".join(names).encode()).hexdigest()
    own: dict[str, object] = {"name": f"listed-{digest[:8]}", "options": (tuple(names),)}
    return cast("type[Listed]", type(Listed.__name__, (Listed,), own))()
