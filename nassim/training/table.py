"""Makes a benchmark of finished trainings: two Parquet files and the card, in the format of docs/data_format.md."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import tomli_w
import torch

from nassim import catalog
from nassim.core.arrays import Archs
from nassim.core.documents import CARDS, JsonValue, Table, read_toml
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.atomic import write_text, writing
from nassim.data.writing import write_table
from nassim.training.counting import multiply_adds, parameters
from nassim.training.parts import Record
from nassim.training.skeleton import Skeleton

CURVES = ("valid_error", "test_error", "train_error", "seconds")
COSTS = {
    "params": "parameters of the whole network, a count",
    "flops": "multiply-adds of convolutions and classifier for one image, a count",
    "latency": "seconds of one CPU thread to classify one image",
    "synflow": "zero-cost score, higher is better (Tanaka et al. 2020)",
    "naswot": "zero-cost score, higher is better (Mellor et al. 2021)",
    "jacob_cov": "zero-cost score, higher is better (Mellor et al. 2020)",
    "snip": "zero-cost score, higher is better (Lee et al. 2019)",
    "grad_norm": "zero-cost score, higher is better (Abdelfattah et al. 2021)",
    "fisher": "zero-cost score, higher is better (Theis et al. 2018, Turner et al. 2020)",
}
FAMILY = ("title", "space", "source", "licence", "unit", "search_split", "report_split")  # on top of each card
OF_FAMILY = {"title", "space", "datasets", "files"}  # what a data set's own table does not repeat
SECONDS = "CPU seconds of one thread from scratch to the epoch; evaluation not included"


def build(
    folder: Path,
    plan: Table,
    trained: Sequence[Record],
    measured: Sequence[Record] = (),
    facts: Table | None = None,
) -> None:
    """Write the benchmark of finished trainings in its folder `family/dataset`, and the family's card beside it.

    Isomorphic architectures get the trainings of their network. A part of a space is for surrogates to learn from.

    Args:
        plan: What the trainings are of, as `Plan.identity` has it: it goes on the card.
        measured: What was measured of the same networks without training: further costs.
        facts: What is to stand on the card besides, or instead.
    """
    space = catalog.space(str(plan["space"]))
    everything = space.at(np.arange(space.size))
    archs = everything[np.isin(space.canonical(everything), [record["network"] for record in trained])]
    tables = {
        "trainings": trainings(space, archs, trained),
        "architectures": architectures(space, archs, Skeleton(**cast("dict[str, int]", plan["skeleton"])), measured),
    }
    stated = _stated(plan, tables["architectures"], trained, complete=len(archs) == space.size)
    write(folder, tables, stated | (facts or {}))


def trainings(space: Space, archs: Archs, trained: Sequence[Record]) -> pa.Table:
    """Return one row per architecture, training and epoch, sorted."""
    by_network: dict[int, list[Record]] = {}
    for record in sorted(trained, key=lambda record: int(record["replica"])):
        by_network.setdefault(record["network"], []).append(record)
    found = [
        (arch, record)
        for arch, network in zip(space.index(archs).tolist(), space.canonical(archs).tolist(), strict=True)
        for record in by_network[network]
    ]
    epochs = len(trained[0]["seconds"])
    columns = {
        "arch": pa.array(np.repeat([arch for arch, _ in found], epochs), pa.int32()),
        "replica": pa.array(np.repeat([record["replica"] for _, record in found], epochs), pa.int8()),
        "epoch": pa.array(np.tile(np.arange(1, epochs + 1), len(found)), pa.int16()),
    }
    for name in CURVES:
        columns[name] = pa.array(np.concatenate([record[name] for _, record in found]), pa.float64())
    return pa.table(columns)


def architectures(space: Space, archs: Archs, skeleton: Skeleton, measured: Sequence[Record]) -> pa.Table:
    """Return one row per architecture, sorted: what is counted of its own edges, and measured of its network."""
    columns = {
        "arch": pa.array(space.index(archs), pa.int32()),
        "params": pa.array(parameters(archs, skeleton), pa.int64()),
        "flops": pa.array(multiply_adds(archs, skeleton), pa.int64()),
    }
    by_network = {record["network"]: record for record in measured}
    networks = space.canonical(archs).tolist()
    for name in COSTS:
        if by_network and name not in columns:
            columns[name] = pa.array([by_network[network][name] for network in networks], pa.float64())
    columns["text"] = pa.array([space.show(arch) for arch in archs], pa.string())
    return pa.table(columns)


def write(folder: Path, tables: dict[str, pa.Table], facts: Table) -> None:
    """Write tables of a data set, and what is known of it on its family's card, with the digests of the files.

    The facts go into the card's table of the data set: other data sets of the family may have others.
    """
    card = _card_beside(folder)
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        with writing(path):
            folder.mkdir(parents=True, exist_ok=True)
        card["files"][f"{folder.name}/{path.name}"] = dict[str, JsonValue](write_table(table, path))
    card["datasets"][folder.name] = {name: value for name, value in facts.items() if name not in OF_FAMILY}
    family = {name: facts[name] for name in FAMILY}
    write_text(folder.parent / "card.toml", tomli_w.dumps(family | card))


def add(folder: Path, name: str, table: pa.Table) -> None:
    """Write one more table of a data set that is there, and its digest on the card."""
    card = read_toml(folder.parent / "card.toml", "collect it again", CARDS)
    write(folder, {name: table}, card | cast("dict[str, Table]", card["datasets"])[folder.name])


def _card_beside(folder: Path) -> dict[str, dict[str, Table]]:
    """Return the `datasets` and `files` of the family's card: of the files, those that are there."""
    try:
        card = cast("dict[str, dict[str, Table]]", read_toml(folder.parent / "card.toml", "", CARDS))
    except DataError:
        card = {}
    files = {name: about for name, about in card.get("files", {}).items() if (folder.parent / name).is_file()}
    return {"datasets": dict(card.get("datasets", {})), "files": files}


def _stated(plan: Table, table: pa.Table, trained: Sequence[Record], *, complete: bool) -> Table:
    """Return what a card can say by itself."""
    return {
        "title": f"Networks of {plan['space']}, trained for real",
        "space": plan["space"],
        "source": "trained by nassim collect",
        "licence": "not stated",
        "unit": "% error",
        "search_split": "error of one training on the validation images",
        "report_split": "error on the test images, mean over trainings",
        "complete": complete,
        "seconds": {"meaning": SECONDS},
        "costs": {name: meaning for name, meaning in COSTS.items() if name in table.column_names},
        "recipe": plan["recipe"],
        "skeleton": plan["skeleton"],
        "images": {"sha256": plan["images_sha256"]},
        "made_with": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "instructions": torch.backends.cpu.get_cpu_capability(),
            "threads": 1,
        },
        "counts": {
            "architectures": table.num_rows,
            "networks": len({record["network"] for record in trained}),
            "trainings": len(trained),
        },
    }
