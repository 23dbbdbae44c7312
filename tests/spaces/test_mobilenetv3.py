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
            image = f", images of {said['r'][0]} pixels" if stage == 1 else ""
            assert sum(link.part == f"stage {stage}{image}" for link in links) == depth


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


def test_every_network_says_its_blocks() -> None:
    """As many layers as it is deep, besides the six that all have; a fourth layer after no third is the third."""
    blocks, which = SPACE.blocks(SOME)
    depth = (SPACE.layers(SOME)[:, :, :, 0] > 0).sum(axis=(1, 2))
    assert np.array_equal((which >= 0).sum(axis=1), 6 + depth)
    assert {blocks[place].image for place in which[0] if place >= 0} == {int(SPACE.resolutions(SOME[:1])[0])}
    assert np.array_equal(np.sort(which, axis=1), np.sort(SPACE.blocks(SPACE.representative(SOME))[1], axis=1))


@pytest.mark.parametrize("width", [1.0, 1.2])
def test_counts_are_those_of_the_network_itself(width: float) -> None:
    """Built with torch as the authors' code has it: every weight, and the multiply-accumulates of a passing image."""
    torch = pytest.importorskip("torch")
    for arch in SOME[:2]:
        network = built(torch, arch, width)
        counted = SPACE.count(arch[None], width)
        assert counted.params[0] == sum(weight.numel() for weight in network.parameters())
        side = int(SPACE.resolutions(arch[None])[0])
        assert counted.macs[0] == passing(torch, network, side)


def passing(torch, network, side: int) -> int:
    """Return the multiply-accumulates of convolutions and linear layers for one image, counted as they happen."""
    total = []

    def count(module, _inputs, output) -> None:
        each = module.weight[0].numel()
        total.append(each * output.numel())

    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            module.register_forward_hook(count)
    with torch.no_grad():
        network.eval()(torch.zeros(1, 3, side, side))
    return sum(total)


def built(torch, arch: np.ndarray, width: float):
    """Return a network of once-for-all, for counting: activations change no shape and are left out."""
    nn = torch.nn
    wide = (24, 24, 32, 48, 96, 136, 192, 1152, 1536) if width > 1 else (16, 16, 24, 40, 80, 112, 160, 960, 1280)

    def normalised(inner: int, outer: int, kernel: int, stride: int, groups: int = 1):
        convolution = nn.Conv2d(inner, outer, kernel, stride, kernel // 2, groups=groups, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm2d(outer))

    class Squeeze(nn.Module):
        def __init__(self, channels: int) -> None:
            super().__init__()
            narrow = max(8, (channels // 4 + 4) // 8 * 8)
            narrow = narrow + 8 if narrow < 0.9 * channels / 4 else narrow
            self.parts = nn.Sequential(nn.Conv2d(channels, narrow, 1), nn.Conv2d(narrow, channels, 1))

        def forward(self, values):
            return values * self.parts(values.mean(dim=(2, 3), keepdim=True))

    def layer(inner: int, outer: int, expansion: int, kernel: int, stride: int, squeezed: bool):
        hidden = inner * expansion
        first = [] if expansion == 1 else [normalised(inner, hidden, 1, 1)]
        middle = [normalised(hidden, hidden, kernel, stride, groups=hidden), *([Squeeze(hidden)] if squeezed else [])]
        return nn.Sequential(*first, *middle, normalised(hidden, outer, 1, 1))

    parts = [normalised(3, wide[0], 3, 2), layer(wide[0], wide[1], 1, 3, 1, False)]
    strides, squeezed = (2, 2, 2, 1, 2), (False, True, False, True, True)
    for stage, layers in enumerate(SPACE.layers(arch[None])[0].tolist()):
        there = [(kernel, expansion) for kernel, expansion in layers if kernel]
        for place, (kernel, expansion) in enumerate(there):
            inner, stride = (wide[stage + 1], strides[stage]) if place == 0 else (wide[stage + 2], 1)
            parts.append(layer(inner, wide[stage + 2], expansion, kernel, stride, squeezed[stage]))
    parts += [normalised(wide[6], wide[7], 1, 1), nn.AdaptiveAvgPool2d(1)]
    parts += [nn.Conv2d(wide[7], wide[8], 1, bias=False), nn.Flatten(), nn.Linear(wide[8], 1000)]
    return nn.Sequential(*parts)
