"""What is no table that was declared is refused in one line: which key, what was expected, what came."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import ConfigDict, Field

from nassim.core.errors import NassimError, SettingError, UnknownNameError
from nassim.core.policies import Budget
from nassim.core.settings import Count, Filled, Fraction, Line, NonNegative, Wanted
from nassim.core.tables import FromTable, Plain, Table, file_schema, read


class Inner(Table):
    """A table within."""

    share: Fraction = 0.5


class Open(Table):
    """A table that may have other keys."""

    model_config = ConfigDict(extra="allow")

    name: str


class Whole(Table):
    """A table of everything."""

    runs: Count
    names: Annotated[list[str], Filled(), Wanted("a list of names")] | None = None
    about: str | Annotated[list[str], Filled()] = "all"
    limit: NonNegative | dict[str, NonNegative] | None = None
    kind: Literal["a", "b"] | None = None
    line: Annotated[str, Line()] = "x"
    budget: Annotated[Budget, FromTable()] = Budget()
    inner: Inner = Inner()
    many: dict[str, Inner] = Field(default_factory=dict)
    each: list[Inner] = Field(default_factory=list)
    plain: Plain = Field(default_factory=dict)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"rums": 1}, "unknown key 'rums'; did you mean 'runs'?"),
    "missing": ({"kind": "a"}, "the key 'runs' is missing"),
    "no whole number": ({"runs": 2.5}, "'runs' must be a whole number >= 1, got 2.5"),
    "true is no number": ({"runs": True}, "'runs' must be a whole number >= 1, got True"),
    "text is no number": ({"runs": "3"}, "'runs' must be a whole number >= 1, got '3'"),
    "out of range": ({"runs": 0}, "'runs' must be a whole number >= 1, got 0"),
    "what is wanted": ({"runs": 1, "names": []}, "'names' must be a list of names, got []"),
    "one of a list": ({"runs": 1, "names": ["a", 3]}, "'names[2]' must be a text, got 3"),
    "one of a list of two": ({"runs": 1, "about": ["a", 3]}, "'about[2]' must be a text, got 3"),
    "neither of two": ({"runs": 1, "about": 3}, "'about' must be a text or a list of one or more, got 3"),
    "one of a table": ({"runs": 1, "limit": {"x": -1}}, "'limit.x' must be a number >= 0, got -1"),
    "not finite": ({"runs": 1, "limit": float("nan")}, "'limit' must be a number >= 0 or a table, got nan"),
    "no option": ({"runs": 1, "kind": "c"}, "'kind' must be 'a' or 'b', got 'c'"),
    "two lines": ({"runs": 1, "line": "a\nb"}, r"'line' must be a text in one line, got 'a\nb'"),
    "of a dataclass": ({"runs": 1, "budget": {"seconds": 0}}, "'seconds' of [budget] must be a number > 0, got 0"),
    "unknown of a dataclass": (
        {"runs": 1, "budget": {"second": 1}},
        "unknown key of [budget] 'second'; did you mean 'seconds'?",
    ),
    "no dataclass": ({"runs": 1, "budget": 3}, "'budget' must be a table, got 3"),
    "within": ({"runs": 1, "inner": {"share": 2}}, "'share' of [inner] must be a number >= 0 and <= 1, got 2"),
    "within a table": ({"runs": 1, "many": {"x": {"share": 2}}}, "'share' of [many.x] must be"),
    "within a list": ({"runs": 1, "each": [{}, {"shares": 2}]}, "unknown key of [each[2]] 'shares'; did you mean"),
    "a date in a list": ({"runs": 1, "plain": {"x": [{"y": date(2020, 1, 1)}]}}, "'plain.x' must be a text, a finite"),
    "a date": ({"runs": 1, "plain": {"x": date(2020, 1, 1)}}, "'plain.x' must be a text, a finite number, true or"),
}


@pytest.mark.parametrize(("table", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said(table: dict[str, Any], message: str) -> None:
    """An unknown key first, since it may be the missing one, misspelt."""
    with pytest.raises(NassimError) as caught:
        read(Whole, table)
    assert str(caught.value).startswith(message)


def test_a_message_may_say_where_the_table_is() -> None:
    """After the key."""
    with pytest.raises(UnknownNameError, match="unknown key of claim 3 'rums'; did you mean 'runs'"):
        read(Whole, {"rums": 1}, " of claim 3")
    with pytest.raises(SettingError, match=r"'seconds' of \[budget\] of claim 3 must be"):
        read(Whole, {"runs": 1, "budget": {"seconds": 0}}, " of claim 3")


def test_what_is_right_is_of_its_types() -> None:
    """A whole number is a number too, dataclasses are made, and keys that are open are kept."""
    found = read(Whole, {"runs": 3, "limit": 2, "budget": {"seconds": 5}, "inner": {"share": 1}})
    assert (found.limit, found.budget, found.inner.share) == (2.0, Budget(seconds=5.0), 1.0)
    assert read(Open, {"name": "a", "other": 3}).model_extra == {"other": 3}


def test_the_schema_of_a_file_has_its_tables() -> None:
    """Bounds are JSON schema's own, and tables in lists are declared."""
    schema = file_schema(Whole, {"plain": Open})
    assert schema["properties"]["runs"]["minimum"] == 1
    assert schema["properties"]["plain"]["items"] == {"$ref": "#/$defs/Open"}
    assert schema["$defs"]["Budget"]["properties"]["seconds"]["description"].startswith("simulated seconds")
