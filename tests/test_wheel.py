"""What a user installs: the package, the tables and the studies, and not what tables are made of."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LARGEST = 25 * 2**20  # bytes
BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"


def test_the_wheel_holds_what_is_used(tmp_path: Path) -> None:
    """Every module, table, licence and study, in 25 MB; no raw trainings, no scripts that make tables, nothing else."""
    pytest.importorskip("hatchling")
    subprocess.run([sys.executable, "-c", BUILD, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "nassim").rglob("*.py")}
    studies = {f"nassim/{path.relative_to(ROOT).as_posix()}" for path in ROOT.glob("studies/*/*.toml")}
    assert modules | studies <= names
    for card in ROOT.glob("benchmarks_data/*/card.toml"):
        files = {*card.parent.glob("*/*.parquet"), *card.parent.glob("LICENSE*"), *card.parent.glob("NOTICE*"), card}
        assert {f"nassim/{path.relative_to(ROOT).as_posix()}" for path in files} <= names
    assert wheel.stat().st_size <= LARGEST
    assert not [name for name in names if "/parts/" in name or (name.endswith("build.py") and name not in modules)]
    assert {name.split("/")[0] for name in names} == {"nassim"}
