"""One file = one public format: importers/accel_nasbench.py reads the format accel-nasbench.

Each has one function

    read(source: Path, progress: Progress) -> Family

which reads what others published, checks that it is complete and what it says it is, and returns it as our tables.
It raises one DataError that names the file and the record, and writes nothing; `import_data` writes the folder.
The docstring's first line says what was published, and the rest where, by an address or a `pip install` command;
FAMILIES names the benchmark families that it makes; PUBLISHED, if there is one, the checksum of what was published.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace as replace_fields
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from nassim import catalog
from nassim.core.errors import DataError, SettingError
from nassim.core.registry import Registry

if TYPE_CHECKING:
    from nassim.data.writing import Family


class Published(NamedTuple):
    """The checksum of a published file."""

    sha256: str
    where: str  # it is told, or the file lies


Progress = Callable[[int, int], None]  # records read, records there are
FORMATS = Registry("format", "importers", "importers")
COMMAND, ADDRESS = re.compile(r"`(pip install [^`]+)`"), re.compile(r"https://[\w./-]+\w")


def formats() -> list[str]:
    """Return the sorted names of all formats there are importers for."""
    return FORMATS.names()


def families(format_: str) -> tuple[str, ...]:
    """Return the names of the families that a format makes; none where they are the user's to choose."""
    found: tuple[str, ...] = vars(FORMATS.module(format_)).get("FAMILIES", ())
    return found


def summary(format_: str) -> str:
    """Return in a line what a format is and what its SOURCE is."""
    return (FORMATS.module(format_).__doc__ or "").partition("\n")[0]


def origin(format_: str) -> str:
    """Return how to get what is published in a format: by which address, or by which command."""
    doc = FORMATS.module(format_).__doc__ or ""
    command, address = COMMAND.search(doc), ADDRESS.search(doc)
    return command[1] if command else f"download it from {address[0]}" if address else "download it"


def import_data(
    format_: str,
    source: str | Path,
    out: str | Path | None = None,
    progress: Progress | None = None,
    *,
    replace: bool = False,
    told: Callable[[str], None] | None = None,
    **options: Any,
) -> list[str]:
    """Read a published file and write it as benchmarks under `out`; return their names.

    `out` is by default the first folder where benchmarks are looked for: $NASSIM_DATA or the user's data folder. An
    older import of the same family is replaced; if its title or source differ only where `replace` says so. `told`
    hears, a line each, what was decided or left out. `options` are the format's own, such as `epochs` of csv.
    """
    from nassim.data.writing import replaces, write_family

    importer, tell = FORMATS.module(format_), told or _deaf
    if not Path(source).exists():
        raise DataError(f"{source}: there is no such file; give the path of an existing one")
    taken = {name for name, own in signature(importer.read).parameters.items() if own.kind is own.KEYWORD_ONLY}
    for name in sorted(set(options) - taken):
        takes = [of for of in formats() if name in signature(FORMATS.module(of).read).parameters]
        raise SettingError(f"{format_} has no option {name!r}; it is for {' and '.join(takes) or 'no format'}")
    family: Family = importer.read(Path(source), progress or _silent, **options)
    if published := vars(importer).get("PUBLISHED"):
        family = _compared(family, published)
    folder = Path(out) if out else catalog.data_folders()[0]
    older = replaces(family, folder, replace=replace)
    names = write_family(family, folder)
    for line in family.said:
        tell(line)
    if older:
        tell(f"replaced the older import in {older}")
    return names


def _compared(family: Family, published: Published) -> Family:
    """Return the family with a note on its card whether it was made from the very file that was published."""
    datasets = cast("dict[str, dict[str, str]]", family.card["datasets"])
    found = {about.get("source_sha256") for about in datasets.values()}
    same = found == {published.sha256}
    how = "is that" if same else f"differs from the published {published.sha256[:12]}...,"
    note = f"The sha256 of the source file {how} of {published.where}."
    card = {**family.card, "notes": [*cast("list[str]", family.card.get("notes", [])), note]}
    return replace_fields(family, card=card, said=family.said if same else (*family.said, note))


def _deaf(_line: str) -> None:
    """Hear nothing."""


def _silent(_done: int, _total: int) -> None:
    """Show no progress."""
