"""`nassim import`: options of formats, and how it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Run, refused
from tests.importers.block_files import note10
from tests.importers.test_timm_results import written


def test_the_command_line_asks_for_a_recipe(run: Run, tmp_path: Path) -> None:
    """`--tag` is for this format; it goes on with what can be done."""
    folder = written(tmp_path / "results")
    assert "needs one recipe: --tag" in refused(run("import", "timm-results", folder, "--out", tmp_path / "out"))
    done = run("import", "timm-results", folder, "--out", tmp_path / "out", "--tag", "ra_in1k")
    assert "go on with: nassim show timm-ra_in1k/imagenet" in done.out
    assert "it is for timm-results" in refused(run("import", "csv", folder, "--tag", "ra_in1k"))


def test_a_table_of_blocks_is_no_benchmark(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be done with it is told, listed and verified; it is not among those that are not installed."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    note10(tmp_path / "tables")
    wrap = 'wrap = [{name = "block_latency", table = "ofa-lut/note10"}]'
    assert f"in a study: {wrap}" in run("import", "ofa-lut", tmp_path / "tables").out
    listed = " ".join(run("list", "benchmarks").out.split())
    assert f"no benchmark: {wrap}" in listed
    assert "nassim import ofa-lut SOURCE" not in listed
    assert "nassim import mbconv-lut SOURCE" in listed
    assert "ofa-lut: 1 of 1 files are as on their card" in run("verify-data").out
