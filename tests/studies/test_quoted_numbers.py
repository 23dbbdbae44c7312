"""Numbers that README.md, docs and the studies quote are those that a command wrote into a committed file.

A study's are in studies/NAME/numbers/*.json: summary.json as `nassim report` writes it, the rest by the study's
scripts; those of a benchmark of nassim itself in perf/NAME.json.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nassim.benchmarks import loading
from nassim.core.roles import labelled
from nassim.study.spec.reading import read_spec
from nassim.study.verify.lock import Lock, read_lock

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "studies" / "rl_evolution_darts"
STUDIES = sorted((ROOT / "studies").glob("*/README.md"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = re.compile(r"```.*?```|`[^`]*`|^ {4}.*?$", re.DOTALL | re.MULTILINE)
DECIMAL = re.compile(r"(?<![\w.])(?:\d[\d,]*)?\.\d+")
NUMBER = re.compile(r"(?<![\w.^])(?:\d[\d,]*)?(?:\.\d+|\d)(?: million)?")
PERF = re.compile(r"python\s+perf/(\w+)\.py")
PRINTED = {"importing"}  # benchmarks that only print what they measure
MOST = 150  # numbers of one row's subject; many more would hold any


def leaves(node: Any) -> Iterator[float]:
    """Yield all numbers of a JSON value."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from leaves(child)
    elif isinstance(node, (int, float)) and not isinstance(node, bool):
        yield float(node)


def named(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield all values of a JSON value that have a name, at any depth."""
    if isinstance(node, dict):
        yield from node.items()
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from named(child)


def subjects(files: Iterable[Path]) -> list[list[float]]:
    """Return the numbers of everything that has a name, what has the same name in several places together."""
    found: dict[str, list[float]] = {}
    for path in files:
        for name, node in named({path.stem: json.loads(path.read_text(encoding="utf-8"))}):
            found.setdefault(name, []).extend(leaves(node))
    return list(found.values())


def kept(page: Path) -> list[list[float]]:
    """Return the numbers of everything that a study keeps, and of what nassim's benchmarks that it names measured."""
    named_there = (ROOT / "perf" / f"{name}.json" for name in PERF.findall(page.read_text(encoding="utf-8")))
    return subjects([*page.parent.glob("numbers/*.json"), *named_there])


def holds(values: Iterable[float], quoted: str) -> bool:
    """Return whether any of the values, or a hundred times it, rounds to a number as it is quoted."""
    text, million, _ = quoted.replace(",", "").partition(" million")
    digits = len(text.partition(".")[2]) if "." in text else len(text.rstrip("0")) - len(text)
    scale = 1e6 if million else 1.0
    known = np.abs(np.array(list(values))) / scale
    gaps = np.abs(known[:, None] * [1, 100] - float(text))
    return bool((gaps <= 0.5001 * 10.0**-digits).any())


def rows(text: str) -> list[str]:
    """Return the rows of tables that hold numbers, without what stands at their left."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [rest for line in lines if DECIMAL.search(rest := line.strip("|").partition("|")[2])]


def prose(text: str) -> str:
    """Return what is neither code nor a table."""
    return "\n".join(line for line in CODE.sub("", text).splitlines() if not line.startswith("|"))


@pytest.mark.parametrize("page", STUDIES, ids=lambda page: page.parent.name)
def test_rows_of_a_study_are_those_of_its_numbers(page: Path) -> None:
    """All numbers of a row belong to one strategy, table or model."""
    known = [found for found in kept(page) if len(found) <= MOST]
    quoted = [(row, DECIMAL.findall(row)) for row in rows(page.read_text(encoding="utf-8"))]
    wrong = [row for row, all_ in quoted if not any(all(holds(found, one) for one in all_) for found in known)]
    assert wrong == []


@pytest.mark.parametrize("page", STUDIES, ids=lambda page: page.parent.name)
def test_numbers_between_the_tables_of_a_study(page: Path) -> None:
    """They are among all its numbers, its claims or its settings."""
    settings = [tomllib.loads(path.read_text(encoding="utf-8")) for path in page.parent.glob("*.toml")]
    known = [*leaves(settings), *(number for found in kept(page) for number in found)]
    wrong = [quoted for quoted in DECIMAL.findall(prose(page.read_text(encoding="utf-8"))) if not holds(known, quoted)]
    assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_numbers_with_their_command(page: Path) -> None:
    """What stands beside `python perf/NAME.py` is in perf/NAME.json; ditto is the command above."""
    name = None
    for part in re.split(r"\n(?=[|*\n])", page.read_text(encoding="utf-8")):
        command = PERF.search(part)
        name = command[1] if command else name if "ditto" in part else None
        said = re.findall(
            NUMBER if part.startswith("|") else DECIMAL, CODE.sub("", part.strip("|\n").partition("|")[2])
        )
        if name and said and name not in PRINTED:
            known = list(leaves(json.loads((ROOT / "perf" / f"{name}.json").read_text(encoding="utf-8"))))
            assert [quoted for quoted in said if not holds(known, quoted)] == [], part


def test_holds_is_strict_about_digits() -> None:
    """The last digit that is quoted must be right."""
    assert holds([0.1249], ".12")
    assert not holds([0.1251], ".12")
    assert holds([0.978], "97.8")
    assert holds([3_851.6], "3,850")
    assert not holds([3_856.0], "3,850")
    assert holds([8_356_314.8], "8.4 million")


@pytest.fixture(scope="module")
def lock() -> Lock:
    """Return the lock of the main study."""
    return read_lock(MAIN / "lock.json")


def test_the_numbers_are_those_of_the_lock(lock: Lock) -> None:
    """Which `nassim check` holds against a new run."""
    summary = json.loads((MAIN / "numbers" / "summary.json").read_text(encoding="utf-8"))
    for (label, name), cell in lock.cells.items():
        shown = labelled(label, cell.role)
        assert cell.error - loading.load(name).optimum == pytest.approx(summary[name][shown]["regret"], abs=1e-9)


def test_the_lock_is_of_the_study_as_it_is(lock: Lock) -> None:
    """The same strategies, benchmarks and seed."""
    study = read_spec(MAIN)
    assert lock.seed == study.seed
    assert set(lock.cells) == set(product(study.strategy_labels, study.benchmark_labels))
