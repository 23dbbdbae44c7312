"""`nassim search`: from one's own images to a validated, exported model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nassim.cli._options import IMAGES, Device, TrainingJobs

if TYPE_CHECKING:
    from nassim.automl.found import Found

ORDER = 105


def command(
    *,
    data: Annotated[str | None, typer.Option(help=f"The images: {IMAGES}", show_default="the trainer has them")] = None,
    trainer: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND",
            help="Your own: a command with {architecture}, {seed} and {epochs} that prints error and seconds.",
            show_default="nassim's own, on the images",
        ),
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LIMIT",
            help="What the model must keep, such as 'latency 5 ms', 'params 1e5' or 'flops 30 %' (that quantile); "
            "may be given several times.",
        ),
    ] = None,
    budget: Annotated[str | None, typer.Option(metavar="TIME", help="How long, such as 5m or 2h.")] = None,
    trainings: Annotated[int | None, typer.Option(min=4, help="How many trainings in all.")] = None,
    out: Annotated[Path, typer.Option(help="The folder of all that is found; given again, it goes on.")] = Path(
        "found"
    ),
    space: Annotated[str, typer.Option(help="The space whose networks are trained.")] = "nb201",
    epochs: Annotated[int | None, typer.Option(min=1, help="Of a training.", show_default="as fits the data")] = None,
    size: Annotated[
        int | None,
        typer.Option(min=1, help="Pixels a side of the images of a folder per class.", show_default="as fits them"),
    ] = None,
    metric: Annotated[
        Literal["error", "balanced-error", "f1"],
        typer.Option(help="What is meant by errors; the others give rare classes the weight of frequent ones."),
    ] = "error",
    top: Annotated[int, typer.Option(min=1, help="Networks that are confirmed with fresh seeds.")] = 3,
    patience: Annotated[
        float, typer.Option(min=0, help="Points of error: what is left of the budget must promise more.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="Of all that is random.")] = 0,
    device: Device = "auto",
    jobs: TrainingJobs = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do and take, and end.")] = False,
) -> None:
    """Find a network for images of your own, within limits; export it, with a card that says how good it is."""
    from nassim.automl.loop import plan_lines, search
    from nassim.automl.request import Request, limits_of, seconds_of
    from nassim.cli._render import console
    from nassim.cli._render.progress import watched

    seconds = None if budget is None else seconds_of(budget)
    limits = limits_of(limit or [])
    how = space, device, jobs, size, epochs, metric, trainer, seed, top, patience
    request = Request(data, limits, trainings, seconds, *how)
    with watched("trainings") as bar:
        lines = plan_lines(request, out, bar) if dry_run else list(_reported(search(request, out, bar)))
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)


def _reported(found: Found) -> Iterator[str]:
    """Write the report of a search, and yield what it has come to."""
    from nassim.automl.card_text import summary
    from nassim.data.atomic import whole
    from nassim.report.search_page import search_files

    lines = summary(found.card)
    for name, content in search_files(found.card, lines).items():
        with whole(found.folder / name) as file:
            file.write(content)
    yield from lines
    yield f"written: {found.folder}/model, model_card.md and report.html"
