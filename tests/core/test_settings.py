"""Settings: a constructor's annotations say what is allowed, and a message says what is wrong."""

from __future__ import annotations

import math
from contextlib import nullcontext, suppress
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nassim.core.errors import SettingError, cut
from nassim.core.lifting import lift
from nassim.core.settings import (
    Count,
    Fraction,
    NonNegative,
    Positive,
    Range,
    check_settings,
    check_value,
    describe,
    schema,
)
from nassim.core.strategy import OneRun


class Whole:
    """A class for many runs, as settings see it."""

    def __init__(
        self,
        space: Any,
        streams: Any,
        *,
        needed: Count,
        rate: Positive = 0.5,
        share: Fraction = 0.5,
        kind: Literal["soft", "hard"] = "soft",
        steps: Count | None = None,
        flag: bool = False,
        label: str = "",
        free=None,
    ) -> None:
        """Take settings of every sort."""


class Plain(OneRun):
    """A plain strategy with one setting."""

    def __init__(self, space: Any, streams: Any, *, temperature: Positive = 1.0) -> None:
        """Take one setting."""
        super().__init__(space, streams)

    def ask(self):
        """Ask nothing in this test."""

    def tell(self, arch, error):
        """Learn nothing in this test."""


GOOD = {
    "needed": [1, 10**30],
    "rate": [1, 0.1, 1e300, np.float64(2.0)],
    "share": [0, 1, 0.0, 1.0, 0.5],
    "kind": ["soft", "hard"],
    "steps": [None, 1, 7],
    "flag": [True, False],
    "label": ["", "text"],
    "free": [None, 1, "x", object()],
}
BAD = {
    "needed": [0, -1, 1.0, "1", True, None, [1]],
    "rate": [0, 0.0, -1, math.nan, math.inf, -math.inf, "0.1", True, None, 10**400],
    "share": [-0.001, 1.001, 2, math.nan, "half", False],
    "kind": ["Soft", "", 0, None, True],
    "steps": [0, 1.5, "1", False],
    "flag": [0, 1, "true", None],
    "label": [1, None, b"text"],
}


def pairs(values: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    """Return every (name, value) of a table of values."""
    return [(name, value) for name, some in values.items() for value in some]


def short(value: Any) -> str:
    """Return a test's id."""
    return repr(value)[:12]


@pytest.mark.parametrize(("name", "value"), pairs(GOOD), ids=short)
def test_a_good_value_passes(name, value):
    """Every value of the annotated type and in its range is taken."""
    check_settings(Whole, {"needed": 1, name: value}, "whole")


@pytest.mark.parametrize(("name", "value"), pairs(BAD), ids=short)
def test_a_bad_value_is_refused_in_one_line(name, value):
    """Every value of another type or out of range is refused, with owner, name, what is allowed and what came."""
    with pytest.raises(SettingError) as caught:
        check_settings(Whole, {"needed": 1, name: value}, "whole")
    message = str(caught.value)
    assert message.startswith(f"whole: setting {name!r} must be ")
    assert message.endswith(cut(f", got {value!r}"))
    assert "\n" not in message


def test_an_unknown_setting_is_refused_with_a_suggestion():
    """A misspelt setting gets one line with what was meant; (space, streams) are no settings."""
    with pytest.raises(SettingError, match="whole has no setting 'shares'; did you mean 'share'"):
        check_settings(Whole, {"needed": 1, "shares": 0.5}, "whole")
    with pytest.raises(SettingError, match="no setting 'streams'"):
        check_settings(Whole, {"needed": 1, "streams": 1}, "whole")


def test_a_setting_without_default_is_needed():
    """A setting that has no default must be given."""
    with pytest.raises(SettingError, match="whole needs the setting 'needed'"):
        check_settings(Whole, {}, "whole")


def test_the_schema_lists_keyword_settings_with_type_and_default():
    """The schema is name -> (type, default) of what follows the star, types resolved from their text."""
    found = schema(Whole)
    assert list(found) == ["needed", "rate", "share", "kind", "steps", "flag", "label", "free"]
    assert found["rate"] == (Positive, 0.5)
    assert found["kind"] == (Literal["soft", "hard"], "soft")
    assert found["free"] == (object, None)


def test_a_lifted_strategy_has_the_settings_of_the_plain_one():
    """Lifting keeps the schema, and refuses what the plain class does not know."""
    assert schema(lift(Plain)) == schema(Plain) == {"temperature": (Positive, 1.0)}
    with pytest.raises(SettingError, match="did you mean 'temperature'"):
        check_settings(lift(Plain), {"temprature": 2.0}, "plain")


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Count, "a whole number >= 1"),
        (Positive, "a number > 0"),
        (NonNegative, "a number >= 0"),
        (Fraction, "a number >= 0 and <= 1"),
        (Count | None, "a whole number >= 1 or absent"),
        (Literal["a", "b", 3], "'a' or 'b' or 3"),
        (bool, "true or false"),
        (str, "a text"),
    ],
)
def test_types_are_described_in_words(hint, words):
    """Messages speak of numbers and texts, not of Python's types."""
    assert describe(hint) == words


bounds = st.integers(-5, 5)


@given(low=bounds, high=bounds, above=st.booleans(), value=bounds | st.floats(-6, 6))
def test_a_range_holds_what_lies_between_its_bounds(low, high, above, value):
    """The upper bound belongs to a range; the lower one unless it must be above."""
    inside = low <= value <= high and not (above and value == low)
    assert Range(low, high, above=above).holds(value) == inside


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
NO_BOOLEANS = (Count, Positive, Fraction, Literal["a", 1], int, float)
hints = st.sampled_from([Count, Positive, Fraction, Count | None, Literal["a", 1], bool, str, int, float, Any])


@given(json_values, hints)
def test_any_value_passes_or_is_refused(value, hint):
    """Whatever a file may hold, a check either passes or raises SettingError; true is never a number."""
    passes = False
    with suppress(SettingError):
        check_value("it", value, hint)
        passes = True
    assert not (passes and isinstance(value, bool) and hint in NO_BOOLEANS)


@pytest.mark.parametrize(("value", "passes"), [(1, True), ("1", True), (True, False), (1.0, False), (0, False)])
def test_an_option_has_a_type(value, passes):
    """Of options 1 and "1", true and 1.0 are neither, though Python takes them for equal to 1."""
    with nullcontext() if passes else pytest.raises(SettingError):
        check_value("it", value, Literal[1, "1"])


def test_ranges_may_be_combined():
    """A value must lie in every Range that its annotation names."""
    hint = Annotated[int, Range(0), Range(high=3)]
    check_value("it", 3, hint)
    with pytest.raises(SettingError):
        check_value("it", 4, hint)
