"""Numbers as files of others write them: integers, decimals, whole floats, booleans, texts such as 94.3%."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nassim.core.arrays import Floats

EMPTY = frozenset(("", "nan", "na", "n/a", "#n/a", "<na>", "null", "none", "-"))  # of a number, in any capitals
TRUTH = {"true": 1.0, "false": 0.0}
COMMA = re.compile(r"[+-]?\d+,\d+")  # a decimal comma, or thousands
LONG = 40  # letters of a text that are told
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


class Read(NamedTuple):
    """A column of numbers."""

    values: Floats  # (n,); nan = empty
    percent: bool  # whether they had percent signs


def read_numbers(column: pa.Array) -> Read | str:
    """Return a column as numbers, or an example of what is none, such as "'good' in row 2" (from 1)."""
    if isinstance(column.type, pa.DictionaryType):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _of_texts(column)
    if pa.types.is_null(kind):
        return Read(np.full(len(column), np.nan), percent=False)
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
        column = pc.cast(pc.cast(column, pa.uint8()) if pa.types.is_boolean(kind) else column, pa.float64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return str(kind)
    return Read(np.array(column.to_numpy(zero_copy_only=False), dtype=np.float64), percent=False)


def _of_texts(column: pa.Array) -> Read | str:
    """Return the numbers that texts are: all with a percent sign or none, all with a decimal comma or none."""
    try:
        return Read(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False), percent=False)
    except pa.ArrowInvalid:  # not plain: one by one
        texts = ["" if text is None else text.strip() for text in column.to_pylist()]
    full = [text for text in texts if text.casefold() not in EMPTY]
    percent = bool(full) and all(text.endswith("%") for text in full)
    bare = [text.removesuffix("%").strip() if percent else text for text in texts]
    comma = _comma([text for text in bare if "," in text], pointed=any("." in text for text in bare))
    values = np.empty(len(texts))
    for row, text in enumerate(bare):
        value = _number(text if comma is None else text.replace(",", comma))
        if value is None:
            short = texts[row] if len(texts[row]) < LONG else f"{texts[row][:LONG]}..."
            return f"{short!r} in row {row + 1}"
        values[row] = value
    return Read(values, percent)


def _comma(texts: list[str], *, pointed: bool) -> str | None:
    """Return what takes the place of commas in numbers (some texts that have one); None if that cannot be told.

    Where no number has a point and some comma is not before three digits, they are decimal commas; where a number has
    both, such as 1,014.45, thousands.
    """
    if not pointed and all(map(COMMA.fullmatch, texts)) and not all(map(THOUSANDS.fullmatch, texts)):
        return "."
    if any("." in text for text in texts) and all(map(THOUSANDS.fullmatch, texts)):
        return ""
    return None


def _number(text: str) -> float | None:
    if text.casefold() in EMPTY:
        return np.nan
    if text.casefold() in TRUTH:
        return TRUTH[text.casefold()]
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None
