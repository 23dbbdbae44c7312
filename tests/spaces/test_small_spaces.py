"""The spaces of NAS-Bench-Macro and of NATS-Bench's sizes: how many there are, and their texts."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.core.errors import ArchitectureError
from nassim.spaces.macro import Macro
from nassim.spaces.natsbench_size import NatsBenchSize

MACRO, SIZE = Macro(), NatsBenchSize()


def test_sizes_are_the_published_ones():
    """6,561 architectures of 3,969 networks, and 32,768 of as many."""
    assert (MACRO.size, SIZE.size) == (6561, 32_768)
    assert len(np.unique(MACRO.canonical(MACRO.at(np.arange(MACRO.size))))) == 3969


@pytest.mark.parametrize(("first", "second"), [("00010000", "00001000"), ("00000020", "00000002")])
def test_an_identity_may_move_between_alike_layers(first, second):
    """As the published values of these pairs show, which are equal."""
    archs = np.array([MACRO.parse(text) for text in (first, second)])
    assert len(set(MACRO.canonical(archs).tolist())) == 1


def test_official_numbers_of_sizes_are_indices():
    """8:8:8:8:8 is number 0, 8:8:8:8:16 number 1."""
    archs = np.array([SIZE.parse(text) for text in ("8:8:8:8:8", "8:8:8:8:16", "64:64:64:64:64")])
    assert SIZE.official(archs).tolist() == [0, 1, 32_767]
    assert np.array_equal(SIZE.from_official([0, 1, 32_767]), archs)
    with pytest.raises(ArchitectureError, match=r"official index 32768 is not in 0\.\.32767"):
        SIZE.from_official(32_768)


def test_sizes_are_seen_as_numbers():
    """Channels, and the products that numbers of weights are proportional to."""
    row = dict(zip(SIZE.graph_names, SIZE.graph(SIZE.parse("8:64:16:24:32")[None])[0].tolist(), strict=True))
    assert (row["channels of layer2"], row["weights within layer5"]) == (64, 1024)
    assert row["weights from layer2 to layer3"] == 1024
    assert (row["channels"], row["fewest channels"]) == (144, 8)


def test_macro_architectures_are_seen_as_numbers():
    """Expansion and kernel of each layer once identities have moved, and what each stage has."""
    row = dict(zip(MACRO.graph_names, MACRO.graph(MACRO.parse("12010200")[None])[0].tolist(), strict=True))
    assert (row["expansion of layer1"], row["kernel of layer2"]) == (3, 5)
    assert [row[f"blocks in stage {stage}"] for stage in (1, 2, 3)] == [2, 1, 1]
    assert [row[f"expansion in stage {stage}"] for stage in (1, 2, 3)] == [9, 3, 6]
    assert (row["blocks"], row["expansion"], row["kernels"], row["reach"]) == (4, 18, 16, 12)


@pytest.mark.parametrize(
    ("space", "text", "message"),
    [
        (MACRO, "0120120", "expected 8 digits of 0, 1 and 2"),
        (MACRO, "01201203", "expected 8 digits"),
        (SIZE, "8:8:8:8", "expected 5 numbers of channels"),
        (SIZE, "8:8:8:8:12", "unknown number of channels '12'"),
    ],
)
def test_a_wrong_text_is_refused_with_what_is_wrong(space, text, message):
    """In one line."""
    with pytest.raises(ArchitectureError, match=message):
        space.parse(text)
