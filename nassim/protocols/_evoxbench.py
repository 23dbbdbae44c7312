"""What the three problems of EvoXBench on NAS-Bench-201 have in common (Lu et al., IEEE TEC 2023).

Their ideals and nadirs are those of the exact fronts, recomputed from the published final sets, the latencies of
HW-NAS-Bench and the test errors of NAS-Bench-201. They are fixed before any search begins: 0 and 1 on the scale of the
hypervolume, so that points at or beyond the nadir count nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from nassim.core.documents import JsonValue
from nassim.protocols import Protocol, Task

GENERATIONS, RUNS, EPOCHS = 100, 31, 200
POPULATIONS = {5: 126, 6: 132, 8: 156}  # by how many objectives there are
LATENCIES = "hw-nas-bench/cifar10"
COUNTED = "nassim.benchmarks.untrained:nb201"
OWN = ("error", "params", "macs")  # objectives that no device is timed for
Ends = Mapping[str, tuple[float | str, float | str]]  # of each objective, in order, the ideal and the nadir
SIZE: Ends = {"params": ("0.073306 M", "1.073466 M"), "macs": ("7.78305 M", "153.27297 M")}
SPLIT = "Validation errors search and judge, so the ideal and the nadir are of another front than the published one."
DIFFERS = (
    "Crossover exchanges genes and a mutation draws one anew; the authors' operators are SBX and polynomial mutation.",
    "Operations are those of each cell as it is written; of published tables 1 to 14 % of the rows differ.",
    "The set of a strategy without a population, such as random search, is what nothing dominates of all it trained.",
)


def problem(ends: Ends, *, validation: bool = False) -> Protocol:
    """Return a problem of EvoXBench.

    Args:
        ends: The ideal and the nadir of the published front.
        validation: As it can be had without errors on test images: by the ideal and nadir of the exact front of the
            mean validation errors.
    """
    point: dict[str, JsonValue] = {name: list(pair) for name, pair in ends.items()}
    devices = [name for name in ends if name not in OWN]
    return Protocol(
        runs=RUNS,
        policies={
            "signal": "resampled",
            "objectives": list(ends),
            "recommended_set": "final-population",
            "reference_point": "nadir" if validation else point,
        },
        tested=not validation,
        wrap=(
            {"name": "costs_of", "source": COUNTED, "costs": ["macs"]},
            {"name": "costs_of", "source": LATENCIES, "costs": devices},
        ),
        sources={LATENCIES: "nassim import hw-nas-bench FILE"},
        free=("recommended_set",),
        tasks={"nb201": _task(POPULATIONS[len(ends)])},
        differs=(SPLIT, *DIFFERS) if validation else DIFFERS,
    )


def _task(population: int) -> Task:
    return Task(
        epochs=EPOCHS,
        budgets={"cifar10": {"evaluations": GENERATIONS * population}},
        strategies={
            "nsga2": {"population": population, "crossover_rate": 1.0},
            "nsga3": {"population": population, "crossover_rate": 1.0},
            "moead": {"population": population, "crossover_rate": 1.0},
            "random_search": {"recommended_set": "all-trained"},
        },
    )
