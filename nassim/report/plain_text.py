"""Text of users in figures: drawn letter by letter as it is written, never read as mathematics or as LaTeX.

That no text of matplotlib's is mathematics is one of style.SETTINGS; here is what its formats need beyond that.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

STAND_IN = "\ufffd"  # is shown for what no document may hold
UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, which XML forbids and LaTeX stops at
    "\u202a-\u202e\u2066-\u2069"  # turn the direction of all text that follows
    "\ud800-\udfff\ufffe\uffff]"  # no characters at all
)
LATEX = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def plain(text: str) -> str:
    """Return a text or a whole document without characters that none may hold; lines and tabs stay."""
    return UNFIT.sub(STAND_IN, text)


def tex(text: str) -> str:
    """Return a text as one line of LaTeX, which prints it letter by letter."""
    return "".join(LATEX.get(character, character) for character in plain(" ".join(text.split())))


@contextmanager
def missing_letters() -> Iterator[None]:
    """Draw letters that a font lacks, such as emoji, as empty boxes without a warning for each."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph .* missing from", UserWarning)
        yield
