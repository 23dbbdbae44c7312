"""Types of arrays, each once. Shapes stand where they are used; an axis of runs always comes first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Reals = NDArray[Any]  # float64, or float32 where memory is what counts
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]  # which runs act now, (m,), increasing
RandomWords = NDArray[np.uint32]
Archs = NDArray[np.signedinteger[Any]]  # (n, genes), int8 or, where a gene has more than 127 options, int16
Ids = NDArray[np.int64]  # (n,) of architectures
Columns = dict[str, NDArray[Any]]  # a table: name -> (rows,)
