"""Makes the files beside it; run with an earlier version of nassim, in an empty folder with `study/`."""

import contextlib
import json
import os
from pathlib import Path

import numpy as np
import xgboost

os.environ["NASSIM_DATA"] = str(Path("data").absolute())
train = xgboost.train
xgboost.train = lambda parameters, data, rounds: train(parameters, data, min(rounds, 4))  # so that files are small

from nassim.benchmark import Query

import nassim
from nassim.__main__ import main
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.importers import import_data

bench = nassim.load("nb201/cifar10")
archs = bench.space.at(np.arange(0, bench.space.size, 130))
answer = bench.evaluate(Query(archs))
columns = zip(archs, answer.error, bench.known("latency", archs), answer.costs, strict=True)
rows = [f'"{bench.space.show(a)}",{e:.3f},{10 * s:.2f},{c[0]:.4f}' for a, e, s, c in columns]
Path("kept.csv").write_text("\n".join(["arch,valid_error,seconds,params", *rows, ""]))
import_data("csv", Path("kept.csv"))
nassim.fit("kept/data", train=40, costs=["params"]).save("surrogate")
with contextlib.suppress(SystemExit):
    main(["lock", "study", "--out", "found", "--jobs", "1"])

some = archs[::10]
answer = SurrogateBenchmark.load("surrogate").evaluate(Query(some))
said = {"error": answer.error, "seconds": answer.seconds, "params": answer.costs[:, 0]}
texts = {"archs": [bench.space.show(arch) for arch in some]} | {name: values.tolist() for name, values in said.items()}
Path("expected.json").write_text(json.dumps(texts, indent=1) + "\n")
