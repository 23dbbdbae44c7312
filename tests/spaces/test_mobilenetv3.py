"""The MobileNetV3 space: once-for-all's dictionaries, folded depths, and how many networks there are."""

from __future__ import annotations

import ast
import csv
import json
from pathlib import Path

import numpy as np
import pytest

from nassim.core.errors import ArchitectureError
from nassim.core.random_streams import Streams
from nassim.spaces.mobilenetv3 import ABSENT, NONE, MobileNetV3

SPACE = MobileNetV3()
ROWS = np.arange(2000)
SOME = SPACE.sample(ROWS, Streams(0, "mobilenetv3", ROWS))
PUBLISHED = Path(__file__).parents[3] / "shared/data/ofa-note10/ofa_1500_latency_ms.csv"
SMALL = {"ks": [3] * 20, "e": [3] * 20, "d": [2] * 5, "r": [160]}


def test_there_are_as_many_networks_as_the_authors_count() -> None:
    """About 2 x 10**19 at each of five resolutions."""
    assert SPACE.networks == 5 * (9**2 + 9**3 + 9**4) ** 5
    assert SPACE.networks // 5 == pytest.approx(2.2e19, rel=0.02)


def test_folding_leaves_one_row_for_each_network() -> None:
    """Of a stage's 81 x 10 x 10 options of layers, 9**2 + 9**3 + 9**4 are networks of their own."""
    stages = np.array(list(np.ndindex(9, 9, 10, 10)), dtype=np.int8)
    archs = np.zeros((len(stages), 21), dtype=np.int8)
    archs[:, 9:13] = stages
    folded = SPACE.representative(archs)
    assert len(np.unique(folded, axis=0)) == 9**2 + 9**3 + 9**4
    assert not ((folded[:, 11] == NONE) & (folded[:, 12] != NONE)).any()
    layers, before = SPACE.layers(folded)[:, 2], SPACE.layers(archs)[:, 2]
    assert np.array_equal(np.sort(layers @ [10, 1], axis=1), np.sort(before @ [10, 1], axis=1))


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/ofa-note10")
def test_published_dictionaries_are_read() -> None:
    """All 1,500 are: layers within the depth as they are, those beyond left out."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        given = [ast.literal_eval(row["child_arch"]) for row in csv.DictReader(file)]
    for members in given:
        arch = SPACE.parse(json.dumps(members))
        layers = SPACE.layers(arch[None])[0]
        assert SPACE.resolutions(arch[None])[0] == members["r"][0]
        for stage, depth in enumerate(members["d"]):
            own = slice(4 * stage, 4 * stage + depth)
            assert layers[stage, :depth, 0].tolist() == members["ks"][own]
            assert layers[stage, :depth, 1].tolist() == members["e"][own]
            assert layers[stage, depth:].tolist() == [list(ABSENT)] * (4 - depth)
        assert np.array_equal(SPACE.representative(arch[None])[0], arch)
    assert len(given) == 1500


def test_graph_features_are_what_they_are_called() -> None:
    """Depths, kernels and expansions, counted from the text."""
    features = SPACE.graph(SPACE.representative(SOME))
    names = SPACE.graph_names
    for arch, row in zip(SPACE.representative(SOME)[:50], features, strict=False):
        said = json.loads(SPACE.show(arch))
        told = dict(zip(names, row.tolist(), strict=True))
        assert told["resolution"] == said["r"][0]
        assert [told[f"stage{stage}_depth"] for stage in range(1, 6)] == said["d"]
        assert [told[f"stage5_layer{layer}_kernel"] for layer in range(1, 5)] == said["ks"][16:]
        assert (told["depth"], told["kernels"], told["expansions"]) == (sum(said["d"]), sum(said["ks"]), sum(said["e"]))


def test_a_drawing_has_the_layers_that_are_there() -> None:
    """One arrow for each layer, stage by stage, and no other."""
    for arch in SOME[:50]:
        links, said = SPACE.links(arch), json.loads(SPACE.show(arch))
        for stage, depth in enumerate(said["d"], start=1):
            assert sum(link.part == f"stage {stage}" for link in links) == depth


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ks": [3] * 19}, "ks must be 20 whole numbers"),
        ({"e": 3}, "e must be 20 whole numbers, got 3"),
        ({"d": [2, 2, 2, 2, 5]}, "d must be from 2 to 4, got 5 for stage 5"),
        ({"d": [2, 2, True, 2, 2]}, "d must be 5 whole numbers"),
        ({"r": [128]}, "r must be one of 160, 176, 192, 208, 224, got 128"),
        ({"r": None}, "r must be 1 whole numbers, got None"),
        ({"ks": [4, *[3] * 19]}, r"stage 1: ks must be of \(3, 5, 7\) and e of \(3, 4, 6\), got 4 and 3"),
        ({"ks": [*[3] * 3, 0, *[3] * 16], "e": [*[3] * 3, 0, *[3] * 16]}, "stage 1 has d = 2, but kernels"),
        ({"ks": [0, *[3] * 19], "e": [0, *[3] * 19], "d": [3, 2, 2, 2, 2]}, "stage 1 has d = 3, but kernels"),
    ],
)
def test_a_wrong_dictionary_is_named(change: dict[str, object], message: str) -> None:
    """With the member, what was expected and what came."""
    with pytest.raises(ArchitectureError, match=message):
        SPACE.parse(json.dumps(SMALL | change))


def test_ids_are_hashes_of_the_genes() -> None:
    """They do not depend on the company or the type of a row, and rows that differ have ids that do."""
    rows = np.arange(300_000)
    many = SPACE.sample(rows, Streams(1, "mobilenetv3", rows))
    ids = SPACE.index(many)
    assert np.unique(ids).size == len(np.unique(many, axis=0))
    assert np.array_equal(SPACE.index(many[5:9].astype(np.int16)), ids[5:9])
