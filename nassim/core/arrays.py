"""Types of arrays, each once. Shapes stand where they are used; an axis of runs always comes first."""

from __future__ import annotations

from typing import Any, TypeVar, Union

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Reals = NDArray[Any]  # float64, or float32 where memory is what counts
Ints = NDArray[np.int64]
Whole = NDArray[np.integer[Any]]  # whole numbers of any size
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]  # which runs act now, (m,), increasing
RandomWords = NDArray[np.uint32]
GeneType = np.dtype[np.signedinteger[Any]]  # int8 or, where a gene has more than 127 options, int16
Archs = NDArray[np.signedinteger[Any]]  # (n, genes) of that type
Ids = NDArray[np.int64]  # (n,) of architectures
Slice = Union["slice[int, int, None]"]  # a part of an axis, which is a view
Columns = dict[str, NDArray[Any]]  # a table: name -> (rows,)
Scalar = TypeVar("Scalar", bound="np.generic[object]")  # what an array holds
Values = NDArray["np.generic[object]"]  # an array of anything
