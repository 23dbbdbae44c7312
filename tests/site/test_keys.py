"""The reference has every key that the readers of study.toml and claims.toml accept, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nassim
from nassim.core.errors import NassimError
from nassim.study.spec.reading import read_spec
from nassim.study.verify import claims
from tests.site.pages import maker

MAKER = maker("keys")
NONE = "@@@@"  # like no key, so that a message lists all that are known
KNOWN = re.compile(r"; known: (.*)$")
STUDY: dict[str, Any] = {
    "name": "probe",
    "question": "Which keys are there?",
    "benchmark": [{"name": "nb201/cifar10"}],
    "budget": {"evaluations": 3},
    "strategy": [{"name": "random_search"}],
}
CLAIM = {"text": "It is", "strategy": "a", "value": 1.0, "tolerance": 1.0}


def shown(page: str, heading: str) -> set[str]:
    """Return the keys in the table under a heading of a page."""
    section = page.replace("\\[", "[").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def toml(value: Any) -> str:
    """Return a value as TOML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def known(read: Callable[[Path], object], document: dict[str, Any], folder: Path) -> set[str]:
    """Return the keys that a reader says it knows, where a document has one that it does not."""
    file = folder / "document.toml"
    file.write_text("\n".join(f'"{key}" = {toml(value)}' for key, value in document.items()), encoding="utf-8")
    with pytest.raises(NassimError) as refused:
        read(file)
    found = KNOWN.search(str(refused.value))
    assert found, refused.value
    return set(found[1].split(", "))


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("The file itself", {NONE: 1}),
        ("[budget]", {"budget": {NONE: 1}}),
        ("[budget]", {"benchmark": [{"name": "nb201/cifar10", "budget": {NONE: 1}}]}),
        ("[policies]", {"policies": {NONE: 1}}),
        ("[[benchmark]]", {"benchmark": [{"name": "nb201/cifar10", NONE: 1}]}),
        ("surrogate of [[benchmark]]", {"benchmark": [{"name": "nb201/cifar10", "surrogate": {NONE: 1}}]}),
        ("sharing of [[benchmark]]", {"benchmark": [{"name": "nb201/cifar10", "sharing": {NONE: 1}}]}),
    ],
)
def test_keys_of_a_study_are_those_on_the_page(heading: str, said: dict[str, Any], tmp_path: Path) -> None:
    """The reader, asked for a key that there is not, lists what the page lists."""
    assert known(read_spec, STUDY | said, tmp_path) == shown(MAKER.study_page(), heading)


@pytest.mark.parametrize(
    ("heading", "document"), [("[[claim]]", {"claim": [CLAIM | {NONE: 1}]}), ("[baseline]", {"baseline": {NONE: 1}})]
)
def test_keys_of_claims_are_those_on_the_page(heading: str, document: dict[str, Any], tmp_path: Path) -> None:
    """So for claims.toml."""

    def read(file: Path) -> None:
        claims.read_claims(file, ["a"], ["b"])
        claims.read_margin(file, ["b"])

    assert known(read, document, tmp_path) == shown(MAKER.claims_page(), heading)


def test_tables_of_claims_are_those_on_the_page(tmp_path: Path) -> None:
    """No other table than those with a heading is read."""
    tables = known(lambda file: claims.read_claims(file, ["a"], ["b"]), {NONE: 1}, tmp_path)
    headings = re.findall(r"^## \\\[(?:\\\[)?(\w+)", MAKER.claims_page(), re.MULTILINE)
    assert tables == set(headings)


@pytest.mark.parametrize("name", nassim.names("strategies"))
def test_keys_of_a_strategy_are_those_on_the_pages(name: str, tmp_path: Path) -> None:
    """Its own settings on its page, the rest among policies; `name`, `label` and `wrap` are read before."""
    page, policies = maker("strategies").pages()["reference/strategies.md"], shown(MAKER.study_page(), "[policies]")
    found = known(read_spec, STUDY | {"strategy": [{"name": name, NONE: 1}]}, tmp_path)
    assert found == shown(page, name) | policies
    assert shown(MAKER.study_page(), "[[strategy]]") == {"name", "label", "wrap"}


def test_a_study_of_the_keys_of_the_page_is_read(tmp_path: Path) -> None:
    """With every default of the page written out, a study is the same as without."""
    page = MAKER.study_page()
    plain = tmp_path / "plain.toml"
    plain.write_text("\n".join(f"{key} = {toml(value)}" for key, value in STUDY.items()), encoding="utf-8")
    section = page.partition("## \\[policies]\n")[2].partition("\n## ")[0]
    rows = [re.split(r" ?(?<!\\)\| ?", line) for line in section.splitlines() if line.startswith("| `")]
    written = {cells[1].strip("` "): cells[3].strip("` ") for cells in rows}
    assert len(written) == len(shown(page, "[policies]"))
    full = tmp_path / "full.toml"
    policies = "\n".join(f"{key} = {value}" for key, value in written.items() if value)  # TOML has no none
    full.write_text(f"{plain.read_text(encoding='utf-8')}\n[policies]\n{policies}\n", encoding="utf-8")
    assert read_spec(full) == read_spec(plain)


def test_every_key_is_described() -> None:
    """No row of the reference is without words."""
    rows = [line for page in MAKER.pages().values() for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert [row for row in rows if re.search(r"\| *\|$", row)] == []
