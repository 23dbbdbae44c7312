"""Which files the user allows data to name as code: an absolute path and the sha256 of what was read, once and for all.

A card may name a space in a file of its author's own. Nobody who only lists, shows or runs data shall run that file by
it: `nassim trust FILE` says that it was read and is harmless, until it changes. The list lies in the user's folder,
where no data lies, so none can bring a list of its own.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

from nassim.core.documents import read_json
from nassim.core.errors import DataError, SettingError
from nassim.core.shapes import shaped
from nassim.data.atomic import write_text, writing

FILE = "trusted.json"


def trust(file: Path) -> Path:
    """Allow data to name the classes in a Python file as it is now; return its absolute path."""
    if file.suffix != ".py":
        raise SettingError(f"{file}: expected a Python file, such as layers.py")
    path = file.resolve()
    files = _trusted() | {str(path): _digest(path)}
    with writing(_list()):
        _list().parent.mkdir(parents=True, exist_ok=True)
    write_text(_list(), json.dumps(dict(sorted(files.items())), indent=1, ensure_ascii=False) + "\n")
    return path


def trusted(name: str, beside: Path) -> str:
    """Return "/path/to/file.py:Class" of what a card in the folder `beside` names.

    Raises:
        SettingError: Unless the file is one that the user trusts, and as it was then.
    """
    place, _, attribute = name.rpartition(":")
    if not place.endswith(".py"):
        raise SettingError(
            f"data names the code {name!r:.80}; it may name a registered space (nassim list spaces), one of an "
            "installed package's entry points `nassim.spaces`, or a file that you trust (nassim trust FILE)"
        )
    path = (beside / place).resolve()
    known = _trusted().get(str(path))
    if known is None:
        raise SettingError(
            f"data names the code {name!r:.80}, which is not imported unless you allow it; read the file, then, if you "
            f"trust it: nassim trust {path}"
        )
    if known != _digest(path):
        raise SettingError(f"{path} has changed since you trusted it; read it again, then: nassim trust {path}")
    return f"{path}:{attribute}"


def _list() -> Path:
    """Return where the list is: in $NASSIM_CONFIG, or the user's configuration folder."""
    import platformdirs

    return Path(os.environ.get("NASSIM_CONFIG") or platformdirs.user_config_dir("nassim"), FILE)


def _trusted() -> dict[str, str]:
    """Return path -> sha256 of what is trusted."""
    path = _list()
    if not path.exists():
        return {}
    mend = "delete it, and trust your files again"
    return shaped(read_json(path, mend), dict[str, str], str(path), mend)


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
