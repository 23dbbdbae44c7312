"""Do the documents do what they say?"""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import pytest

from tests.contracts import test_spaces

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TRAIN = ("real_training", "search", "weight_sharing")  # pages whose examples train networks
EXAMPLES = [
    pytest.param(code, id=f"{page.stem}-{number}", marks=[pytest.mark.slow] if page.stem in TRAIN else [])
    for page in PAGES
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))
]


@pytest.mark.parametrize("code", EXAMPLES)
def test_example_runs(code: str) -> None:
    """Every Python example in README and docs runs as it stands, in the project's folder; or says what to install."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    if re.search(r"pip install 'nassim\[(smac|syne-tune)\]'", done.stderr):
        pytest.skip("SMAC and Syne Tune are no part of nassim[test]")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_settings_are_toml(page: Path) -> None:
    """Every TOML example of README and docs is read."""
    for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        assert tomllib.loads(block)


def write_files(page: Path, folder: Path) -> None:
    """Write what a page shows as files: blocks after a line that ends in the file's name."""
    for name, content in re.findall(r"`(\w+\.\w+)`:\n\n```\w+\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        (folder / name).write_text(content, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if "```sh\n" in page.read_text(encoding="utf-8")])
def test_shell_examples_run(page: Path, tmp_path: Path) -> None:
    """The commands of a page run one after the other, in a folder with nothing but the files that it shows."""
    write_files(page, tmp_path)
    commands = "set -e\n" + "".join(re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "NASSIM_CACHE": str(tmp_path / "cache")}
    settings |= {
        "XDG_DATA_HOME": str(tmp_path / "user"),
        "NASSIM_CONFIG": str(tmp_path / "config"),
        "LOKY_MAX_CPU_COUNT": "1",
        "OMP_NUM_THREADS": "1",
    }  # beside other tests that is faster
    done = subprocess.run(
        ["bash"], input=commands, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", "".join(map(Path.read_text, PAGES)), re.DOTALL))
def test_sql_example_runs(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every SQL example runs in DuckDB, in the project's folder."""
    monkeypatch.chdir(ROOT)
    assert duckdb.sql(query).fetchall()


def test_strategy_examples_are_short() -> None:
    """A complete strategy of either style takes fewer than 30 lines."""
    page = (ROOT / "docs" / "add_a_strategy.md").read_text(encoding="utf-8")
    examples = [code for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "class " in code]
    assert len(examples) == 2
    assert all(len([line for line in code.splitlines() if line.strip()]) < 30 for code in examples)


def test_the_space_of_the_page_keeps_what_every_space_promises(tmp_path: Path) -> None:
    """The contract tests, but for its place, hold for the space that the page writes."""
    write_files(ROOT / "docs" / "add_a_space.md", tmp_path)
    name = f"{tmp_path / 'layers.py'}:Layers"
    contracts = vars(test_spaces)
    checked = [
        check for key, check in contracts.items() if key.startswith("test_") and key != "test_it_describes_itself"
    ]
    for check in checked:
        if list(inspect.signature(check).parameters) == ["name"]:
            check(name)
    assert len(checked) > 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_local_links_lead_somewhere(page: Path) -> None:
    """Every relative link and picture of README and docs exists."""
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not missing
