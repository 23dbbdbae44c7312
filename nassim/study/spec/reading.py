"""study.toml, found, read, spelled out and checked, without importing, loading or learning anything for it."""

from __future__ import annotations

from pathlib import Path

from nassim import catalog
from nassim.core.documents import read_written
from nassim.core.errors import SettingError, UnknownNameError, naming
from nassim.core.tables import read
from nassim.study.spec.protocols import follow
from nassim.study.spec.study import StudySpec
from nassim.study.spec.tables import StudyTable

FILE = "study.toml"
MEND = "mend the file"


def read_spec(place: str | Path, runs: int | None = None) -> StudySpec:
    """Return what the study of a folder, a TOML file or a shipped name says.

    Args:
        place: The folder, the file or the name.
        runs: How many runs of each strategy, instead of what the file asks for.

    Raises:
        SettingError: In one line, which file and which key is wrong.
    """
    file = find_study(place)
    said = read_written(file, MEND)
    with naming(str(file)):
        table = read(StudyTable, said)
        if table.protocol is not None:
            table = read(StudyTable, follow(table.protocol, table, said))
        return StudySpec.of(table if runs is None else read(StudyTable, table.model_dump() | {"runs": runs}))


def find_study(place: str | Path) -> Path:
    """Return the TOML file of a study's folder, file or shipped name."""
    path = Path(place)
    if path.is_file():
        return path
    for folder in (path, catalog.shipped("studies") / path):
        if (folder / FILE).is_file():
            return folder / FILE
    if path.is_dir():
        raise SettingError(f"{path}: this folder has no {FILE}")
    shipped = catalog.shipped("studies").glob(f"*/{FILE}")
    raise UnknownNameError.of("study", str(place), (file.parent.name for file in shipped))
