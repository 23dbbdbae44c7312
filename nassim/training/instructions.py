"""Which vector instructions torch computes with: results depend on them, in their last bits.

A table whose rows are to be trained again anywhere is made with instructions that every machine has. The libraries
inside torch read their environment once, when they first compute: it is set before torch is imported, by
`limit`, and what processes are started later inherit it.
"""

from __future__ import annotations

import os
import sys

from nassim.core.errors import SettingError

ENVIRONMENT = {  # by what torch calls them: of its own kernels, of oneDNN's convolutions, of MKL's products
    "AVX2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_CBWR": "AVX2"},
}


def limit(instructions: str) -> None:
    """Let torch use no wider instructions than these.

    Raises:
        SettingError: If it has been imported, too late for that.
    """
    if "torch" in sys.modules and not _is_limited(instructions):
        raise SettingError(f"torch is loaded already: {_advice(instructions)}")
    os.environ.update(ENVIRONMENT[instructions])


def require(instructions: str) -> None:
    """Raise SettingError unless torch computes with just these instructions; "" requires nothing."""
    if not instructions:
        return
    import torch

    found = torch.backends.cpu.get_cpu_capability()
    if found != instructions or not _is_limited(instructions):
        raise SettingError(f"these trainings are made with {instructions}, torch uses {found}: {_advice(instructions)}")


def _is_limited(instructions: str) -> bool:
    return all(os.environ.get(name) == value for name, value in ENVIRONMENT[instructions].items())


def _advice(instructions: str) -> str:
    return "start it with " + " ".join(f"{name}={value}" for name, value in ENVIRONMENT[instructions].items())
