"""The restricted unpickler: plain values and numbers of numpy are read, anything else is refused in one line."""

from __future__ import annotations

import collections
import os
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.errors import DataError
from nassim.importers._pickles import unpickle

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.integers(0, pickle.HIGHEST_PROTOCOL))
@settings(max_examples=60, deadline=None)
def test_plain_values_come_back(value, protocol):
    """Of every protocol of pickle."""
    assert unpickle(pickle.dumps(value, protocol), "here") == value


def test_numbers_of_numpy_become_pythons():
    """Scalars of any width and byte order; sets and ordered dictionaries too."""
    for kind in ("f2", "f4", "f8", "i1", "i4", "i8", "u2", ">f8", ">i4", "?"):
        number = np.array([1.5], dtype=kind)[0]
        found = unpickle(pickle.dumps({"a": number}), "here")["a"]
        assert found == number
        assert not isinstance(found, np.generic)
    assert unpickle(pickle.dumps({1, 2}), "here") == {1, 2}
    assert unpickle(pickle.dumps(collections.OrderedDict(a=1)), "here") == {"a": 1}


class Evil:
    """An object whose pickle runs a command."""

    def __reduce__(self):
        return os.system, ("echo evil >&2",)


@pytest.mark.parametrize("value", [print, Evil(), np.arange(3), Exception("x"), slice(1)])
def test_what_is_no_plain_value_is_refused(value, capfd):
    """Whatever a pickle names, it is not run, and the line says which file and what."""
    with pytest.raises(DataError, match=r"here: damaged, or no pickle of plain values \(") as caught:
        unpickle(pickle.dumps(value), "here")
    assert "\n" not in str(caught.value)
    assert "evil" not in capfd.readouterr().err


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=200, deadline=None)
def test_damage_gives_one_line(seed, cut):
    """Bytes lost or changed: plain values or a DataError, nothing else."""
    generator = np.random.default_rng(seed)
    data = bytearray(pickle.dumps({"a": [np.float64(1.5), {1, 2}], "b": collections.OrderedDict(x=(1, "two"))}))
    if cut:
        data = data[: generator.integers(len(data))]
    else:
        data[generator.integers(len(data))] = generator.integers(256)
    message = "here: "
    try:
        unpickle(bytes(data), "here")
    except DataError as error:
        message = str(error)
    assert message.startswith("here: ")
    assert "\n" not in message


@pytest.mark.parametrize("data", [b"", b".", b"hello", b"\x80\x05", b"X\xff\xff\xff\x7fa", b"cos\nsystem\n(S'ls'\ntR."])
def test_nonsense_is_refused(data):
    """And nothing is run."""
    with pytest.raises(DataError, match="here: "):
        unpickle(data, "here")
