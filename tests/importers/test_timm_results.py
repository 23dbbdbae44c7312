"""Results of pytorch-image-models: one recipe at a time, and what may be wrong with the files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Query
from nassim.core.errors import ArchitectureError, DataError, SettingError
from nassim.data.inventory import dataset_info
from nassim.importers import import_data, timm_results

PUBLISHED = Path(__file__).parents[3] / "shared/data/timm-results"
RESULTS = "model,img_size,top1,top1_err,top5,top5_err,param_count,crop_pct,interpolation"
SPEEDS = (
    "model,infer_img_size,infer_samples_per_sec,infer_step_time,infer_batch_size,param_count,infer_gmacs,infer_macts"
)
ROWS = (
    "some_b0.ra_in1k,224,77.500,22.500,93.000,7.000,5.29,0.875,bicubic",
    "some_b0.ra_in1k,256,78.250,21.750,94.000,6.000,5.29,0.875,bicubic",
    'large_b7.ra_in1k,600,84.125,15.875,97.000,3.000,"1,066.35",0.949,bicubic',
    "some_b0.ns_in1k,224,78.750,21.250,94.000,6.000,5.29,0.875,bicubic",
    "some_b1.in1k,240,76.000,24.000,93.000,7.000,7.79,0.875,bicubic",
    "some_b0.in1k,224,75.000,25.000,92.000,8.000,5.29,0.875,bicubic",
)


def written(folder: Path, rows: tuple[str, ...] = ROWS) -> Path:
    """Write a folder of results with two devices."""
    folder.mkdir(exist_ok=True)
    (folder / "results-imagenet.csv").write_text("\n".join([RESULTS, *rows]), encoding="utf-8")
    gpu = ["some_b0,224,7000.5,146.2,1024,5.29,0.4,6.75", "large_b7,600,100.0,640.0,64,1066.35,37.5,"]
    cpu = ["some_b0,224,100.0,10.0,1,5.29,0.4,6.75", "some_b0,256,80.0,12.5,1,5.29,0.52,8.81"]
    names = ("amp-nchw-pt240-cu124-rtx3090", "fp32-nchw-pt240-cpu-i7_12700h-dynamo")
    for name, lines in zip(names, (gpu, cpu), strict=True):
        (folder / f"benchmark-infer-{name}.csv").write_text("\n".join([SPEEDS, *lines]), encoding="utf-8")
    return folder


def test_one_recipe_becomes_a_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its networks at their sizes are a space; their costs are in units; what was not timed is nan."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    assert import_data("timm-results", written(tmp_path / "results"), tag="ra_in1k") == ["timm-ra_in1k/imagenet"]
    bench = nassim.load("timm-ra_in1k/imagenet")
    space = bench.space
    assert [space.show(arch) for arch in bench.everything()] == ["large_b7@600", "some_b0@224", "some_b0@256"]
    outcome = bench.evaluate(Query(space.parse("some_b0@224")[None]))
    assert outcome.error[0] == 22.5
    costs = dict(zip(bench.costs, outcome.costs[0].tolist(), strict=True))
    assert costs == pytest.approx(
        {
            "params": 5.29e6,
            "macs": 0.4e9,
            "activations": 6.75e6,
            "throughput_rtx3090": 7000.5,
            "throughput_i7_12700h": 100.0,
            "latency_i7_12700h": 10.0,
        }
    )
    large = space.parse("large_b7@600")[None]
    assert bench.cost("params", large)[0] == pytest.approx(1066.35e6)
    assert np.isnan([bench.cost(name, large)[0] for name in ("activations", "latency_i7_12700h")]).all()
    assert dataset_info("timm-ra_in1k/imagenet").whole
    with pytest.raises(ArchitectureError, match="unknown network 'some_b0@225'; did you mean 'some_b0@2"):
        space.parse("some_b0@225")


def test_networks_that_were_not_timed_miss_every_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best within a latency is the best of those that have one; "ms" is the card's unit."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    import_data("timm-results", written(tmp_path / "results"), tag="ra_in1k")
    for limit, best in (("20 ms", 21.75), ("0.011 s", 22.5)):
        trace = nassim.simulate(
            "random_search", "timm-ra_in1k/imagenet", runs=3, evaluations=30, constraints={"latency_i7_12700h": limit}
        )
        assert (trace.incumbent_truth()[:, -1] == best).all()


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("", "needs one recipe: --tag, of those with most networks ra_in1k"),
        ("in1k", "the tag 'in1k' names images and no recipe; choose one such as ra_in1k"),
        ("in21k_ft_in1k", "names images and no recipe"),
        ("ra2_in1k", "no recipe 'ra2_in1k' has 2 networks; did you mean 'ra_in1k'"),
        ("ns_in1k", "no recipe 'ns_in1k' has 2 networks"),
    ],
)
def test_a_recipe_must_be_named(tag: str, message: str, tmp_path: Path) -> None:
    """Without one, by images alone, by one that is not there or has one network: refused, in a line."""
    with pytest.raises(SettingError, match=message):
        import_data("timm-results", written(tmp_path / "results"), tmp_path / "out", **({"tag": tag} if tag else {}))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: row.replace("22.500", "32.500"), "top1 and top1_err must be 100 together"),
        (lambda row: row.replace("224", "x"), "row 1: img_size must be a number, got 'x'"),
        (lambda row: row.replace("5.29", ""), "row 1: param_count must be a number, got ''"),
        (lambda row: row.replace("5.29", "-1"), "row 1: param_count must be a number, got '-1'"),
        (lambda row: f"{row}\n{row}", "some_b0@224 is there twice"),
    ],
)
def test_a_wrong_row_is_named(change, message: str, tmp_path: Path) -> None:
    """With its file and number."""
    folder = written(tmp_path / "results", (change(ROWS[0]), *ROWS[1:]))
    with pytest.raises(DataError, match=message) as caught:
        import_data("timm-results", folder, tmp_path / "out", tag="ra_in1k")
    assert "\n" not in str(caught.value)


def test_other_files_are_refused(tmp_path: Path) -> None:
    """No results at all; a device that its file does not name; a network that was timed twice."""
    with pytest.raises(DataError, match=r"expected a folder with results-imagenet\.csv"):
        import_data("timm-results", tmp_path, tmp_path / "out", tag="ra_in1k")
    folder = written(tmp_path / "results")
    path = folder / "benchmark-infer-fp32-nchw-pt240-cpu-i7_12700h-dynamo.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n{text.splitlines()[-1]}", encoding="utf-8")
    with pytest.raises(DataError, match="row 3: some_b0 at 256 pixels is there twice"):
        import_data("timm-results", folder, tmp_path / "out", tag="ra_in1k")
    path.rename(folder / "benchmark-infer-unknown.csv")
    with pytest.raises(DataError, match="expected a device at the end of the name"):
        import_data("timm-results", folder, tmp_path / "out", tag="ra_in1k")


def test_the_space_of_a_card_stays_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card that names a table elsewhere, or one that is not there, is refused."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    import_data("timm-results", written(tmp_path / "results"), tag="ra_in1k")
    card = tmp_path / "data/timm-ra_in1k/card.toml"
    text = card.read_text(encoding="utf-8")
    for name, message in (("../elsewhere.parquet", "must lie in this folder"), ("no.parquet", "no such file")):
        card.write_text(text.replace("imagenet/architectures.parquet", name, 1), encoding="utf-8")
        with pytest.raises(DataError, match=message):
            nassim.load("timm-ra_in1k/imagenet")


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/timm-results")
def test_published_results_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors of one recipe are those of the file, and of no other recipe."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    import_data("timm-results", PUBLISHED, tag="ra_in1k")
    bench = nassim.load("timm-ra_in1k/imagenet")
    with (PUBLISHED / timm_results.RESULTS).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["model"].endswith(".ra_in1k")]
    texts = [f"{row['model'].removesuffix('.ra_in1k')}@{row['img_size']}" for row in rows]
    archs = np.array([bench.space.parse(text) for text in texts])
    assert len(rows) == bench.space.size
    np.testing.assert_array_equal(bench.truth(archs), [float(row["top1_err"]) for row in rows])
