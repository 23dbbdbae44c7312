"""The study of the MnasNet space, on the published data, where they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core.errors import SettingError
from nassim.importers import import_data
from nassim.study.results import ResultsFolder
from tests.scripts import script

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "studies/mnasnet_surrogate"
PUBLISHED = ROOT / "../shared/data/accel-nasbench/anb_dataset_jsons.tar.gz"


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Keep data and surrogates in folders of this test."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NASSIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))


def test_without_the_data_it_says_how_to_get_them(tmp_path):
    """One line names the command."""
    with pytest.raises(
        SettingError, match=r"imagenet is not there; get it with: nassim import accel-nasbench \.\./sha"
    ):
        nassim.run_study(STUDY, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/accel-nasbench")
def test_every_strategy_beats_random_search(tmp_path):
    """With a few runs of the study as it stands; two throughputs are predicted beside."""
    import_data("accel-nasbench", PUBLISHED, tmp_path / "data")
    shutil.copytree(STUDY, tmp_path / "study")
    results = ResultsFolder.open(nassim.run_study(tmp_path / "study", out=tmp_path / "out", runs=10, jobs=1))
    (benchmark,) = results.benchmarks
    last = {name: results.trace(name, benchmark).incumbent_truth()[:, -1].mean() for name in results.strategies}
    assert all(error < last["random_search"] for name, error in last.items() if name != "random_search")
    assert np.isnan(results.trace("darts", benchmark).provenance["optimum"])
    handed_in = script(STUDY / "handed_in.py").measured(results)
    assert {name: numbers["predicted error"] for name, numbers in handed_in.items() if name in last} == pytest.approx(
        last
    )
