"""Cache keys: what a piece of work is, as a hash of all that can change it, by which it is found when it is done."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nassim.core.benchmark import Benchmark
from nassim.core.documents import JsonValue
from nassim.core.strategy import StrategyClass, name_of
from nassim.core.tables import Plain
from nassim.data.trace_file import FORMAT
from nassim.engine.provenance import source_digest, source_files, versions

MAKERS = 4  # first digits of a key that are those of the versions and the source


def digest(content: JsonValue) -> str:
    """Return the sha256 of plain data, as hexadecimal digits."""
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def source_of(named: Iterable[str], *kinds: type) -> str:
    """Return the digest of all source that defines these classes and what "module:object" or "file.py:object" name."""
    places = {text.rpartition(":")[0] for text in named} - {""}
    files = (place if place.endswith(".py") else getattr(sys.modules.get(place), "__file__", None) for place in places)
    return source_digest(*sorted({Path(file) for file in files if file} | set(source_files(*kinds))))


def benchmark_key(name: str, benchmark: Benchmark) -> str:
    """Return the key of a benchmark that the catalog has by a name: of its source and its data."""
    return digest([source_of([name], *benchmark.kinds, type(benchmark.space)), benchmark.card.sha256])


@dataclass(frozen=True)
class Work:
    """What decides the numbers of a strategy on a benchmark; hashed once for all units of that work."""

    makers: str  # digest of the versions and the source of all that computes
    decides: Mapping[str, JsonValue]

    @classmethod
    def of(cls, strategy: StrategyClass, benchmark: Benchmark, sources: tuple[str, str], options: Plain) -> Work:
        """Return the work of a strategy on a benchmark, both by their names in the catalog too, with its options."""
        makers = digest([versions(), source_of(sources, strategy, *benchmark.kinds, type(benchmark.space))])
        card = benchmark.card
        decides: dict[str, JsonValue] = {
            "format": FORMAT,
            "makers": makers,
            "strategy": name_of(strategy),
            "benchmark": [benchmark.name, card.sha256, *filter(None, [card.agrees])],
            "options": options,
        }
        return cls(makers, decides)

    def key(self, first: int, last: int) -> str:
        """Return the key of runs `first` to `last`: 64 hexadecimal digits, the first four those of the makers."""
        return (self.makers[:MAKERS] + digest({**self.decides, "runs": [first, last]}))[:64]
