"""The README as PyPI shows it: links to other files of the repository, which lead nowhere there, become their paths."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

RELATIVE = re.compile(r"\[([^\]]*)\]\((?!https?://|#)([^)#]*)[^)]*\)")
PICTURE = re.compile(r"!\[[^\]]*\]\((?!https?://)[^)]*\)\s+(?:\*[^*].*?[^*]\*\n)?", re.DOTALL)  # and what stands below
WHERE = "\nPaths are those of the source distribution.\n"


class Readme(MetadataHookInterface):
    """Gives the package its long description."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the README without what works in the repository alone."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": alone(text)}


def alone(text: str) -> str:
    """Return a page that names its neighbours instead of linking to them, and shows none of their pictures."""
    return RELATIVE.sub(r"\1 (`\2`)", PICTURE.sub("", text)) + WHERE
