"""Importing NAS-Bench-201: real records in both forms of file, and everything that may be wrong."""

from __future__ import annotations

import bz2
import copy
import os
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nassim import catalog
from nassim.core.errors import DataError
from nassim.importers import import_data, nas_bench_201, nats_bench
from nassim.importers._nats_tables import Datasets, check_known, official_texts
from nassim.importers._pickle_stream import PickleStream
from nassim.importers._pickles import unpickle
from tests.importers.damage import damaged
from tests.importers.test_nats_bench import FIXTURE, FOLDERS, NUMBERS, result
from tests.importers.torch_files import plain, zipped

SPACE = catalog.space("nb201")
TEXTS = list(official_texts(SPACE))
NAMES = ("cifar10-valid", "cifar10", "cifar100", "ImageNet16-120")


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


def entry(number: int, **changes: object) -> dict:
    """Return a small record of two schedules of two epochs."""
    one = {
        "arch_index": number,
        "arch_str": TEXTS[number],
        "dataset_seed": {name: [777] for name in NAMES},
        "all_results": OrderedDict(((name, 777), result(name)) for name in NAMES),
    }
    return {"full": one | changes, "less": copy.deepcopy(one)}


def state(records: dict) -> dict:
    """Return what the authors saved, for some records."""
    return {
        "meta_archs": TEXTS,
        "total_archs": len(TEXTS),
        "basestr": "C16-N5",
        "arch2infos": records,
        "evaluated_indexes": set(records),
    }


def pickled(records: dict, protocol: int = 2) -> bytes:
    """Return that as torch pickles it."""
    return pickle.dumps(state(records), protocol=protocol)


@pytest.mark.skipif(not FIXTURE.exists(), reason="needs ../shared/data/nats-bench-fixture")
@pytest.mark.parametrize("write", [zipped, plain])
def test_the_same_records_give_the_same_tables_as_nats_bench(write, tmp_path):
    """Three real records with every seed and epoch, in either form of file: equal to the last digit."""
    records = {}
    for number in NUMBERS:
        found = unpickle(bz2.decompress((FOLDERS["tss"] / f"{number:06d}.pickle.pbz2").read_bytes()), "fixture")
        records[number] = {"full": found["200"], "less": found["12"]}
    family = nas_bench_201.read_some(write(tmp_path / "a.pth", pickled(records)), quiet)
    other = nats_bench.read_some(FOLDERS["tss"], NUMBERS, quiet)
    assert list(family.datasets) == list(other.datasets)
    for name, tables in family.datasets.items():
        for own, theirs in zip(tables, other.datasets[name], strict=True):
            assert own.to_pandas().equals(theirs.to_pandas())  # where nan is nan


@pytest.mark.parametrize("new", [True, False])
def test_what_torch_saved_is_read(new, tmp_path):
    """Either form, as torch itself writes it; names of attributes are shared between records."""
    torch = pytest.importorskip("torch")
    path = tmp_path / "a.pth"
    records = {number: entry(number) for number in (3, 1, 2)}
    torch.save(state(records), path, _use_new_zipfile_serialization=new)
    family = nas_bench_201.read_some(path, quiet)
    assert family.card["complete"] is False
    assert list(family.datasets) == [
        f"{name}{schedule}" for schedule in ("", "-12epochs") for name in ("cifar10", "cifar100", "imagenet16-120")
    ]
    trainings = family.datasets["cifar10"].trainings
    assert trainings["valid_error"].to_pylist() == [50, 49] * 3
    assert trainings["seconds"].to_pylist() == [2, 5] * 3
    assert sorted(family.datasets["cifar10"].architectures["official"].to_pylist()) == [1, 2, 3]


def test_files_that_name_schedules_by_epochs_are_read_too(tmp_path):
    """200 and 12 instead of full and less."""
    one = entry(0)
    path = zipped(tmp_path / "a.pth", pickled({0: {"200": one["full"], "12": one["less"]}}))
    assert nas_bench_201.read_some(path, quiet).datasets["cifar10"].trainings.num_rows == 2


def without(records: dict, *path: object) -> dict:
    """Return records with one thing left out."""
    *front, last = path
    inner = records
    for key in front:
        inner = inner[key]
    del inner[last]
    return records


def changed(**changes: object) -> dict:
    """Return one record with a result on CIFAR-100 changed."""
    one = entry(0)
    one["full"]["all_results"]["cifar100", 777] = result("cifar100") | changes
    return {0: one}


