"""How much `nassim search` is worth: on trainings that are on record, against as many at random, and as it promised.

    python perf/search.py [--trainings 60] [--seeds 20] [--out perf/search.json]

A search is that of `nassim search`, but its trainings are looked up: of NAS-Bench-201 (200 epochs, three seeds of most
networks; Dong and Yang, ICLR 2020) and of mini201/mnist5k. Chance trains as many different networks, confirms its best
as a search does, and hands in by the same rule. Errors are the tables' report split, of what each hands in. Where a
network has no training left, seeds come again: so what is confirmed is not quite fresh on these tables.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import nassim
from nassim.automl.backend import Backend
from nassim.automl.batch import known_of
from nassim.automl.candidates import Candidates
from nassim.automl.confirmation import Confirmed, confirmed, contenders
from nassim.automl.decisions import Decisions
from nassim.automl.loop import searched
from nassim.automl.request import Request
from nassim.automl.session import Session
from nassim.core.hashing import hash32
from nassim.core.watcher import Watcher
from nassim.training.counting import multiply_adds
from nassim.training.skeleton import Skeleton

TABLES = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120", "mini201/mnist5k")


@dataclass
class Recorded(Session):
    """A search whose trainings are looked up in a table."""

    table: str = ""

    def trained(
        self,
        jobs: list[tuple[int, int]],
        folder: str,  # noqa: ARG002
        *,
        confirming: bool = False,  # noqa: ARG002
    ) -> dict[tuple[int, int], dict[str, object]]:
        """Return the recorded error of each training; which seed that is, the replica and the search decide."""
        bench = nassim.load(self.table)
        networks, replicas = (np.array(column) for column in zip(*jobs, strict=True))
        words = hash32((replicas + 100_003 * self.request.seed).astype(np.uint32))
        error = bench.evaluate(nassim.Query(bench.space.at(networks)), words).error
        return {job: {"valid_error": [one], "test_error": [one]} for job, one in zip(jobs, error.tolist(), strict=True)}


def one_search(table: str, trainings: int, seed: int, candidates: Candidates) -> dict[str, object]:
    """Return what a search and chance hand in, and what rounds promised."""
    bench, request = nassim.load(table), Request("digits", trainings=trainings, seed=seed, jobs=2)
    with tempfile.TemporaryDirectory() as folder:
        session = Recorded(
            request, Backend(request), Path(folder),
            Decisions(Path(folder), print), Watcher(), candidates, np.ones(len(candidates), dtype=np.bool_), 1.0,
            table=table,
        )  # fmt: skip
        rounds, chosen_by = searched(session)
        count = len(set(session.places.tolist()))
        ranked = confirmed(session, contenders(session, chosen_by, known_of(session, chosen_by, seed)))
        own = [one for one in ranked if one.why != "hand-made"]  # the baseline is no finding
        by_chance = at_random(session, count, seed)
    true = bench.truth(candidates.archs)
    gains = [one for one in rounds if one["gain"] is not None]
    return {
        "table": table,
        "seed": seed,
        "networks": count,
        "found": float(true[own[0].place]),
        "random": float(true[by_chance.place]),
        "optimum": float(true.min()),
        "strategies": [one["strategy"] for one in rounds[1:]],
        "promised": [[one["gain"][end] for end in ("low", "mean", "high")] for one in gains],
        "came": [one["came"] for one in gains],
    }


def at_random(session: Recorded, count: int, seed: int) -> Confirmed:
    """Return what chance hands in: of as many networks the lowest errors, confirmed likewise."""
    places = np.random.default_rng(seed).choice(len(session.candidates), size=count, replace=False)
    networks = session.candidates.networks[places].tolist()
    errors = session.trained([(network, 0) for network in networks], "")
    best = sorted(networks, key=lambda network: errors[network, 0]["valid_error"][-1])[: session.request.top]
    listed = [{"network": network, "why": "random"} for network in best]
    return confirmed(session, {"contenders": listed, "seeds": 3})[0]


def summary(found: list[dict[str, object]]) -> dict[str, object]:
    """Return paired comparisons by table and over all, and how often intervals hold what came."""
    from scipy.stats import wilcoxon

    tables: dict[str, object] = {}
    for table in (*TABLES, "all"):
        own = [one for one in found if table in (one["table"], "all")]
        if own:
            apart = np.array([one["random"] - one["found"] for one in own])
            tables[table] = {
                "searches": len(own),
                "found": float(np.mean([one["found"] for one in own])),
                "random": float(np.mean([one["random"] for one in own])),
                "optimum": float(np.mean([one["optimum"] for one in own])),
                "better": int((apart > 0).sum()),
                "worse": int((apart < 0).sum()),
                "p": float(wilcoxon(apart).pvalue) if apart.any() else 1.0,
            }
    low, mean, high = np.array([one for search in found for one in search["promised"]]).T
    came = np.array([one for search in found for one in search["came"]])
    covered = (came >= low - 1e-9) & (came <= high + 1e-9)
    calibration = {
        "rounds": came.size,
        "covered": float(covered.mean()),
        "promised": float(mean.mean()),
        "came": float(came.mean()),
    }
    return {"tables": tables, "calibration": calibration}


def main() -> None:
    """Search on all tables, and write what was found as it grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trainings", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    asked = parser.parse_args()
    found_in = Candidates.of(nassim.load(TABLES[0]).space)
    counted = multiply_adds(found_in.archs, Skeleton()).astype(np.float64)
    candidates = found_in.with_costs({"flops": counted})
    found: list[dict[str, object]] = []
    for seed in range(asked.seeds):
        for table in TABLES:
            found.append(one_search(table, asked.trainings, seed, candidates))
            print(table, seed, found[-1]["found"], found[-1]["random"], found[-1]["strategies"], flush=True)
        about = {"trainings": asked.trainings, **summary(found), "searches": found}
        asked.out.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
