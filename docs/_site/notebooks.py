"""Tutorials: notebooks that are executed when the site is built, so that what they show is what they do."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kept import ROOT, kept

LONGEST = 300  # seconds of one cell
SHELL, FILE = re.compile(r"```\w*\n%%bash\n"), re.compile(r"```python\n%%writefile (\S+\.(\w+))\n")
WROTE = re.compile(r"^    Writing \S+\n+", re.MULTILINE)
DOWNLOAD = "\n[This page as a notebook]({}) · executed when the site was built\n"


def pages() -> dict[str, Path]:
    """Return a page for each notebook, and the pictures that it draws."""
    made = {path: kept(path, Path(__file__), lambda folder, path=path: rendered(path, folder)) for path in notebooks()}
    return {f"tutorials/{file.name}": file for folder in made.values() for file in sorted(folder.iterdir())}


def notebooks() -> list[Path]:
    """Return all notebooks."""
    return sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))


def rendered(path: Path, folder: Path) -> None:
    """Execute a notebook and write it as Markdown with its pictures; whatever it raises stops the build."""
    from nbconvert import MarkdownExporter

    resources = {"unique_key": path.stem, "output_files_dir": ""}
    text, made = MarkdownExporter().from_notebook_node(executed(path), resources=resources)
    text = WROTE.sub("", FILE.sub(r"`\1`:\n\n```\2\n", SHELL.sub("```sh\n", text)))
    title, _, rest = text.partition("\n")
    (folder / f"{path.stem}.md").write_text(f"{title}\n{DOWNLOAD.format(path.name)}{rest}", encoding="utf-8")
    for name, content in made["outputs"].items():
        (folder / Path(name).name).write_bytes(content)


def executed(path: Path) -> object:
    """Return a notebook after running it in an empty folder, with a cache and a data folder of its own."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as work:
        here = {"NASSIM_CACHE": f"{work}/cache", "NASSIM_DATA": f"{work}/data", "NASSIM_CONFIG": f"{work}/config"}
        beside = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
            "COLUMNS": "78",
            "TTY_COMPATIBLE": "0",  # for a page, rich writes what it writes to a file
        }
        (Path(work) / "here").mkdir()
        waits = {"timeout": LONGEST, "startup_timeout": LONGEST}
        quiet = {"extra_arguments": ["--log-level=ERROR"], "coalesce_streams": True}
        client = NotebookClient(notebook, resources={"metadata": {"path": f"{work}/here"}}, **waits, **quiet)
        client.execute(env={**os.environ, **beside, **here})
    return notebook
