"""Tutorials: notebooks that are executed when the site is built, so that what they show is what they do."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kept import ROOT, kept

LONGEST = 300  # seconds of one cell
SHELL, FILE = re.compile(r"```python\n%%bash\n"), re.compile(r"```python\n%%writefile (\S+\.(\w+))\n")
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
    text = FILE.sub(r"`\1`:\n\n```\2\n", SHELL.sub("```sh\n", text))
    title, _, rest = text.partition("\n")
    (folder / f"{path.stem}.md").write_text(f"{title}\n{DOWNLOAD.format(path.name)}{rest}", encoding="utf-8")
    for name, content in made["outputs"].items():
        (folder / Path(name).name).write_bytes(content)


def executed(path: Path) -> object:
    """Return a notebook after running it in an empty folder, with a cache and a data folder of its own."""
    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config

    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as work:
        here = {"NASSIM_CACHE": f"{work}/cache", "NASSIM_DATA": f"{work}/data", "NASSIM_CONFIG": f"{work}/config"}
        beside = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
            "COLUMNS": "110",
        }
        (Path(work) / "here").mkdir()
        options = {"config": Config({"KernelManager": {"transport": "ipc"}}), "timeout": LONGEST}
        client = NotebookClient(notebook, resources={"metadata": {"path": f"{work}/here"}}, **options)
        client.execute(env={**os.environ, **beside, **here})
    return notebook
