"""Finished trainings on disk, one line each: what a kill or a full disk leaves is kept, what is damaged is named.

A line is the CRC-32 of a JSON record in eight hexadecimal digits, a space, and the record. One process writes.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypedDict, cast
from zlib import crc32

from nassim.core.documents import Table, json_of, read_json
from nassim.core.errors import DataError
from nassim.core.shapes import shaped
from nassim.data.atomic import write_text, writing

Record = dict[str, Any]  # "network", its canonical id; "replica"; and one list per curve


class Numbers(TypedDict):
    """What every record has."""

    network: int
    replica: int


LINES = 500  # of a part that is full
PLAN = "plan.json"


class Parts:
    """The finished trainings in a folder, by (network, replica)."""

    def __init__(self, folder: Path, plan: Table, note: Callable[[str], None]) -> None:
        """Read all that is there; DataError unless it comes of the same `plan`; `note` is told what is damaged."""
        self.records: dict[tuple[int, int], Record] = {}
        self._folder = folder
        self._number, self._lines = 0, 0  # the last part, and how many lines it has
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        _claim(folder / PLAN, plan)
        for path in sorted(folder.glob("[0-9]*.jsonl")):
            self._number, self._lines = int(path.stem), self._read(path, note)

    def add(self, record: Record) -> None:
        """Append a record; it is on the disk when this returns. DataError, and all is as before, if that is full."""
        if self._lines >= LINES:
            self._number, self._lines = self._number + 1, 0
        path = self._folder / f"{self._number:03}.jsonl"
        line = line_of(record).encode()
        with writing(path), path.open("ab", buffering=0) as file:
            before = file.tell()
            try:
                if file.write(line) < len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301  (as if it had said so)
                os.fsync(file.fileno())
            except OSError:
                with suppress(OSError):  # else half a line stays, which the next reader drops
                    os.truncate(path, before)
                raise
        self._lines += 1
        self.records[record["network"], record["replica"]] = record

    def _read(self, path: Path, note: Callable[[str], None]) -> int:
        """Take in the records of a part and return how many there are; leave in it only whole lines, each once."""
        content = path.read_bytes()
        kept: list[str] = []
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(keepends=True), start=1):
            record = record_of(line)
            if record is None:
                note(f"{path}: line {number} is damaged; that training is done again")
            elif (key := (record["network"], record["replica"])) not in self.records:
                self.records[key] = record
                kept.append(line)
        if "".join(kept).encode() != content:
            write_text(path, "".join(kept))
        return len(kept)


def _claim(path: Path, plan: Table) -> None:
    """Write down what the folder's trainings are, or make sure that they are of this plan."""
    plan = json.loads(json.dumps(plan))
    if not path.exists():
        write_text(path, json.dumps(plan, indent=1) + "\n")
        return
    mend = "restore it, or choose another folder"
    there = shaped(read_json(path, mend), Table, str(path), mend)
    differing = sorted(key for key in plan.keys() | there.keys() if plan.get(key) != there.get(key))
    if differing:
        key = differing[0]
        raise DataError(
            f"{path.parent}: holds trainings with {key} = {there.get(key)}, not {plan.get(key)}; choose another folder"
        )


def line_of(record: Table) -> str:
    """Return the line of a record."""
    text = json.dumps(record, separators=(",", ":"))
    return f"{crc32(text.encode()):08x} {text}\n"


def table_of(line: str) -> Table | None:
    """Return what a line says; None if it is damaged."""
    digest, _, text = line.partition(" ")
    if not text.endswith("\n") or f"{crc32(text[:-1].encode()):08x}" != digest:
        return None
    with suppress(DataError):
        return shaped(json_of(text, "a line", ""), Table, "a line", "")
    return None


def record_of(line: str) -> Record | None:
    """Return the record of a line; None if it is damaged."""
    found = table_of(line)
    with suppress(DataError):
        return cast("Record", shaped(found, Numbers, "a line", "", is_open=True))
    return None
