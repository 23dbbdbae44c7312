"""A study that was run without a break, for several tests."""

from __future__ import annotations

from pathlib import Path

import pytest

import nassim
from tests.study.studies import write


@pytest.fixture(scope="session")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the study in one process without a break."""
    folder = tmp_path_factory.mktemp("straight")
    return nassim.run_study(write(folder / "study"), out=folder / "out", jobs=1)
