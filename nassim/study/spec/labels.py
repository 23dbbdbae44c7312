"""Labels: what strategies and benchmarks of a study are called in tables, and in the names of files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError, short
from nassim.core.file_names import file_name

LONGEST = 150  # bytes of a label in names of files; systems take 255, with what is added to it


def spell(name: str, settings: Mapping[str, JsonValue]) -> str:
    """Return name[setting=value,...], the spelling of a strategy with settings in files, tables and plots."""
    values = (f"{key}={str(value).lower() if isinstance(value, bool) else value}" for key, value in settings.items())
    return f"{name}[{','.join(values)}]" if settings else name


def file_safe(text: str) -> str:
    """Return `text` as the name of a folder on any system."""
    return file_name(text, ".=,+-", "_").strip("_.") or "_"


def folder_of(benchmark: str) -> str:
    """Return the name of the folder of what was found on a benchmark."""
    return file_safe(benchmark.replace("/", "-"))


def cell_folder(label: str, benchmark: str) -> str:
    """Return where in a results folder the traces of a strategy's label on a benchmark's label lie."""
    return f"traces/{file_safe(label)}/{folder_of(benchmark)}"


def located(name: str, folder: Path) -> str:
    """Return "./file.py:Object" with the file relative to the study's folder; other names as they are."""
    return str(folder / name) if name.startswith(".") and ":" in name else name


def check_length(what: str, name: str) -> None:
    """Raise SettingError if a name is too long for a folder and for the files that are called after it."""
    if (size := len(file_safe(name).encode())) > LONGEST:
        raise SettingError(
            f"{what} {short(repr(name))} takes {size} bytes in names of files, expected {LONGEST} at most"
        )


def check_strategies(labels: Iterable[str]) -> None:
    """Raise SettingError unless each label of a strategy gives a folder of its own."""
    seen: dict[str, str] = {}
    for label in labels:
        check_length("the label", label)
        folder = file_safe(label).casefold()
        if folder in seen:
            alike = "is used twice" if seen[folder] == label else f"is too much like {seen[folder]!r} for a folder name"
            raise SettingError(f"the label {label!r} {alike}: give each [[strategy]] a label of its own")
        seen[folder] = label


def check_benchmarks(key: str, labels: Iterable[str]) -> None:
    """Raise SettingError unless each label of a benchmark, under a key of the study, gives a folder of its own."""
    seen: dict[str, str] = {}
    for label in labels:
        check_length("the benchmark's label", label)
        folder = folder_of(label).casefold()
        if seen.get(folder) == label:
            raise SettingError(f"{key!r} names {label!r} twice")
        if folder in seen:
            raise SettingError(f"the benchmark {label!r} is too much like {seen[folder]!r} for a folder name")
        seen[folder] = label
