"""Mutated files are refused in one message, at once and in little memory; `python -m tests.fuzz` tries more of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.__main__ import told
from tests.fuzz.session import session
from tests.fuzz.targets import TARGETS

INPUTS, SEED = 200, 20261128
HITS = 10  # validators that must have spoken: fewer would mean that mutations stop at the first


@pytest.mark.parametrize("which", list(TARGETS))
def test_every_mutated_input_ends_as_promised(which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2 with at most six lines, or still valid; never a traceback, and nothing half-written."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    found = session(which, INPUTS, SEED, tmp_path / "fuzz")
    assert not found.faults, told(which, SEED, found)
    assert found.refused > INPUTS // 4, told(which, SEED, found)
    assert len(found.hits) >= HITS, told(which, SEED, found)
