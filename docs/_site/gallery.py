"""The gallery: every figure that nassim draws, made when the site is built by the commands that are shown."""

from __future__ import annotations

import inspect
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from kept import kept

from nassim.report.figures import About, about, module, names

HERE = Path(__file__).parent
STUDIES = {  # by folder of results
    "results": HERE / "gallery.toml",
    "objectives": HERE / "gallery_objectives.toml",
    "limits": HERE / "gallery_limits.toml",
}
HEAD = """# Gallery

The figures of a report are drawn from three studies: of one objective on two benchmarks, `gallery.toml`, of two and of
three objectives, `gallery_objectives.toml`, and under limits, `gallery_limits.toml`.
"""
STUDY = """
```toml
{study}```

```console
{commands}
```
"""
SAID = """
The first command of each writes `report.html` with all figures, the second each as a file. `--paper neurips` and others
set widths and letters, `--format` is `pdf`, `svg`, `pgf` or `png`. Dashed lines are [oracles](oracles.md), which are
not ranked.
"""


def pages() -> dict[str, str | Path]:
    """Return the page and its pictures."""
    folders = {results: kept(study, Path(__file__), partial(draw, results)) for results, study in STUDIES.items()}
    figures: dict[str, Path] = {}
    lines = [HEAD, *map(said, STUDIES), SAID]
    for one in sorted(map(about, names())):
        drawn_by, found = of_results(one, folders) if one.example is None else beside_results(one, folders["results"])
        figures |= found
        lines += section(one.name, drawn_by, found)
    return {"gallery.md": "\n".join(lines), **figures}


def said(results: str) -> str:
    """Return what a study is, and its commands."""
    return STUDY.format(study=STUDIES[results].read_text(encoding="utf-8"), commands="\n".join(commands(results)))


def commands(results: str) -> tuple[str, str]:
    """Return what runs a study into a folder, and draws it."""
    return f"nassim run {STUDIES[results].name} --out {results}", f"nassim report {results} --figure all --format png"


def draw(results: str, folder: Path) -> None:
    """Run a study and draw it, and with the first all else that is drawn without training."""
    shutil.copy(STUDIES[results], folder)
    examples = [one.example for one in map(about, names()) if one.example] if results == next(iter(STUDIES)) else []
    others = (drawn_by for drawn_by, file in examples if not in_repository(file))
    for command in (*commands(results), *others):
        words = [sys.executable, "-m", *shlex.split(command)]
        subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def of_results(one: About, folders: dict[str, Path]) -> tuple[str, dict[str, Path]]:
    """Return the command of a figure, and its pictures of the first study that has any."""
    for results, folder in folders.items():
        found = [file for file in sorted(folder.glob(f"{results}/figures/*.png")) if name_of(file.stem) == one.name]
        if found:
            return f"nassim report {results} --figure {one.name}", {f"gallery/{file.name}": file for file in found}
    studies = " and ".join(study.name for study in STUDIES.values())
    raise FileNotFoundError(f"the studies of the gallery draw no figure {one.name!r}: change {studies}")


def beside_results(one: About, folder: Path) -> tuple[str, dict[str, Path]]:
    """Return the command of a figure of something else, and its picture."""
    drawn_by, file = one.example or ("", "")
    return drawn_by, {f"gallery/{one.name}.png": in_repository(file) or folder / file}


def in_repository(file: str) -> Path | None:
    """Return a picture that is kept since it takes trainings; None if there is none."""
    place = HERE.parent / file
    return place if place.is_file() else None


def section(name: str, command: str, pictures: Iterable[str]) -> Iterator[str]:
    """Yield the lines of one figure: what its file says that it is, its command, what it looks like."""
    yield from (f"## {name}\n", f"{inspect.getdoc(module(name))}\n", f"```console\n{command}\n```\n")
    yield from ('<div class="gallery" markdown>\n', *(f"![{Path(uri).stem}]({uri})\n" for uri in pictures), "</div>\n")


def name_of(stem: str) -> str:
    """Return the figure that a file of it is called after."""
    return max((known for known in names() if stem.startswith(known)), key=len, default="")
