"""Numbers as files of others write them: integers, decimals, whole floats, booleans, texts such as 94.3%."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nassim.streams import Floats

EMPTY = frozenset(("", "nan", "na", "n/a", "#n/a", "<na>", "null", "none", "-"))  # of a number, in any capitals
TRUTH = {"true": 1.0, "false": 0.0}
COMMA = re.compile(r"[+-]?\d+,\d+")  # a decimal comma, or thousands
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


class Read(NamedTuple):
    """A column of numbers."""

    values: Floats  # (n,); nan = empty
    percent: bool  # whether they had percent signs
    comma: bool  # whether they had decimal commas


def read_numbers(column: pa.Array) -> Read | str:
    """Return a column as numbers, or an example of what is none, such as "'good' in row 2" (from 1)."""
    if isinstance(column.type, pa.DictionaryType):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _of_texts(column)
    if pa.types.is_null(kind):
        return Read(np.full(len(column), np.nan), percent=False, comma=False)
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
        column = pc.cast(pc.cast(column, pa.uint8()) if pa.types.is_boolean(kind) else column, pa.float64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return str(kind)
    return Read(np.array(column.to_numpy(zero_copy_only=False), dtype=np.float64), percent=False, comma=False)


def _of_texts(column: pa.Array) -> Read | str:
    """Return the numbers that texts are: all with a percent sign or none, all with a decimal comma or none."""
    try:
        return Read(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False), percent=False, comma=False)
    except pa.ArrowInvalid:  # not plain: one by one
        texts = ["" if text is None else text.strip() for text in column.to_pylist()]
    full = [text for text in texts if text.casefold() not in EMPTY]
    percent = bool(full) and all(text.endswith("%") for text in full)
    bare = [text.removesuffix("%").strip() if percent else text for text in texts]
    comma = _decimal_commas([text for text in bare if text.casefold() not in EMPTY])
    values = np.empty(len(texts))
    for row, text in enumerate(bare):
        value = _number(text.replace(",", ".") if comma else text)
        if value is None:
            return f"{texts[row]!r:.40} in row {row + 1}"
        values[row] = value
    return Read(values, percent, comma)


def _decimal_commas(texts: list[str]) -> bool:
    """Return whether the commas in numbers are decimal ones: there is a comma that no thousands have."""
    with_comma = [text for text in texts if "," in text]
    if not with_comma or any("." in text for text in texts):
        return False
    return all(map(COMMA.fullmatch, with_comma)) and not all(map(THOUSANDS.fullmatch, with_comma))


def _number(text: str) -> float | None:
    if text.casefold() in EMPTY:
        return np.nan
    if text.casefold() in TRUTH:
        return TRUTH[text.casefold()]
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None
