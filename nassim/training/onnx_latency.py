"""How long a network takes to classify one image by ONNX Runtime, on one thread of this machine's CPU.

It is measured on a file such as `export` writes. Weights do not matter for it, so networks need not be trained.
"""

from __future__ import annotations

import io
import time
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from nassim import catalog
from nassim.core.arrays import Archs
from nassim.core.errors import NassimError
from nassim.training.collect import Plan
from nassim.training.gathering import Job, one_thread
from nassim.training.networks import fresh
from nassim.training.parts import Record
from nassim.training.skeleton import Skeleton

NEEDED = ("onnx", "onnxruntime")
REPEATS, WARM = 100, 10  # images, one by one; before them, some that do not count


class Latency(NamedTuple):
    """Seconds for one image: the median of many, and what nine in ten are below."""

    median: float
    high: float


def need_onnx() -> None:
    """Raise NassimError with what to install, unless networks can be timed."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise NassimError(
            f"a limit of latency needs {' and '.join(missing)}, which is not installed: pip install 'nassim[train]'"
        )


def onnx_timing(plan: Plan, job: Job) -> Record:
    """Return the record of how long an untrained network takes, in seconds, and of its file's bytes."""
    network, replica = job
    arch = catalog.space(plan.space).at(np.array([network]))[0]
    with one_thread():
        model = untrained(arch, plan.skeleton)
    median, high = latency(model, plan.skeleton)
    return {"network": network, "replica": replica, "latency": median, "high": high, "bytes": len(model)}


def untrained(arch: Archs, skeleton: Skeleton) -> bytes:
    """Return the ONNX model of the network of an architecture, a row (genes,), with the weights it begins with."""
    network = fresh(arch, skeleton, 0).eval()
    image, file = torch.zeros(1, skeleton.inputs, skeleton.size, skeleton.size), io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # this exporter is the older one, and takes a twentieth of the other's time
        torch.onnx.export(
            network,
            (image,),
            file,  # type: ignore[arg-type]  # this exporter writes into files that are open, too
            input_names=["images"],
            output_names=["logits"],
            dynamo=False,
        )
    return file.getvalue()


def latency(model: bytes | Path, skeleton: Skeleton) -> Latency:
    """Return how long an ONNX model, or the file of one, takes."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    source = model if isinstance(model, bytes) else str(model)
    session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    image = {"images": np.zeros((1, skeleton.inputs, skeleton.size, skeleton.size), dtype=np.float32)}
    taken = []
    for _ in range(WARM + REPEATS):
        start = time.thread_time()
        session.run(None, image)
        taken.append(time.thread_time() - start)
    return Latency(*np.quantile(taken[WARM:], (0.5, 0.9)).tolist())
