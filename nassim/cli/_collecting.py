"""What `nassim collect` does, and how it says what is trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nassim import catalog
from nassim.benchmarks.partial_table import PartialTable
from nassim.cli._render.progress import Bar
from nassim.training import need_torch

if TYPE_CHECKING:
    from nassim.training.data import Data
    from nassim.training.recipe import Recipe
    from nassim.training.skeleton import Skeleton


def collected(
    space: str,
    data: str,
    out: Path,
    *,
    networks: int | None,
    replicas: int,
    recipe: str | None,
    settings: Mapping[str, int],
    device: str,
    size: int | None,
    jobs: int | None,
    bar: Bar,
) -> list[str]:
    """Collect trainings into a benchmark, and return lines that say what there is now and how to go on.

    `recipe` and `settings` are those of `nassim.training.chosen`, all others those of `nassim.training.collect`.
    """
    need_torch()
    from nassim.training.chosen import chosen
    from nassim.training.collect import collect, plan_of
    from nassim.training.skeleton import check_buildable

    check_buildable(catalog.space(space))
    plan = plan_of(space, data, device=device, size=size)
    own, skeleton = chosen(plan.data, recipe, settings)
    for line in said(plan.data, own, skeleton):
        bar.note(line)
    folder = collect(
        space,
        data,
        out,
        networks=networks,
        replicas=replicas,
        recipe=own,
        skeleton=skeleton,
        device=device,
        size=size,
        jobs=jobs,
        watcher=bar,
    )
    samples = PartialTable.load(folder)
    counts = samples.card.facts["counts"]
    lines = [f"{samples.name}: {counts['trainings']:,} trainings of {counts['networks']:,} networks in {folder}"]
    if out.resolve().parent not in [place.resolve() for place in catalog.data_folders()]:
        lines.append(f"to have nassim look there: export NASSIM_DATA={out.resolve().parent}")
    return [*lines, f"go on with: nassim show {samples.name}, or nassim fit {samples.name}"]


def said(data: Data, recipe: Recipe, skeleton: Skeleton) -> Iterator[str]:
    """Yield lines that say what is trained on, and how."""
    counts = " / ".join(f"{len(split.labels):,}" for split in (data.train, data.valid, data.test))
    resized = f", resized from {data.resized} (--size)" if data.resized else ""
    yield (
        f"{data.name}: {counts} images for training, validation, test; {data.size}x{data.size} pixels, "
        f"{data.channels} channels, {data.classes} classes{resized}"
    )
    network = f"networks of {skeleton.channels} channels, {skeleton.cells} cells a stage"
    augmented = f"crops padded by {recipe.crop}" if recipe.crop else "no crops"
    mirrored = "mirrored at random" if recipe.flip else "not mirrored"
    yield f"{network}; {recipe.epochs} epochs, batches of {recipe.batch}, {augmented}, {mirrored}"
