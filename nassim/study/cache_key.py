"""What a piece of work is, as a hash of everything that can change it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from nassim.engine.provenance import source_digest, source_files


def digest(content: Any) -> str:
    """Return the sha256 of plain data, as hexadecimal digits."""
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def source_of(named: Iterable[str], *kinds: type[Any]) -> str:
    """Return the digest of all source that defines these classes and what "module:object" or "file.py:object" name."""
    places = {text.rpartition(":")[0] for text in named} - {""}
    files = (place if place.endswith(".py") else getattr(sys.modules.get(place), "__file__", None) for place in places)
    return source_digest(*sorted({Path(file) for file in files if file} | set(source_files(*kinds))))
