"""The shipped NAS-Bench-201 tables: they are what the card says, what was published, and what build.py makes."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import pickle
import shutil
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from scipy.stats import kendalltau, spearmanr

from nassim.benchmarks import loading
from nassim.core.errors import DataError
from nassim.data.writing import content, write_table
from nassim.importers._packages import read_card
from nassim.spaces.nb201 import NB201
from tests.benchmarks_data.builds import source as package_file
from tests.scripts import script

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks_data/nb201"
PUBLISHED = ROOT.parent / "shared/data"
SPACE = NB201()
ALL = SPACE.at(np.arange(SPACE.size))
ALL_SKIP = int(SPACE.index(np.ones((1, 6), dtype=np.int8))[0])
TRAINING_IMAGES = {"cifar10": 25_000, "cifar100": 50_000, "imagenet16-120": 151_700}
NAMES = tuple(TRAINING_IMAGES)
FILES = ("trainings.parquet", "architectures.parquet")
BUILD = script(FOLDER / "build.py")
CARD = read_card(FOLDER)


@cache
def source(name: str) -> Any:
    """Return the cells of the installed package's file of a data set, or skip the test."""
    return BUILD.load_cells(package_file("nb201", name))


@cache
def table(name: str, file: str) -> Any:
    """Return one Parquet table, its page checksums verified."""
    return pq.read_table(FOLDER / name / file, page_checksum_verification=True)


def column(name: str, file: str, values: str) -> NDArray[Any]:
    """Return one column as an array."""
    array: NDArray[Any] = table(name, file)[values].to_numpy()
    return array


def accuracies(name: str) -> NDArray[np.float64]:
    """Return validation accuracies in percent, (cells, 3), nan where there is no third seed."""
    accuracy = np.full((SPACE.size, 3), np.nan)
    arch, replica = column(name, FILES[0], "arch"), column(name, FILES[0], "replica")
    accuracy[arch, replica] = 100.0 - column(name, FILES[0], "valid_error")
    return accuracy


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", NAMES)
def test_files_are_those_on_the_card(name: str, file: str) -> None:
    """Neither bytes nor content of any table differ from the sha256 on the card."""
    on_card = CARD["files"][f"{name}/{file}"]
    assert sha256((FOLDER / name / file).read_bytes()).hexdigest() == on_card["sha256"]
    assert content(table(name, file)) == on_card["content"]


@pytest.mark.parametrize("name", NAMES)
def test_tables_have_the_documented_columns(name: str) -> None:
    """Names and types are those of docs/data_format.md."""
    assert table(name, FILES[0]).schema.equals(BUILD.TRAININGS)
    assert table(name, FILES[1]).schema.equals(BUILD.ARCHITECTURES)
    assert list(CARD["costs"]) == ["params", "latency"]


@pytest.mark.parametrize("name", NAMES)
def test_trainings_are_sorted_and_complete(name: str) -> None:
    """One row per training after 200 epochs; 8,169 cells have three seeds and 7,456 have two."""
    arch, replica = (column(name, FILES[0], values).astype(int) for values in ("arch", "replica"))
    assert (np.diff(arch * 3 + replica) > 0).all()
    assert (column(name, FILES[0], "epoch") == 200).all()
    seeds = np.bincount(arch, minlength=SPACE.size)
    counts = CARD["counts"]
    assert (seeds == 3).sum() == counts["cells_with_3_seeds"] == 8169
    assert (seeds == 2).sum() == counts["cells_with_2_seeds"] == 7456
    assert SPACE.size == counts["cells"]
    assert np.unique(SPACE.canonical(ALL)).size == counts["networks"]