class Hostile:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple:
        return os.system, ("echo hostile",)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: pickled({}), "architecture 0 is missing, 0 of 15,625 are there"),
        (lambda: pickled({0: entry(0), 2: entry(2)}), "architecture 1 is missing, 2 of 15,625 are there"),
        (lambda: pickled({15_625: entry(0)}), "architecture 15625 is unknown, or there twice"),
        (lambda: pickled({"0": entry(0)}), "architecture '0' is unknown"),
        (lambda: pickled({0: entry(1)}), "architecture 0: schedule full: expected 0"),
        (lambda: pickled({0: 1}), "architecture 0: schedule full: no record"),
        (lambda: pickled(without({0: entry(0)}, 0, "less")), "architecture 0: schedule less: no record"),
        (lambda: pickled({0: entry(0, dataset_seed={})}), "architecture 0: schedule full: no record"),
        (lambda: pickled(changed(eval_acc1es={"x-valid@0": float("nan"), "x-valid@1": 1.0})), "seed 777: .*got nan"),
        (lambda: pickled(changed(train_times={0: 1.0, 1: -5.0})), "expected training times above 0"),
        (lambda: pickled({0: entry(0, more=Hostile())}), r"after 0 architectures: .*it names (posix|nt)\.system"),
        (lambda: pickle.dumps([1], protocol=2), "expected the 15,625 cells in their official order"),
        (lambda: pickle.dumps({"meta_archs": ["a"]}, protocol=2), "expected the 15,625 cells"),
        (lambda: pickled({0: entry(0)})[:-4000], "after 0 architectures: damaged"),
        (lambda: pickled({0: entry(0)}, protocol=4), "protocol 4 is not known here"),
    ],
)
def test_a_wrong_record_is_named(made, message, tmp_path, capfd):
    """With the file, the architecture and what was expected; nothing that the file names is run, nothing is written."""
    path = zipped(tmp_path / "a.pth", made())
    with pytest.raises(DataError, match=message) as caught:
        import_data("nas-bench-201", path, tmp_path / "out")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()
    assert "hostile" not in capfd.readouterr().out


def test_a_record_that_is_there_twice_is_named(tmp_path):
    """A dict in memory cannot hold one key twice, a pickle can."""
    body = pickle.dumps(entry(0), protocol=2)[2:-1]
    data = b"\x80\x02}(X\x0a\0\0\0arch2infos}(K\0" + body + b"K\0" + body + b"uu."
    with pytest.raises(DataError, match="architecture 0 is unknown, or there twice"):
        nas_bench_201.read_some(zipped(tmp_path / "a.pth", data), quiet)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda path: path.write_bytes(b""), "damaged, or nothing that torch.save wrote"),
        (lambda path: path.write_bytes(b"PK\x03\x04" + b"0" * 100), "nothing that torch.save wrote"),
        (lambda path: path.write_bytes(pickle.dumps({}, 2) * 3), "it begins with another number"),
        (lambda path: path.write_bytes(zipped(path, pickled({0: entry(0)})).read_bytes()[:-30]), "nothing that torch"),
        (lambda path: flipped(zipped(path, pickled({0: entry(0)}))), "the checksum of data.pkl is another"),
    ],
)
def test_what_torch_did_not_save_is_refused(made, message, tmp_path):
    """Also an archive that was cut off or changed."""
    path = tmp_path / "a.pth"
    made(path)
    with pytest.raises(DataError, match=message):
        nas_bench_201.read_some(path, quiet)


def flipped(path: Path) -> None:
    """Change a byte within the pickle."""
    data = bytearray(path.read_bytes())
    data[3000] ^= 1
    path.write_bytes(data)


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.integers(1, 3).map("x-valid@{}".format),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(0, 300) | st.text(max_size=5), inner, max_size=5)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers(0, 255) | st.integers(1, 9).map("a@{}".format), st.floats(0, 1), max_size=5)
    ),
    max_leaves=25,
)


entries = st.dictionaries(st.integers(0, 300) | st.text(max_size=5), plain_values, max_size=5)


@given(st.dictionaries(st.integers(0, 400), entries, max_size=6), plain_values, st.sampled_from([2, 3]))
@settings(max_examples=60, deadline=None)
def test_any_plain_values_are_read_as_pickle_reads_them(records, rest, protocol):
    """The entries one by one, and what is around them: as Python's own unpickler has them."""
    whole = {"before": rest, "arch2infos": records, "after": [rest, 1.5]}
    found: dict = {}
    data = pickle.dumps(whole, protocol=protocol)
    left = PickleStream(data, 0, "arch2infos", found.__setitem__).read()
    assert found == records
    assert left == whole | {"arch2infos": {}}


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_refused_or_harmless(tmp_path, seed, cut):
    """Bytes lost or changed in a pickle of two records: a DataError in one line, or tables."""
    body = pickle.dumps({"arch2infos": {0: entry(0), 1: entry(1)}, "meta_archs": TEXTS[:2]}, protocol=2)
    path = plain(tmp_path / "a.pth", damaged(body, seed, cut=cut))
    with pytest.raises(DataError) as caught:  # there are too few texts in any case
        nas_bench_201.read_some(path, quiet)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_published_accuracies_are_compared():
    """A complete file whose best cells have other accuracies is not the published one."""
    tables = Datasets(SPACE, "a.pth")
    known = {"cifar10": (6111, 91.6067), "cifar100": (9930, 73.4933), "imagenet16-120": (10_676, 46.7333)}
    for dataset, (number, accuracy) in known.items():
        tables.kept[dataset] = nas_bench_201_kept(number, accuracy)
    check_known(tables, "a.pth")
    tables.kept["cifar100"] = nas_bench_201_kept(9930, 73.6)
    with pytest.raises(DataError, match=r"a\.pth: architecture 9930: has 73\.6000 % mean validation accuracy on ci"):
        check_known(tables, "a.pth")


def nas_bench_201_kept(number: int, accuracy: float):
    """Return two trainings of an architecture with this mean."""
    from nassim.importers._nats_records import Curves
    from nassim.importers._nats_tables import Kept

    kept = Kept.nothing()
    for end in (accuracy - 0.1, accuracy + 0.1):
        kept.add(number, Curves(np.array([0.0, end]), np.zeros(2), np.ones(2), ()))
    return kept
