"""Key: what one key of a TOML file must be, what it stands for, and what holds without it.

Readers check by these declarations, and the reference of the docs is made of them, so that neither can say what the
other does not.
"""

from __future__ import annotations

from typing import Any, NamedTuple

REQUIRED = object()  # a key without a default


class Key(NamedTuple):
    """One key of a table."""

    hint: Any  # the type, in the language of `settings`
    says: str  # what it stands for, in a sentence
    default: Any = REQUIRED  # of a key that may be left out; None where that has no value of its own
    wanted: str = ""  # what a message asks for, where the type says too little

    @property
    def required(self) -> bool:
        """Whether it must be there."""
        return self.default is REQUIRED


def defaults(keys: dict[str, Key]) -> dict[str, Any]:
    """Return the defaults of all keys that may be left out."""
    return {name: key.default for name, key in keys.items() if not key.required}
