"""Finds the pickle within what torch.save wrote, without torch: in a zip archive, or after three small pickles."""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError

from nassim.core.errors import DataError, one_line
from nassim.data.pickle_sizes import end_of
from nassim.importers._pickles import unpickle

MAGIC = 0x1950A86A20F9469CFC6C  # of files before the zip archives of torch 1.6
HEAD = 3  # pickles before that of the state: a number, a version, facts of a machine
HEADER, NAMES = 30, 26  # bytes of an archive's header of a file, and where the lengths of its names are
CHUNK = 1 << 24
MEND = "download it again"


@contextmanager
def state_in(path: Path) -> Iterator[tuple[mmap.mmap, int]]:
    """Yield the bytes of a file, and where its pickle begins.

    Raises:
        DataError: Says that there is none.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data, _in_archive(path, data) if zipfile.is_zipfile(path) else _after_head(path, data)
    except (OSError, ValueError, struct.error, zipfile.BadZipFile) as error:
        said = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: damaged, or nothing that torch.save wrote ({said!s:.80}); {MEND}") from error


def release(data: mmap.mmap) -> None:
    """Give back the memory of what has been read, where the system can: a file may be larger than all memory."""
    if hasattr(mmap, "MADV_DONTNEED"):
        data.madvise(mmap.MADV_DONTNEED)


def _in_archive(path: Path, data: mmap.mmap) -> int:
    """Return where data.pkl begins in an archive, its checksum compared."""
    with zipfile.ZipFile(path) as archive:
        found = [entry for entry in archive.infolist() if entry.filename.endswith("/data.pkl")]
    if len(found) != 1 or found[0].compress_type != zipfile.ZIP_STORED:
        raise ValueError("no data.pkl in it, or a compressed one")
    (entry,) = found
    start: int = entry.header_offset + HEADER + sum(struct.unpack_from("<HH", data, entry.header_offset + NAMES))
    end, crc = start + entry.file_size, 0
    for at in range(start, end, CHUNK):
        crc = zlib.crc32(data[at : min(at + CHUNK, end)], crc)
        release(data)
    if crc != entry.CRC or end > len(data):
        raise ValueError("the checksum of data.pkl is another")
    return start


def _after_head(path: Path, data: mmap.mmap) -> int:
    """Return where the pickle after those of the head begins."""
    at, head = 0, []
    try:
        for _ in range(HEAD):
            begin, at = at, end_of(data, at)
            head.append(unpickle(data[begin:at], str(path)))
    except (UnpicklingError, DataError) as error:
        raise ValueError(f"{error}") from error
    if head[0] != MAGIC:
        raise ValueError("it begins with another number")
    return at


def damaged(path: Path, what: str, error: UnpicklingError) -> DataError:
    """Return the line about a pickle that cannot be read."""
    return DataError(f"{path}: {what}: damaged, or no pickle of plain values ({one_line(error, 120)}); {MEND}")
