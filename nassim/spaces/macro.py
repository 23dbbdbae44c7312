"""The macro space of NAS-Bench-Macro (Su et al., CVPR 2021): which block each of eight layers of a network is.

Identity, or an inverted residual block with expansion 3 and kernel 3, or expansion 6 and kernel 5: 3**8 = 6,561
architectures. Two layers follow at equal width and resolution twice, so 3,969 networks are distinct.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats
from nassim.core.errors import ArchitectureError
from nassim.core.space import Space

LAYERS = 8
BLOCKS = ("identity", "mb3_k3", "mb6_k5")
DIGITS = "012"
EXPANSION, KERNEL = np.array([0, 3, 6]), np.array([0, 3, 5])  # of the blocks; identity has none
STAGES = ((0, 1), (2, 3, 4), (5, 6, 7))  # layers of one resolution
ALIKE = ((3, 4), (6, 7))  # neighbouring layers between which an identity may move


class Macro(Space):
    """Genes layer1 to layer8; official texts are eight digits, 0 = identity, 1 and 2 = the two blocks."""

    name = "macro"
    genes = tuple(f"layer{layer}" for layer in range(1, LAYERS + 1))
    options = (BLOCKS,) * LAYERS
    encodings = ("onehot", "graph")
    skip = "identity"
    graph_names = (
        *(f"expansion of {layer}" for layer in genes),
        *(f"kernel of {layer}" for layer in genes),
        *(f"blocks in stage {stage}" for stage in range(1, len(STAGES) + 1)),
        *(f"expansion in stage {stage}" for stage in range(1, len(STAGES) + 1)),
        *("blocks", "expansion", "kernels", "reach"),
    )

    def show(self, arch: Archs) -> str:
        """Return the official text of one architecture, a row (8,)."""
        self.check(arch[None])
        return "".join(DIGITS[choice] for choice in arch)

    def parse(self, text: str) -> Archs:
        """Return the row (8,) of an official text, white space around it aside.

        Raises:
            ArchitectureError: If it is none.
        """
        digits = text.strip()
        if len(digits) != LAYERS or not set(digits) <= set(DIGITS):
            raise ArchitectureError(f"expected {LAYERS} digits of 0, 1 and 2, got {digits!r:.40}")
        return np.array([DIGITS.index(digit) for digit in digits], dtype=np.int8)

    def graph(self, archs: Archs) -> Floats:
        """Return what each layer is in numbers, and sums over stages and over all, (n, 26)."""
        layers = self.representative(archs).astype(np.intp)
        there, expansion, kernel = layers > 0, EXPANSION[layers], KERNEL[layers]
        by_stage = [values[:, stage].sum(axis=1) for values in (there, expansion) for stage in STAGES]
        reach = np.where(there, kernel - 1, 0).sum(axis=1)
        whole = [there.sum(axis=1), expansion.sum(axis=1), kernel.sum(axis=1), reach]
        columns = [expansion, kernel, np.stack(by_stage + whole, axis=1)]
        return np.concatenate(columns, axis=1).astype(np.float64)

    def representative(self, archs: Archs) -> Archs:
        """Return for each architecture the one whose identities come first where their place does not matter."""
        found = archs.copy()
        for first, second in ALIKE:
            moved = (archs[:, second] == 0) & (archs[:, first] != 0)
            found[moved, first], found[moved, second] = 0, archs[moved, first]
        return found
