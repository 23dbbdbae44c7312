"""The gallery: every figure that nassim draws, made when the site is built by the commands that are shown."""

from __future__ import annotations

import inspect
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kept import kept

from nassim.report.figures import about, module, names

STUDY = Path(__file__).with_suffix(".toml")
RUN = "nassim run gallery.toml --out results"
DRAW = "nassim report results --figure all --format png"
HEAD = f"""# Gallery

The figures of a report are drawn from this study of two benchmarks, `gallery.toml`:

```toml
{{study}}```

```console
{RUN}
{DRAW}
```

The first command writes `results/report.html` with all of them, the second each as a file. `--paper neurips` and others
set widths and letters, `--format` is `pdf`, `svg`, `pgf` or `png`. Dashed lines are [oracles](oracles.md), which are
not ranked.
"""
DOCS = Path(__file__).parents[1]


def pages() -> dict[str, str | Path]:
    """Return the page and its pictures."""
    folder = kept(STUDY, Path(__file__), drawn)
    figures = {f"gallery/{file.name}": file for file in sorted(folder.glob("results/figures/*.png"))}
    beside = {f"gallery/{name}.png": _kept(file) or folder / file for name, (_, file) in beside_results().items()}
    lines = [HEAD.format(study=STUDY.read_text(encoding="utf-8"))]
    for one in sorted(map(about, names())):
        drawn_by = one.example[0] if one.example else f"nassim report results --figure {one.name}"
        lines += section(
            one.name, drawn_by, [f"gallery/{one.name}.png"] if one.example else pictures(one.name, figures)
        )
    return {"gallery.md": "\n".join(lines), **figures, **beside}


def beside_results() -> dict[str, tuple[str, str]]:
    """Return the commands and the file of every figure that is not of results, by name."""
    return {one.name: one.example for one in map(about, names()) if one.example}


def drawn(folder: Path) -> None:
    """Run all commands but those that train, whose pictures are kept in the repository."""
    shutil.copy(STUDY, folder)
    others = (commands for commands, file in beside_results().values() if not _kept(file))
    for command in (RUN, DRAW, *others):
        words = [sys.executable, "-m", *shlex.split(command)]
        subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _kept(file: str) -> Path | None:
    return DOCS / file if (DOCS / file).is_file() else None


def section(name: str, command: str, pictures: list[str]) -> Iterator[str]:
    """Yield the lines of one figure: what its file says that it is, its command, what it looks like."""
    yield from (f"## {name}\n", f"{inspect.getdoc(module(name))}\n", f"```console\n{command}\n```\n")
    yield from ('<div class="gallery" markdown>\n', *(f"![{Path(uri).stem}]({uri})\n" for uri in pictures), "</div>\n")


def pictures(name: str, figures: Iterable[str]) -> list[str]:
    """Return those of a figure."""
    found = [uri for uri in figures if _name_of(Path(uri).stem) == name]
    if not found:
        raise FileNotFoundError(f"the study of the gallery draws no figure {name!r}: change {STUDY.name}")
    return found


def _name_of(stem: str) -> str:
    return max((known for known in names() if stem.startswith(known)), key=len, default="")
