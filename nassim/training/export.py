"""Trains one network and writes it for others to use: its weights, its cell, and ONNX; each is read again to prove it.

weights.pt     a state_dict, which `read` puts into its network again
network.onnx   images (n, channels, size, size), normalised -> logits (n, classes)
cell.json      the architecture, the skeleton, and how images are normalised and labelled
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import numpy as np
import torch

from nassim import catalog
from nassim.core.arrays import Archs
from nassim.core.documents import read_json
from nassim.core.errors import DataError, NassimError, one_line
from nassim.core.settings import Range
from nassim.core.shapes import shaped
from nassim.data.atomic import whole, write_text, writing
from nassim.training.collect import Plan
from nassim.training.data import Data, Split
from nassim.training.gathering import one_thread
from nassim.training.metrics import error_percent
from nassim.training.networks import Network
from nassim.training.recipe import Metric
from nassim.training.saving import save
from nassim.training.skeleton import Skeleton, check_buildable
from nassim.training.train import DAMAGED, EVALUATION_BATCH, error_of, seed_of, train

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from torch import Tensor

WEIGHTS, CELL, ONNX = "weights.pt", "cell.json", "network.onnx"
NEEDED = ("onnx", "onnxscript", "onnxruntime")
MEND = "export it again"
APART = 0.5  # points of error by which ONNX may differ: other sums, of which a few decide


class SkeletonShape(TypedDict):
    """What `Skeleton` takes, in sizes that can be."""

    channels: Annotated[int, Range(1, 4096)]
    cells: Annotated[int, Range(1, 128)]
    inputs: Annotated[int, Range(1, 4096)]
    size: Annotated[int, Range(1, 4096)]
    classes: Annotated[int, Range(1, 1_000_000)]


class About(TypedDict):
    """What cell.json must say to be read again."""

    space: str
    cell: str
    skeleton: SkeletonShape


def export(plan: Plan, network: int, replica: int, folder: Path) -> dict[str, float | None]:
    """Train a network, write it, read it again, and return its test errors in percent: trained, weights, onnx.

    An export that was interrupted goes on from its last epoch. Without the packages for ONNX its error is None.

    Raises:
        DataError: If what was written is not what was trained.
    """
    data = plan.data
    arch = catalog.space(plan.space).at(np.array(network))
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / ".checkpoint.pt"
    seed = seed_of(network, replica)
    with one_thread():
        trained = train(arch, data, plan.recipe, plan.skeleton, seed, checkpoint=checkpoint).network.eval()
    found: dict[str, float | None] = {"trained": error_of(trained, data.test, plan.recipe.metric)}
    _write(plan, data, network, trained, folder)
    found["weights"] = error_of(read(folder).to(plan.device), data.test, plan.recipe.metric)
    found["onnx"] = _onnx(trained, data, folder / ONNX, plan.recipe.metric) if all(map(find_spec, NEEDED)) else None
    for form, error in found.items():
        if error is not None and abs(error - (found["trained"] or 0.0)) > (APART if form == "onnx" else 0.0):
            raise DataError(f"{folder}: read again from {form}, the network errs {error} %, not {found['trained']} %")
    return found


def read(folder: str | Path) -> Network:
    """Return the network of an exported folder, on the CPU.

    Raises:
        DataError: Says what is missing or damaged.
    """
    place = Path(folder)
    try:
        about = shaped(read_json(place / CELL, MEND), About, CELL, MEND, is_open=True)
        space = catalog.space(about["space"])
        check_buildable(space)
        arch, skeleton = space.parse(about["cell"]), Skeleton(**about["skeleton"])
        weights = torch.load(place / WEIGHTS, map_location="cpu", weights_only=True)
        _check_fit(arch, skeleton, weights)
        network = Network(arch, skeleton)
        network.load_state_dict(weights)
    except (*DAMAGED, NassimError) as error:
        raise DataError(f"{place}: not an exported network, or damaged ({one_line(error)}); {MEND}") from error
    return network.eval()


def _check_fit(arch: Archs, skeleton: Skeleton, weights: dict[str, Tensor]) -> None:
    """Raise DataError unless the weights are a network's, before any memory is taken for it."""
    with torch.device("meta"):
        wanted = {name: value.shape for name, value in Network(arch, skeleton).state_dict().items()}
    found = {name: getattr(value, "shape", None) for name, value in weights.items()}
    if found != wanted:
        raise DataError(f"expected in {WEIGHTS} the weights of the network in {CELL}, got those of another")


def _write(plan: Plan, data: Data, network: int, trained: Network, folder: Path) -> None:
    space = catalog.space(plan.space)
    about = {
        "space": plan.space,
        "cell": space.show(space.at(np.array(network))),
        "skeleton": asdict(plan.skeleton),
        "recipe": plan.recipe.plain(),
        "images": {"source": plan.source, "sha256": data.digest, "channel_mean_and_deviation": data.scale},
    }
    save(trained.state_dict(), folder / WEIGHTS)
    write_text(folder / CELL, json.dumps(about, indent=1) + "\n")


def _onnx(trained: Network, data: Data, path: Path, metric: Metric) -> float:
    """Write the network as ONNX, and return the test error that the ONNX runtime has with the file."""
    import onnxruntime

    network, test = trained.cpu().float(), data.test
    example = test.images[:2].cpu().contiguous()
    several = ({0: torch.export.Dim("images", min=1)},)
    with _quiet():
        program = torch.onnx.export(
            network,
            (example,),
            input_names=["images"],
            output_names=["logits"],
            dynamic_shapes=several,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    with whole(path) as file:
        file.write(program.model_proto.SerializeToString())
    return _error(
        onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]), test, data.classes, metric
    )


def _error(session: InferenceSession, split: Split, classes: int, metric: Metric) -> float:
    """Return how wrong an ONNX session is on the images of a split, in percent."""
    predicted = torch.empty_like(split.labels)
    for begin in range(0, len(split.labels), EVALUATION_BATCH):
        pixels = split.images[begin : begin + EVALUATION_BATCH].cpu().numpy()
        (logits,) = session.run(None, {"images": np.ascontiguousarray(pixels)})
        predicted[begin : begin + EVALUATION_BATCH] = torch.from_numpy(logits.argmax(axis=1))
    return error_percent(predicted, split.labels, classes, metric)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep to itself what the exporter says of other packages."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
