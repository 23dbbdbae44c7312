"""The table of collected trainings: a benchmark like any other, or a part of one to learn from."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

pytest.importorskip("torch")

from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.table import TableBenchmark
from nassim.core.benchmark import Query
from nassim.spaces.nb201 import NB201
from nassim.training.collect import schedule
from nassim.training.counting import multiply_adds, parameters
from nassim.training.skeleton import Skeleton
from nassim.training.table import COSTS, build

SPACE = NB201()
SKELETON = {"channels": 8, "cells": 1, "inputs": 1, "size": 12, "classes": 10}
PLAN = {"space": "nb201", "images_sha256": "abc", "recipe": {"epochs": 2, "batch": 50}, "skeleton": SKELETON}
EXTRA = [name for name in COSTS if name not in {"params", "flops"}]


def trained(networks: int | None, repeated: int = 0):
    """Return made-up records of trainings."""
    jobs = schedule(SPACE, networks, 1, repeated, 3)
    generator = np.random.default_rng(0)
    curves = ("train_loss", "train_error", "valid_error", "test_error", "valid_seconds")
    return [
        {
            "network": network,
            "replica": replica,
            "seconds": [0.5, 1.0],
            **{name: generator.uniform(5, 90, 2).tolist() for name in curves},
        }
        for network, replica in jobs
    ]


def measured(records):
    """Return made-up measures of the same networks."""
    networks = dict.fromkeys(record["network"] for record in records)
    return [{"network": network, "replica": 0, **dict.fromkeys(EXTRA, network + 0.5)} for network in networks]


def test_a_whole_space_is_a_benchmark(tmp_path: Path) -> None:
    """Every architecture answers with its network's trainings, and with its own parameters."""
    records = trained(None, 20)
    build(tmp_path / "mine" / "tiny", PLAN, records, measured(records), {"title": "Mine", "licence": "MIT"})
    bench = TableBenchmark.load(tmp_path / "mine" / "tiny")
    assert (bench.name, bench.epochs, bench.costs) == ("mine/tiny", (1, 2), tuple(COSTS))
    assert (bench.card.title, bench.card.licence) == ("Mine, tiny", "MIT")
    archs = SPACE.at(np.arange(0, SPACE.size, 777))
    answer = bench.evaluate(Query(archs))
    of = {}
    for record in records:
        of.setdefault(record["network"], []).append(record)
    for row, network in enumerate(SPACE.canonical(archs).tolist()):
        assert answer.error[row] == pytest.approx(np.mean([record["valid_error"][-1] for record in of[network]]))
        assert bench.truth(archs)[row] == pytest.approx(np.mean([record["test_error"][-1] for record in of[network]]))
        assert answer.costs[row, 2] == network + 0.5
    skeleton = Skeleton(**SKELETON)
    assert (answer.costs[:, 0] == parameters(archs, skeleton)).all()
    assert (answer.costs[:, 1] == multiply_adds(archs, skeleton)).all()


def test_a_sample_is_there_to_learn_from(tmp_path: Path) -> None:
    """It says that it is no whole space, and holds all architectures of the networks that were trained."""
    records = trained(30)
    build(tmp_path / "mine" / "tiny", PLAN, records)
    samples = PartialTable.load(tmp_path / "mine" / "tiny")
    wanted = np.isin(SPACE.canonical(SPACE.at(np.arange(SPACE.size))), [record["network"] for record in records])
    assert SPACE.index(samples.archs).tolist() == np.flatnonzero(wanted).tolist()
    assert samples.card.facts["complete"] is False
    assert samples.card.facts["counts"]["networks"] == 30


def test_columns_are_those_of_the_data_format(tmp_path: Path) -> None:
    """With their types, and sorted."""
    records = trained(20, 5)
    build(tmp_path / "mine" / "tiny", PLAN, records, measured(records))
    table = pq.read_table(tmp_path / "mine" / "tiny" / "trainings.parquet")
    assert [(field.name, str(field.type)) for field in table.schema] == [
        ("arch", "int32"),
        ("replica", "int8"),
        ("epoch", "int16"),
        ("valid_error", "double"),
        ("test_error", "double"),
        ("train_error", "double"),
        ("seconds", "double"),
    ]
    keys = list(zip(*(table[name].to_pylist() for name in ("arch", "replica", "epoch")), strict=True))
    assert keys == sorted(set(keys))


def test_the_card_says_how_it_was_made_and_keeps_other_data_sets(tmp_path: Path) -> None:
    """Recipe, skeleton and versions of each data set, and digests of all files of the family."""
    records, other = trained(5), PLAN | {"recipe": {"epochs": 2, "batch": 7}}
    build(tmp_path / "mine" / "one", PLAN, records, facts={"source": "first"})
    build(tmp_path / "mine" / "two", other, records)
    card = tomllib.loads((tmp_path / "mine" / "card.toml").read_text())
    for name, plan in (("one", PLAN), ("two", other)):
        assert card["datasets"][name]["recipe"] == plan["recipe"]
        assert card["datasets"][name]["skeleton"] == SKELETON
        assert card["datasets"][name]["made_with"]["torch"]
        assert list(card["datasets"][name]["costs"]) == ["params", "flops"]
        assert PartialTable.load(tmp_path / "mine" / name).card.facts["recipe"] == plan["recipe"]
    assert PartialTable.load(tmp_path / "mine" / "one").card.source == "first"
    assert PartialTable.load(tmp_path / "mine" / "two").card.source == "trained by nassim collect"
    assert sorted(card["files"]) == sorted(
        f"{name}/{file}.parquet" for name in ("one", "two") for file in ("trainings", "architectures")
    )
    one, two = (card["files"][f"{name}/trainings.parquet"] for name in ("one", "two"))
    assert one == two
