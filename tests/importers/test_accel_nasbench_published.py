"""Importing the published archive of Accel-NASBench, where it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nassim.benchmarks.partial_table import PartialTable
from nassim.importers import import_data

PUBLISHED = Path(__file__).parents[3] / "shared/data/accel-nasbench/anb_dataset_jsons.tar.gz"


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/accel-nasbench")
def test_the_published_archive_is_read(tmp_path):
    """5,125 networks, 13 of them trained twice; what is known of it."""
    assert import_data("accel-nasbench", PUBLISHED, tmp_path) == ["accel-nasbench/imagenet"]
    samples = PartialTable.load(tmp_path / "accel-nasbench/imagenet")
    assert samples.archs.shape == (5125, 28)
    assert np.bincount(samples.counts).tolist() == [0, 5112, 13]
    assert np.nanmin(samples.error) == 100 - 67.052
    assert np.nanmax(samples.error) == 100 - 42.85
    assert [int(np.isnan(cost).sum()) for cost in samples.costs.values()] == [0, 0, 0, 3, 37, 44, 2, 2, 2, 2]
    assert samples.costs["params"].min() == 1_838_752
    assert samples.costs["macs"].max() == 718_968_488
    first = [2, 0, 0, 0, 1, 1, 1, 0, 2, 0, 2, 0, 2, 1, 2, 0, 2, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0]  # record 0
    row = (samples.archs == first).all(axis=1).argmax()
    assert samples.error[0, row].tolist() == [100 - 59.368, 100 - 59.248]
