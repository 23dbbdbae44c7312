"""`nassim list` and `verify-data`: what there is, and whether it is as it should be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nassim import catalog, protocols
from tests.command_line import Run, refused


def test_list_shows_what_there_is(run: Run) -> None:
    """Every strategy with its settings, every benchmark with its splits, spaces, protocols; or one kind of them."""
    everything = run("list").out
    for kind in ("strategies", "benchmarks", "spaces"):
        assert all(name in everything for name in catalog.names(kind))
    assert all(name in everything for name in protocols.names())
    assert "population=10 sample=3 mutation=uniform" in everything
    assert "15,625 architectures" in everything
    benchmarks = " ".join(run("list", "benchmarks").out.split())
    assert "regularized_evolution" not in benchmarks
    for text in ("graph/cora", "licence: data: BSD-3-Clause", "costs: params, latency", "shipped with nassim"):
        assert text in benchmarks
    assert "not installed; download it from https://github.com/afzalxo/Accel-NASBench, then: nassim imp" in benchmarks
    assert "not installed; pip install --no-deps analog-nasbench, then: nassim import analog-nas-bench SO" in benchmarks


def test_damaged_data_is_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A truncated table is one line with the file and what to do, and the list still shows the rest."""
    source = catalog.shipped("benchmarks_data") / "nb201"
    shutil.copytree(source / "cifar10", tmp_path / "nb201" / "cifar10")
    shutil.copy(source / "card.toml", tmp_path / "nb201")
    victim = tmp_path / "nb201" / "cifar10" / "trainings.parquet"
    victim.write_bytes(victim.read_bytes()[:1000])
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    assert f"{victim}: damaged" in refused(run("show", "nb201/cifar10"))
    listed = run("list", "benchmarks")
    assert listed.code == 0
    assert "nb201/imagenet16-120" in listed.out


def test_verify_data_reads_every_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All well: exit 0 and a line per family; a damaged file is named on stderr, and the exit code is 1."""
    good = run("verify-data")
    assert good.code == 0
    assert "nb201: 6 of 6 files are as on their card" in good.out
    source = catalog.shipped("benchmarks_data") / "nb201"
    shutil.copytree(source / "cifar10", tmp_path / "nb201" / "cifar10")
    shutil.copy(source / "card.toml", tmp_path / "nb201")
    victim = tmp_path / "nb201" / "cifar10" / "trainings.parquet"
    victim.write_bytes(victim.read_bytes() + b"x")
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    bad = run("verify-data")
    assert bad.code == 1
    assert f"{victim}: its sha256 is" in bad.err
