"""Importing NAS-Bench-101: files by an encoder of their own, real ones, and everything that may be wrong."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nassim import catalog
from nassim.benchmarks import loading
from nassim.benchmarks.networks import NetworkTable
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.importers import import_data, nas_bench_101
from nassim.importers._protobuf import fields
from nassim.importers._tfrecords import read_records
from tests.importers.damage import damaged
from tests.importers.nb101_files import checksum, framed, metrics, record, written

SPACE = catalog.space("nb101")
CELLS = [  # the published fields of a few cells
    ("0100", "input,output"),
    ("010001000", "input,conv1x1-bn-relu,output"),
    ("011001000", "input,maxpool3x3,output"),
    ("0110000000010000", "input,conv3x3-bn-relu,conv1x1-bn-relu,output"),
]
EC_NAS = Path(__file__).parents[3] / "shared/data/ec-nas/energy_4V9E.tfrecord"


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


def hash_of(bits: str, names: str) -> str:
    """Return the published hash of a cell."""
    return SPACE.fingerprint(SPACE.from_fields(bits, names))


def records(epochs=(4, 12, 36, 108)) -> list[bytes]:
    """Return three trainings of three cells at each number of epochs."""
    return [
        record(hash_of(*cell), epoch, *cell, metrics(epoch, 10.0 * epoch + seed, 0.5 + place / 10, 0.4, 100 + place))
        for place, cell in enumerate(CELLS[:3])
        for epoch in epochs
        for seed in range(3)
    ]


@pytest.fixture
def few(monkeypatch):
    """Let three cells be all that there are."""
    monkeypatch.setattr(type(SPACE), "networks", 3)


@pytest.mark.parametrize("epochs", [(4, 12, 36, 108), (108,)])
def test_a_file_becomes_a_benchmark(epochs, few, tmp_path, monkeypatch):
    """Of all cells: found by its name, answering for every form of a cell, and failing for what is none."""
    source = written(tmp_path / "some.tfrecord", records(epochs))
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    assert import_data("nas-bench-101", source) == ["nas-bench-101/cifar10"]
    bench = loading.load("nas-bench-101/cifar10")
    assert isinstance(bench, NetworkTable)
    assert bench.epochs == epochs
    assert bench.optimum == pytest.approx(60)
    archs = np.array([SPACE.from_fields(*cell) for cell in CELLS[:3]])
    found = bench.evaluate(Query(archs))
    assert found.error == pytest.approx([50, 40, 30])
    assert found.seconds == pytest.approx([1081] * 3)
    assert found.costs[:, 0].tolist() == [100, 101, 102]
    seen = {bench.evaluate(Query(archs[:1]), np.array([word], dtype=np.uint32)).seconds[0] for word in range(30)}
    assert seen == {1080, 1081, 1082}
    more = archs[1].copy()
    more[SPACE.genes.index("2->3")] = 1  # a dead end
    assert bench.evaluate(Query(more[None])).error == pytest.approx([40])
    nothing = bench.evaluate(Query(np.zeros((1, 26), dtype=np.int8)))
    assert np.isnan(nothing.error[0])
    assert nothing.seconds[0] == 1


@pytest.mark.skipif(not EC_NAS.exists(), reason="needs ../shared/data/ec-nas")
def test_a_real_file_of_this_layout_is_read():
    """91 cells of four vertices, four budgets, three trainings each, as EC-NAS-Bench has them."""
    family = nas_bench_101.read_cells(EC_NAS, quiet, 91)
    trainings = family.datasets["cifar10"].trainings.to_pandas()
    assert len(trainings) == 91 * 4 * 3
    mean = trainings.groupby("epoch").mean()
    assert (mean.valid_error.diff().dropna() < 0).all()
    assert (mean.seconds.diff().dropna() > 0).all()
    params = family.datasets["cifar10"].architectures["params"].to_numpy()
    assert (params.min(), params.max()) == (445_706, 21_220_234)


def with_field(place: int, value: bytes) -> list[bytes]:
    """Return records of which the last has another validation accuracy, or the like."""
    message = bytearray(metrics(108, 1.0, 0.5, 0.5, 102))
    message[place : place + len(value)] = value
    return [*records()[:-1], record(hash_of(*CELLS[2]), 108, *CELLS[2], bytes(message))]


VALID = metrics(108, 1.0, 0.7328125, 0.5).index(struct.pack("<d", 0.7328125))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (list, "expected 3 cells, got 0"),
        (lambda: records()[:-12], "expected 3 cells, got 2"),
        (lambda: records()[:-1], "expected 3 trainings at 108 epochs, got 2"),
        (lambda: [*records(), records()[0]], "record 36: is training number 4 of the cell at 4 epochs"),
        (lambda: [*records(), b"{"], "record 36: not of the published form"),
        (lambda: [*records(), b"[1, 2]"], "record 36: not of the published form"),
        (lambda: [record("f" * 32, 4, *CELLS[0], metrics(4, 1, 0.5, 0.5))], "record 0: is of cell fff.*hash is"),
        (lambda: [record("x", 5, *CELLS[0], metrics(5, 1, 0.5, 0.5))], "5 is none of"),
        (lambda: [record("x", 4.0, *CELLS[0], metrics(4, 1, 0.5, 0.5))], "4.0 is none of"),
        (lambda: [record("x", 4, "0100", "input,wrong,output", b"")], "record 0: not of the published form"),
        (lambda: [record("x", 4, list("0100"), "input,output", b"")], "is no graph"),
        (lambda: [record("x", 4, "01", "input,output", b"")], "is no graph"),
        (lambda: [record("x", 4, *CELLS[0], b"")], "record 0: not of the published form"),
        (lambda: [record("x", 4, *CELLS[0], metrics(12, 1, 0.5, 0.5))], "expected a number from 3 to 5, got 12"),
        (lambda: with_field(VALID, struct.pack("<d", float("nan"))), "expected a number from 0 to 1, got nan"),
        (lambda: with_field(VALID, struct.pack("<d", 1.5)), "record 35: expected a number from 0 to 1, got 1.5"),
        (lambda: [record(hash_of(*CELLS[0]), 4, *CELLS[0], metrics(4, -1.0, 0.5, 0.5))], "got -1.0"),
        (
            lambda: [*records()[:-1], record(hash_of(*CELLS[2]), 108, *CELLS[2], metrics(108, 1, 0.5, 0.5, 7))],
            "record 35: has 7 parameters, an earlier one of the cell 102",
        ),
    ],
)  # fmt: skip
def test_a_wrong_record_is_named(made, message, few, tmp_path):
    """With the file, the number of the record and what was expected; nothing is written."""
    source = written(tmp_path / "some.tfrecord", made())
    with pytest.raises(DataError, match=message) as caught:
        import_data("nas-bench-101", source, tmp_path / "out")
    assert str(source) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_graph_with_a_dead_end_is_no_published_cell(monkeypatch, tmp_path):
    """Its hash may be right, but what is left of it is another cell."""
    odd = nas_bench_101.graph_hash(CELLS[3][0], [0, 1])
    monkeypatch.setattr(type(SPACE), "networks", 4)
    more = [record(odd, epochs, *CELLS[3], metrics(epochs, 1.0, 0.5, 0.5)) for epochs in (4, 12, 36, 108)] * 3
    with pytest.raises(DataError, match="has a vertex that lies on no path"):
        import_data("nas-bench-101", written(tmp_path / "a.tfrecord", [*records(), *more]), tmp_path / "out")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[:-1], "record 35: the file ends in it"),
        (lambda data: data + b"\0", "record 36: the file ends in it"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "record 35: its checksum is another"),
        (lambda data: data[:-60] + bytes([data[-60] ^ 1]) + data[-59:], "record 35: its checksum is another"),
        (lambda data: b"\xff" + data[1:], "record 0: the checksum of its length is another"),
        (lambda data: data[:8] + b"\0\0\0\0" + data[12:], "record 0: the checksum of its length is another"),
        (lambda data: framed(b"0" * 100_000) + data, "record 0: has 100,000 bytes, more than"),
    ],
)
def test_damage_is_noticed_by_its_record(damage, message, tmp_path):
    """Bytes lost, added or changed, in the data or in what frames it."""
    source = tmp_path / "some.tfrecord"
    source.write_bytes(damage(b"".join(map(framed, records()))))
    with pytest.raises(DataError, match=message):
        list(read_records(source))


def test_checksums_are_those_of_the_standard():
    """CRC-32C of RFC 3720's texts, bit by bit, which the files of these tests are made with."""
    texts = [bytes(32), b"\xff" * 32, bytes(range(32)), bytes(range(31, -1, -1)), b"123456789", b""]
    known = [0x8A9136AA, 0x62A8AB43, 0x46DD794E, 0x113FDB5C, 0xE3069283, 0]
    masked = [((crc >> 15 | crc << 17) + 0xA282EAD8) % 2**32 for crc in known]
    assert [checksum(text) for text in texts] == masked


