"""Finished trainings on disk: nothing whole is lost or doubled, whatever breaks."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

pytest.importorskip("torch")

from nassim.core.errors import DataError
from nassim.training import parts as module
from nassim.training.parts import Parts

PLAN = {"space": "nb201", "recipe": {"epochs": 2}}


def record(network: int, replica: int = 0):
    """Return a record as a training gives it."""
    return {"network": network, "replica": replica, "valid_error": [12.5, float("nan")], "seconds": [0.25, 0.5]}


def filled(folder: Path, count: int) -> Parts:
    """Return parts with so many records."""
    parts = Parts(folder, PLAN, pytest.fail)
    for network in range(count):
        parts.add(record(network))
    return parts


def read(folder: Path, plan=None) -> tuple[list[int], list[str]]:
    """Return the networks that are there, and the notes about damage."""
    notes: list[str] = []
    return [network for network, _ in Parts(folder, plan or PLAN, notes.append).records], notes


def test_what_was_added_is_there_again(tmp_path: Path) -> None:
    """Also nan, and in more than one part."""
    filled(tmp_path, 3)
    again = Parts(tmp_path, PLAN, pytest.fail)
    assert list(again.records) == [(0, 0), (1, 0), (2, 0)]
    assert repr(again.records[1, 0]) == repr(record(1))


def test_full_parts_are_followed_by_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that files stay small, and old ones never change."""
    monkeypatch.setattr(module, "LINES", 2)
    filled(tmp_path, 5)
    Parts(tmp_path, PLAN, pytest.fail).add(record(9))
    assert [len(path.read_text().splitlines()) for path in sorted(tmp_path.glob("*.jsonl"))] == [2, 2, 2]
    assert read(tmp_path)[0] == [0, 1, 2, 3, 4, 9]


@pytest.mark.parametrize("cut", [1, 5, 40, 80])
def test_a_torn_last_line_is_named_and_dropped(tmp_path: Path, cut: int) -> None:
    """As a power failure may leave it; what is added afterwards is whole."""
    filled(tmp_path, 3)
    path = tmp_path / "000.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    networks, notes = read(tmp_path)
    assert networks == [0, 1]
    assert len(notes) == 1
    assert "000.jsonl: line 3 is damaged; that training is done again" in notes[0]
    parts = Parts(tmp_path, PLAN, pytest.fail)
    parts.add(record(2))
    assert read(tmp_path) == ([0, 1, 2], [])


def test_damage_anywhere_is_named_and_dropped(tmp_path: Path) -> None:
    """One wrong digit, and bytes that are no text."""
    filled(tmp_path, 4)
    path = tmp_path / "000.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"12.5", b"13.5")
    lines[2] = b"\xff\x00" + lines[2][2:]
    path.write_bytes(b"".join(lines))
    networks, notes = read(tmp_path)
    assert networks == [0, 3]
    assert [note.split(": ")[1].split(" is")[0] for note in notes] == ["line 2", "line 3"]
    assert read(tmp_path) == ([0, 3], [])


def test_a_training_counts_once(tmp_path: Path) -> None:
    """Even if its line is there twice."""
    filled(tmp_path, 2)
    path = tmp_path / "000.jsonl"
    path.write_text(path.read_text() * 2)
    assert read(tmp_path) == ([0, 1], [])
    assert len(path.read_text().splitlines()) == 2


def test_another_plan_is_refused(tmp_path: Path) -> None:
    """The message names the first difference."""
    filled(tmp_path, 1)
    with pytest.raises(DataError, match=r"holds trainings with recipe = \{'epochs': 2\}, not \{'epochs': 3\}"):
        read(tmp_path, {"space": "nb201", "recipe": {"epochs": 3}})
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(DataError, match=r"plan\.json: malformed JSON.*restore it"):
        read(tmp_path)


@pytest.mark.parametrize("written", [0, 30])
def test_a_full_disk_is_said_and_earlier_work_is_kept(tmp_path: Path, monkeypatch, written: int) -> None:
    """Whether nothing or half a line still fitted."""
    parts = filled(tmp_path, 2)
    before = (tmp_path / "000.jsonl").read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module.os, "fsync", full)
    if written:
        monkeypatch.setattr(module, "line_of", lambda found: "x" * written)
    with pytest.raises(DataError, match=r"000\.jsonl: cannot be written .*free some space"):
        parts.add(record(2))
    assert (tmp_path / "000.jsonl").read_bytes() == before
    monkeypatch.undo()
    assert read(tmp_path) == ([0, 1], [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_really_full_device_is_said(tmp_path: Path) -> None:
    """The system's own error."""
    parts = filled(tmp_path, 0)
    (tmp_path / "000.jsonl").symlink_to("/dev/full")
    with pytest.raises(DataError, match=r"000\.jsonl: cannot be written \(No space left on device\)"):
        parts.add(record(2))
