"""Attempts of results folders that come from others."""

# ruff: noqa: D401 - each says what it tries

from __future__ import annotations

import pickle

import pyarrow as pa
import pyarrow.parquet as pq

from tests.trust.attacks import FAST, Payload, attack
from tests.trust.world import World


@attack
def results_name_a_file_as_benchmark(world: World) -> None:
    """`surrogates` of a foreign study.json says what a benchmark is."""
    table = {"name": f"{world.trap()}:bench"}
    world.nassim("report", world.results(surrogates={"nb201/cifar10": table}), *FAST)


@attack
def results_name_a_function_that_kills(world: World) -> None:
    """os:abort ends the process that calls it."""
    out = world.results(surrogates={"nb201/cifar10": {"name": "os:abort"}})
    if world.process("report", out, *FAST) < 0:
        world.mark.touch()


@attack
def results_name_a_judge(world: World) -> None:
    """Whose errors are reported is looked up as well."""
    table = {"name": "nb201/cifar10", "judge": f"{world.trap()}:bench"}
    out = world.results(surrogates={"nb201/cifar10": table})
    world.nassim("report", out, *FAST)
    world.nassim("reproduce", out, "--jobs", "1")


@attack
def results_name_a_wrapper(world: World) -> None:
    """A wrapper in a file, around a benchmark or for a strategy alone, or one that takes its judge from a file."""
    evil = f"{world.trap()}:bench"
    wraps = [[{"name": evil}], [{"name": "./evil.py:Evil"}], [{"name": "reported_on", "judge": evil}]]
    for number, wrap in enumerate(wraps):
        tables = {"nb201/cifar10": {"name": "nb201/cifar10", "wrap": wrap}}
        searches = {"random_search": wrap, "regularized_evolution[population=2,sample=2]": []}
        strategies = [
            {"label": label, "name": "random_search", "settings": {}, "wrap": own} for label, own in searches.items()
        ]
        for name, change in (("tables", {"surrogates": tables}), ("strategies", {"strategies": strategies})):
            out = world.results(**change).rename(world.folder / f"{name}-{number}")
            for command in (("report", *FAST), ("reproduce", "--jobs", "1"), ("validate",)):
                world.nassim(*command, out)


@attack
def results_name_a_strategy(world: World) -> None:
    """A strategy in a file, to be run again or validated."""
    world.trap()
    strategies = [{"label": "random_search", "name": "./evil.py:Evil", "settings": {}}]
    strategies += [{"label": "regularized_evolution[population=2,sample=2]", "name": "evil.py:Evil", "settings": {}}]
    out = world.results(strategies=strategies)
    for command in (("report", *FAST), ("reproduce", "--jobs", "1"), ("validate",)):
        world.nassim(*command, out)


@attack
def results_name_a_benchmark_to_reproduce(world: World) -> None:
    """A benchmark in a file, to be run again, drawn or trained for real."""
    out = world.results(surrogates={"nb201/cifar10": {"name": f"{world.trap()}:bench"}})
    world.nassim("reproduce", out, "--jobs", "1")
    world.nassim("validate", out)
    world.nassim("report", out, "--figure", "cells", "--format", "svg", "--jobs", "1")


@attack
def results_name_an_installed_module(world: World) -> None:
    """A module that is installed runs by being imported, whatever is looked for in it."""
    world.trap("site/evil_installed.py")
    out = world.results(surrogates={"nb201/cifar10": {"name": "evil_installed:bench"}})
    for command in (("report", *FAST), ("reproduce", "--jobs", "1")):
        world.nassim(*command, out)


@attack
def results_name_a_saved_surrogate(world: World) -> None:
    """The card of a surrogate of data that is not there names its space, and results point at it."""
    model = world.surrogate(f"{world.trap()}:Space")
    out = world.results(surrogates={"nb201/cifar10": {"name": "not/there", "model": str(model)}})
    for command in (("report", *FAST), ("reproduce", "--jobs", "1"), ("validate",)):
        world.nassim(*command, out)


@attack
def results_name_a_protocol(world: World) -> None:
    """A protocol is a module of nassim's."""
    world.trap("evil.py")
    world.nassim("reproduce", world.results(protocol="../../evil"), "--jobs", "1")


@attack
def results_with_a_template_in_a_text(world: World) -> None:
    """Texts go into a page that is made of a template."""
    world.trap("site/evil_installed.py")
    text = "{{ cycler.__init__.__globals__.os.popen('touch it-has-run').read() }}{% import 'evil_installed' %}"
    world.nassim("report", world.results(question=text), "--jobs", "1")


@attack
def results_with_a_pickle_in_a_trace(world: World) -> None:
    """Arrow once unpickled types of extensions from a file's description of itself."""
    out = world.results()
    path = next(out.rglob("*.parquet"))
    table = pq.read_table(path)
    field = table.schema.field(0).with_metadata(
        {
            b"ARROW:extension:name": b"arrow.py_extension_type",
            b"ARROW:extension:metadata": pickle.dumps(Payload(world.mark)),
        }
    )
    pq.write_table(table.cast(pa.schema([field, *list(table.schema)[1:]], table.schema.metadata)), path)
    world.nassim("report", out, *FAST)
