"""`nassim show`: a benchmark, one of its architectures, or why its good architectures are good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nassim.cli._options import AllowCode, BenchmarkArgument, file_name
from nassim.core.errors import SettingError

if TYPE_CHECKING:
    from nassim.surrogates.explanation import Explained

ORDER = 40


def command(
    benchmark: BenchmarkArgument,
    arch: Annotated[
        str | None, typer.Argument(metavar="ARCH", help="An architecture: its official text or number.")
    ] = None,
    *,
    explain: Annotated[bool, typer.Option("--explain", help="Say which options and motifs make it good.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where --explain writes its figure, as .pdf and .png.", show_default=False)
    ] = None,
    allow_code: AllowCode = False,
) -> None:
    """Show a benchmark, or all it knows of one architecture, or why its good architectures are good."""
    from nassim import catalog
    from nassim.cli._render import card, console
    from nassim.cli._render.learned import explained_tables
    from nassim.cli._render.listing import whole_or_part

    if explain and arch is None:
        place = out or Path("explanations", file_name(benchmark))
        for table in explained_tables(explained_to(catalog.allowed(benchmark, code=allow_code), place)):
            console().print(table)
        console().print(f"\nfigure: {place}.pdf and {place}.png", markup=False, soft_wrap=True)
    elif explain or out is not None:
        raise SettingError("--explain is for a whole benchmark, and --out for --explain")
    elif arch is None:
        bar = "#" if console().options.ascii_only else "█"
        console().print(card.card_of(benchmark, bar, code=allow_code))
    else:
        found = whole_or_part(benchmark, code=allow_code)
        console().print(card.architecture_card(found, card.find_architecture(found.space, arch)))


def explained_to(benchmark: str, out: Path) -> Explained:
    """Explain a benchmark, and write the figure of it to `out` with the endings pdf and png."""
    from nassim.benchmarks.learning import explained
    from nassim.cli._render import console
    from nassim.data.atomic import writing
    from nassim.report.build import write
    from nassim.report.figures.explanation import of_explanation
    from nassim.report.style import drawn

    with console(stderr=True).status(f"explaining {benchmark}"):
        found = explained(benchmark)
        title = f"{found.benchmark}: what its error rests on, learned from {found.train:,} trainings"
        files = drawn(lambda: of_explanation(found.explanation, title, found.unit))
    for kind, content in files.items():
        path = out.with_name(f"{out.name}.{kind}")
        with writing(path):
            write(path, content)
    return found
