"""An extension of griffe: aligned columns of docstrings are rendered as lists."""

from __future__ import annotations

from typing import Any

import griffe
from docstrings import as_list


class Aligned(griffe.Extension):
    """Rewrites docstrings before they are rendered."""

    def on_instance(self, *, obj: Any, **_: Any) -> None:
        """Turn aligned columns of an object's docstring into a Markdown list."""
        if obj.docstring is not None:
            obj.docstring.value = as_list(obj.docstring.value)
