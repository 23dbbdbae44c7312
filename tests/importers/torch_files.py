"""Writes files as torch.save does, without torch."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

HEAD = (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True})


def zipped(path: Path, pickled: bytes) -> Path:
    """Write a pickle in a zip archive, as torch 1.6 and later do."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/version", "3\n")
    return path


def plain(path: Path, pickled: bytes) -> Path:
    """Write a pickle after three small ones, as earlier versions do."""
    head = b"".join(pickle.dumps(part, protocol=2) for part in HEAD)
    path.write_bytes(head + pickled + pickle.dumps([], protocol=2))
    return path
