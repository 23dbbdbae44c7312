"""File names: what a user calls something, as a part of the name of a file on any system."""

from __future__ import annotations

import re


def file_name(text: str, allowed: str = ".", instead: str = "-") -> str:
    """Return a text of letters, digits, underscores and what is `allowed`; all else is `instead`, once for many."""
    return re.sub(rf"[^\w{re.escape(allowed)}]+", instead, text)
