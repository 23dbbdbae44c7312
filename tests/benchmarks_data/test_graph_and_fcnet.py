"""The shipped tables of NAS-Bench-Graph and FC-Net: what the cards say, what was published, what build.py makes."""

from __future__ import annotations

import pickle
from hashlib import sha256

import numpy as np
import pytest

from nassim import catalog, load
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.core.random_streams import Streams
from nassim.data.writing import content
from nassim.importers._packages import read_card
from nassim.importers._pickles import unpickle
from tests.benchmarks_data.builds import ROOT, build_of, source, table

GRAPH = ("cora", "citeseer", "pubmed", "cs", "physics", "photo", "computers", "arxiv", "proteins")
FCNET = ("naval", "parkinsons", "protein", "slice")
FAMILIES = [*(("graph", name) for name in GRAPH), *(("fcnet", name) for name in FCNET)]
ROWS = np.arange(300)


def some(space):
    """Return some architectures of a space."""
    return space.sample(ROWS, Streams(0, "shipped", ROWS))


@pytest.mark.parametrize(("family", "name"), FAMILIES)
def test_files_are_those_on_the_card(family, name):
    """Neither bytes nor content of any table differ from the sha256 on the card."""
    card = read_card(ROOT / family)
    for file in ("trainings", "architectures"):
        path = f"{name}/{file}.parquet"
        assert sha256((ROOT / family / path).read_bytes()).hexdigest() == card["files"][path]["sha256"]
        assert content(table(family, name, file)) == card["files"][path]["content"]


def test_all_data_sets_are_there():
    """Nine of NAS-Bench-Graph and four of FC-Net, all found by name."""
    assert {f"{family}/{name}" for family, name in FAMILIES} <= set(catalog.names("benchmarks"))
    assert tuple(read_card(ROOT / "graph")["datasets"]) == GRAPH
    assert tuple(read_card(ROOT / "fcnet")["datasets"]) == FCNET


@pytest.mark.parametrize(("family", "name"), [("graph", "cora"), ("graph", "proteins"), ("fcnet", "naval")])
def test_building_again_gives_the_same_content(family, name):
    """The installed package still gives the tables on the card."""
    build = build_of(family)
    files = read_card(ROOT / family)["files"]
    made = build.tables(source(family, name), load(f"{family}/{name}").space)
    for file, built in made._asdict().items():
        assert content(built) == files[f"{name}/{file}.parquet"]["content"]


@pytest.mark.parametrize(("name", "networks"), [("cora", 26_206), ("proteins", 2_021)])
def test_architectures_answer_with_what_the_authors_api_says(name, networks):
    """The published function finds the key of any architecture; its entry is the answer, to the last digit."""
    authors = pytest.importorskip("nas_bench_graph.architecture")
    entries = unpickle(source("graph", name), name)
    bench = load(f"graph/{name}")
    assert len(entries) == networks
    archs = some(bench.space)
    outcome, truth = bench.evaluate(Query(archs)), bench.truth(archs)
    for row, arch in enumerate(archs):
        links, names = eval(bench.space.show(arch).removeprefix("Arch"))
        entry = entries.get(authors.Arch(links, names).valid_hash())
        if entry is None:
            assert set(names) == {"skip"}
            assert np.isnan(outcome.error[row])
        else:
            assert outcome.error[row] == 100 - 100 * entry["valid_perf"]
            assert truth[row] == 100 - 100 * entry["perf"]
            assert outcome.costs[row].tolist() == [round(entry["para"] * 1e6), entry["latency"]]


def test_the_network_that_was_not_trained_is_the_worst():
    """Four skip connections: failed on the search split, and as bad as the worst on the report split."""
    bench = load("graph/cora")
    skips = bench.space.parse("Arch([0, 1, 2, 3], ['skip', 'skip', 'skip', 'skip'])")[None]
    every = bench.truth(bench.space.at(np.arange(bench.space.size)))
    assert np.isnan(bench.evaluate(Query(skips)).error[0])
    assert bench.truth(skips)[0] == every.max()


@pytest.mark.parametrize("name", ["naval", "slice"])
def test_settings_answer_with_what_the_package_says(name):
    """Each of four seeds of a setting, and their mean, as in the package's file."""
    settings = pickle.loads(source("fcnet", name))
    bench = load(f"fcnet/{name}")
    archs = some(bench.space)[:40]
    for arch in archs:
        entry = settings["".join(map(str, arch.tolist()))]
        query = Query(np.repeat(arch[None], 64, axis=0))
        seen = bench.evaluate(query, Streams(0, "seeds", range(64)).random_words(np.arange(64), 1)[:, 0])
        assert set(seen.error.tolist()) == set(entry["val_loss"])
        assert set(seen.seconds.tolist()) == set(entry["train_time"])
        assert bench.truth(arch[None])[0] == pytest.approx(np.mean(entry["val_loss"]), rel=1e-12)
        assert seen.costs[0, 0] == entry["model_size"][0]


def test_seeds_of_fcnet_disagree_most_where_trainings_diverge():
    """Some settings diverge for some seeds, as the card says: errors reach from below 1 to above 10,000."""
    for name in FCNET:
        error = table("fcnet", name, "trainings")["valid_error"].to_numpy()
        assert error.min() < 1
        assert (error.max() > 10_000) == (name != "protein")


def test_a_source_that_lacks_networks_is_refused():
    """Fewer networks or settings than there are is an error, and so is a pickle that names code."""
    space = load("graph/proteins").space
    with pytest.raises(DataError, match="expected all networks but one, got 0 of 2022"):
        build_of("graph").tables(pickle.dumps({}), space)
    with pytest.raises(DataError, match="expected one entry for each of the 62208 settings, got 0"):
        build_of("fcnet").tables(pickle.dumps({}), load("fcnet/naval").space)
    for family in ("graph", "fcnet", "nb201"):
        with pytest.raises(DataError, match=r"no pickle of plain values \(it names builtins\.print"):
            build_of(family).tables(pickle.dumps(print), space)
