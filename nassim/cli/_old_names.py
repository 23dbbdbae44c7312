"""Old names in what a study names: a line each on stderr. Python shows such warnings of scripts alone."""

from __future__ import annotations

import sys
import warnings
from typing import TextIO

from nassim.old_names import OldNameWarning


def show_old_names() -> None:
    """Show each once, unless the user has told Python which warnings to show."""
    if sys.warnoptions:
        return
    shown, others = set[str](), warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not issubclass(category, OldNameWarning):
            others(message, category, filename, lineno, file, line)
        elif str(message) not in shown:  # as Python's "once" forgets, whenever filters change
            shown.add(str(message))
            sys.stderr.write(f"{filename}:{lineno}: {message}\n")

    warnings.simplefilter("always", OldNameWarning)
    warnings.showwarning = show
