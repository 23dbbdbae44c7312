"""Attempts of data, cards and files that are only read."""

# ruff: noqa: D401 - each says what it tries

from __future__ import annotations

import io
import json
import pickle
import py_compile
import shutil
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nassim import catalog
from nassim.surrogates import storage
from tests.trust.attacks import Payload, attack
from tests.trust.world import CARD, STUDY, World


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
