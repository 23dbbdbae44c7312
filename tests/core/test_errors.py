"""Errors: few kinds, one clear line, and what was probably meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nassim.core import errors
from nassim.core.errors import NassimError, UnknownNameError, suggest

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


def test_every_kind_is_a_nassim_error():
    """One `except` catches all that a user can mend, and nothing else."""
    assert len(KINDS) >= 5
    assert all(issubclass(kind, NassimError) for kind in KINDS)
    assert NassimError.__bases__ == (Exception,)


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("random_serach", ["local_search", "random_search"], "; did you mean 'random_search'?"),
        ("nb201/cifar", ["nb201/cifar100", "graph/cora", "nb201/cifar10"], "; did you mean 'nb201/cifar10'?"),
        ("zzz", ["b", "a"], "; known: a, b"),
        ("zzz", [], "; there are none"),
        ("", ["b", "a"], "; known: a, b"),
    ],
)
def test_a_suggestion_is_what_is_close_or_all_there_is(name, known, hint):
    """A near miss gets the nearest name, anything else the sorted list, an empty catalog says so."""
    assert suggest(name, known) == hint
    assert suggest(name, iter(known)) == hint


@given(st.text(max_size=30), st.lists(st.text(max_size=12), max_size=5))
def test_an_unknown_name_is_shown_in_quotes(name, known):
    """Whatever was typed, the message says what kind of thing it is not, and shows it as typed."""
    message = str(UnknownNameError.of("strategy", name, known))
    assert message.startswith(f"unknown strategy {name!r};")


def test_long_inputs_are_cut_and_what_lies_between_them_is_not():
    """A long quoted text keeps both its ends; 300 letters of message between two quoted words, or of prose, stay."""
    between = f"write \"one\" = 'two', card's; {'some words ' * 30}; 'three' is \"four\""
    assert errors.cut(between) == between
    long = errors.cut(f"got {'x' * 300!r} of 'name'")
    assert long.startswith("got 'xxx")
    assert long.endswith("xxx' of 'name'")
    assert len(long) < 110
