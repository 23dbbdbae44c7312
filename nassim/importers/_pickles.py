"""Reads pickles that others published: plain values and numbers of numpy, and nothing that could run code."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Union

from nassim.core.errors import DataError
from nassim.data.pickle_sizes import end_of

Harmless = Callable[..., Any]  # what a pickle may name
SHOWN = 60  # characters of a name that a message repeats


class Restricted(pickle.Unpickler):
    """Unpickles dicts, lists, tuples, sets, texts, numbers, and scalars of numpy; refuses every other name.

    Of the classes `parts`, by module and name, nothing is made but Parts.
    """

    parts: frozenset[tuple[str, str]] = frozenset()

    def find_class(self, module_name: str, global_name: str, /) -> Harmless:
        """Return what a pickle names, if it is harmless."""
        return Parts if (module_name, global_name) in self.parts else harmless(module_name, global_name)


class Parts:
    """What is left of an object of a class that others wrote: its attributes."""


Sequences = Union[Sequence["Pickled"], Mapping["Pickled", "Pickled"], AbstractSet["Pickled"]]  # noqa: UP007
Pickled = Union[None, bool, int, float, str, bytes, Sequences, Parts]  # noqa: UP007  (of itself)


class _Dtype:
    """The type of a number in a pickle: letters such as f8."""

    def __init__(self, letters: str, *_: bool) -> None:
        self.letters, self.order = letters, "<"

    def __setstate__(self, state: tuple[int, str]) -> None:
        self.order = state[1] if state[1] in "<>" else "|"


def _scalar(dtype: _Dtype, data: str | bytes) -> float:
    """Return a number of numpy's as one of Python's."""
    import numpy as np

    found = np.dtype(f"{dtype.order}{dtype.letters}")
    raw = data.encode("latin1") if isinstance(data, str) else data
    if found.kind not in "bifu" or len(raw) != found.itemsize:
        raise pickle.UnpicklingError(f"a number of type {dtype.letters!r:.20} is damaged")
    number: float = np.frombuffer(raw, found)[0].item()
    return number


def _as_it_is(text: str, *_: str) -> str:
    """Return bytes that an old pickle spells as a text; `_scalar` takes such."""
    return text


HARMLESS: dict[tuple[str, str], Harmless] = {
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
    ("collections", "OrderedDict"): dict,
    ("numpy", "dtype"): _Dtype,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("_codecs", "encode"): _as_it_is,
}


def harmless(module: str, name: str) -> Harmless:
    """Return what a pickle may name.

    Raises:
        UnpicklingError: Refuses everything else.
    """
    if (module, name) not in HARMLESS:
        raise pickle.UnpicklingError(f"it names {f'{module}.{name}':.{SHOWN}}, which is no plain value")
    return HARMLESS[module, name]


def unpickle(data: bytes, where: str, parts: Iterable[tuple[str, str]] = ()) -> Pickled:
    """Return what a pickle holds.

    Raises:
        DataError: Says that `where` holds no pickle of plain values.
    """
    try:
        end_of(data)
        unpickler = Restricted(io.BytesIO(data), encoding="latin1")
        unpickler.parts = frozenset(parts)
        found: Pickled = unpickler.load()
    except MemoryError as error:
        raise DataError(f"{where}: damaged: it asks for more memory than there is; download it again") from error
    except Exception as error:  # a damaged pickle fails in any way
        said = " ".join(f"{error}".split()) or type(error).__name__
        raise DataError(f"{where}: damaged, or no pickle of plain values ({said:.120}); download it again") from error
    return found
