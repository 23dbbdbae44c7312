"""The reference of study.toml and claims.toml, made of the keys that their readers check by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from inspect import Parameter, signature
from typing import Any, NamedTuple, get_type_hints

from docstrings import listed
from pydantic import TypeAdapter

from nassim import catalog
from nassim.benchmarks.learning import fit
from nassim.benchmarks.one_shot.model import Sharing
from nassim.core.policies import SHARED, Budget, Policies
from nassim.core.settings import describe, schema
from nassim.study.spec.benchmark import LEARNED, BenchmarkSpec
from nassim.study.spec.tables import StrategyTable, StudyTable
from nassim.study.verify import claims
from nassim.surrogates.fit import CHECKED

STUDY = """# Keys of study.toml

A study is a folder with a `study.toml`, which `nassim run` runs. A key that is not listed here is refused, with the one
that was probably meant; so is a value of the wrong type or range. [Compare your own strategy](../compare_yours.md)
shows a whole file.
"""
CLAIMS = """# Keys of claims.toml

What a study's README says it measured, in numbers that `nassim check STUDY` checks again; see
[a study that guards your code](../gate.md). A claim gives either `value` and `tolerance`, or `less_than`.
"""
REQUIRED = Parameter.empty  # the default of a key without one
LISTS = "A list is a grid: one {} per value, or per combination of values."


def pages() -> dict[str, str]:
    """Return the two pages."""
    return {"reference/study.md": study_page(), "reference/claims.md": claims_page()}


def study_page() -> str:
    """Return the page of study.toml."""
    return "\n".join(
        (
            STUDY,
            *table("The file itself", keys_of(StudyTable)),
            *table(
                "[budget]",
                keys_of(Budget),
                "Or `budget = {evaluations = 300}`; at least one, unless all strategies end.",
            ),
            *table("[policies]", keys_of(Policies), "A strategy may have its own, see below."),
            *table(
                "[[strategy]]",
                keys_of(StrategyTable),
                "All other keys are [settings of the strategy](strategies.md), or keys of [policies], but for "
                f"{', '.join(f'`{name}`' for name in SHARED)}. {LISTS.format('strategy')}",
            ),
            *table("[[benchmark]]", keys_of(BenchmarkSpec), "Instead of the list `benchmarks`."),
            *table(
                "surrogate of [[benchmark]]",
                surrogate(),
                f"The arguments of [nassim.fit](python.md). {LISTS.format('benchmark')}",
            ),
            *table(
                "sharing of [[benchmark]]",
                sharing(),
                f"[Weight sharing](../weight_sharing.md), simulated. {LISTS.format('benchmark')}",
            ),
            *(line for name in catalog.names("wrappers") for line in wrapper(name)),
        )
    )


def claims_page() -> str:
    """Return the page of claims.toml."""
    known = ", ".join(f"`{name}`" for name in claims.STATISTICS)
    return "\n".join(
        (
            CLAIMS,
            *table("[[claim]]", keys_of(claims.Claim), f"Statistics are {known}."),
            *table("[baseline]", keys_of(claims.Baseline), "What `nassim check` allows against `lock.json`."),
        )
    )


class Key(NamedTuple):
    """A row of a table."""

    hint: Any
    says: str
    default: Any


def keys_of(kind: type[Any]) -> dict[str, Key]:
    """Return the keys of a table: a model, whose JSON schema describes them, or a dataclass."""
    schema, hints = TypeAdapter(kind).json_schema(), get_type_hints(kind, include_extras=True)
    default = dict.fromkeys(schema.get("required", ()), REQUIRED)
    if is_dataclass(kind):  # the schema leaves out defaults that are made anew each time
        default |= asdict(kind())
    return {
        name: Key(hints[name], one["description"], default.get(name, one.get("default")))
        for name, one in schema["properties"].items()
    }


def surrogate() -> dict[str, Key]:
    """Return the options of a surrogate: the arguments of `fit`, with what a study sets."""
    default = {name: one.default for name, one in signature(fit).parameters.items()} | LEARNED
    says = described(fit)
    return {name: Key(hint, says[name], default[name]) for name, hint in CHECKED.items()}


def sharing() -> dict[str, Key]:
    """Return the options of weight sharing: the fields of `Sharing`."""
    hints, says = get_type_hints(Sharing, include_extras=True), described(Sharing)
    return {field.name: Key(hints[field.name], says[field.name], field.default) for field in fields(Sharing)}


def wrapper(name: str) -> Iterator[str]:
    """Yield the table of a wrapper of benchmarks: what it changes, and its options."""
    kind = catalog.wrapper(name)
    says = described(kind)
    known = {option: Key(hint, says[option], default) for option, (hint, default) in schema(kind).items()}
    first = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
    title = f'wrap of [[benchmark]]: {{name = "{name}"}}'
    yield from table(title, known, f"{first} {LISTS.format('benchmark') if known else ''}".strip())


def described(documented: Any) -> dict[str, str]:
    """Return what a docstring says of each argument or field."""
    return dict(listed(documented.__doc__ or ""))


def table(title: str, known: Mapping[str, Key], said: str = "") -> Iterator[str]:
    """Yield a heading and a table of keys."""
    yield from (
        f"## {title.replace('[', chr(92) + '[')}\n",
        f"{said}\n",
        "| key | is | default | |",
        "|---|---|---|---|",
    )
    for name, key in known.items():
        yield f"| `{name}` | {must_be(key.hint)} | {default(key.default)} | {cell(key.says)} |"
    yield ""


def must_be(hint: Any) -> str:
    """Return a type in words, without that a key may be absent."""
    return cell(re.sub(r"'([^']*)'", r'`"\1"`', describe(hint).removesuffix(" or absent")))


def default(value: Any) -> str:
    """Return a default as TOML would write it."""
    if value is REQUIRED:
        return "**required**"
    return "" if value is None or (isinstance(value, dict) and value) else f"`{json.dumps(value)}`"


def cell(text: str) -> str:
    """Return a text as a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")
