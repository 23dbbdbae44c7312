"""Modules that have moved: who imports one by its old name gets it, and one warning that names the new one.

The old names go with the next minor version but one. `import nassim` appends one finder to Python's, which is asked
only for what no other finds.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # that of `typing`, which is slow to import here
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

MOVED = {
    "benchmark": "core.benchmark",
    "benchmarks.arranging": "data.arranging",
    "benchmarks.audit": "surrogates.audit",
    "benchmarks.contraction": "core.expectation",
    "benchmarks.curves": "surrogates.curves",
    "benchmarks.designs": "surrogates.designs",
    "benchmarks.estimation": "benchmarks.monte_carlo",
    "benchmarks.explaining": "surrogates.explanation",
    "benchmarks.expectation": "core.expectation",
    "benchmarks.families": "data.inventory",
    "benchmarks.files": "data.reading",
    "benchmarks.fitting": "surrogates.fit",
    "benchmarks.judged": "benchmarks.wrappers.reported_on",
    "benchmarks.lookup": "benchmarks.tabular",
    "benchmarks.luck": "benchmarks.training_seeds",
    "benchmarks.mixed_slopes": "benchmarks.one_shot.mixed_slopes",
    "benchmarks.samples": "benchmarks.partial_table",
    "benchmarks.sharing": "benchmarks.one_shot.model",
    "benchmarks.supernet_noise": "benchmarks.one_shot.noise",
    "benchmarks.surrogate_files": "surrogates.storage",
    "benchmarks.trainings": "surrogates.training_data",
    "benchmarks.trouble": "benchmarks.wrappers.faults",
    "benchmarks.weight_sharing": "benchmarks.wrappers.weight_sharing",
    "billing": "engine.billing",
    "by_hand": "api",
    "claims": "study.verify.claims",
    "cli_options": "cli._options",
    "clock": "engine.workers",
    "console": "cli._render",
    "decision": "engine.suggestion_latency",
    "desk": "engine.evaluator",
    "disclosure": "engine.disclosure",
    "disk": "data.atomic",
    "documents": "core.documents",
    "errors": "core.errors",
    "family": "data.writing",
    "footprint": "engine.footprint",
    "gate": "study.verify.compare",
    "judgement": "engine.judgement",
    "last_resort": "cli._last_resort",
    "memory": "data.memory",
    "parquet": "data.parquet",
    "processes": "parallel",
    "provenance": "engine.provenance",
    "recorder": "engine.recorder",
    "report.assess": "report.summarise",
    "report.atlas": "report.architecture_index",
    "report.explanation_figure": "report.figures.explanation",
    "report.gallery": "report.drawing",
    "report.lines": "report.line_chart",
    "report.rows": "report.row_chart",
    "report.surrogate_figure": "report.figures.surrogate",
    "report.validation_figure": "report.figures.validation",
    "roles": "core.roles",
    "settings": "core.settings",
    "shapes": "core.shapes",
    "simulation": "api",
    "space": "core.space",
    "strategy": "core.strategy",
    "streams": "core.random_streams",
    "study.atlas": "study.architecture_index",
    "study.entries": "study.spec.strategy",
    "study.file": "study.plan",
    "study.grids": "study.spec.grids",
    "study.identity": "study.cache_key",
    "study.keys": "study.spec.tables",
    "study.lock": "study.verify.lock",
    "study.origin": "study.source",
    "study.protocols": "study.spec.protocols",
    "study.run": "study.runner",
    "study.units": "study.work_units",
    "surrogates.explain": "surrogates.shapley",
    "trace": "core.trace",
    "trace_file": "data.trace_file",
    "trace_schema": "core.trace_schema",
    "trust": "data.trust",
    "verdicts": "study.verify.junit",
}


class OldNameWarning(DeprecationWarning):
    """Something was called by a name that it had before; the message says the new one."""


class OldNames:
    """Finds what has moved; its own loader, which makes nothing: the module of the new name stands for both."""

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        """Return how to load a module that has moved; None for all others."""
        package, _, old = name.partition(".")
        if package != "nassim" or old not in MOVED:
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, self)  # type: ignore[arg-type]  # a loader is what has these two methods

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module by its new name, after the warning."""
        from importlib import import_module
        from warnings import warn

        new = f"nassim.{MOVED[spec.name.partition('.')[2]]}"
        warn(f"{spec.name} has moved: import {new}", OldNameWarning, stacklevel=2)
        module = import_module(new)
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module, which has run, its own name back, which Python's import has just taken."""
        old = module.__spec__
        if old is not None:
            module.__spec__ = old.loader_state


def watch() -> None:
    """Let old names be found, from now on."""
    if not any(isinstance(finder, OldNames) for finder in sys.meta_path):
        sys.meta_path.append(OldNames())
