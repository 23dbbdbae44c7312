"""How long an archive of NATS-Bench in full size takes to import and to load, and how much memory.

    python perf/importing.py FIXTURE [--records N] [--folder FOLDER]

FIXTURE is a folder with meta.pickle.pbz2 and 000011.pickle.pbz2 of NATS-tss-v1_0-3ffb9-simple. All 15,625 records are
made of the latter, with other accuracies. Limits: import 10 minutes and 2 GB, then loading 2 s.
"""

from __future__ import annotations

import argparse
import bz2
import pickle
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nassim import catalog
from nassim.benchmarks.samples import Samples
from nassim.benchmarks.table import TableBenchmark
from nassim.family import write_family
from nassim.importers._pickles import unpickle
from nassim.importers.nats_bench import file_of, read_some
from nassim.processes import cores, results

TEMPLATE = "000011.pickle.pbz2"
PART = 125
END = 5.0  # seconds in which idle workers end


def make(fixture: Path, folder: Path, records: int) -> None:
    """Write an archive of so many records, those of earlier calls kept."""
    shutil.copy(fixture / "meta.pickle.pbz2", folder)
    parts = [(fixture, folder, range(start, min(start + PART, records))) for start in range(0, records, PART)]
    for _ in results(make_part, parts, cores()):
        pass


def make_part(fixture: Path, folder: Path, numbers: range) -> None:
    """Write some records."""
    space = catalog.space("nb201")
    texts = [space.show(arch) for arch in space.from_official(np.array(numbers))]  # type: ignore[attr-defined]
    template = unpickle(bz2.decompress((fixture / TEMPLATE).read_bytes()), TEMPLATE)
    for number, text in zip(numbers, texts, strict=True):
        path = file_of(folder, number)
        if not path.exists():
            path.write_bytes(bz2.compress(pickle.dumps(record(template, number, text))))


def record(template: dict[str, Any], number: int, text: str) -> dict[str, Any]:
    """Return the template as the record of another architecture, with other accuracies."""
    generator = np.random.default_rng(number)
    made = {}
    for schedule, entry in template.items():
        changed = {}
        for key, result in entry["all_results"].items():
            moved = [accuracy - round(generator.random() * 2500) / 250 for accuracy in result["eval_acc1es"].values()]
            accuracies = dict(zip(result["eval_acc1es"], np.clip(moved, 0, 100).tolist(), strict=True))
            changed[key] = result | {"eval_acc1es": accuracies}
        made[schedule] = entry | {"arch_index": number, "arch_str": text, "all_results": changed}
    return made


def processor() -> float:
    """Return the processor seconds of this process and of all its workers, which end when they have no more to do."""
    time.sleep(END)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak() -> Iterator[float]:
    """Yield the largest memory in GB of this process and of the largest of its workers."""
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        yield resource.getrusage(who).ru_maxrss / 2**20


def main() -> None:
    """Make, import, load, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fixture", type=Path)
    parser.add_argument("--records", type=int, default=15625)
    parser.add_argument("--folder", type=Path, help="where the archive is kept; default: made anew, then deleted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, out = options.folder or Path(temporary, "archive"), Path(temporary, "out")
        folder.mkdir(exist_ok=True)
        out.mkdir()
        make(options.fixture, folder, options.records)
        before, begin = processor(), time.perf_counter()
        names = write_family(read_some(folder, list(range(options.records)), lambda _done, _total: None), out)
        seconds = time.perf_counter() - begin
        used = processor() - before
        print(f"imported {options.records} records in {seconds:.0f} s: {used:.0f} s of {cores()} processors")
        print(f"largest memory: {', '.join(f'{size:.2f} GB' for size in peak())} (this process, a worker)")
        size = sum(path.stat().st_size for path in out.rglob("*.parquet"))
        print(f"{size / 2**20:.0f} MB in {len(names)} data sets")
        whole = options.records == catalog.space("nb201").size
        for name in names:
            begin = time.perf_counter()
            _ = TableBenchmark.load(out / name) if whole else Samples.load(out / name)
            print(f"loaded {name} in {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    main()
