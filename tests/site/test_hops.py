"""The hops from `nassim run` to the report are there, call each other, and are drawn as they are listed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.site.pages import ROOT, maker

MAKER = maker("hops")
HOPS = MAKER.hops()


def functions(file: str) -> dict[str, ast.FunctionDef]:
    """Return the functions of a file, methods as Class.method, by their names."""
    tree = ast.parse((ROOT / "nassim" / file).read_text(encoding="utf-8"))
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for kind in tree.body:
        if isinstance(kind, ast.ClassDef):
            found |= {f"{kind.name}.{node.name}": node for node in kind.body if isinstance(node, ast.FunctionDef)}
    return found


def named(file: str, function: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield what a function names, and what private functions of its file that it names do."""
    known = functions(file)
    for node in ast.walk(known[function]):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        yield name
        if name.startswith("_") and name in known and name not in seen:
            yield from named(file, name, seen | {name})


def test_there_are_at_most_twelve() -> None:
    """Numbered in the order in which they are met, each after the one that calls it."""
    assert [hop.number for hop in HOPS] == list(range(1, len(HOPS) + 1))
    assert 10 <= len(HOPS) <= 12
    assert [hop.number for hop in HOPS if not hop.caller] == [1]
    assert all(hop.caller < hop.number for hop in HOPS)


@pytest.mark.parametrize("hop", HOPS, ids=lambda hop: hop.function)
def test_a_hop_is_there_and_its_caller_calls_it(hop) -> None:
    """In the file that the table names."""
    assert hop.function in functions(hop.file)
    if hop.caller:
        caller = HOPS[hop.caller - 1]
        assert hop.function.rpartition(".")[2] in set(named(caller.file, caller.function))


def test_the_figure_is_drawn_from_the_table() -> None:
    """`python docs/_site/hops.py` draws it again."""
    assert (ROOT / "docs" / "hops.svg").read_text(encoding="utf-8") == MAKER.drawn()
