"""Prints digests of what strategies and benchmarks answer: to be started under several processors' kernels.

python -m tests.kernels
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256

import numpy as np
from threadpoolctl import threadpool_info

import nassim
from nassim import catalog
from nassim.core.benchmark import Query
from nassim.core.hashing import hash32
from nassim.core.lifting import lifted

RUNS, EVALUATIONS, SEED = 4, 60, 7
BENCHMARKS = ("nb201/imagenet16-120", "mini201/mnist5k", "fcnet/naval")
CONTROL = "bananas"  # trains networks: its runs are other ones under another kernel of matrix products


def exact_strategies() -> list[str]:
    """Return the strategies that declare that their runs are the same everywhere."""
    return [name for name in catalog.names("strategies") if lifted(catalog.strategy(name)).exact]


def of_runs(strategy: str, benchmark: str) -> str:
    """Return a digest of all numbers of a few runs."""
    trace = nassim.simulate(strategy, benchmark, runs=RUNS, evaluations=EVALUATIONS, seed=SEED)
    return digest(trace.archs, trace.error, trace.seconds, trace.truth)


def of_answers(benchmark: str) -> str:
    """Return a digest of what a benchmark answers of many architectures, to runs that see one training and the mean."""
    found = nassim.load(benchmark)
    archs = found.space.at(np.arange(0, found.space.size, 3))
    drawn = found.evaluate(Query(archs), hash32(np.arange(len(archs), dtype=np.uint32)))
    mean = found.evaluate(Query(archs))
    told = [part for part in (*drawn, *mean) if part is not None]
    return digest(*told, found.truth(archs), np.array([found.optimum]))


def digest(*arrays: np.ndarray) -> str:
    """Return a sha256 of the arrays' bytes."""
    made = sha256()
    for array in arrays:
        made.update(np.ascontiguousarray(array).tobytes())
    return made.hexdigest()


def kernels() -> dict[str, list[str]]:
    """Return which kernel OpenBLAS has taken, and which vector instructions numpy uses."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    blas = [str(library["architecture"]) for library in threadpool_info() if library["internal_api"] == "openblas"]
    return {"blas": sorted(set(blas)), "numpy": [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]}


def main() -> None:
    """Print them as JSON."""
    runs = {name: {data: of_runs(name, data) for data in BENCHMARKS} for name in exact_strategies()}
    answers = {data: of_answers(data) for data in catalog.names("benchmarks")}
    control = of_runs(CONTROL, BENCHMARKS[0])
    json.dump({"kernels": kernels(), "runs": runs, "answers": answers, "control": control}, sys.stdout)


if __name__ == "__main__":
    main()
