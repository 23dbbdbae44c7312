"""The JSON schema of study.toml, by which editors complete keys, explain them, and mark what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter
from typing import cast

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from nassim import catalog
from nassim.benchmarks.one_shot.model import Sharing
from nassim.core.errors import NassimError
from nassim.core.policies import SHARED, Policies
from nassim.core.settings import Setting
from nassim.core.settings import schema as settings_of
from nassim.core.tables import file_schema
from nassim.study.spec.benchmark import BenchmarkSpec
from nassim.study.spec.tables import StrategyTable, StudyTable


def study_schema() -> JsonSchemaValue:
    """Return the schema of study.toml, with the settings of every strategy and the options of surrogates."""
    schema = file_schema(StudyTable, {"strategy": StrategyTable, "benchmark": BenchmarkSpec})
    strategy, benchmark = (schema["$defs"][kind.__name__] for kind in (StrategyTable, BenchmarkSpec))
    policies = {name: one for name, one in _fields(Policies).items() if name not in SHARED}
    strategy["properties"] |= {name: _grid(one) for name, one in policies.items()}
    strategy["allOf"] = [_settings(name) for name in catalog.names("strategies")]
    benchmark["properties"]["surrogate"]["anyOf"] = [_options(_surrogate())]
    benchmark["properties"]["sharing"]["anyOf"] = [_options(_fields(Sharing)), {"const": "table"}]
    for one in (benchmark, strategy):
        one["properties"]["wrap"]["anyOf"] = [{"type": "array", "items": _wrapper(), "minItems": 1}]
    return schema


def _settings(name: str) -> JsonSchemaValue:
    """Return what a [[strategy]] of a name may have: the settings of its class, or nothing if a library lacks."""
    try:
        settings = settings_of(catalog.strategy(name))
    except NassimError:
        settings = {}
    return _case(name, settings)


def _case(name: str, settings: Mapping[str, Setting]) -> JsonSchemaValue:
    """Return what a table of this name may have beside it: settings of a class."""
    known = {
        key: _grid(_schema(hint) | ({} if default is Parameter.empty else {"default": default}))
        for key, (hint, default) in settings.items()
    }
    return {"if": {"properties": {"name": {"const": name}}}, "then": {"properties": known}}


def _wrapper() -> JsonSchemaValue:
    """Return what a table of `wrap` may have: the name of a wrapper, and its options."""
    return {
        "type": "object",
        "properties": {"name": {"type": "string", "examples": catalog.names("wrappers")}},
        "required": ["name"],
        "allOf": [_case(name, settings_of(catalog.wrapper(name))) for name in catalog.names("wrappers")],
    }


def _surrogate() -> Mapping[str, JsonSchemaValue]:
    """Return the options of a surrogate."""
    from nassim.surrogates.fit import CHECKED

    return {name: _schema(hint) for name, hint in CHECKED.items()}


def _options(known: Mapping[str, JsonSchemaValue]) -> JsonSchemaValue:
    """Return a table of these options, and no others, a list of any of which is a grid."""
    grids = {name: _grid(one) for name, one in known.items()}
    return {"type": "object", "properties": grids, "additionalProperties": False}


def _grid(one: JsonSchemaValue) -> JsonSchemaValue:
    """Return a value, or a list of them, with what is said of it."""
    said = {key: one[key] for key in ("description", "default") if key in one}
    return said | {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _fields(kind: type) -> dict[str, JsonSchemaValue]:
    """Return what each field of a dataclass is."""
    fields: dict[str, JsonSchemaValue] = TypeAdapter(kind).json_schema()["properties"]
    return fields


def _schema(hint: object) -> JsonSchemaValue:
    return TypeAdapter(cast("type", hint)).json_schema()
