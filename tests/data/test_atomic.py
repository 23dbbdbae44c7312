"""Whole files and folders or none."""

from __future__ import annotations

import pytest

from nassim.core.errors import DataError
from nassim.data.atomic import whole_folder


def test_a_folder_is_there_when_all_is_written(tmp_path):
    """Until then nothing is; the folder that holds it is made."""
    folder = tmp_path / "out" / "new"
    with whole_folder(folder) as new:
        (new / "a").write_text("1")
        assert not folder.exists()
    assert [path.name for path in folder.parent.iterdir()] == ["new"]
    assert (folder / "a").read_text() == "1"


def test_what_goes_wrong_leaves_nothing(tmp_path):
    """Also no folder that had to be made, and an older folder as it was."""
    said = r"new: cannot be written \(no\); choose another folder"
    with pytest.raises(DataError, match=said), whole_folder(tmp_path / "out" / "new"):
        raise OSError(1, "no")
    assert not (tmp_path / "out").exists()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a").write_text("1")
    with pytest.raises(KeyError), whole_folder(tmp_path / "old", replace=True):
        raise KeyError
    assert [path.name for path in tmp_path.rglob("*")] == ["old", "a"]


def test_an_older_folder_is_replaced_only_if_asked_for(tmp_path):
    """With what was in it."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a").write_text("1")
    said = "is there already; delete it or choose another folder"
    with pytest.raises(DataError, match=said), whole_folder(tmp_path / "old"):
        pass
    with whole_folder(tmp_path / "old", replace=True) as new:
        (new / "b").write_text("2")
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["b"]
