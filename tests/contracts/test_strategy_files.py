"""What every file of a strategy promises: its name and paper, one class, and settings that work or are refused."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from contextlib import suppress
from inspect import Parameter, signature
from typing import Any, Literal, get_args, get_origin

import pytest

import nassim
from nassim import catalog
from nassim.core.errors import NassimError, SettingError
from nassim.core.settings import Range, check_value, schema
from nassim.core.strategy import OneRun, Strategy
from tests.contracts.strategies import EVALUATIONS, NAMES, NUMBERS, QUICK, TOY, differences, simulate, whole

pytestmark = pytest.mark.parametrize("name", NAMES)


def test_its_file_begins_with_its_name_and_paper(name):
    """The first paragraph of the file says what it is called in the field, and who published it when."""
    doc = " ".join((importlib.import_module(f"nassim.strategies.{name}").__doc__ or "").split("\n\n")[0].split())
    assert re.search(r"\([^)]*\b(19|20)\d\d\b|arXiv|et al\.", doc), doc
    assert doc.lower().replace("-", " ").startswith(name.replace("_", " ").split()[0]), doc


def test_its_file_holds_one_documented_strategy(name):
    """One file, one class, with a docstring, public methods documented, and nothing but keyword settings."""
    kind = catalog.strategy(name)
    assert issubclass(kind, Strategy | OneRun)
    assert kind.__doc__
    tree = ast.parse(inspect.getsource(importlib.import_module(kind.__module__)))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name[0] != "_"]
    assert [function.name for function in functions if not ast.get_docstring(function)] == []
    first, *rest = list(signature(kind.__init__).parameters.values())[1:]
    assert [first.name, rest[0].name] == ["space", "streams"]
    assert {parameter.kind for parameter in rest[1:]} <= {Parameter.KEYWORD_ONLY}


def test_its_settings_have_types_and_defaults_that_fit(name):
    """Every setting has an annotated type and a default of that type, and all defaults together make a strategy."""
    settings = schema(catalog.strategy(name))
    for setting, (hint, default) in settings.items():
        assert hint is not Any, setting
        assert default is not Parameter.empty, setting
        check_value(setting, default, hint)
    defaults = {setting: default for setting, (_, default) in settings.items()}
    explicit = simulate(name, TOY, runs=NUMBERS, evaluations=EVALUATIONS, **defaults | QUICK.get(name, {}))
    assert differences(explicit, whole(name, "toy")) == []


def test_it_refuses_unknown_settings(name):
    """A setting that it does not have, or of a wrong type, is named in one line."""
    with pytest.raises(SettingError, match=f"{name} has no setting 'no_such_setting'"):
        simulate(name, TOY, runs=2, evaluations=2, no_such_setting=1)
    for setting, (hint, _) in schema(catalog.strategy(name)).items():
        with pytest.raises(SettingError, match=f"{name}: setting '{setting}' must be"):
            simulate(name, TOY, runs=2, evaluations=2, **{setting: [hint]})


def values_of(setting: str, hint: Any) -> list[Any]:
    """Return the values of a setting that are worth a try: every option, and the ends of its range."""
    if setting == "mutation":
        return [*TOY.space.mutations, "no such mutation"]
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    if hint is bool:
        return [False, True]
    bounds = [extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Range)]
    kind = get_args(hint)[0] if bounds else hint
    low = max([bound.low for bound in bounds], default=1)
    if kind is int:
        return [int(low), int(low) + 1, int(low) + 6]
    if kind is float:
        ends = [low + 1e-9, *(bound.high for bound in bounds)] if any(bound.above for bound in bounds) else [low, 1.0]
        return [float(end) for end in ends if end < float("inf")]
    return [None, *(value for option in get_args(hint) for value in values_of(setting, option))]


def test_every_setting_works_or_is_refused(name):
    """Every option and both ends of every range make a search that ends, or get one clear line."""
    for setting, (hint, _) in schema(catalog.strategy(name)).items():
        for value in values_of(setting, hint):
            with suppress(NassimError):
                trace = simulate(name, TOY, runs=3, evaluations=30, workers=2, **{setting: value})
                assert (trace.lengths >= 1).all()


def test_no_setting_is_named_like_an_argument_of_simulate(name):
    """In `simulate` and in a study, settings stand beside the budget, the seed and the policies."""
    kind = catalog.strategy(name)
    assert not set(schema(kind)) & set(signature(nassim.simulate).parameters)
