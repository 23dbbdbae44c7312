"""Does a change of the code move a number? Save digests of arrays at one commit, and compare them at another.

    python perf/same_numbers.py save before.json [--only answers predictions strategies studies] [--study PATTERN]
    python perf/same_numbers.py compare before.json after.json

Saved are: what every shipped benchmark answers, what small surrogates predict, the traces of every strategy on three
benchmarks, and those of studies at few runs. Only what nassim tells its users to import is used, so that the same
script works before and after files move. Provenance is not compared, as it may change. Left out are: `smac`, whose
searches take minutes; studies that take over a minute even at few runs, whose strategies are among those that are
simulated here alone (`early_stopping`, `models_against_tpe`, `sample_efficiency`, `surrogate_vs_table`, `transfer`);
and those that need data that is not shipped, or training (`early_stopping_nb201`, `mnasnet_surrogate`, `live`,
`weight_sharing`). A study of its own has the options of benchmarks that those would have covered.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nassim

STUDIES = Path(__file__).parents[1] / "studies"
RUNS = {  # study -> runs of each strategy
    "rl_evolution_darts": 20,
    "sim_to_real": 20,
    "why_darts_collapses": 2,
}
OPTIONS = """
name = "options"
question = "Which options can a benchmark of a study have?"
runs = 5

[budget]
evaluations = 60

[[benchmark]]
name = "nb201/cifar10"
surrogate = {train = 200, seed = 0}
judge = "table"

[[benchmark]]
name = "nb201/cifar10"
judge = "nb201/cifar100"
validation = "latency"
budget = {evaluations = 50, seconds = 1e6}

[[benchmark]]
name = "mini201/mnist5k"

[[strategy]]
name = "regularized_evolution"
workers = [1, 4]
restart = "scratch"
decision = 60.0

[[strategy]]
name = "asha"
repeats = "free"

[[strategy]]
name = "local_search"
identity = "isomorphism"
signal = "resampled"
"""
LEFT_OUT = ("smac",)  # strategies
ON = ("nb201/cifar10", "mini201/mnist5k", "graph/proteins")  # where strategies are simulated
FITTED = ("nb201/cifar100", "mini201/mnist5k", "fcnet/slice")  # whose surrogates are learned
CHUNK = 1 << 16  # architectures of a truth at once
ASKED = 500  # architectures of an answer

RENAMED = hasattr(nassim, "RelaxedOutcome")  # whether members have the names that they have today
COST, DIAGNOSTICS = ("cost", "diagnostics") if RENAMED else ("known", "notes")

Arrays = Iterator[tuple[str, Any]]  # (name, what becomes an array)


def architectures(bench: Any) -> NDArray[np.integer[Any]]:
    """Return all valid architectures of a benchmark's space, in order, shape (n, genes)."""
    space = bench.space
    every = np.stack(np.unravel_index(np.arange(space.size), space.choices), axis=1).astype(space.dtype)
    return every[space.valid(every)]


def answers() -> Arrays:
    """Yield what every benchmark answers: the truth of all, a sample of queries, with their luck and without."""
    for name in nassim.names("benchmarks"):
        bench: Any = nassim.load(name)
        archs, drawn = architectures(bench), np.random.default_rng(0)
        yield f"{name}/truth", np.concatenate([bench.truth(archs[i : i + CHUNK]) for i in range(0, len(archs), CHUNK)])
        asked = archs[drawn.integers(len(archs), size=ASKED)]
        training_seed = drawn.integers(2**32, size=ASKED, dtype=np.uint32)
        yield f"{name}/optimum", bench.optimum
        for kind, of in (("", bench), ("/per_network", bench.per_network()), ("/trouble", trouble(bench))):
            yield from answered(f"{name}{kind}", of, asked, training_seed)
        known = [cost for cost in bench.costs if cost not in bench.card.measured]
        yield from ((f"{name}/known/{cost}", getattr(bench, COST)(cost, asked)) for cost in known)
        yield from relaxed(name, bench, training_seed)


def trouble(bench: Any) -> Any:
    """Return a benchmark on a cluster where things go wrong."""
    return nassim.Trouble(bench, failed=0.1, lost=0.05, delayed=0.1)


def answered(name: str, bench: Any, asked: Any, training_seed: Any) -> Arrays:
    """Yield what a benchmark answers at each of its fidelities."""
    for epochs in bench.epochs:
        query = nassim.Query(asked, np.full(len(asked), epochs))
        for how, words in (("mean", None), ("luck", training_seed)):
            outcome = bench.evaluate(query, words)
            told = ((number, field) for number, field in enumerate(outcome) if field is not None)
            yield from ((f"{name}/{epochs}/{how}/{number}", field) for number, field in told)


