"""The docs site: its links, its navigation, its notebooks, and what of it needs no network."""

from __future__ import annotations

import importlib.util
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
        ("oracles.md", "[code](../nassim/core/space.py)", "code (`nassim/core/space.py`)"),
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


def test_what_docstrings_list_is_found() -> None:
    """Names and what they are, continued below, and the text around them."""
    docstrings = maker("docstrings")
    google = "Do.\n\nMore.\n\nArgs:\n    first: one\n        and more\n    second (int): two\n\nReturns:\n    It.\n"
    assert dict(docstrings.listed(google)) == {"first": "one and more", "second": "two"}
    assert docstrings.unlisted(google) == "Do.\n\nMore.\n\nReturns:\n    It."
    assert dict(docstrings.listed("Do.")) == {}


@pytest.mark.parametrize(
    ("element", "loads"),
    [
        ('<img src="https://example.org/a.png">', True),
        ('<script src="//example.org/a.js"></script>', True),
        ('<link rel="stylesheet" href="https://example.org/a.css">', True),
        ("<style>@import url(https://example.org/a.css)</style>", True),
        ('<a href="https://example.org">paper</a>', False),
        ('<img src="figures/a.png">', False),
    ],
)
def test_what_a_page_loads_from_elsewhere_is_found(element: str, loads: bool, tmp_path: Path) -> None:
    """Pictures, scripts and styles; links that a reader may follow are no loads."""
    (tmp_path / "index.html").write_text(f"<html><body>{element}</body></html>", encoding="utf-8")
    assert bool(list(maker("offline").remote(tmp_path))) is loads


def test_what_takes_long_is_made_again_when_its_source_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And only then; what fails half-way leaves nothing."""
    keeping, source, made = maker("kept"), tmp_path / "source.txt", []
    monkeypatch.setattr(keeping, "ROOT", tmp_path)

    def make(folder: Path) -> None:
        made.append(source.read_text(encoding="utf-8"))
        (folder / "copy").write_text(made[-1], encoding="utf-8")

    for text in ("one", "one", "two"):
        source.write_text(text, encoding="utf-8")
        assert (keeping.kept(source, source, make) / "copy").read_text(encoding="utf-8") == text
    assert made == ["one", "two"]
    source.write_text("three", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        keeping.kept(source, source, lambda _: 1 / 0)
    assert len(list((tmp_path / "build" / "docs").iterdir())) == 2


@pytest.mark.parametrize("name", ["api", "commands", "keys", "questions", "strategies"])
def test_references_are_made_of_what_there_is(name: str) -> None:
    """Each page has a title and sections or rows; what mkdocstrings is to document is there."""
    for uri, page in maker(name).pages().items():
        assert page.startswith("# "), uri
        assert re.search(r"^(## |\| |::: )", page, re.MULTILINE), uri
        documented = re.findall(r"^::: (\S+)", page, re.MULTILINE)
        places = [name if "python" not in uri else name.rpartition(".")[0] for name in documented]
        assert all(map(importlib.util.find_spec, places))


def test_the_gallery_knows_what_every_figure_is(tmp_path: Path) -> None:
    """By the docstring of its file; a figure that no study draws is missed."""
    gallery = maker("gallery")
    for one in map(gallery.about, gallery.names()):
        assert list(gallery.section(one.name, "command", ["gallery/a.png"]))[1].strip()
    (tmp_path / "results" / "figures").mkdir(parents=True)
    (tmp_path / "results" / "figures" / "rank-a.png").touch()
    rank, regret = map(gallery.about, ("rank", "regret"))
    command, found = gallery.of_results(rank, {"results": tmp_path})
    assert (command, list(found)) == ("nassim report results --figure rank", ["gallery/rank-a.png"])
    with pytest.raises(FileNotFoundError, match="'regret'"):
        gallery.of_results(regret, {"results": tmp_path})
