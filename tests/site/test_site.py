"""The docs site: its links, its navigation, its notebooks, and what of it needs no network."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.site.pages import ROOT, maker

LINKS = maker("links")
NAVIGATION = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
NOTEBOOKS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))
PAGES = {"README.md", "oracles.md", "studies/live/README.md", "figures/a.png", "tutorials/t.md", "tutorials/t.ipynb"}


@pytest.mark.parametrize(
    ("page", "written", "read"),
    [
        ("README.md", "[o](docs/oracles.md#what)", "[o](oracles.md#what)"),
        ("oracles.md", "[s](../studies/live/README.md)", "[s](studies/live/README.md)"),
        ("studies/live/README.md", "![f](../../docs/figures/a.png)", "![f](../../figures/a.png)"),
        ("oracles.md", "[code](../nassim/space.py)", "code (`nassim/space.py`)"),
        ("oracles.md", "[paper](https://example.org/a)", "[paper](https://example.org/a)"),
        ("oracles.md", "[here](#below)", "[here](#below)"),
        ("README.md", "[t](docs/tutorials/t.ipynb)", "[t](tutorials/t.md)"),
        ("tutorials/t.md", "[notebook](t.ipynb)", "[notebook](t.ipynb)"),
    ],
)
def test_links_through_the_repository_lead_through_the_site(page: str, written: str, read: str) -> None:
    """To other pages as they lie on the site; to source, which is no page, by its path."""
    assert LINKS.relinked(written, page, PAGES) == read


def test_the_navigation_has_every_page() -> None:
    """All of docs/ and all studies; `mkdocs build --strict` refuses what is named and not there."""
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").glob("*.md")}
    pages |= {path.relative_to(ROOT).as_posix() for path in ROOT.glob("studies/*/README.md")}
    pages |= {f"tutorials/{path.stem}.md" for path in NOTEBOOKS}
    assert pages - set(re.findall(r": ([\w./]+\.md)$", NAVIGATION, re.MULTILINE)) == set()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    """What they show is made when the site is built."""
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert [cell for cell in cells if cell["outputs"] or cell["execution_count"]] == []


def test_docstrings_in_columns_are_lists() -> None:
    """Names and what they are, continued below, as columns or in Google style; other text stays."""
    docstrings = maker("docstrings")
    columns = "Do.\n\nfirst    one\n         and more\nsecond, third  two\n\nEnd."
    assert docstrings.as_list(columns) == "Do.\n\n* `first`: one\n  and more\n* `second, third`: two\n\nEnd."
    google = "Do.\n\nArgs:\n    first: one\n        and more\n    second (int): two\n"
    assert dict(docstrings.listed(columns)) == {"first": "one and more", "second": "two", "third": "two"}
    assert dict(docstrings.listed(google)) == {"first": "one and more", "second": "two"}
