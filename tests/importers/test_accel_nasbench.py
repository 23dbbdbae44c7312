"""Importing Accel-NASBench: the published archive, small ones in its layout, and everything that may be wrong."""

from __future__ import annotations

import gzip
import json
import tarfile
import tomllib
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nassim import catalog
from nassim.benchmarks import loading
from nassim.benchmarks.partial_table import PartialTable
from nassim.core.errors import DataError
from nassim.importers import accel_nasbench, import_data
from tests.importers.accel_files import COUNT, SPACE, measured, packed, records, tar, tar_of

FORMAT = "accel-nasbench"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Let archives of six records be complete."""
    monkeypatch.setattr(accel_nasbench, "RECORDS", COUNT)
    monkeypatch.setattr(accel_nasbench, "KNOWN", {0: 60.0, 5: 65.0})


def imported(source: Path, out: Path) -> PartialTable:
    """Import and read back."""
    assert import_data(FORMAT, source, out) == ["accel-nasbench/imagenet"]
    return PartialTable.load(out / "accel-nasbench/imagenet")


def refused(source: Path, out: Path, message: str) -> None:
    """Import and expect one line of error, and nothing written."""
    with pytest.raises(DataError, match=message) as caught:
        import_data(FORMAT, source, out)
    assert "\n" not in str(caught.value)
    assert str(source) in str(caught.value)
    assert not out.exists() or not list(out.iterdir())


def test_a_small_archive_is_read_whole(tmp_path):
    """Errors, seconds, costs and both trainings of the network that was trained twice."""
    entries = records()
    entries[2]["platform_perf"]["throughput_tpuv2"] = measured("throughput_tpuv2", None)
    samples = imported(packed(tmp_path / "a.tar.gz", tar(entries)), tmp_path / "out")
    texts = [SPACE.show(arch) for arch in samples.archs]
    assert samples.space.name == "mnasnet"
    assert samples.epochs == (16,)
    assert len(samples.archs) == COUNT - 1
    assert samples.counts.sum() == COUNT
    for number, entry in enumerate(entries[1:5], start=1):
        row = texts.index(json.dumps(entry["architecture"]))
        assert samples.error[0, row, 0] == 100 - (60 + number)
        assert samples.seconds[0, row, 0] == 2000 + number
        assert samples.costs["macs"][row] == round(entry["model_info"]["macs"] * 1e6)
        assert samples.costs["latency_vck190"][row] == 800 + number
        assert np.isnan(samples.costs["throughput_tpuv2"][row]) == (number == 2)
    first = texts.index(json.dumps(entries[0]["architecture"]))
    assert samples.error[0, first].tolist() == [40.0, 35.0]
    assert samples.costs["throughput_a100"][first] == 102.5
    assert samples.mean_error[first] == 37.5


def test_the_card_says_where_it_comes_from(tmp_path):
    """Source, its sha256, licence, splits, units, and that it is a part of its space."""
    source = packed(tmp_path / "a.tar.gz", tar(records()))
    samples = imported(source, tmp_path / "out")
    facts = tomllib.loads((tmp_path / "out/accel-nasbench/card.toml").read_text(encoding="utf-8"))
    assert facts["datasets"]["imagenet"]["source_sha256"] == sha256(source.read_bytes()).hexdigest()
    assert facts["complete"] is False
    assert list(facts["costs"]) == list(samples.costs)
    assert samples.card.licence == "Apache-2.0"
    assert "validation" in samples.card.search_split
    assert samples.card.title.endswith("ImageNet")


def test_order_and_names_of_members_do_not_matter(tmp_path):
    """The archive may list its records in any order, with or without a leading ./"""
    entries = {f"anb_dataset_jsons/result_{n}.json": json.dumps(entry).encode() for n, entry in enumerate(records())}
    turned = packed(tmp_path / "b.tar.gz", tar_of(dict(reversed(entries.items()))))
    first = imported(packed(tmp_path / "a.tar.gz", tar(records())), tmp_path / "one")
    second = imported(turned, tmp_path / "two")
    assert first.card.sha256 == second.card.sha256


def test_importing_again_replaces_the_folder(tmp_path):
    """The second import wins, and no other folder is left behind."""
    out = tmp_path / "out"
    imported(packed(tmp_path / "a.tar.gz", tar(records())), out)
    other = records()
    other[1]["metrics"]["train_time"] = 9.0
    samples = imported(packed(tmp_path / "a.tar.gz", tar(other)), out)
    assert 9.0 in samples.seconds
    assert [path.name for path in out.iterdir()] == ["accel-nasbench"]


def test_progress_counts_records(tmp_path):
    """Every record once, of all there are."""
    seen = []
    source = packed(tmp_path / "a.tar.gz", tar(records()))
    import_data(FORMAT, source, tmp_path / "out", lambda done, total: seen.append((done, total)))
    assert seen == [(done, COUNT) for done in range(1, COUNT + 1)]


def test_a_part_of_a_space_is_no_table_to_search_on(tmp_path, monkeypatch):
    """Loading it says what to do instead; it is listed, and known by its name."""
    import_data(FORMAT, packed(tmp_path / "a.tar.gz", tar(records())), tmp_path)
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    assert "accel-nasbench/imagenet" in catalog.names("benchmarks")
    with pytest.raises(DataError, match=r"5 of the 104,485,552,128 architectures.*nassim fit accel-nasbench/imagenet"):
        loading.load("accel-nasbench/imagenet")
    assert len(PartialTable.load("accel-nasbench/imagenet").archs) == 5


def broken(change) -> bytes:
    """Return the tar of records after a change to the fourth."""
    entries = records()
    change(entries[3])
    return tar(entries)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda entry: entry.pop("metrics"), "result_3.json: the key 'metrics' is missing"),
        (
            lambda entry: entry["metrics"].update(val_top1=float("nan")),
            "'metrics.val_top1' must be a number > 0 and <= 100, got nan",
        ),
        (lambda entry: entry["metrics"].update(val_top1=101), "'metrics.val_top1' must be .*, got 101"),
        (lambda entry: entry["metrics"].update(val_top1=None), "'metrics.val_top1' must be .*, got None"),
        (
            lambda entry: entry["metrics"].update(train_time=0),
            "'metrics.train_time' must be a number > 0 and <= 1e\\+06, got 0",
        ),
        (lambda entry: entry["metrics"].update(train_time=True), "'metrics.train_time' must be .*, got True"),
        (lambda entry: entry["metrics"].update(train_time="9"), "'metrics.train_time' must be .*, got '9'"),
        (lambda entry: entry["metrics"].update(train_time=float("inf")), "'metrics.train_time' must be .*, got inf"),
        (
            lambda entry: entry["platform_perf"].pop("latency_zcu102"),
            "the key 'latency_zcu102' of 'platform_perf' is missing",
        ),
        (
            lambda entry: entry["platform_perf"].update(throughput_a100=3),
            "'platform_perf.throughput_a100' must be a table, got 3",
        ),
        (lambda entry: entry.update(platform_perf=[]), r"'platform_perf' must be a table, got \[\]"),
        (lambda entry: entry["architecture"].update(block0_e=2), "result_3.json: block0_e must be one of 1, 4, 6"),
        (lambda entry: entry["architecture"].pop("block6_se"), "result_3.json: the gene block6_se is missing"),
        (lambda entry: entry.pop("architecture"), "result_3.json: the key 'architecture' is missing"),
        (lambda entry: entry.update(architecture=[1]), r"'architecture' must be a table, got \[1\]"),
        (lambda entry: entry["model_info"].update(params=3.5), "result_3.json: reports 3.5 million params, its"),
        (lambda entry: entry["model_info"].update(macs=entry["model_info"]["macs"] + 1e-6), "million macs"),
    ],
)
def test_a_wrong_record_is_named(change, message, tmp_path):
    """With what was expected and what came."""
    refused(packed(tmp_path / "a.tar.gz", broken(change)), tmp_path / "out", message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "result_3.json: malformed JSON"),
        (b"[]", "result_3.json: the document must be a table"),
        (b"{", "result_3.json: malformed JSON"),
        (b"[" * 50_000, "result_3.json: has tables or lists more than 32 deep"),
        (b"\xff\xfe\xfd", "result_3.json: begins with a byte order mark"),
        (b"\xfd", "result_3.json: expected UTF-8"),
        (b'{"metrics": {}, "metrics": {}}', "the key 'metrics' is there twice"),
        (b" " * (1 << 17), "expected files such as"),
    ],
)
def test_a_file_that_is_no_record_is_named(content, message, tmp_path):
    """Whatever is in it."""
    files = {f"anb_dataset_jsons/result_{n}.json": json.dumps(entry).encode() for n, entry in enumerate(records())}
    source = packed(tmp_path / "a.tar.gz", tar_of(files | {"anb_dataset_jsons/result_3.json": content}))
    refused(source, tmp_path / "out", message)


def test_missing_repeated_and_foreign_records_are_refused(tmp_path):
    """The archive is complete or it is refused."""
    files = {f"anb_dataset_jsons/result_{n}.json": json.dumps(entry).encode() for n, entry in enumerate(records())}
    last = files.pop("anb_dataset_jsons/result_5.json")
    out = tmp_path / "out"
    refused(packed(tmp_path / "1.tar.gz", tar_of(files)), out, "expected 6 records, got 5; result_5.json is missing")
    six = files | {"anb_dataset_jsons/result_6.json": last}
    refused(packed(tmp_path / "2.tar.gz", tar_of(six)), out, "got 6; result_5.json is missing")
    seven = six | {"anb_dataset_jsons/result_5.json": last}
    refused(packed(tmp_path / "3.tar.gz", tar_of(seven)), out, "got 7; result_6.json is none of them")
    twice = files | {"anb_dataset_jsons/result_5.json": last, "./anb_dataset_jsons/result_5.json": last}
    refused(packed(tmp_path / "4.tar.gz", tar_of(twice)), out, "result_5.json: is there twice")


def test_other_results_are_refused(tmp_path):
    """Accuracies that are known of the published records are compared."""
    entries = records()
    entries[5]["metrics"]["val_top1"] = 64.9
    source = packed(tmp_path / "a.tar.gz", tar(entries))
    refused(source, tmp_path / "out", "result_5.json: has top-1 accuracy 64.9, the published one has 65.0")


@pytest.mark.parametrize("name", ["../result_0.json", "/etc/passwd", "anb_dataset_jsons/../x.json", "README.md"])
def test_other_members_are_refused(name, tmp_path):
    """No path is followed, whatever it is."""
    refused(packed(tmp_path / "a.tar.gz", tar_of({name: b"{}"})), tmp_path / "out", "expected files such as")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(kind, tmp_path):
    """Even under the name of a record."""
    member = tarfile.TarInfo("anb_dataset_jsons/result_0.json")
    member.type, member.linkname = kind, "/etc/passwd"
    refused(packed(tmp_path / "a.tar.gz", tar_of({}, (member,))), tmp_path / "out", "expected files such as")


def test_what_is_no_archive_is_refused(tmp_path, monkeypatch):
    """A folder, an empty file, another file, a tar that is not packed, one that unpacks to too much, none at all."""
    source, out = tmp_path / "a", tmp_path / "out"
    for data in (b"", b"hello", tar(records()), gzip.compress(b"hello")):
        source.write_bytes(data)
        refused(source, out, "damaged, or no anb_dataset_jsons.tar.gz|expected 6 records, got 0")
    refused(tmp_path, out.with_name("b"), "damaged, or no anb_dataset_jsons.tar.gz")
    refused(tmp_path / "none", out, "there is no such file")
    monkeypatch.setattr(accel_nasbench, "LIMIT", 1 << 10)
    refused(packed(source, tar(records())), out, "unpacks to more than")


@given(st.integers(0, 2**32), st.booleans(), st.sampled_from(["packed", "tar", "json"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_is_refused_or_harmless(tmp_path, seed, cut, where):
    """Bytes lost or changed in the archive, in the tar within, or in a record: a DataError or the right data."""
    generator = np.random.default_rng(seed)
    whole = tar(records())

    def damaged(data: bytes) -> bytes:
        if cut:
            return data[: generator.integers(len(data))]
        changed = bytearray(data)
        for place in generator.integers(0, len(data), 3):
            changed[place] = generator.integers(256)
        return bytes(changed)

    source = tmp_path / "fuzzed.tar.gz"
    if where == "json":
        files = {f"anb_dataset_jsons/result_{n}.json": json.dumps(entry).encode() for n, entry in enumerate(records())}
        files["anb_dataset_jsons/result_2.json"] = damaged(files["anb_dataset_jsons/result_2.json"])
        packed(source, tar_of(files))
    elif where == "tar":
        packed(source, damaged(whole))
    else:
        source.write_bytes(damaged(packed(source, whole).read_bytes()))
    rows, message = COUNT, f"{source}"
    try:
        rows = accel_nasbench.read(source, lambda _done, _total: None).datasets["imagenet"].trainings.num_rows
    except DataError as error:
        message = str(error)
    assert rows == COUNT
    assert str(source) in message
    assert "\n" not in message
