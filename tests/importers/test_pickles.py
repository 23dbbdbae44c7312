"""The restricted unpickler: plain values and numbers of numpy are read, anything else is refused in one line."""

from __future__ import annotations

import collections
import os
import pickle
import pickletools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.errors import DataError
from nassim.data.pickle_sizes import end_of
from nassim.importers import _pickles
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


@given(VALUES, st.integers(0, pickle.HIGHEST_PROTOCOL))
@settings(max_examples=60, deadline=None)
def test_the_end_of_a_pickle_is_found(value, protocol):
    """With others before and behind it, of every protocol; and it is where the standard library finds it."""
    first, second = (pickle.dumps(part, protocol) for part in (value, [value, value]))
    both = first + second + b"more"
    assert end_of(both) == len(first) == [place for *_, place in pickletools.genops(first)][-1] + 1
    assert end_of(both, len(first)) == len(first + second)


@pytest.mark.parametrize(
    "hungry",
    [
        b"\x80\x02Nr\xff\xff\xff\xff.",  # its only value is numbered as the four billionth: 64 GiB of memory
        b"Np4000000000\n.",
        b"\x80\x05\x96\xff\xff\xff\xff\x0f\0\0\0.",  # so many bytes follow
        b"\x80\x04\x8d\xff\xff\xff\xff\x0f\0\0\0.",
        b"\x80\x02\x8b\xff\xff\xff\x7f.",
        b"\x80\x02\xff.",
        b"\x80\x02cos",
        b"",
    ],
)
def test_a_pickle_that_asks_for_more_than_its_size_is_refused_before(hungry, monkeypatch):
    """It is walked over first: nothing is built of it, and no memory taken."""
    monkeypatch.setattr(_pickles.Restricted, "load", lambda _: pytest.fail("was built"))
    with pytest.raises(DataError, match="here: damaged, or no pickle of plain values"):
        unpickle(hungry, "here")
