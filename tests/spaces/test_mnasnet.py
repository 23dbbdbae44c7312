"""The MnasNet space: its texts, and its counts against EfficientNet-B0, a plain oracle and the published files."""

from __future__ import annotations

import json
import tarfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nassim.core.errors import ArchitectureError
from nassim.core.random_streams import Streams
from nassim.spaces.mnasnet import MnasNet

SPACE = MnasNet()
PUBLISHED = Path(__file__).parents[3] / "shared/data/accel-nasbench/anb_dataset_jsons.tar.gz"
ROWS = np.arange(200)
SOME = SPACE.sample(ROWS, Streams(0, "mnasnet", ROWS))
EFFICIENTNET_B0 = {
    "e": (1, 6, 6, 6, 6, 6, 6),
    "k": (3, 3, 5, 3, 5, 5, 3),
    "l": (1, 2, 2, 3, 3, 4, 1),
    "se": (True,) * 7,
}


def text_of(parts: dict[str, tuple[object, ...]]) -> str:
    """Return the official text of the values of seven blocks, by part."""
    return json.dumps({f"block{block}_{part}": parts[part][block] for block in range(7) for part in parts})


def layers(arch: dict[str, int]):
    """Yield every convolution of a network: inputs, outputs, groups, kernel, side of its output, normalised or not."""
    yield 3, 32, 1, 3, 112, True
    inner, side = 32, 112
    stages = zip((1, 2, 2, 2, 1, 2, 1), (16, 24, 40, 80, 112, 192, 320), strict=True)
    for block, (stride, outer) in enumerate(stages):
        expansion, kernel, number, squeezed = (arch[f"block{block}_{part}"] for part in ("e", "k", "l", "se"))
        for layer in range(number):
            wide = inner * expansion
            if wide != inner:
                yield inner, wide, 1, 1, side, True
            side //= stride if layer == 0 else 1
            yield wide, wide, wide, kernel, side, True
            if squeezed:
                yield wide, inner // 4, 1, 1, 1, False
                yield inner // 4, wide, 1, 1, 1, False
            yield wide, outer, 1, 1, side, True
            inner = outer
    yield inner, 1280, 1, 1, side, True
    yield 1280, 1000, 1, 1, 1, False


def test_its_size_is_the_published_one():
    """About 10**11 networks."""
    assert SPACE.size == 36**6 * 48 == 104_485_552_128
    assert SPACE.index(SPACE.at(np.array([SPACE.size - 1]))).tolist() == [SPACE.size - 1]


def test_texts_are_the_objects_of_the_published_files():
    """Spelt as Python's json spells them; read in any order and with any white space."""
    text = text_of(EFFICIENTNET_B0)
    arch = SPACE.parse(text)
    assert SPACE.show(arch) == text
    backwards = json.dumps(dict(reversed(json.loads(text).items())), indent=2)
    assert SPACE.parse(backwards).tolist() == arch.tolist()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"block0_e": 1', '"block0_e": 2', "block0_e must be one of 1, 4, 6, got '2'"),
        ('"block0_e": 1', '"block0_e": true', "block0_e must be one of 1, 4, 6, got 'true'"),
        ('"block0_e": 1', '"block0_e": 1.0', "must be one of 1, 4, 6, got '1.0'"),
        ('"block0_e": 1', '"block0_e": NaN', "got 'NaN'"),
        ('"block0_e": 1', '"block0_e": {"a": [1]}', "block0_e must be one of"),
        ('"block4_l": 3', '"block4_l": 4', "block4_l must be one of 1, 2, 3, got '4'"),
        ('"block3_se": true', '"block3_se": 1', "block3_se must be one of false, true, got '1'"),
        ('"block3_se": true', '"block3_sf": true', "unknown gene 'block3_sf'; did you mean"),
        ('"block3_se": true, ', "", "the gene block3_se is missing"),
        (
            '"block3_se": true',
            '"block3_se": true, "block3_se": true',
            "the key 'block3_se' is there twice; expected a JSON object",
        ),
        ("{", "[", "expected a JSON object such as"),
        ("{", '{"x', "expected a JSON object|unknown gene"),
    ],
)
def test_a_wrong_text_is_refused_with_what_is_wrong(old, new, message):
    """In one line that names the gene."""
    with pytest.raises(ArchitectureError, match=message):
        SPACE.parse(text_of(EFFICIENTNET_B0).replace(old, new, 1))


