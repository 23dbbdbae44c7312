"""What mkdocs asks while it builds the site: pages from outside of docs/, pages that are made, and links."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.append(str(Path(__file__).parent))

import api
import commands
import gallery
import keys
import notebooks
import questions
import strategies
from links import ROOT, outside, relinked

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

MADE = (api, commands, gallery, keys, notebooks, questions, strategies)  # each has pages() -> {uri: content or file}


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that lie elsewhere, and those that are made; a page's path is the repository's, without docs/."""
    from mkdocs.structure.files import File

    for path in outside():
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    for uri, content in ((uri, content) for made in MADE for uri, content in made.pages().items()):
        kind: dict[str, Any] = {"abs_src_path": str(content)} if isinstance(content, Path) else {"content": content}
        files.append(File.generated(config, uri, **kind))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Let links that lead through the repository lead through the site."""
    return relinked(markdown, page.file.src_uri, {file.src_uri for file in files})