def test_messages_are_read_field_by_field():
    """Whole numbers of one and more bytes, doubles, floats and texts."""
    message = b"\x08\x05\x10\xac\x02\x19" + struct.pack("<d", 1.5) + b"\x25" + struct.pack("<f", 0.5) + b"\x2a\x02hi"
    assert list(fields(message)) == [(1, 5), (2, 300), (3, 1.5), (4, 0.5), (5, b"hi")]
    for wrong in (message[:-1], b"\x08", b"\x08" + b"\xff" * 20, b"\x0b", b"\x19\x00"):
        with pytest.raises(ValueError, match=r"early|end|unknown"):
            list(fields(wrong))


@given(st.integers(0, 2**32), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_refused_or_harmless(tmp_path, seed, cut, within):
    """Bytes lost or changed in the file, or in a record whose checksum is right again: a line, or a whole import."""
    source = tmp_path / "some.tfrecord"
    whole = records((108,))
    if within:
        place = seed % len(whole)
        whole[place] = damaged(whole[place], seed, cut=cut)
        written(source, whole)
    else:
        source.write_bytes(damaged(b"".join(map(framed, whole)), seed, cut=cut))
    message = str(source)
    try:
        nas_bench_101.read_cells(source, quiet, 3)
    except DataError as error:
        message = str(error)
    assert str(source) in message
    assert "\n" not in message
