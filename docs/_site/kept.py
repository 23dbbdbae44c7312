"""What takes long to make is kept in build/, and made again as soon as anything that it is made of differs."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]


def kept(source: Path, maker: Path, make: Callable[[Path], None]) -> Path:
    """Return a folder that `make`, a function of the file `maker`, has filled from a source file and with nassim."""
    sources = [source, maker, *sorted((ROOT / "nassim").rglob("*.py"))]
    digest = sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = ROOT / "build" / "docs" / f"{source.stem}-{digest}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as partial:
            whole = Path(partial) / "whole"
            whole.mkdir()
            make(whole)
            whole.rename(folder)
    return folder
