"""Tables of blocks: a network's latency is the sum over its blocks, and everything that may be wrong with a table."""

from __future__ import annotations

import ast
import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nassim import catalog, load
from nassim.benchmarks.block_table import BlockTable
from nassim.core.benchmark import Query
from nassim.core.errors import DataError, SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.importers import import_data
from nassim.spaces.mobilenetv3 import MobileNetV3
from tests.importers.block_files import i7, latency10, layer7, note10, note10_names

SPACE = MobileNetV3()
SHARED = Path(__file__).parents[3] / "shared/data"
NOTE10, I7 = SHARED / "ofa-note10", SHARED / "mbconv-i7/i7-8700K_lut.yaml"
UNTRAINED = "nassim.benchmarks.untrained:mobilenetv3"
ROWS = np.arange(1500)
SOME = SPACE.sample(ROWS, Streams(0, "blocks", ROWS))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder that is looked at."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.usefixtures("data")
def test_a_latency_is_the_sum_over_the_blocks_of_a_planted_table(tmp_path: Path) -> None:
    """To 1e-12 of what is added up block by block, by names that the test writes itself; for 1,500 networks."""
    every = note10(tmp_path / "tables")
    assert import_data("ofa-lut", tmp_path / "tables") == ["ofa-lut/note10"]
    bench = load(UNTRAINED, wrap=[{"name": "block_latency", "table": "ofa-lut/note10"}])
    folded = SPACE.representative(SOME)
    wanted = [latency10(json.loads(SPACE.show(arch)) | depths(arch), every) for arch in folded]
    np.testing.assert_allclose(bench.cost("latency", SOME), wanted, rtol=1e-12)
    np.testing.assert_array_equal(bench.evaluate(Query(SOME)).costs[:, -1], bench.cost("latency", SOME))


def depths(arch: np.ndarray) -> dict[str, list[int]]:
    """Return kernels and expansions with those that are there first in each stage."""
    layers = SPACE.layers(arch[None])[0]
    return {"ks": layers[:, :, 0].ravel().tolist(), "e": layers[:, :, 1].ravel().tolist()}


@pytest.mark.skipif(not NOTE10.exists(), reason="needs ../shared/data/ofa-note10")
def test_the_published_sums_are_reached(data: Path) -> None:
    """All 1,500 networks that the authors added up themselves, to 1e-6 and in fact to the last bits."""
    import_data("ofa-lut", NOTE10)
    with (NOTE10 / "ofa_1500_latency_ms.csv").open(encoding="utf-8", newline="") as file:
        rows = [(ast.literal_eval(row["child_arch"]), float(row["latency"])) for row in csv.DictReader(file)]
    archs = np.array([SPACE.from_members(members) for members, _ in rows])
    table = BlockTable.load(data / "ofa-lut/note10")
    found = table.sums(*SPACE.blocks(archs, 1.2))
    assert len(rows) == 1500
    np.testing.assert_allclose(found, [latency for _, latency in rows], rtol=1e-12)


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("width", [1.0, 1.2])
def test_a_table_for_all_images_serves_both_widths(tmp_path: Path, width: float) -> None:
    """The smallest network by hand: its stem, one layer, two layers a stage, and the head; no pooling was timed."""
    numbers = i7(tmp_path / "i7-8700K_lut.yaml")
    import_data("mbconv-lut", tmp_path / "i7-8700K_lut.yaml")
    bench = load(UNTRAINED, wrap=[{"name": "block_latency", "table": "mbconv-lut/i7-8700k", "width": width}])
    arch = SPACE.from_members({"ks": [3] * 20, "e": [3] * 20, "d": [2] * 5, "r": [160]})
    wide = (24, 24, 32, 48, 96, 136, 192, 1152, 1536) if width > 1 else (16, 16, 24, 40, 80, 112, 160, 960, 1280)
    names = [
        f"first_conv-input:160x160x3-output:80x80x{wide[0]}",
        layer7(80, wide[0], 80, wide[1], 1, 3, 1, 0),
        *(layer7(80, wide[1], 40, wide[2], 3, 3, 2, 0), layer7(40, wide[2], 40, wide[2], 3, 3, 1, 0)),
        *(layer7(40, wide[2], 20, wide[3], 3, 3, 2, 1), layer7(20, wide[3], 20, wide[3], 3, 3, 1, 1)),
        *(layer7(20, wide[3], 10, wide[4], 3, 3, 2, 0), layer7(10, wide[4], 10, wide[4], 3, 3, 1, 0)),
        *(layer7(10, wide[4], 10, wide[5], 3, 3, 1, 1), layer7(10, wide[5], 10, wide[5], 3, 3, 1, 1)),
        *(layer7(10, wide[5], 5, wide[6], 3, 3, 2, 1), layer7(5, wide[6], 5, wide[6], 3, 3, 1, 1)),
        f"final_expand_layer-input:5x5x{wide[6]}-output:5x5x{wide[7]}",
        f"feature_mix_layer-input:1x1x{wide[7]}-output:1x1x{wide[8]}",
        f"classifier-input:{wide[8]}-output:1000",
    ]
    assert bench.cost("latency", arch[None])[0] == pytest.approx(sum(numbers[name] for name in names), rel=1e-12)


