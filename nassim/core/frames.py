"""Where a user's own code failed: the frames of a traceback without those of nassim and of installed libraries."""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from nassim.core.errors import CodeError, NassimError, one_line

PACKAGE = Path(__file__).parents[1]
INTERACTIVE = ("<stdin>", "<string>", "<ipython")  # what files are called that are none
MOST = 5  # frames that are told, the innermost


@contextmanager
def user_code(what: str, within: str = "") -> Iterator[None]:
    """Turn whatever a user's code raises into a CodeError that says where; `within` is told unless a note says it.

    Errors that are worded already pass, and so do those of the machine: of memory, and of files that nassim reads.
    """
    try:
        yield
    except (NassimError, MemoryError):
        raise
    except Exception as error:
        where = told_frames(error)
        if isinstance(error, OSError) and not where:
            raise
        said = ", ".join(filter(None, [what, *(getattr(error, "__notes__", []) or [within])]))
        kind = ": ".join(filter(None, [type(error).__name__, one_line(error)]))
        raise CodeError(f"{said}: {kind}{where or '; --traceback shows where in nassim'}") from error


def told_frames(error: BaseException) -> str:
    """Return ' (file, line, in function: source; ...)' of the user's own frames, the outermost first; '' if none is."""
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if is_own(frame.filename)][-MOST:]
    told = (f"{_shown(frame.filename)}, line {frame.lineno}, in {frame.name}: {frame.line}" for frame in own)
    return f" ({'; '.join(told)})" if own else ""


def is_own(file: str) -> bool:
    """Return whether a file of source is neither nassim's, nor Python's, nor of an installed library."""
    if file.startswith("<"):
        return file.startswith(INTERACTIVE)
    return not (is_python(Path(file)) or _is_in(Path(file), (PACKAGE, *_folders("purelib", "platlib"))))


def is_python(file: Path) -> bool:
    """Return whether a file is of Python's standard library."""
    return _is_in(file, _folders("stdlib", "platstdlib")) and not _is_in(file, _folders("purelib", "platlib"))


def _is_in(file: Path, folders: Iterable[Path]) -> bool:
    return any(file.is_relative_to(folder) for folder in folders)


@cache
def _folders(*names: str) -> tuple[Path, ...]:
    return tuple(Path(sysconfig.get_paths()[name]) for name in names)


def _shown(file: str) -> str:
    """Return a file's path, from the current folder where it lies in it."""
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
