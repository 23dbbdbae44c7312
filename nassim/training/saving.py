"""Saves what torch keeps, so that a full disk is told as for all other files."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import torch

from nassim.data.atomic import whole


def save(state: Mapping[str, object], path: Path) -> None:
    """Write a state for torch.load, all of it or nothing.

    Raises:
        DataError: If it cannot be written.
    """
    memory = BytesIO()  # torch.save to a file that cannot grow hides the system's error behind one of its own
    torch.save(state, memory)
    with whole(path) as file:
        file.write(memory.getbuffer())
