"""How long the files of NATS-Bench or NAS-Bench-201 in full size take to import and to load, and how much memory.

    python perf/importing.py FIXTURE [--format nas-bench-201] [--records N] [--folder FOLDER]

FIXTURE is a folder with meta.pickle.pbz2 and 000011.pickle.pbz2 of NATS-tss-v1_0-3ffb9-simple. All 15,625 records are
made of the latter, with other accuracies: an archive of a file each, or the one file of NAS-Bench-201, as torch.save
writes it. Limits: import 10 minutes and 2 GB, then loading 2 s.
"""

from __future__ import annotations

import argparse
import bz2
import io
import pickle
import resource
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from nassim import catalog
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.table import TableBenchmark
from nassim.data.writing import Family, write_family
from nassim.importers import nas_bench_201, nats_bench
from nassim.importers._nats_tables import official_texts
from nassim.importers._pickles import unpickle
from nassim.importers.nats_bench import file_of
from nassim.parallel import cores, results

TEMPLATE = "000011.pickle.pbz2"
PART = 125
END = 5.0  # seconds in which idle workers end
TIMES = 5  # that a data set is loaded
OWN = "@"  # in texts that every record of a .pth has for itself; of the others there is one in the file
BYTE = 256
BATCH = 1000  # items that a pickle puts into a dict at a time
Source = Callable[[Path, Path, int], Callable[[], Family]]


def archive(fixture: Path, folder: Path, records: int) -> Callable[[], Family]:
    """Write an archive of so many records, those of earlier calls kept; return what reads it."""
    shutil.copy(fixture / "meta.pickle.pbz2", folder)
    parts = [(fixture, folder, range(start, min(start + PART, records))) for start in range(0, records, PART)]
    for _ in results(make_part, parts, cores()):
        pass
    return lambda: nats_bench.read_some(folder, list(range(records)), quiet)


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


def one_file(fixture: Path, folder: Path, records: int) -> Callable[[], Family]:
    """Write one file of so many records, unless there is one; return what reads it."""
    path = folder / f"{records}.pth"
    if not path.exists():
        with zipfile.ZipFile(path, "w") as whole, whole.open("archive/data.pkl", "w", force_zip64=True) as file:
            for part in pickled(unpickle(bz2.decompress((fixture / TEMPLATE).read_bytes()), TEMPLATE), records):
                file.write(part)
    return lambda: nas_bench_201.read_some(path, quiet)


def pickled(template: dict[str, Any], records: int) -> Iterator[bytes]:
    """Yield the parts of the pickle that torch.save makes of all records, which would not fit into memory at once."""
    texts, buffer = list(official_texts(catalog.space("nb201"))), io.BytesIO()
    known = {
        text: text for text in map(str, range(BYTE))
    }  # so that places in the memo take four bytes, as in a large file
    template = plain(template, known)
    pickler = pickle.Pickler(buffer, protocol=2)

    def body(value: Any) -> bytes:
        """Return its pickle, without the protocol before and the stop behind it."""
        buffer.seek(0)
        buffer.truncate()
        pickler.dump(value)
        return buffer.getvalue()[2:-1]

    yield b"\x80\x02}(" + body("shared") + body(list(known.values())) + body("arch2infos") + b"}"
    memo = pickler.memo.copy()
    for number in range(records):
        pickler.memo = memo
        made = record(template, number, texts[number])
        begin, end = b"(" * (number % BATCH == 0), b"u" * (number % BATCH == BATCH - 1 or number == records - 1)
        yield begin + body(number) + body({"full": made["200"], "less": made["12"]}) + end
    yield body("meta_archs") + body(texts) + b"u."


def plain(value: Any, known: dict[str, str]) -> Any:
    """Return a copy of plain values with one object for equal texts, but for those that are a record's own."""
    if isinstance(value, str):
        return value if OWN in value else known.setdefault(value, value)
    if isinstance(value, dict):
        return {plain(key, known): plain(inner, known) for key, inner in value.items()}
    return type(value)(plain(inner, known) for inner in value) if isinstance(value, list | tuple) else value


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


def processor() -> float:
    """Return the processor seconds of this process and of all its workers, which end when they have no more to do."""
    time.sleep(END)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak() -> Iterator[float]:
    """Yield the largest memory in GB of this process and of the largest of its workers."""
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        yield resource.getrusage(who).ru_maxrss / 2**20


def seconds_of(work: Callable[[], object]) -> tuple[float, float]:
    """Return how long something takes and how long it keeps the processor, the least of several times each."""
    times = []
    for _ in range(TIMES):
        wall, used = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - wall, time.process_time() - used))
    walls, useds = zip(*times, strict=True)
    return min(walls), min(useds)


SOURCES: dict[str, Source] = {"nats-bench": archive, "nas-bench-201": one_file}


def main() -> None:
    """Make, import, load, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fixture", type=Path)
    parser.add_argument("--format", choices=SOURCES, default="nats-bench")
    parser.add_argument("--records", type=int, default=15625)
    parser.add_argument("--folder", type=Path, help="where the source is kept; default: made anew, then deleted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, out = options.folder or Path(temporary, "source"), Path(temporary, "out")
        folder.mkdir(exist_ok=True)
        out.mkdir()
        read = SOURCES[options.format](options.fixture, folder, options.records)
        before, begin = processor(), time.perf_counter()
        names = write_family(read(), out)
        seconds = time.perf_counter() - begin
        used = processor() - before
        print(f"imported {options.records} records in {seconds:.0f} s: {used:.0f} s of {cores()} processors")
        print(f"largest memory: {', '.join(f'{size:.2f} GB' for size in peak())} (this process, a worker)")
        size = sum(path.stat().st_size for path in out.rglob("*.parquet"))
        print(f"{size / 2**20:.0f} MB in {len(names)} data sets")
        kind = TableBenchmark if options.records == catalog.space("nb201").size else PartialTable
        for name in names:
            wall, used = seconds_of(partial(kind.load, out / name))
            print(f"loaded {name} in {wall:.2f} s, {used:.2f} s of a processor; least of {TIMES} times")


if __name__ == "__main__":
    main()
