"""Decisions: taken once, kept through kills and damage, and taken anew where they were given something else."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import pytest

from nassim import NassimError
from nassim.automl.decisions import FILE, Decisions


class Number(TypedDict):
    """A decision."""

    number: int


def settle(decisions: Decisions, number: int, **given: int) -> int:
    """Return the number that is decided, `number` where nothing is yet."""
    return decisions.settle("stage", dict(given), Number, lambda: {"number": number})["number"]


def test_a_decision_stands(tmp_path: Path) -> None:
    """Also for who opens the folder anew; given something else it is taken again, and both are kept."""
    first = Decisions(tmp_path, pytest.fail)
    assert settle(first, 1, of=1) == 1
    assert settle(first, 2, of=1) == 1
    again = Decisions(tmp_path, pytest.fail)
    assert settle(again, 3, of=1) == 1
    assert settle(again, 4, of=2) == 4
    assert [taken["number"] for taken in again.of("stage")] == [1, 4]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_half_a_line_is_decided_again(tmp_path: Path, cut: int) -> None:
    """What a kill or a full disk left of it is noted, and what was before stays."""
    first = Decisions(tmp_path, pytest.fail)
    settle(first, 1, of=1)
    settle(first, 2, of=2)
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes()[:-cut])
    noted: list[str] = []
    again = Decisions(tmp_path, noted.append)
    assert settle(again, 3, of=1) == 1
    assert settle(again, 3, of=2) == 3
    assert len(noted) == 1


def test_a_decision_of_another_shape_is_refused(tmp_path: Path) -> None:
    """It is not this program's."""
    Decisions(tmp_path, pytest.fail).record("stage", {}, {"number": "one"})
    with pytest.raises(NassimError, match="number"):
        settle(Decisions(tmp_path, pytest.fail), 1)
