"""The study of devices: what is exact, against plain loops on made-up latencies, and what is kept of the real ones."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nassim
from nassim.importers import import_data
from tests.importers.test_hw_nas_bench import PUBLISHED, SPACE, of, official, written
from tests.scripts import script

PLACE = Path(__file__).parents[2] / "studies/devices"


def study(folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return deployed.py, which finds what was imported from a file."""
    monkeypatch.setenv("NASSIM_DATA", str(folder / "data"))
    import_data("hw-nas-bench", source)
    return script(PLACE / "deployed.py")


def test_every_place_is_a_benchmark_of_the_study() -> None:
    """With the limit that the script says, on its own device, and cells that are connected."""
    deployed = script(PLACE / "deployed.py")
    said = tomllib.loads((PLACE / "study.toml").read_text(encoding="utf-8"))["benchmark"]
    assert [place.label for place in deployed.PLACES] == [table["label"] for table in said]
    for place, table in zip(deployed.PLACES, said, strict=True):
        assert (table["name"], table["constraints"]) == (place.benchmark, {place.cost: f"{deployed.SEARCHED} %"})
        assert table["wrap"] == [{"name": "connected_only"}]
    pairs = {kind: len(found) for kind, found in deployed.kinds().items()}
    assert pairs == {"device of six": 30, "runtime": 18, "device": 6, "task": 24}


def test_numbers_are_those_of_plain_loops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On made-up latencies, some of them missing: which cell is best here, what it takes there, and its regret."""
    own, generator = official(), np.random.default_rng(3)
    for metric, first in {name: values[0] for name, values in of(own).items() if name != "config"}.items():
        of(own)[metric] = [first, *generator.uniform(1, 50, SPACE.size - 1).tolist()]
    of(own)["raspi4_latency"][5:9000:7] = [-1] * len(range(5, 9000, 7))
    deployed = study(tmp_path, written(tmp_path, own), monkeypatch)
    pairs = deployed.kinds()["device of six"]
    found = deployed.exact(pairs, 10)
    bench = nassim.load("hw-nas-bench/cifar10")
    archs = SPACE.at(np.setdiff1d(np.arange(SPACE.size), SPACE.index(SPACE.unconnected)))
    error = bench.truth(archs)
    taken = {place.device: bench.cost(place.cost, archs) for place in deployed.PLACES[:6]}
    limits = {device: float(np.nanquantile(own, 0.1)) for device, own in taken.items()}
    ratios, regrets = [], []
    for here, there in pairs:
        kept = [cell for cell in range(len(archs)) if taken[here.device][cell] <= limits[here.device]]
        best = min(kept, key=lambda cell: (error[cell], taken[here.device][cell]))
        ratios.append(np.nan_to_num(taken[there.device][best], nan=np.inf) / limits[there.device])
        regrets.append(error[best] - min(error[taken[there.device] <= limits[there.device]]))
    missed = np.array(ratios) > 1
    assert found["missed"] == missed.mean() > 0
    assert found["times the limit, at most"] == max(ratios)
    assert found["regret of the kept"] == pytest.approx(np.array(regrets)[~missed].mean())
    assert found["front timed again, regret"] >= 0


def test_a_front_timed_again_is_that_of_brute_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no other cell dominates here, and of it the lowest error that keeps the limit there."""
    deployed = study(tmp_path, written(tmp_path, official()), monkeypatch)
    here, there = deployed.PLACES[:2]
    error, own = deployed.truth(here.benchmark), deployed.latency(here)
    front = [
        cell
        for cell in range(len(error))
        if not ((error <= error[cell]) & (own <= own[cell]) & ((error < error[cell]) | (own < own[cell]))).any()
    ]
    kept = [cell for cell in front if deployed.latency(there)[cell] <= deployed.limit(there, 30)]
    assert kept
    wanted = min(error[cell] for cell in kept) - deployed.best(there, 30)
    assert deployed.retimed(here, there, 30) == pytest.approx(wanted)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/hw-nas-bench")
def test_what_is_kept_is_what_the_published_latencies_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best cell for one device misses the limit of another in 63 % of the pairs, by up to 2.6 times."""
    deployed = study(tmp_path, PUBLISHED, monkeypatch)
    found = deployed.exact(deployed.kinds()["device of six"], 10)
    kept = json.loads((PLACE / "numbers/deployed.json").read_text(encoding="utf-8"))
    assert found == pytest.approx(kept["device of six, 10 %"])
    assert found["missed"] == pytest.approx(19 / 30)
    assert found["times the limit, at most"] == pytest.approx(2.6, abs=0.01)
