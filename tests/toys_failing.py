"""A benchmark all of whose trainings fail."""

from __future__ import annotations

import numpy as np

from tests.toys import toy_benchmark

NOTHING = toy_benchmark((2, 3, 2))
NOTHING._error[:] = np.nan
