"""Attempts to run code by what a user only lists, shows, reports, reproduces, imports or runs on: one function each.

Each lays its trap in a World and gives the command that should trip over it.
"""

# ruff: noqa: D401 - each says what it tries

from __future__ import annotations

import bz2
import io
import json
import pickle
import py_compile
import shutil
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nassim import catalog
from nassim.core.errors import DataError, NassimError
from nassim.surrogates import storage
from tests.trust.world import CARD, STUDY, World

Attack = Callable[[World], object]
ATTACKS: dict[str, Attack] = {}
SHADOWS = ("numpy", "typing", "json", "joblib", "pyarrow", "typer", "pathlib", "multiprocessing", "sitecustomize")
FAST = ("--figure", "regret", "--format", "svg", "--jobs", "1")  # of a report: one figure of one benchmark
CONSOLE = ("-P", "-c", "import sys; from nassim.__main__ import main; main(sys.argv[1:])")  # as `nassim` starts


class Payload:
    """What unpickling it calls leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def attack(function: Attack) -> Attack:
    """Add an attempt."""
    ATTACKS[function.__name__] = function
    return function


# --- results ---


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


# --- data ---


def looked_at(world: World, data: Path) -> None:
    """Give every command that looks at data."""
    for command in (("list", "benchmarks"), ("show", "foreign/data"), ("verify-data",), ("fit", "foreign/data")):
        world.nassim(*command)
    world.nassim("run", world.study(STUDY.replace("nb201/cifar10", "foreign/data")), "--jobs", "1")
    assert data.is_dir()


@attack
def a_card_names_a_file(world: World) -> None:
    """The space on a data card, by an absolute path."""
    looked_at(world, world.data(space=f"{world.trap()}:Space"))


@attack
def a_card_names_a_file_beside_it(world: World) -> None:
    """The space on a data card, by a path relative to where one stands or to the card."""
    world.trap("evil.py")
    world.trap("data/foreign-evil.py")
    looked_at(world, world.data(space="./evil.py:Space"))
    shutil.rmtree(world.folder / "data/foreign")
    looked_at(world, world.data(space="../foreign-evil.py:Space"))


@attack
def a_card_names_a_module(world: World) -> None:
    """The space on a data card, in a module that is installed."""
    world.trap("site/evil_installed.py")
    looked_at(world, world.data(space="evil_installed:Space"))


@attack
def a_card_names_code_for_one_data_set(world: World) -> None:
    """A table [datasets.data] may say another space than the card."""
    looked_at(world, world.data(datasets={"data": {"space": f"{world.trap()}:Space"}}))


@attack
def a_card_beside_results_to_import(world: World) -> None:
    """One's own results come with a card as well."""
    world.trap("layers.py")
    (world.folder / "mine.csv").write_text("arch,valid_error\n0,1\n", encoding="utf-8")
    card = "\n".join(f"{key} = {json.dumps(value)}" for key, value in (CARD | {"space": "./layers.py:Space"}).items())
    (world.folder / "mine.toml").write_text(card, encoding="utf-8")
    world.nassim("import", "csv", world.folder / "mine.csv", "--out", world.folder / "out")


@attack
def data_bring_their_own_trust(world: World) -> None:
    """A list of trusted files that lies where data lies, or where one stands, counts for nothing."""
    trap = world.trap("data/layers.py")
    text = json.dumps({str(trap): sha256(trap.read_bytes()).hexdigest()})
    looked_at(world, world.data(space=f"{trap}:Space"))
    for place in ("trusted.json", "data/trusted.json", "data/foreign/trusted.json", ".config/nassim/trusted.json"):
        (world.folder / place).parent.mkdir(parents=True, exist_ok=True)
        (world.folder / place).write_text(text, encoding="utf-8")
    looked_at(world, world.folder / "data")


@attack
def a_trusted_file_that_has_changed(world: World) -> None:
    """What was read and trusted is not what lies there now."""
    harmless = world.folder / "layers.py"
    harmless.write_text("from nassim.spaces.nb201 import NB201\nclass Space(NB201): name = 'mine'\n", encoding="utf-8")
    assert world.nassim("trust", harmless) == 0
    looked_at(world, world.data(space=f"{world.trap('layers.py')}:Space"))


