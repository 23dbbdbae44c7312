"""The one reader of TOML and the one of JSON: whatever a file holds is plain data of bounded size, or one DataError.

First the size, then the letters, then what would take too long to parse, then the grammar, then what no reader expects:
numbers beyond 64 bits, lists within lists without end, keys twice, texts that no file can hold. What a document must
say is for its shape (shapes.py).
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, Union

from nassim.core.errors import DataError, SettingError, short

JsonValue = Union[None, bool, int, float, str, Sequence["JsonValue"], Mapping[str, "JsonValue"]]  # noqa: UP007  (of itself)
Table = dict[str, JsonValue]
Parsed = TypeVar("Parsed", bound=JsonValue)

KIB, MIB = 1 << 10, 1 << 20
WRITTEN, CARDS, MADE = MIB, 4 * MIB, 64 * MIB  # bytes of what a person writes, of a card, and of JSON that nassim makes
VALUES = 2_000_000  # of a document: each takes memory, however short it is
DEEP = 32  # tables and lists within each other, and names joined by dots, which tomllib takes quadratic time for
DOTTED = re.compile(rf"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{DEEP},}}""", re.ASCII)
WHOLE = 2**64  # whole numbers are below
UNWRITABLE = re.compile("[\0\ud800-\udfff]")
MARKS = {b"\xef\xbb\xbf": "UTF-8 without a byte order mark", b"\xff\xfe": "UTF-8", b"\xfe\xff": "UTF-8"}


def read_toml(path: Path, mend: str, most: int = WRITTEN) -> Table:
    """Return the content of a TOML file.

    Raises:
        DataError: Says what is wrong with it, and `mend` what to do.
    """
    return toml_of(read_text(path, mend, most), str(path), mend)


def read_written(path: Path, mend: str) -> Table:
    """Return the content of a TOML file that the user has written.

    Raises:
        SettingError: Says what is wrong with it.
    """
    try:
        return read_toml(path, mend)
    except DataError as error:
        raise SettingError(str(error)) from error


def read_json(path: Path, mend: str, most: int = MADE) -> JsonValue:
    """Return the content of a JSON file.

    Raises:
        DataError: Says what is wrong with it, and `mend` what to do.
    """
    return json_of(read_text(path, mend, most), str(path), mend)


def read_text(path: Path, mend: str, most: int) -> str:
    """Return a file of at most so many bytes of UTF-8.

    Raises:
        DataError: Says what is wrong with it.
    """
    try:
        if path.exists() and not path.is_file():
            raise DataError(f"{path}: expected a file, it is a folder or a device; {mend}")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file; {mend}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error}); {mend}") from error
    if len(data) > most:
        raise DataError(f"{path}: expected at most {most // KIB:,} KiB, it is larger; {mend}")
    return text_in(data, str(path), mend)


def toml_of(text: str, where: str, mend: str) -> Table:
    """Return what a TOML text says."""

    def parsed() -> Table:
        if DOTTED.search(text):
            raise RecursionError
        return tomllib.loads(text, parse_float=_float)

    return _checked(parsed, "TOML", where, mend)


def json_of(text: str, where: str, mend: str) -> JsonValue:
    """Return what a JSON text says; NaN and Infinity are numbers, as Python writes them."""
    if (most := sum(map(text.count, ",[{"))) > VALUES:
        raise DataError(f"{where}: expected at most {VALUES:,} values, it has about {most:,}; {mend}")

    def parsed() -> JsonValue:
        document: JsonValue = json.loads(text, object_pairs_hook=_once, parse_float=_float)
        return document

    return _checked(parsed, "JSON", where, mend)


def text_in(data: bytes, where: str, mend: str) -> str:
    """Return the UTF-8 text that bytes are.

    Raises:
        DataError: Says what is wrong with them.
    """
    for mark, wanted in MARKS.items():
        if data.startswith(mark):
            raise DataError(f"{where}: begins with a byte order mark; save it as {wanted}; {mend}")
    if b"\0" in data:
        raise DataError(f"{where}: expected text, byte {data.index(0):,} is NUL; {mend}")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{where}: expected UTF-8, line {line:,} has the byte {data[error.start]:#x}; {mend}"
        ) from error


def _checked(parsed: Callable[[], Parsed], kind: str, where: str, mend: str) -> Parsed:
    """Return what a parser says, or in one line why it does not, and what in it no reader expects."""
    try:
        document = parsed()
        wrong = next(_wrong(document), None)
    except RecursionError:
        wrong = f"has tables or lists more than {DEEP} deep"
    except ValueError as error:  # of any parser: the grammar, or a number of too many digits
        raise DataError(f"{where}: malformed {kind}: {short(_plain(error), 160)}; {mend}") from error
    if wrong is not None:
        raise DataError(f"{where}: {wrong}; {mend}")
    return document


def _wrong(document: JsonValue) -> Iterator[str]:
    """Yield what is wrong with values, and where: by a stack of its own, which no depth exhausts."""
    open_: list[Iterator[tuple[str, JsonValue]]] = [iter([("", document)])]
    while open_:
        found = next(open_[-1], None)
        if found is None:
            open_.pop()
            continue
        place, value = found
        if isinstance(value, dict | list):
            if len(open_) > DEEP:
                yield f"{short(place)} has tables or lists more than {DEEP} deep"
            yield from _wrong_keys(place, value)
            open_.append(_inner(place, value))
        elif isinstance(value, int) and abs(value) >= WHOLE:
            digits = int(abs(value).bit_length() * math.log10(2)) + 1
            yield f"{short(place)}: expected a whole number of 64 bits, got one of about {digits:,} digits"
        elif isinstance(value, str) and not _writable(value):
            yield f"{short(place)}: expected a text, got {short(repr(value))}, which no file can hold"


def _inner(place: str, value: Table | list[JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    """Yield what a table or list holds, and where."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{place}.{key}" if place else key, inner
    else:
        for number, inner in enumerate(value):
            yield f"{place}[{number}]", inner


def _wrong_keys(place: str, value: Table | list[JsonValue]) -> Iterator[str]:
    for key in value if isinstance(value, dict) else ():
        if not _writable(key):
            yield f"{short(place) or 'the document'} has the key {short(repr(key))}, which no file can hold"


def _writable(text: str) -> bool:
    """Return whether a text is free of NUL and of halves of letters."""
    return UNWRITABLE.search(text) is None


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value) and "inf" not in text.lower():
        raise ValueError(f"the number {short(text)} is too large")
    return value


def _once(pairs: list[tuple[str, JsonValue]]) -> Table:
    """Return an object of JSON, after making sure that no key is in it twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {short(repr(twice))} is there twice")
    return found


def _plain(error: ValueError) -> str:
    """Return what a parser says, in one line, without advice to programmers."""
    return " ".join(str(error).partition("; use sys.")[0].split())


def without_nan(value: JsonValue) -> JsonValue:
    """Return plain data with None in the place of each number that is none, as strict JSON has it."""
    if isinstance(value, dict):
        return {key: without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value