def relaxed(name: str, bench: Any, training_seed: Any) -> Arrays:
    """Yield what a benchmark says of mixtures, if it does."""
    if not hasattr(bench, "relax"):
        return
    space, few = bench.space, 10
    weights = np.random.default_rng(1).random((few, len(space.choices), space.widest))
    weights[:, np.arange(space.widest) >= np.array(space.choices)[:, None]] = 0.0
    mixture = nassim.Mixture(weights / weights.sum(axis=2, keepdims=True), np.full(few, float(bench.epochs[-1])))
    for how, words in (("mean", None), ("luck", training_seed[:few])):
        slope = bench.relax(mixture, words)
        yield from ((f"{name}/relax/{how}/{number}", field) for number, field in enumerate(slope) if field is not None)


def predictions() -> Arrays:
    """Yield what surrogates predict that are learned anew, saved and loaded."""
    for name in FITTED:
        surrogate = nassim.fit(name, train=200, seed=0)
        archs = architectures(surrogate)[:: 1 + surrogate.space.size // 5000]
        training_seed = np.arange(len(archs), dtype=np.uint32)
        yield f"{name}/truth", surrogate.truth(archs)
        yield from answered(name, surrogate, archs, training_seed)
        yield from relaxed(name, surrogate, training_seed)


def strategies() -> Arrays:
    """Yield the traces of every strategy."""
    for name in nassim.names("strategies"):
        for on in ON if name not in LEFT_OUT else ():
            try:
                trace = nassim.simulate(name, on, runs=3, evaluations=40, workers=2, restart="scratch")
            except nassim.NassimError as error:
                yield f"{name}/{on}", np.array(str(error))
            else:
                yield from columns(f"{name}/{on}", trace)


def columns(name: str, trace: Any) -> Arrays:
    """Yield all arrays of a trace."""
    fields = ("runs", "lengths", "archs", "error", "seconds", "truth")
    yield from ((f"{name}/{field}", getattr(trace, field)) for field in fields)
    yield from ((f"{name}/notes/{note}", values) for note, values in sorted(getattr(trace, DIAGNOSTICS).items()))
    yield f"{name}/regret", trace.regret()
    yield f"{name}/disclosed", trace.disclosed()


def studies() -> Arrays:
    """Yield the traces of studies, and what they say they hold."""
    for name, runs in {**RUNS, "options": None}.items():
        with tempfile.TemporaryDirectory() as folder:
            own = Path(folder, "options.toml")
            own.write_text(OPTIONS, encoding="utf-8")
            study = STUDIES / name if runs else own
            results = nassim.run_study(study, out=Path(folder, name), jobs=1, runs=runs)
            for path in sorted(results.rglob("*.parquet")):
                place, numbers = path.parent.relative_to(results), path.stem.partition(".")[0]
                yield from columns(f"{name}/{place}/{numbers}", nassim.Trace.load(path))


PARTS: dict[str, Callable[[], Arrays]] = {
    "answers": answers,
    "predictions": predictions,
    "strategies": strategies,
    "studies": studies,
}


def digest(value: Any) -> str:
    """Return a digest of an array: its type, its shape and its bytes."""
    array = np.ascontiguousarray(value)
    return sha256(f"{array.dtype.str} {array.shape} ".encode() + array.tobytes()).hexdigest()[:16]


def save(file: Path, only: list[str], studied: str) -> None:
    """Write the digests of all arrays of some parts, by name."""
    for name in [name for name in RUNS if not fnmatch(name, studied)]:
        del RUNS[name]
    found: dict[str, str] = {}
    for part in only:
        began, before = time.process_time(), len(found)
        found |= {f"{part}/{name}": digest(value) for name, value in PARTS[part]()}
        print(f"{part}: {len(found) - before:,} arrays, {time.process_time() - began:.0f} CPU seconds", flush=True)
    file.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def compare(before: Path, after: Path) -> bool:
    """Return whether no number moved, and print what did; a part that the later file lacks whole is not compared."""
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (before, after))
    parts = {name.split("/")[0] for name in new}
    old = {name: value for name, value in old.items() if name.split("/")[0] in parts}
    moved = sorted(name for name in old if name in new and old[name] != new[name])
    gone, came = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    for what, names in (("moved", moved), ("gone", gone), ("new", came)):
        print(f"{len(names):,} of {len(old):,} arrays {what}", *names[:20], sep="\n  ")
    return not (moved or gone)


def main() -> None:
    """Save or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    saving = commands.add_parser("save")
    saving.add_argument("file", type=Path)
    saving.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    saving.add_argument("--study", default="*", help="which studies, such as 'rl_*'")
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    given = parser.parse_args()
    if given.command == "save":
        save(given.file, given.only, given.study)
    elif not compare(given.before, given.after):
        sys.exit(1)


if __name__ == "__main__":
    main()