@pytest.mark.parametrize(
    "text", ["{}", "[]", "[{}]", '"a"', "[" * 100_000, "[" * 5000, "9" * 5000, "{" * 9, '{"block0_e": 1']
)
def test_what_is_no_object_is_refused(text):
    """However deep or broken."""
    with pytest.raises(ArchitectureError) as caught:
        SPACE.parse(text)
    assert len(str(caught.value)) < 300


def test_efficientnet_b0_has_its_known_parameters():
    """As torchvision's efficientnet_b0."""
    assert SPACE.count(SPACE.parse(text_of(EFFICIENTNET_B0))[None]).params.tolist() == [5_288_548]


def test_counts_are_those_of_every_convolution():
    """Against a plain walk through the network; the authors' counter also counts normalisation and pooling."""
    found = SPACE.count(SOME)
    for arch, params, macs, values in zip(SOME, *found, strict=True):
        genes = json.loads(SPACE.show(arch))
        own = list(layers(genes))
        weights = [inner * outer // groups * kernel**2 for inner, outer, groups, kernel, _, _ in own]
        assert params == sum(
            weight + (2 if layer[5] else 1) * layer[1] for weight, layer in zip(weights, own, strict=True)
        )
        normalised = sum(layer[1] * layer[4] ** 2 for layer in own if layer[5])
        pooled = [(before[1], before[4]) for before, layer in pairwise(own) if not layer[5] and before[5]]
        convolved = sum(weight * layer[4] ** 2 for weight, layer in zip(weights, own, strict=True))
        assert macs == convolved + 4 * normalised + sum(wide * (side**2 + 1) for wide, side in pooled)
        assert values == normalised + 1000 + sum(wide * side**2 for wide, side in pooled[:-1])


def test_the_counts_of_blocks_add_up():
    """To those of the network without stem and head, which are the same for all."""
    whole, blocks = SPACE.count(SOME), SPACE.count_blocks(SOME)
    for total, parts in zip(whole, blocks, strict=True):
        assert parts.shape == (len(SOME), 7)
        assert len(np.unique(total - parts.sum(axis=1))) == 1


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/accel-nasbench")
def test_counts_and_texts_are_the_published_ones():
    """Parameters and multiply-accumulates of published records, in millions, to the last digit."""
    with tarfile.open(PUBLISHED, "r:gz") as archive:
        files = (archive.extractfile(member) for member in archive if member.isfile())
        records = [json.load(file) for _, file in zip(range(300), files, strict=False) if file]
    archs = np.array([SPACE.parse(json.dumps(record["architecture"])) for record in records])
    count = SPACE.count(archs)
    assert [SPACE.show(arch) for arch in archs] == [json.dumps(record["architecture"]) for record in records]
    for name in ("params", "macs"):
        published = [record["model_info"][name] for record in records]
        assert (getattr(count, name) / 1e6).tolist() == published


def test_graph_features_are_options_and_counts():
    """The options as numbers, the counts of blocks and of the whole, and sums that are named."""
    features, names = SPACE.graph(SOME), SPACE.graph_names
    assert features.shape == (len(SOME), len(names)) == (len(SOME), len(set(names)))
    assert np.array_equal(features[:, :28], SOME)
    assert np.array_equal(features[:, names.index("macs")], SPACE.count(SOME).macs)
    assert np.array_equal(features[:, names.index("block3_params")], SPACE.count_blocks(SOME).params[:, 3])
    for arch, row in zip(SOME, features, strict=True):
        genes = json.loads(SPACE.show(arch))
        squeezed = [block for block in range(7) if genes[f"block{block}_se"]]
        large = [block for block in range(7) if genes[f"block{block}_k"] == 5]
        assert row[names.index("layers")] == sum(genes[f"block{block}_l"] for block in range(7))
        assert row[names.index("layers_se")] == sum(genes[f"block{block}_l"] for block in squeezed)
        assert row[names.index("layers_5x5")] == sum(genes[f"block{block}_l"] for block in large)
        assert (row[names.index("values_se")] > 0) == bool(squeezed)
    assert np.array_equal(SPACE.graph(SOME[7:8])[0], features[7])
