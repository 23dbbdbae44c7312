"""Writing where things may go wrong: whole files or none, one writer at a time, and errors that say what to do."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from nassim.core.errors import DataError

ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError while writing `path` into a DataError that names the file and what to do."""
    try:
        yield
    except OSError as error:
        raise DataError(cannot_write(error, path)) from error


def cannot_write(error: OSError, path: Path | None = None) -> str:
    """Return in one line which file could not be written, why, and what to do."""
    named = error.filename if path is None else path
    todo = "free some space, then give the same command again" if error.errno in ROOM else "choose another folder"
    return f"{named or 'a file'}: cannot be written ({error.strerror or error}); {todo}"


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing so that readers see all of it or what was there before.

    Raises:
        DataError: As in `writing`.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with writing(path):
        try:
            with partial.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            with suppress(OSError):
                partial.unlink()


def write_text(path: Path, text: str) -> None:
    """Write a text file, all of it or nothing."""
    with whole(path) as file:
        file.write(text.encode())


@contextmanager
def whole_folder(folder: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield another place that becomes the folder when all is written, or is gone.

    An older folder is replaced only if `replace` says so, at once; where it cannot be, it stays. A folder that had to
    be made to hold this one is gone too if this one did not come about.

    Raises:
        DataError: As in `writing`.
    """
    if folder.exists() and not replace and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{folder}: is there already; delete it or choose another folder")
    hidden, made = folder.with_name(f".{folder.name}.{os.getpid()}.partial"), not folder.parent.exists()
    try:
        shutil.rmtree(hidden, ignore_errors=True)
        (hidden / "new").mkdir(parents=True)
        yield hidden / "new"
        _put(hidden / "new", folder, hidden / "old")
    except OSError as error:
        raise DataError(cannot_write(error, None if error.filename else folder)) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
        if made:
            with suppress(OSError):  # it holds the new folder
                folder.parent.rmdir()


def _put(new: Path, folder: Path, old: Path) -> None:
    """Put a folder in the place of another, or leave what was there."""
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for this process. The system lets go when the process ends.

    Raises:
        DataError: If another holds it.
    """
    try:
        import fcntl
    except ImportError:  # no such locks on this system: two writers would only do the same work twice
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress_unless_blocked(folder):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


@contextmanager
def suppress_unless_blocked(folder: Path) -> Iterator[None]:
    """Pass over file systems that cannot lock, but not over a lock that another process holds."""
    try:
        yield
    except BlockingIOError as error:
        raise DataError(f"{folder}: another nassim is at work in this folder; wait for it to end") from error
    except OSError:
        pass