@pytest.mark.skipif(not I7.exists(), reason="needs ../shared/data/mbconv-i7")
def test_the_published_table_of_the_processor_is_read(data: Path) -> None:
    """All 4,050 blocks; every network of the space has a latency at both widths, the wider one's is mostly higher."""
    said: list[str] = []
    import_data("mbconv-lut", I7, told=said.append)
    assert said == []  # it is the very file that was published
    table = BlockTable.load(data / "mbconv-lut/i7-8700k")
    assert len(table.measured) == 4050
    narrow, wide = (table.sums(*SPACE.blocks(SOME, width)) for width in (1.0, 1.2))
    assert (narrow > 0).all()
    assert (wide > narrow).mean() > 0.95


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[:-4], "is missing; download it again"),
        (lambda lines: [*lines, *lines[-4:]], "is there twice"),
        (lambda lines: [lines[0].replace("Conv", "Conf"), *lines[1:]], "expected blocks Conv, expanded_conv.*'Conf-in"),
        (lambda lines: [lines[0], "  mean: fast", *lines[2:]], "line 2: expected NAME: or a number of a block"),
        (lambda lines: [line for line in lines if line != lines[2]], "mean must be above 0, got nan"),
        (lambda lines: [lines[0], lines[1], "  mean: -1.0", *lines[3:]], "mean must be above 0, got -1"),
        (lambda lines: [lines[0], lines[1], "  mean: inf", *lines[3:]], "mean must be above 0, got inf"),
        (lambda lines: [lines[0].replace("x24", "x32"), *lines[1:]], "is missing|is in no network of the space"),
        (lambda _lines: [], "there are no blocks in it"),
    ],
)
def test_a_wrong_table_is_named(change, message: str, tmp_path: Path) -> None:
    """With the file, in one line; nothing is written."""
    note10(tmp_path / "tables")
    path = tmp_path / "tables/176_lookup_table.yaml"
    path.write_text("\n".join(change(path.read_text(encoding="utf-8").splitlines())), encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        import_data("ofa-lut", tmp_path / "tables", tmp_path / "out")
    assert str(tmp_path / "tables") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_what_is_no_folder_or_too_few_blocks_is_refused(tmp_path: Path) -> None:
    """A file for a folder; a table of the processor without its last block."""
    note10(tmp_path / "tables")
    with pytest.raises(DataError, match=r"expected a folder with 160_lookup_table\.yaml and the others"):
        import_data("ofa-lut", tmp_path / "tables/160_lookup_table.yaml", tmp_path / "out")
    path = tmp_path / "i7.yaml"
    i7(path)
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-3]), encoding="utf-8")
    with pytest.raises(DataError, match="expected 4,050 blocks, got 4,049"):
        import_data("mbconv-lut", path, tmp_path / "out")


def test_a_damaged_import_is_named(tmp_path: Path, data: Path) -> None:
    """By its checksum, its columns and its operations."""
    note10(tmp_path / "tables")
    import_data("ofa-lut", tmp_path / "tables")
    path = data / "ofa-lut/note10/blocks.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + b"x" * 9)
    with pytest.raises(DataError, match="damaged"):
        BlockTable.load(path.parent)
    card = data / "ofa-lut/card.toml"
    card.write_text(card.read_text(encoding="utf-8").partition("[files")[0], encoding="utf-8")
    table = pq.read_table(pa.BufferReader(whole))
    operations = ["pond" if name == "pool" else name for name in table["operation"].to_pylist()]
    place = table.schema.get_field_index("operation")
    for changed, message in (
        (table.drop_columns(["milliseconds"]), "expected a column milliseconds"),
        (table.set_column(place, "operation", pa.array(operations)), "expected an operation of .*, got 'pond'"),
        (pa.concat_tables([table, table.slice(0, 1)]), "expected every block once"),
    ):
        pq.write_table(changed, path)
        with pytest.raises(DataError, match=message):
            BlockTable.load(path.parent)
    path.unlink()
    with pytest.raises(DataError, match="cannot be read"):
        BlockTable.load(path.parent)
    assert catalog.block_folders() == {}


@pytest.mark.usefixtures("data")
def test_a_wrapper_refuses_what_does_not_fit(tmp_path: Path) -> None:
    """Spaces without blocks, a name that is taken, a table that is not there, a width that was not timed."""
    note10(tmp_path / "tables")
    import_data("ofa-lut", tmp_path / "tables")
    latency = {"name": "block_latency", "table": "ofa-lut/note10"}
    with pytest.raises(SettingError, match="the space nb201 does not say of which blocks it is"):
        load("nb201/cifar10", wrap=[latency])
    with pytest.raises(SettingError, match="has a cost 'latency' already; give block_latency another 'cost'"):
        load(UNTRAINED, wrap=[latency, latency])
    with pytest.raises(
        UnknownNameError, match="unknown table of blocks 'ofa-lut/note9'; did you mean 'ofa-lut/note10'"
    ):
        load(UNTRAINED, wrap=[latency | {"table": "ofa-lut/note9"}])
    with pytest.raises(DataError, match=r"ofa-lut/note10 has no block such as first_conv .* choose the width"):
        load(UNTRAINED, wrap=[latency | {"width": 1.0}])


@pytest.mark.usefixtures("data")
def test_two_tables_are_two_costs(tmp_path: Path) -> None:
    """One device is searched for and another limited; each in its own unit of time."""
    every = note10(tmp_path / "tables")
    i7(tmp_path / "i7.yaml")
    import_data("ofa-lut", tmp_path / "tables")
    import_data("mbconv-lut", tmp_path / "i7.yaml")
    bench = load(
        UNTRAINED,
        wrap=[
            {"name": "block_latency", "table": "ofa-lut/note10", "cost": "phone"},
            {"name": "block_latency", "table": "mbconv-lut/i7-8700k", "cost": "processor"},
        ],
    )
    assert bench.costs == ("params", "macs", "phone", "processor")
    costs = bench.evaluate(Query(SOME)).costs
    np.testing.assert_array_equal(costs.T, [bench.cost(name, SOME) for name in bench.costs])
    assert len(note10_names(160)) == len(every[160]) == 96
