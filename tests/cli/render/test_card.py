"""`nassim show BENCHMARK ARCH`: every training by itself, of tables and of parts of a space."""

from __future__ import annotations

import numpy as np
import pytest
from rich.console import Console

from nassim import load
from nassim.benchmarks.partial_table import PartialTable
from nassim.cli._render.card import architecture_card
from nassim.core.errors import DataError
from nassim.importers import import_data
from tests.command_line import Run
from tests.importers.test_own import CARD, SPACE, own, rows_of


def shown(source, arch) -> list[str]:
    """Return the card of an architecture as lines of plain words."""
    console = Console(width=200, color_system=None)
    with console.capture() as capture:
        console.print(architecture_card(source, arch))
    return [" ".join(line.split()) for line in capture.get().splitlines()]


def imported(tmp_path, numbers, replicas=2, fails=()):
    """Import trainings of some cells, two equal ones each; of those that fail, the second is nan."""
    rows = [
        row | {"replica": replica, "params": "nan" if n in fails else 5, "robust": 3}
        for n, row in enumerate(rows_of(numbers))
        for replica in range(replicas)
    ]
    for n, row in enumerate(rows):
        if n // replicas in fails and row["replica"] > 0:
            row["valid_error"] = "nan"
    import_data("csv", own(tmp_path, rows, CARD + '[costs]\nparams = "a count"\n'), tmp_path / "out")


def test_equal_trainings_are_shown_as_two(tmp_path, monkeypatch):
    """Both with their error, though they are the same; a failed one as failed, an unmeasured cost as such."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    imported(tmp_path, range(SPACE.size), fails={7})
    bench = load("mine/data")
    lines = shown(bench, SPACE.at(np.array(6)))
    assert [line for line in lines if line.startswith("training ")][:2] == [
        "training 1 10.01 % error (89.99 % accuracy)",
        "training 2 10.01 % error (89.99 % accuracy)",
    ]
    lines = shown(bench, SPACE.at(np.array(7)))
    assert "training 2 failed" in lines
    assert "params not measured" in lines


def test_a_cell_whose_trainings_all_failed_is_shown(tmp_path, monkeypatch):
    """It has no rank, and any neighbour is better."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    rows = rows_of(range(SPACE.size))
    rows[3]["valid_error"] = "nan"
    import_data("csv", own(tmp_path, rows))
    lines = shown(load("mine/data"), SPACE.at(np.array(3)))
    assert "rank none: it failed" in lines
    assert "mean failed" in lines
    assert any(line.startswith("neighbours 24, of which 24 are better") for line in lines)
    rows = rows_of([2, 3])
    rows[1]["valid_error"] = "nan"
    import_data("csv", own(tmp_path, rows, name="some"))
    assert "rank none: it failed" in shown(PartialTable.load("some/data"), SPACE.at(np.array(3)))


def test_a_part_of_a_space_shows_what_was_trained(tmp_path, run: Run, monkeypatch):
    """By text or number; what was not trained is named in one line that says how to go on."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    imported(tmp_path, [4, 9, 2])
    lines = shown(PartialTable.load("mine/data"), SPACE.at(np.array(9)))
    assert "training 1 10.00 % error (90.00 % accuracy)" in lines
    assert "training 2 10.00 % error (90.00 % accuracy)" in lines
    assert "rank 2 of 3 trained" in lines
    assert "robust 3 (measured after training)" in lines
    ended = run("show", "mine/data", SPACE.show(SPACE.at(np.array(9))))
    assert ended.code == 0
    assert "training 2" in ended.out
    ended = run("show", "mine/data", SPACE.show(SPACE.at(np.array(10))))
    assert ended.code == 2
    assert "was not trained: 3 of its space were; nassim fit mine/data learns the others" in ended.err
    with pytest.raises(DataError, match="was not trained"):
        shown(PartialTable.load("mine/data"), SPACE.at(np.array(10)))
