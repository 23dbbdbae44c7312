"""The gallery: every figure that nassim draws, made when the site is built by the commands that are shown."""

from __future__ import annotations

import inspect
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from kept import kept

from nassim.report.figures import names

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
BESIDE = {
    "surrogate": (
        "How well a [surrogate](surrogates.md) predicts trainings that it has not seen, and learning curves.",
        "nassim fit nb201/cifar10 --train 500 --out surrogate",
        "surrogate/audit.png",
    ),
    "explanation": (
        "Which choices, pairs and motifs make the good architectures of a benchmark good.",
        "nassim show nb201/cifar10 --explain --out explanation",
        "explanation.png",
    ),
}
VALIDATION = (
    "What a study found, [trained for real](real_training.md): simulated against real errors.",
    "nassim run sim_to_real --out sim_to_real\nnassim validate sim_to_real --top 10 --others 30 --seeds 5",
    ["figures/sim_to_real.png"],
)


def pages() -> dict[str, str | Path]:
    """Return the page and its pictures."""
    folder = kept(STUDY, Path(__file__), drawn)
    figures = {f"gallery/{file.name}": file for file in sorted(folder.glob("results/figures/*.png"))}
    beside = {f"gallery/{name}.png": folder / picture for name, (_, _, picture) in BESIDE.items()}
    lines = [HEAD.format(study=STUDY.read_text(encoding="utf-8"))]
    for name in names():
        lines += section(name, about(name), f"nassim report results --figure {name}", pictures(name, figures))
    for name, (said, command, _) in BESIDE.items():
        lines += section(name, said, command, [f"gallery/{name}.png"])
    return {"gallery.md": "\n".join((*lines, *section("validation", *VALIDATION))), **figures, **beside}


def drawn(folder: Path) -> None:
    """Run all commands but the last, whose picture is kept in the repository: it takes trainings."""
    shutil.copy(STUDY, folder)
    for command in (RUN, DRAW, *(command for _, command, _ in BESIDE.values())):
        words = [sys.executable, "-m", *shlex.split(command)]
        subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def section(name: str, about: str, command: str, pictures: list[str]) -> Iterator[str]:
    """Yield the lines of one figure: what it is, its command, what it looks like."""
    yield from (f"## {name}\n", f"{about}\n", f"```console\n{command}\n```\n")
    yield from ('<div class="gallery" markdown>\n', *(f"![{Path(uri).stem}]({uri})\n" for uri in pictures), "</div>\n")


def about(name: str) -> str:
    """Return what the file of a figure says that it is."""
    return inspect.getdoc(import_module(f"nassim.report.figures.{name.replace('-', '_')}")) or ""


def pictures(name: str, figures: Iterable[str]) -> list[str]:
    """Return those of a figure."""
    found = [uri for uri in figures if _name_of(Path(uri).stem) == name]
    if not found:
        raise FileNotFoundError(f"the study of the gallery draws no figure {name!r}: change {STUDY.name}")
    return found


def _name_of(stem: str) -> str:
    return max((known for known in names() if stem.startswith(known)), key=len, default="")
