"""Curves of unequal lengths, and what is kept of them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nassim.core.errors import DataError, SettingError
from nassim.importers import import_data
from tests.importers.own import ACCURACY, columns, imported
from tests.importers.test_own import own, refused, rows_of


def card_of(samples_folder: Path) -> dict:
    """Return the card of an import."""
    return tomllib.loads((samples_folder / "out/mine/card.toml").read_text(encoding="utf-8"))


def curves(*lengths, first=1, replicas=1):
    """Return a row per epoch of trainings of these lengths, of one architecture each."""
    return [
        row | {"epoch": epoch, "replica": replica, "valid_error": 10 * n + epoch + 1, "seconds": epoch - first + 1}
        for n, (row, length) in enumerate(zip(rows_of(range(3, 3 + len(lengths))), lengths, strict=True))
        for replica in range(replicas)
        for epoch in range(first, first + length)
    ]


def test_uneven_curves_have_two_ways_in(tmp_path):
    """The epochs that all have, or the trainings that have all; each says what it dropped, here and on the card."""
    path = own(tmp_path, curves(5, 3, 5))
    refused(
        path, tmp_path / "no", r"the same epochs; .* has 3 of 5; --epochs common keeps the 3 epochs that all 3 .*2 tr"
    )
    found, said = imported(path, epochs="common")
    assert (found.epochs, len(found.archs)) == ((1, 2, 3), 3)
    assert found.error[:, 1, 0].tolist() == [12, 13, 14]
    assert said[0] == "--epochs common: kept 3 of 5 epochs, 1, 2, 3; dropped 4 of 13 rows"
    assert card_of(tmp_path)["notes"] == said[:1]
    assert card_of(tmp_path)["built"] == "nassim import csv mine.csv --epochs common"
    found, said = imported(path, epochs="longest")
    assert (found.epochs, len(found.archs)) == ((1, 2, 3, 4, 5), 2)
    assert said[0].startswith(
        "--epochs longest: kept 2 of 3 trainings, those at 5 epochs, 1, 2, 3, 4, 5; 1 architectures"
    )


def test_replicas_are_counted_again_from_0(tmp_path):
    """Where the first of an architecture's trainings is dropped, the second takes its place."""
    rows = curves(4, 4, replicas=2)
    rows = [row for row in rows if not (row["arch"] == rows[0]["arch"] and row["replica"] == 0 and row["epoch"] > 2)]
    found, _ = imported(own(tmp_path, rows), epochs="longest")
    assert found.counts.tolist() == [1, 2]
    assert found.error[:, 0, 0].tolist() == [2, 3, 4, 5]


@given(st.lists(st.integers(1, 7), min_size=1, max_size=6), st.sampled_from(["common", "longest"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_of_curves_is_what_lists_say(tmp_path, lengths, how):
    """Against sets in plain Python."""
    found, _ = imported(own(tmp_path, curves(*lengths)), epochs=how)
    kept = range(1, min(lengths) + 1) if how == "common" else range(1, max(lengths) + 1)
    who = [n for n, length in enumerate(lengths) if length >= kept[-1]]
    assert found.epochs == tuple(kept)
    assert found.error[:, :, 0].T.tolist() == [[10 * n + epoch + 1 for epoch in kept] for n in who]


def test_curves_without_a_common_epoch_are_refused(tmp_path):
    """Common cannot be had then."""
    rows = [*curves(2), *(row | {"arch": rows_of([9])[0]["arch"]} for row in curves(2, first=3))]
    path = own(tmp_path, rows)
    with pytest.raises(DataError, match="no epoch is there in all 2 trainings; try --epochs longest"):
        import_data("csv", path, tmp_path / "out", epochs="common")


def test_epochs_from_0_are_said_to_be(tmp_path):
    """Then 1 is added, and seconds stay as they are."""
    path = own(tmp_path, curves(3, 3, first=0))
    refused(path, tmp_path / "no", 'has epoch 0; if epochs are counted from 0, write "epoch" = "from 0" under')
    found, _ = imported(own(tmp_path, curves(3, 3, first=0), columns(epoch="from 0")))
    assert found.epochs == (1, 2, 3)
    assert found.seconds[:, 0, 0].tolist() == [1, 2, 3]


def test_other_formats_take_no_such_option(tmp_path):
    """In a line that says which do."""
    with pytest.raises(SettingError, match="nas-bench-macro has no option 'epochs'; it is for csv and parquet"):
        import_data("nas-bench-macro", own(tmp_path, ACCURACY), tmp_path / "out", epochs="common")
