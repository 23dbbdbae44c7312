"""Is the built site offline? No page, style or script of it names a file to load that is not its own.

    python docs/_site/offline.py build/site             # reads every file
    python docs/_site/offline.py build/site --browser   # and opens every page in chromium, which notes what it asks for

Links that a reader may follow are no loads.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

LOADING = {"src", "srcset", "poster", "data"}  # attributes whose address is loaded; of <link>, href too
REMOTE = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
STYLE = re.compile(r"""(?:url\(|@import)\s*["']?\s*((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)
CHROMIUM = (
    *("chromium", "--no-sandbox", "--headless", "--disable-gpu", "--virtual-time-budget=3000"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


class Loads(HTMLParser):
    """Collects what a page loads from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the addresses of one element."""
        if dict(attrs).get("rel") == "canonical":
            return
        for name, value in attrs:
            if REMOTE.match(value or "") and (name in LOADING or (tag, name) == ("link", "href")):
                self.found.append(f"<{tag} {name}={value}>")


def remote(site: Path) -> Iterator[str]:
    """Yield what files of a site load from elsewhere."""
    for file in sorted(site.rglob("*.html")):
        page = Loads()
        text = file.read_text(encoding="utf-8")
        page.feed(text)
        yield from (f"{file}: {found}" for found in (*page.found, *STYLE.findall(text)))
    for file in sorted(site.rglob("*.css")):
        yield from (f"{file}: {found}" for found in STYLE.findall(file.read_text(encoding="utf-8")))


def asked(site: Path) -> Iterator[str]:
    """Yield what chromium asks for beyond files when it opens every page; scripts run, nothing is answered.

    What it asks for by itself, as it does of an empty page, is not the page's.
    """
    own = hosts("about:blank")
    for file in sorted(site.resolve().rglob("*.html")):
        yield from (f"{file}: asks for {host}" for host in sorted(hosts(file.as_uri()) - own))


def hosts(page: str) -> set[str]:
    """Return all hosts in chromium's log of what it does on the network while it opens a page."""
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log.json"
        own = [f"--user-data-dir={folder}", f"--log-net-log={log}", "--dump-dom", page]
        subprocess.run([*CHROMIUM, *own], check=True, capture_output=True, timeout=60)
        events: list[dict[str, Any]] = json.loads(log.read_text(encoding="utf-8"))["events"]
    addresses = (str(event.get("params", {}).get("url", "")) for event in events)
    return {urlsplit(address).netloc for address in addresses if REMOTE.match(address)}


def main(words: list[str]) -> None:
    """Print what is loaded from elsewhere; fail if there is anything."""
    site = Path(words[0])
    if not list(site.glob("*.html")):
        sys.exit(f"{site}: expected a built site, it has no pages; run mkdocs build first")
    found = list(remote(site))
    if "--browser" in words:
        if not shutil.which("chromium"):
            sys.exit("--browser opens pages in chromium, which is not there; install it, or leave --browser out")
        found += asked(site)
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
