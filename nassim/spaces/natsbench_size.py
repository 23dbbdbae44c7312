"""The size space of NATS-Bench (Dong et al., TPAMI 2021): how many channels each of five layers has.

Eight numbers of channels for each layer of one fixed cell: 8**5 = 32,768 networks, all different.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from nassim.core.arrays import Archs, Floats, Ids, Rows
from nassim.core.errors import ArchitectureError, suggest
from nassim.core.random_streams import Streams
from nassim.core.space import Space

LAYERS = 5
CHANNELS = tuple(str(channels) for channels in range(8, 65, 8))


class NatsBenchSize(Space):
    """Genes layer1 to layer5; official texts are 8:64:16:24:32, and `index` is the number in the published files."""

    name = "natsbench_size"
    genes = tuple(f"layer{layer}" for layer in range(1, LAYERS + 1))
    options = (CHANNELS,) * LAYERS
    encodings = ("onehot", "graph")
    graph_names = (
        *(f"channels of {layer}" for layer in genes),
        *(f"weights within {layer}" for layer in genes),
        *(f"weights from {before} to {after}" for before, after in pairwise(genes)),
        "channels",
        "fewest channels",
    )
    mutations = ("uniform", "any")
    loose = ("any",)

    def show(self, arch: Archs) -> str:
        """Return the official text of one architecture, a row (5,)."""
        self.check(arch[None])
        return ":".join(CHANNELS[choice] for choice in arch)

    def parse(self, text: str) -> Archs:
        """Return the row (5,) of an official text, white space around it aside.

        Raises:
            ArchitectureError: If it is none.
        """
        channels = text.strip().split(":")
        if len(channels) != LAYERS:
            raise ArchitectureError(f"expected {LAYERS} numbers of channels joined by ':', got {text.strip()!r:.80}")
        for number in channels:
            if number not in CHANNELS:
                raise ArchitectureError(f"unknown number of channels {number!r:.40}{suggest(number, CHANNELS)}")
        return np.array([CHANNELS.index(number) for number in channels], dtype=np.int8)

    def mutate(self, archs: Archs, rows: Rows, streams: Streams, how: str = "uniform") -> Archs:
        """Return copies with one layer's number of channels drawn anew, shape (m, 5).

        "uniform" draws another number; "any", which the authors published, may draw the same again.
        """
        if how != "any":
            return super().mutate(archs, rows, streams, how)
        layer = streams.integers(rows, LAYERS)
        mutants = archs.copy()
        mutants[np.arange(rows.size), layer] = streams.integers(rows, len(CHANNELS))
        return mutants

    def graph(self, archs: Archs) -> Floats:
        """Return channels as numbers, and products of them, to which numbers of weights are proportional, (n, 16)."""
        channels = np.array(CHANNELS, dtype=np.float64)[archs.astype(np.intp)]
        whole = np.stack([channels.sum(axis=1), channels.min(axis=1)], axis=1)
        return np.concatenate([channels, channels**2, channels[:, 1:] * channels[:, :-1], whole], axis=1)

    def official(self, archs: Archs) -> Ids:
        """Return each architecture's index in the official files, shape (n,): `index`."""
        return self.index(archs)

    def from_official(self, index: ArrayLike) -> Archs:
        """Return the architectures of official indices (n,), shape (n, 5).

        Raises:
            ArchitectureError: Where there is none.
        """
        return self.at(self.check_official(index))
