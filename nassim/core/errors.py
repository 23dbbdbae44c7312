"""What can go wrong, in few kinds; the command line turns each into one line and exit code 2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Self

LONG, KEPT, MOST = 240, 80, 2000  # letters: of a text without a break that is cut, what is kept of it, of a message
UNBROKEN = re.compile(rf"(?<!\w)'[^']*'|(?<!\w)\"[^\"]*\"|\S{{{LONG},}}")  # quoted ones in pairs, short ones too


def cut(text: str) -> str:
    """Return a message in which long inputs are cut: of each, both ends are kept, 80 letters in all."""
    shorter = UNBROKEN.sub(lambda found: found[0] if len(found[0]) < LONG else short(found[0]), text)
    return short(shorter, MOST)


def short(text: str, letters: int = KEPT) -> str:
    """Return a text with both its ends, and no more letters than that."""
    half = (letters - 3) // 2
    return text if len(text) <= letters else f"{text[:half]}...{text[len(text) - half :]}"


def one_line(error: Exception, letters: int = 160) -> str:
    """Return what an error of another library says, in one line of so many letters at most."""
    return " ".join(str(error).split())[:letters]


class NassimError(Exception):
    """Base of all errors that a user can mend; the message says what was expected, what came, what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(cut(message))
        self.elsewhere = ""  # the whole traceback, where it happened in another process


class UnknownNameError(NassimError):
    """A name that nothing answers to."""

    @classmethod
    def of(cls, kind: str, name: str, known: Iterable[str]) -> Self:
        """Say which `kind` of thing `name` is not, and what was probably meant among `known`."""
        return cls(f"unknown {kind} {name!r}{suggest(name, known)}")


class SettingError(NassimError):
    """A setting, argument or study entry of the wrong name, type or range."""


class ArchitectureError(NassimError):
    """A text or row that is no architecture of the space."""


class DataError(NassimError):
    """A data or result file that is missing, damaged or belongs to something else."""


class CodeError(NassimError):
    """Code of the user's that raised something; the message says in which of their lines."""


@contextmanager
def naming(where: str) -> Iterator[None]:
    """Let what is wrong with what a user wrote say where it stands: in which file, or in which table.

    Raises:
        SettingError: In place of every error of nassim's that is raised within.
    """
    try:
        yield
    except NassimError as error:
        raise SettingError(f"{where}: {error}") from error


def not_installed(extra: str, error: ImportError) -> SettingError:
    """Return what to raise where a library of an optional extra is missing."""
    return SettingError(f"{extra} is not installed ({error}): pip install 'nassim[{extra}]'")


def suggest(name: str, known: Iterable[str]) -> str:
    """Return '; did you mean ...?' when something known is close to `name`, else the list of all known."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(names)}" if names else "; there are none"
