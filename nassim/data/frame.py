"""Columns as a frame of pandas, which is imported only for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nassim.core.arrays import Values
from nassim.core.errors import not_installed

if TYPE_CHECKING:
    from pandas import DataFrame

Column = Sequence[str] | Values


def frame(columns: Mapping[str, Column]) -> DataFrame:
    """Return columns of equal length as a frame.

    Raises:
        SettingError: If pandas is not installed.
    """
    try:
        from pandas import DataFrame
    except ImportError as error:
        raise not_installed("pandas", error) from error
    return DataFrame(dict(columns))
