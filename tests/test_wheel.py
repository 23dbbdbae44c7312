"""What a user installs: the package, the tables and the studies, and not what tables are made of."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LARGEST = 25 * 2**20  # bytes
BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from here."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_is_used(wheel: Path) -> None:
    """Every module, table, licence and study, in 25 MB; no raw trainings, no scripts that make tables, nothing else."""
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


def test_the_readme_on_pypi_has_no_link_that_leads_nowhere(wheel: Path) -> None:
    """All that it says, without pictures of and links to files that lie in the repository."""
    files = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in files.namelist() if name.endswith(".dist-info/METADATA"))
    shown = message_from_bytes(files.read(metadata)).get_payload()
    targets = re.findall(r"\]\(([^)]*)\)", shown)
    assert [target for target in targets if not target.startswith("https://")] == []
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^#.*$", shown, re.MULTILINE) == re.findall(r"^#.*$", readme, re.MULTILINE)
    assert "Lines are means" not in shown  # of the picture
    assert len(shown) > len(readme) * 0.8
