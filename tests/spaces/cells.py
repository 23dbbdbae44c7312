"""Cells of NAS-Bench-201, in plain Python too."""

from __future__ import annotations

import numpy as np

from nassim.spaces.nb201 import NB201

SPACE = NB201()


ALL = SPACE.at(np.arange(SPACE.size))


INCOMING = {1: {0: 0}, 2: {0: 1, 1: 2}, 3: {0: 3, 1: 4, 2: 5}}  # node -> source -> edge
