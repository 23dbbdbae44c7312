"""What a user installs: the package, the tables and the studies, and not what tables are made of."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"


def test_the_wheel_holds_what_is_used(tmp_path: Path) -> None:
    """Every module, table and study; no raw trainings, no scripts that make tables, and nothing beside the package."""
    pytest.importorskip("hatchling")
    subprocess.run([sys.executable, "-c", BUILD, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "nassim").rglob("*.py")}
    wanted = modules | {"nassim/benchmarks_data/nb201/cifar10/trainings.parquet", "nassim/studies/live/study.toml"}
    assert wanted <= names
    assert not [name for name in names if "/parts/" in name or (name.endswith("build.py") and name not in modules)]
    assert {name.split("/")[0] for name in names} == {"nassim"}
