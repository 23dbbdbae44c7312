"""What torch keeps is written whole, or a full disk is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
resource = pytest.importorskip("resource")

from nassim.core.errors import DataError  # noqa: E402  (after what may skip them)
from nassim.training.saving import save  # noqa: E402


def test_a_state_comes_back(tmp_path: Path) -> None:
    """As torch.load reads it."""
    save({"weight": torch.arange(9.0)}, tmp_path / "weights.pt")
    assert torch.equal(torch.load(tmp_path / "weights.pt", weights_only=True)["weight"], torch.arange(9.0))


@pytest.mark.parametrize("room", [0, 64, 20_000])
def test_a_file_that_cannot_grow_is_one_line(tmp_path: Path, room: int) -> None:
    """The system's own limit of a file's size; what was there before stays, and no part is left."""
    path = tmp_path / "weights.pt"
    path.write_bytes(b"before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(DataError, match=r"weights.pt: cannot be written \(File too large\); free some space"):
            save({"weight": torch.zeros(9999)}, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"before"]