@pytest.mark.parametrize("name", NAMES)
def test_values_are_plausible(name: str) -> None:
    """Errors are percentages, and times and sizes are positive and finite."""
    error = column(name, FILES[0], "valid_error")
    assert ((error > 0) & (error < 100)).all()
    for file, values in ((FILES[0], "seconds"), (FILES[1], "latency"), (FILES[1], "params")):
        assert np.isfinite(column(name, file, values)).all()
        assert (column(name, file, values) > 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_architectures_carry_the_ids_of_the_space(name: str) -> None:
    """Index, official index and text of every row are those of the space."""
    assert (column(name, FILES[1], "arch") == np.arange(SPACE.size)).all()
    assert (column(name, FILES[1], "official") == SPACE.official(ALL)).all()
    assert table(name, FILES[1])["text"].to_pylist() == [SPACE.show(arch) for arch in ALL]


@pytest.mark.parametrize(
    ("name", "accuracy", "official"),
    [("cifar10", 91.6067, 6111), ("cifar100", 73.4933, 9930), ("imagenet16-120", 46.7333, 10676)],
)
def test_the_optimum_is_the_published_one(name: str, accuracy: float, official: int) -> None:
    """The best mean accuracy over seeds and its cell are as published and on the card."""
    mean = np.nanmean(accuracies(name), axis=1)
    best, on_card = int(mean.argmax()), CARD["datasets"][name]["optimum"]
    assert mean[best] == pytest.approx(accuracy, abs=5e-5)
    assert SPACE.official(ALL[[best]])[0] == official
    assert on_card == {
        "valid_accuracy": accuracy,
        "official": official,
        "arch": best,
        "text": SPACE.show(ALL[best]),
    }


@pytest.mark.parametrize(("name", "accuracy"), [("cifar10", 39.77), ("cifar100", 15.03), ("imagenet16-120", 16.43)])
def test_the_cell_of_skips_is_what_darts_was_published_to_find(name: str, accuracy: float) -> None:
    """The cell of six skip connections has the mean accuracy in the published DARTS rows."""
    assert np.nanmean(accuracies(name)[ALL_SKIP]) == pytest.approx(accuracy, abs=0.005)
    assert CARD["datasets"][name]["all_skip"] == {"valid_accuracy": accuracy, "arch": ALL_SKIP}


@pytest.mark.parametrize(
    ("name", "tau", "spread"), [("cifar10", 0.913, 0.30), ("cifar100", 0.894, 0.49), ("imagenet16-120", 0.910, 0.54)]
)
def test_two_seeds_agree_as_much_as_checked_before(name: str, tau: float, spread: float) -> None:
    """Kendall's tau of two seeds of the cells with three, and the mean standard deviation over seeds."""
    accuracy = accuracies(name)
    three = accuracy[~np.isnan(accuracy[:, 2])]
    assert kendalltau(three[:, 0], three[:, 1]).statistic == pytest.approx(tau, abs=5e-4)
    assert np.nanstd(accuracy, axis=1, ddof=1).mean() == pytest.approx(spread, abs=5e-3)


@pytest.mark.parametrize("name", NAMES)
def test_seconds_are_proportional_to_the_training_images(name: str) -> None:
    """The authors unified training times: all seeds alike, and in the ratio of the data sets' sizes."""
    per_image = column(name, FILES[0], "seconds") / TRAINING_IMAGES[name]
    arch = column(name, FILES[0], "arch")
    assert (per_image[1:][np.diff(arch) == 0] == per_image[:-1][np.diff(arch) == 0]).all()
    np.testing.assert_allclose(per_image, column("cifar10", FILES[0], "seconds") / 25_000, rtol=1e-12)


@pytest.mark.parametrize(("name", "bare"), [("cifar10", 73_306), ("cifar100", 79_156), ("imagenet16-120", 80_456)])
def test_params_count_the_convolutions(name: str, bare: int) -> None:
    """A network has what it has without convolutions, 28,000 per 1x1 and 243,040 per 3x3 convolution."""
    ones, threes = (ALL == 2).sum(axis=1), (ALL == 3).sum(axis=1)
    assert (column(name, FILES[1], "params") == bare + 28_000 * ones + 243_040 * threes).all()


@pytest.mark.parametrize("name", NAMES)
def test_12_epochs_rank_cells_as_checked_before(name: str) -> None:
    """Spearman's correlation of the separate 12-epoch schedule with 200 epochs is .82 on every data set."""
    path = PUBLISHED / "nb201-12-epochs/nb201_12_epochs.csv.gz"
    if not path.exists():
        pytest.skip(f"needs the published list {path.name}, which is not part of this project")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = {int(row["index"]): float(row[f"{name}_valid_accuracy"]) for row in csv.DictReader(file)}
    short = [rows[official] for official in SPACE.official(ALL).tolist()]
    assert spearmanr(short, np.nanmean(accuracies(name), axis=1)).statistic == pytest.approx(0.82, abs=0.01)


@pytest.mark.parametrize("official", [0, 11, 284])
def test_cells_agree_with_the_official_archive(official: int) -> None:
    """Seeds 777, 888, 999 in this order, to the last bit, and the seconds of their 200 epochs."""
    path = PUBLISHED / f"nats-bench-fixture/NATS-tss-v1_0-3ffb9-simple/{official:06d}.pickle.pbz2"
    if not path.exists():
        pytest.skip("needs the official NATS-Bench fixture, which is not part of this project")
    results = Numbers(io.BytesIO(bz2.decompress(path.read_bytes()))).load()["200"]["all_results"]
    arch = SPACE.index(SPACE.from_official(official))[0]
    for name, theirs in (("cifar10", "cifar10-valid"), ("cifar100", "cifar100"), ("imagenet16-120", "ImageNet16-120")):
        rows = table(name, FILES[0]).filter(pc.field("arch") == arch)
        runs = [results[theirs, seed] for seed in (777, 888, 999)]
        assert rows["valid_error"].to_pylist() == [100.0 - run["eval_acc1es"]["x-valid@199"] for run in runs]
        assert rows["seconds"].to_pylist() == pytest.approx([sum(run["train_times"].values()) for run in runs])


@pytest.mark.parametrize("name", NAMES)
def test_building_again_gives_the_same_content(name: str) -> None:
    """The installed package still gives the tables on the card."""
    cells = source(name)
    for file, made in ((FILES[0], BUILD.trainings(cells)), (FILES[1], BUILD.architectures(cells))):
        assert content(made) == CARD["files"][f"{name}/{file}"]["content"]


@pytest.mark.parametrize("name", NAMES)
def test_sizes_that_seeds_report_are_of_the_same_network(name: str) -> None:
    """In 204 cells seeds report different sizes; each is that of some cell of the same network."""
    cells, network, params = source(name), SPACE.canonical(ALL), column(name, FILES[1], "params")
    known = set(zip(network.tolist(), params.tolist(), strict=True))
    reported = [{round(size * 1e6) for size in cell["model_size"]} for cell in cells]
    assert sum(len(sizes) > 1 for sizes in reported) == 204
    assert {(n, size) for n, sizes in zip(network.tolist(), reported, strict=True) for size in sizes} <= known


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """A file depends on its table alone, and reads back equal."""
    for file in FILES:
        part = table("cifar10", file)[:1000]
        for copy in ("one", "two"):
            write_table(part, tmp_path / copy)
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
        assert pq.read_table(tmp_path / "one").equals(part)


def test_a_pickle_without_all_cells_is_refused() -> None:
    """A table of fewer cells than the space has is an error."""
    with pytest.raises(DataError, match="expected one cell per index"):
        BUILD.load_cells(pickle.dumps({"000000": {}}))


def test_content_depends_on_values_names_and_types_only() -> None:
    """However a table is cut into chunks its content is the same; another name, type or value is another content."""
    numbers = pa.table({"a": pa.array([1, 2, 3], pa.int32())})
    chunked = pa.concat_tables([numbers[:1], numbers[1:]])
    assert content(chunked) == content(numbers)
    others = (
        numbers.rename_columns(["b"]),
        numbers.cast(pa.schema({"a": pa.int64()})),
        numbers[:2],
        pa.table({"a": pa.array([1, 2, 4], pa.int32())}),
    )
    assert len({content(other) for other in (numbers, *others)}) == 5


class Numbers(pickle.Unpickler):
    """Unpickles the official archive: plain values, numpy's, sets and ordered dicts."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return what the archive names, if it is among these."""
        known = {"dtype", "scalar", "_reconstruct", "ndarray"}
        harmless = module_name.partition(".")[0] == "numpy" and global_name in known
        if not (harmless or (module_name, global_name) in {("builtins", "set"), ("collections", "OrderedDict")}):
            raise DataError(f"unexpected {module_name}.{global_name}")
        return super().find_class(module_name, global_name)


def test_a_listing_that_lacks_architectures_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table without a line for every architecture is named, also where the card does not know its sha256."""
    shutil.copytree(FOLDER, tmp_path / "nb201")
    card = (tmp_path / "nb201/card.toml").read_text(encoding="utf-8").partition("[files.")[0]
    (tmp_path / "nb201/card.toml").write_text(card, encoding="utf-8")
    write_table(table("cifar10", "architectures.parquet")[:100], tmp_path / "nb201/cifar10/architectures.parquet")
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"architectures\.parquet: expected each architecture of nb201 once"):
        loading.load("nb201/cifar10")
