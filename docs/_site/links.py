"""Links: written as files lie in the repository, read as pages lie on the site, which are the same but for docs/."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

ROOT = Path(__file__).parents[2]
OUTSIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "studies/*/README.md", "studies/*/*.png")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def outside() -> Iterator[str]:
    """Yield what of the site lies outside of docs/."""
    for pattern in OUTSIDE:
        yield from sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern))


def relinked(markdown: str, uri: str, pages: Collection[str]) -> str:
    """Return a page whose links to other pages are those of the site; a link to source becomes its path."""

    def link(found: re.Match[str]) -> str:
        mark, text, target, anchor = found.groups(default="")
        place = normpath(PurePosixPath(_place(uri)).parent / target)
        page = _read_as(place.removeprefix("docs/"), uri, pages)
        if page in pages:
            return f"{mark}[{text}]({relpath(page, PurePosixPath(uri).parent)}{anchor})"
        return f"{text} (`{place}`)" if (ROOT / place).exists() else found[0]

    return LINK.sub(link, markdown)


def _place(uri: str) -> str:
    """Return where in the repository a page lies, or would."""
    return uri if uri in set(outside()) else f"docs/{uri}"


def _read_as(page: str, uri: str, pages: Collection[str]) -> str:
    """Return the page of a notebook, for all but the page itself, and any other page as it is."""
    read = page.removesuffix(".ipynb") + ".md"
    return read if page.endswith(".ipynb") and read in pages and read != uri else page
