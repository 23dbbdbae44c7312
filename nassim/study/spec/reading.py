"""study.toml, found, read, spelled out and checked, without importing, loading or learning anything for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nassim import catalog
from nassim.core.documents import JsonValue, read_written
from nassim.core.errors import SettingError, UnknownNameError, naming
from nassim.core.tables import read
from nassim.study.spec.misplaced import check_places
from nassim.study.spec.protocols import follow
from nassim.study.spec.study import StudySpec
from nassim.study.spec.tables import StudyTable

FILE = "study.toml"
MEND = "mend the file"
Study = str | Path | Mapping[str, JsonValue]  # where a study is, or what it says


def read_spec(study: Study, runs: int | None = None) -> StudySpec:
    """Return what the study of a folder, a TOML file or a shipped name says, or one that is given as it would be read.

    Args:
        study: The folder, the file, the name, or what study.toml would say.
        runs: How many runs of each strategy, instead of what the study asks for.

    Raises:
        SettingError: In one line, which file and which key is wrong.
    """
    said = study if isinstance(study, Mapping) else read_written(find_study(study), MEND)
    with naming(called(study)):
        check_places(said)
        table = read(StudyTable, said)
        if table.protocol is not None:
            table = read(StudyTable, follow(table.protocol, table, said))
        return StudySpec.of(table if runs is None else read(StudyTable, table.model_dump() | {"runs": runs}))


def called(study: Study) -> str:
    """Return what messages call a study: by its file, if it has one."""
    return "the study" if isinstance(study, Mapping) else str(find_study(study))


def base_folder(study: Study) -> Path:
    """Return the folder that files which a study names are relative to: its own, else the working directory."""
    return Path() if isinstance(study, Mapping) else find_study(study).parent


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
