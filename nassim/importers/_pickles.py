"""Reads pickles that others published: plain values and numbers of numpy, and nothing that could run code."""

from __future__ import annotations

import io
import pickle
from typing import Any

from nassim.errors import DataError

HARMLESS = {
    ("builtins", "set"): set,
    ("collections", "OrderedDict"): dict,
}
NUMPY = {"numpy.core.multiarray", "numpy._core.multiarray"}
SHOWN = 60  # characters of a name that a message repeats


class Restricted(pickle.Unpickler):
    """Unpickles dicts, lists, tuples, sets, texts, numbers, and scalars of numpy; refuses every other name."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return what a pickle names, if it is harmless."""
        if (module_name, global_name) in HARMLESS:
            return HARMLESS[module_name, global_name]
        if module_name in NUMPY and global_name == "scalar":
            return _scalar
        if (module_name, global_name) == ("numpy", "dtype"):
            return _Dtype
        named = f"{module_name}.{global_name}"
        raise pickle.UnpicklingError(f"it names {named:.{SHOWN}}, which is no plain value")


class _Dtype:
    """The type of a number in a pickle: letters such as f8."""

    def __init__(self, letters: str, *_: Any) -> None:
        self.letters, self.order = letters, "<"

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.order = state[1] if state[1] in "<>" else "|"


def _scalar(dtype: _Dtype, data: Any) -> Any:
    """Return a number of numpy's as one of Python's."""
    import numpy as np

    found = np.dtype(f"{dtype.order}{dtype.letters}")
    raw = data.encode("latin1") if isinstance(data, str) else data
    if found.kind not in "bifu" or len(raw) != found.itemsize:
        raise pickle.UnpicklingError(f"a number of type {dtype.letters!r:.20} is damaged")
    return np.frombuffer(raw, found)[0].item()


def unpickle(data: bytes, where: str) -> Any:
    """Return what a pickle holds; DataError says that `where` holds no pickle of plain values."""
    try:
        return Restricted(io.BytesIO(data), encoding="latin1").load()
    except MemoryError as error:
        raise DataError(f"{where}: damaged: it asks for more memory than there is; download it again") from error
    except Exception as error:  # a damaged pickle fails in any way
        said = " ".join(f"{error}".split()) or type(error).__name__
        raise DataError(f"{where}: damaged, or no pickle of plain values ({said:.120}); download it again") from error
