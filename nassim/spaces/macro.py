"""The macro space of NAS-Bench-Macro (Su et al., CVPR 2021): which block each of eight layers of a network is.

Identity, or an inverted residual block with expansion 3 and kernel 3, or expansion 6 and kernel 5: 3**8 = 6,561
architectures. Two layers follow at equal width and resolution twice, so 3,969 networks are distinct.
"""

from __future__ import annotations

import numpy as np

from nassim.errors import ArchitectureError
from nassim.space import Archs, Space

LAYERS = 8
BLOCKS = ("identity", "mb3_k3", "mb6_k5")
DIGITS = "012"
ALIKE = ((3, 4), (6, 7))  # neighbouring layers between which an identity may move


class Macro(Space):
    """Genes layer1 to layer8; official texts are eight digits, 0 = identity, 1 and 2 = the two blocks."""

    name = "macro"
    genes = tuple(f"layer{layer}" for layer in range(1, LAYERS + 1))
    options = (BLOCKS,) * LAYERS

    def show(self, arch: Archs) -> str:
        """Return the official text of one architecture, a row (8,)."""
        self.check(arch[None])
        return "".join(DIGITS[choice] for choice in arch)

    def parse(self, text: str) -> Archs:
        """Return the row (8,) of an official text, white space around it aside; else ArchitectureError."""
        digits = text.strip()
        if len(digits) != LAYERS or not set(digits) <= set(DIGITS):
            raise ArchitectureError(f"expected {LAYERS} digits of 0, 1 and 2, got {digits!r:.40}")
        return np.array([DIGITS.index(digit) for digit in digits], dtype=np.int8)

    def representative(self, archs: Archs) -> Archs:
        """Return for each architecture the one whose identities come first where their place does not matter."""
        found = archs.copy()
        for first, second in ALIKE:
            moved = (archs[:, second] == 0) & (archs[:, first] != 0)
            found[moved, first], found[moved, second] = 0, archs[moved, first]
        return found
