"""Old names of members and keywords work, and warn once with the new name."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from nassim.core.renamed import renamed_fields, renamed_keywords, renamed_members


@renamed_members(limit="most", choice="advice")
class Base:
    """Has `most` and `advice` now, which were `limit` and `choice`."""

    most = None

    def advice(self):
        """Return no advice."""
        return "none"


def old(name, new):
    """Return the check that a warning names both."""
    return pytest.warns(DeprecationWarning, match=rf"{name} is called {new} now")


def test_a_member_is_read_by_its_old_name():
    """What the base defines is found under the old name."""
    with old(r"Base\.limit", "most"):
        assert Base().limit is None
    with old(r"Base\.choice", "advice"):
        assert Base().choice() == "none"


def test_an_attribute_is_set_by_its_old_name():
    """Who sets the old name sets the new one."""
    one = Base()
    with old(r"Base\.limit", "most"):
        one.limit = 5
    assert one.most == 5


def test_a_subclass_may_define_members_under_old_names():
    """A value and a method of a user's own class are those of the new names; using them warns no more."""
    with old("Own.limit", "most"):

        class Own(Base):
            limit = 3

    with old("Advised.choice", "advice"):

        class Advised(Base):
            def choice(self):
                with old(r"Base\.choice", "advice"):
                    return f"not {super().choice()}"

    assert Own().most == 3
    assert Advised().advice() == "not none"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Advised().choice.__name__ == "choice"


def test_a_keyword_has_its_old_name_too():
    """The value arrives under the new name, and the caller is warned."""

    @renamed_keywords(luck="seed")
    def draw(seed=0):
        return seed

    with old("the keyword luck", "seed"):
        assert draw(luck=4) == 4
    assert draw(seed=4) == draw(4) == 4


def test_a_record_has_its_old_fields_too():
    """Fields of a dataclass and of a NamedTuple are given and read by their old names."""

    @renamed_fields(notes="diagnostics")
    @dataclass(frozen=True)
    class Kept:
        diagnostics: int = 0

    @renamed_fields("__new__", doubt="noise")
    class Told(NamedTuple):
        noise: int = 0

    for kind, before, now in ((Kept, "notes", "diagnostics"), (Told, "doubt", "noise")):
        with old(f"the keyword {before}", now):
            one = kind(**{before: 3})
        with old(f"{kind.__name__}.{before}", now):
            assert getattr(one, before) == getattr(one, now) == 3