@attack
def a_trusted_file_with_other_compiled_code(world: World) -> None:
    """Python runs what lies in __pycache__ instead of a source file, if it says so."""
    trap = world.trap("layers.py")
    cached = world.folder / "__pycache__" / f"layers.{sys.implementation.cache_tag}.pyc"
    py_compile.compile(str(trap), str(cached), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    trap.write_text("from nassim.spaces.nb201 import NB201\nclass Space(NB201): name = 'mine'\n", encoding="utf-8")
    assert world.nassim("trust", trap) == 0
    looked_at(world, world.data(space=f"{trap}:Space"))


@attack
def a_surrogate_card_names_its_space(world: World) -> None:
    """The card of a surrogate that a study uses, of data that is not there."""
    world.surrogate(f"{world.trap()}:Space")
    text = STUDY.replace('benchmarks = ["nb201/cifar10"]', 'benchmark = [{name = "not/there", model = "../model"}]')
    world.nassim("run", world.study(text))


@attack
def a_surrogate_with_pickled_architectures(world: World) -> None:
    """Numpy's files may hold objects."""
    buffer = io.BytesIO()
    np.save(buffer, np.array([Payload(world.mark)], dtype=object), allow_pickle=True)
    about = {"encoding": "graph", "epochs": [200], "members": 0, "features": [], "scale": {}}
    with suppress(ValueError, TypeError, AttributeError):
        storage._model("error", about, catalog.space("nb201"), {"error/archs.npy": buffer.getvalue()})


@attack
def data_with_a_pickle_in_a_table(world: World) -> None:
    """Arrow's extension types in a benchmark's own tables."""
    data = world.data()
    path = data / "foreign/data/trainings.parquet"
    table = pq.read_table(path)
    described = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": pickle.dumps(Payload(world.mark)),
    }
    pq.write_table(
        table.cast(pa.schema([table.schema.field(0).with_metadata(described), *list(table.schema)[1:]])), path
    )
    looked_at(world, data)


@attack
def a_judge_that_is_code(world: World) -> None:
    """Whom a study's file lets judge is a benchmark's name."""
    text = STUDY.replace(
        'benchmarks = ["nb201/cifar10"]', f'benchmark = [{{name = "nb201/cifar10", judge = "{world.trap()}:bench"}}]'
    )
    world.nassim("run", world.study(text))


# --- files beside a study that is only read ---


@attack
def a_study_that_is_only_read(world: World) -> None:
    """`check --read` judges what is there, and needs no code of the study for it."""
    world.trap("study/evil.py")
    text = STUDY.replace("random_search", "./evil.py:Evil").replace("nb201/cifar10", "./evil.py:bench")
    study = world.study(text)
    study.with_name("claims.toml").write_text("", encoding="utf-8")
    world.nassim("check", study, "--read", "--out", world.results())


@attack
def a_lock_names_code(world: World) -> None:
    """A lock names strategies and benchmarks."""
    name = f"{world.trap()}:Evil"
    cell = {"key": "0", "content": "0", "n": 1, "failed": 0, "error": 1.0, "deviation": 1.0}
    lock = {"format": 1, "study": name, "hash": name, "seed": 0, "versions": {"nassim": name}, "machine": name}
    lock |= {"data": {name: name}, "cells": {name: {name: cell}}}
    world.study().with_name("lock.json").write_text(json.dumps(lock), encoding="utf-8")
    world.nassim("check", world.folder / "study", "--read", "--out", world.results())


@attack
def claims_name_code(world: World) -> None:
    """Claims name strategies and benchmarks."""
    name = f"{world.trap()}:Evil"
    claim = f'[[claim]]\ntext = "x"\nstrategy = "{name}"\nbenchmark = "{name}"\nvalue = 0\ntolerance = 1\n'
    world.study().with_name("claims.toml").write_text(claim, encoding="utf-8")
    world.nassim("check", world.folder / "study", "--read", "--out", world.results())


# --- arguments of commands ---


@attack
def show_a_file(world: World) -> None:
    """A benchmark in a file is imported by --allow-code alone."""
    name = f"{world.trap()}:bench"
    for command in (("show", name), ("show", name, "0"), ("show", name, "--explain"), ("fit", name)):
        world.nassim(*command)


@attack
def show_calls_what_it_finds(world: World) -> None:
    """os:system is no benchmark, and neither is what it returns; also with --allow-code it is not called."""
    for name in ("os:abort", "os:_exit", "os:system", "builtins:breakpoint"):
        if world.process("show", name, "--allow-code") != 2:
            world.mark.touch()


@attack
def names_that_are_paths(world: World) -> None:
    """Names of formats, protocols, figures and studies are looked up, not imported."""
    world.trap("evil.py")
    world.nassim("import", "../../evil", world.folder)
    world.nassim("import", "_pickles", world.folder)
    world.nassim("report", world.results(), "--figure", "../../../evil")
    world.nassim("run", world.study(f'protocol = "../../evil"\n{STUDY}'))


