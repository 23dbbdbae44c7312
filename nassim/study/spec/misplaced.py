"""Keys of study.toml that stand in a table that does not have them, though another has: they are told where to go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError
from nassim.core.policies import SHARED, Budget, Policies
from nassim.study.spec.benchmark import BenchmarkSpec
from nassim.study.spec.tables import StudyTable

CLOSE = 0.7  # how alike a misspelt key must be to one of another table, of 1
TOP = "at the top of the file, above all tables"
TABLES = {
    TOP: tuple(StudyTable.model_fields),
    "in [policies]": tuple(Policies.__dataclass_fields__),
    "in [budget]": tuple(Budget.__dataclass_fields__),
}
BESIDE = {key: "in [policies]" + ("" if key in SHARED else " or [[strategy]]") for key in TABLES["in [policies]"]}


def check_places(said: Mapping[str, JsonValue]) -> None:
    """Raise SettingError if a key stands in a table that does not have it, and is one of another, or nearly.

    Args:
        said: The study as it was written; what is wrong with it otherwise is not looked for.
    """
    homes = {key: table for table, keys in TABLES.items() for key in keys}
    _check("", said, TABLES[TOP], homes)
    for table in ("policies", "budget"):
        if isinstance(inner := said.get(table), dict):
            _check(f" of [{table}]", inner, TABLES[f"in [{table}]"], homes)
    benchmarks = said.get("benchmark")
    for number, inner in enumerate(benchmarks if isinstance(benchmarks, list) else (), start=1):
        if isinstance(inner, dict):
            _check(f" of [[benchmark]] {number}", inner, BenchmarkSpec.model_fields, BESIDE)


def _check(of: str, table: Iterable[str], own: Iterable[str], homes: Mapping[str, str]) -> None:
    """Raise SettingError for the first key that is nearest to one that the table does not have, and another has."""
    known = set(own)
    for key in table:
        close = get_close_matches(key, sorted(known | homes.keys()), n=1, cutoff=CLOSE)
        if key not in known and close and close[0] not in known:
            meant = "" if key == close[0] else f"; did you mean {close[0]!r}"
            raise SettingError(f"unknown key{of} {key!r}{meant}, which belongs {homes[close[0]]}")
