"""Backend: trains by nassim.training, which needs torch, from images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from nassim import catalog
from nassim.automl.request import Request
from nassim.automl.trainer import Trainer
from nassim.core.arrays import Archs, Floats, Ids
from nassim.core.documents import Table
from nassim.core.model_card import Exported, Findings
from nassim.core.watcher import Watcher
from nassim.training.checking import checked
from nassim.training.collect import plan_of, searching, training
from nassim.training.counting import multiply_adds, parameters
from nassim.training.export import ONNX, export
from nassim.training.gathering import Job, gather
from nassim.training.onnx_latency import latency, need_onnx, onnx_timing
from nassim.training.parts import Record
from nassim.training.skeleton import check_buildable
from nassim.training.validation import FIRST


class Backend(Trainer):
    """Trains the networks of a space on images.

    Raises:
        DataError: If the images cannot be read.
        SettingError: If networks of the space cannot be built.
    """

    made_with: ClassVar[tuple[str, ...]] = ("torch",)

    def __init__(self, request: Request) -> None:
        self.space = catalog.space(request.space)
        check_buildable(self.space)
        plan = plan_of(request.space, request.data or "", device=request.device, size=request.size)
        recipe = replace(plan.recipe, metric=request.metric, epochs=request.epochs or plan.recipe.epochs)
        self.plan = replace(plan, recipe=recipe)
        self.name, self.device = plan.data.name, plan.device

    def identity(self) -> Table:
        """Return what decides the numbers of a training."""
        return self.plan.identity()

    def train(
        self, jobs: list[Job], folder: Path, processes: int | None, watcher: Watcher, *, confirming: bool
    ) -> dict[Job, Record]:
        """Return the records of trainings."""
        return gather(training if confirming else searching, self.plan, jobs, folder, processes, watcher)

    def seconds(self, network: int) -> float:
        """Return what a training takes, by one epoch of it."""
        record = searching(replace(self.plan, recipe=replace(self.plan.recipe, epochs=1)), (network, 0))
        return (float(record["seconds"][-1]) + float(record["valid_seconds"][-1])) * self.plan.recipe.epochs

    def findings(self) -> Findings:
        """Return what was found out about the images."""
        return checked(self.plan.data)

    def counted(self, archs: Archs) -> dict[str, Floats]:
        """Return parameters, and multiply-adds for one image."""
        counts = {"params": parameters(archs, self.plan.skeleton), "flops": multiply_adds(archs, self.plan.skeleton)}
        return {name: count.astype(np.float64) for name, count in counts.items()}

    def latencies(self, networks: Ids, folder: Path, watcher: Watcher) -> Floats:
        """Return the seconds for one image by ONNX Runtime, on one thread of this CPU."""
        need_onnx()
        jobs = [(network, 0) for network in networks.tolist()]
        records = gather(onnx_timing, replace(self.plan, device="cpu"), jobs, folder, 1, watcher)
        return np.array([records[job]["latency"] for job in jobs], dtype=np.float64)

    def export(self, network: int, folder: Path) -> Exported:
        """Write weights and ONNX, and time the file."""
        errors = export(self.plan, network, FIRST, folder)
        weights = errors["weights"]
        assert weights is not None
        if errors["onnx"] is None:
            return {"exported_test_error": weights, "onnx_test_error": None}
        timed = latency(folder / ONNX, self.plan.skeleton)
        return {
            "exported_test_error": weights,
            "onnx_test_error": errors["onnx"],
            "bytes": (folder / ONNX).stat().st_size,
            "latency": timed.median,
            "latency_high": timed.high,
        }

    def recipe(self) -> Table:
        """Return how it trains."""
        return self.plan.recipe.plain()
