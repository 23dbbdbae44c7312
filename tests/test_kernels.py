"""The same bits everywhere, where that is declared: under another processor's matrix products, without vector units."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nassim
from nassim import catalog
from nassim.benchmarks.wrappers.weight_sharing import WeightSharing
from nassim.core.lifting import lifted
from tests.kernels import exact_strategies

ROOT = Path(__file__).parents[1]
SETTINGS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NPY_DISABLE_CPU_FEATURES")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="these kernels are of x86-64"),
]


def told(**environment: str) -> Any:
    """Return what tests/kernels.py prints under these settings alone."""
    bare = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    command = [sys.executable, "-m", "tests.kernels"]
    done = subprocess.run(command, env=bare | environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def usual() -> Any:
    """Return what this machine computes by itself."""
    return told()


def same(usual: Any, other: Any) -> None:
    """Compare all runs and answers, each by its name."""
    assert other["answers"] == usual["answers"]
    assert other["runs"] == usual["runs"]


def test_another_kernel_of_matrix_products_changes_nothing_that_is_declared_exact(usual: Any) -> None:
    """Nehalem's is the oldest; what trains networks of its own gets other numbers from it, where it is another one."""
    other = told(OPENBLAS_CORETYPE="Nehalem")
    assert "Nehalem" in other["kernels"]["blas"]
    same(usual, other)
    if "Nehalem" not in usual["kernels"]["blas"]:
        assert other["control"] != usual["control"]


def test_numpy_without_vector_units_changes_nothing_that_is_declared_exact(usual: Any) -> None:
    """With every dispatched feature turned off."""
    if not usual["kernels"]["numpy"]:
        pytest.skip("this processor has none of the features that numpy dispatches on")
    other = told(NPY_DISABLE_CPU_FEATURES=" ".join(usual["kernels"]["numpy"]))
    assert other["kernels"]["numpy"] == []
    same(usual, other)


def test_declarations() -> None:
    """Strategies that draw and compare are exact, those that learn are not; tables are, and what predicts is not."""
    exact = exact_strategies()
    assert {"random_search", "regularized_evolution", "local_search", "hyperband"} <= set(exact)
    assert not {"bananas", "npenas", "enas", "rsps", "setn", "darts"} & set(exact)
    table = nassim.load("nb201/cifar10")
    assert table.exact
    assert nassim.Faults(table, failed=0.5).exact
    assert not nassim.Faults(WeightSharing(table), failed=0.5).exact


def test_the_docs_name_those_that_are_not_exact() -> None:
    """docs/reproduce.md lists every strategy that does not declare it, and no other."""
    text = " ".join((ROOT / "docs" / "reproduce.md").read_text().split())
    begin = text.index("the runs of ")
    listed = {part for part in text[begin : text.index(";", begin)].split("`")[1::2] if part.isidentifier()}
    assert listed == {name for name in catalog.names("strategies") if not lifted(catalog.strategy(name)).exact}
