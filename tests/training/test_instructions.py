"""Instructions: a table that anybody trains again is made with those that every machine has, or not at all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nassim.core.errors import SettingError
from nassim.training import instructions
from nassim.training.instructions import limit, require

TELL = """
from nassim.training.instructions import limit, require
limit("AVX2")
require("AVX2")
import torch
print(torch.backends.cpu.get_cpu_capability())
"""


def test_torch_uses_what_it_is_limited_to() -> None:
    """In a process that says so before it loads torch."""
    pytest.importorskip("torch")
    told = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "AVX2"


def test_too_late_is_said_with_what_to_do(monkeypatch) -> None:
    """Once torch is loaded its instructions are settled."""
    pytest.importorskip("torch")
    for name in instructions.ENVIRONMENT["AVX2"]:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingError, match=r"loaded already: start it with ATEN_CPU_CAPABILITY=avx2 "):
        limit("AVX2")
    with pytest.raises(SettingError, match=r"made with AVX2, torch uses .*: start it with"):
        require("AVX2")
    require("")  # requires nothing