# --- the folder where one stands ---


def shadowed(world: World) -> None:
    """Write modules with names of others into the current folder."""
    for name in SHADOWS:
        world.trap(f"{name}.py")


@attack
def modules_in_the_current_folder(world: World) -> None:
    """A numpy.py where one stands is not numpy: of `nassim` and its workers."""
    shadowed(world)
    world.study()
    assert world.process("lock", "study", "--jobs", "2", "--runs", "501", start=CONSOLE) == 0, world.said


@attack
def modules_in_the_current_folder_of_python_m(world: World) -> None:
    """Nor is it of `python -m nassim`, which Python starts with that folder first."""
    shadowed(world)
    world.study()
    assert world.process("lock", "study", "--jobs", "2", "--runs", "501") == 0, world.said


@attack
def packages_in_the_current_folder(world: World) -> None:
    """What an installed package registers as a strategy does not count where it is not installed."""
    world.trap("evil.py")
    about = world.folder / "evil-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n", encoding="utf-8")
    groups = "[nassim.strategies]\nevil = evil:Evil\n[nassim.spaces]\nevil = evil:Space\n"
    (about / "entry_points.txt").write_text(groups, encoding="utf-8")
    world.study(STUDY.replace("random_search", "evil").replace("nb201", "none"))
    for start in (("-m", "nassim"), CONSOLE):
        world.process("list", "strategies", start=start)
        world.process("run", "study", start=start)


@attack
def settings_of_matplotlib_in_the_current_folder(world: World) -> None:
    """Matplotlib reads a matplotlibrc where one stands; it may name a module that draws."""
    world.trap("evil.py")
    text = "backend: module://evil\naxes.prop_cycle: cycler(color=[__import__('evil')])\n"
    (world.folder / "matplotlibrc").write_text(text, encoding="utf-8")
    world.process("report", world.results(), *FAST, start=CONSOLE)


# --- files of others to import ---


@attack
def a_pickle_of_nats_bench(world: World) -> None:
    """An archive of NATS-Bench is a folder of compressed pickles."""
    folder = world.folder / "NATS-tss-v1_0-3ffb9-simple"
    folder.mkdir()
    for name in ("meta", "000000"):
        content = pickle.dumps({"meta_archs": Payload(world.mark), "arch2infos": Payload(world.mark)})
        (folder / f"{name}.pickle.pbz2").write_bytes(bz2.compress(content))
    world.nassim("import", "nats-bench", folder, "--out", world.folder / "out")


@attack
def pickles_of_other_benchmarks(world: World) -> None:
    """The other formats that are pickles."""
    path = world.folder / "HW-NAS-Bench-v1_0.pickle"
    for protocol in range(5):
        path.write_bytes(pickle.dumps({"nasbench201": Payload(world.mark)}, protocol))
        world.nassim("import", "hw-nas-bench", path, "--out", world.folder / "out")
        world.nassim("import", "analog-nas-bench", path, "--out", world.folder / "out")
        with zipfile.ZipFile(world.folder / "NAS-Bench-201-v1_1-096897.pth", "w") as archive:
            archive.writestr("archive/data.pkl", path.read_bytes())
        for file in (world.folder / "NAS-Bench-201-v1_1-096897.pth", path):
            world.nassim("import", "nas-bench-201", file, "--out", world.folder / "out")


@attack
def pickles_among_images(world: World) -> None:
    """The official folder of CIFAR-10 holds pickles, an .npz file may."""
    pytest.importorskip("torch")
    from nassim.training import data

    folder = world.folder / "images"
    folder.mkdir()
    for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
        (folder / name).write_bytes(pickle.dumps({"data": Payload(world.mark), "labels": [0]}))
    np.savez(world.folder / "x.npz", x=np.array([Payload(world.mark)], dtype=object), y=np.zeros(1, dtype=np.int64))
    for source in (folder, world.folder / "x.npz"):
        with pytest.raises(DataError):
            data.load(source)


@attack
def a_pickle_of_weights(world: World) -> None:
    """Torch's files of weights are pickles."""
    pytest.importorskip("torch")
    from nassim.training import export
    from nassim.training.skeleton import Skeleton

    cell = "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|"
    about = {"space": f"{world.trap()}:Space", "cell": cell, "skeleton": asdict(Skeleton())}
    (world.folder / "weights.pt").write_bytes(pickle.dumps(Payload(world.mark), 2))
    for space in (about["space"], "nb201"):
        (world.folder / "cell.json").write_text(json.dumps(about | {"space": space}), encoding="utf-8")
        with suppress(NassimError):
            export.read(world.folder)
