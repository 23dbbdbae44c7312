"""BlockLatency: any benchmark whose networks also have a latency, the sum over their blocks in a table of a device.

wrap = [{name = "block_latency", table = "ofa-lut/note10"}]    # nassim import ofa-lut FOLDER
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Protocol, cast, runtime_checkable

import numpy as np

from nassim import catalog
from nassim.benchmarks.block_table import BlockTable
from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.benchmark import Benchmark, Outcome, Query
from nassim.core.card_facts import Facts
from nassim.core.errors import SettingError
from nassim.core.settings import Positive
from nassim.core.wrapper import Wrapper
from nassim.spaces._blocks import Block


@runtime_checkable
class OfBlocks(Protocol):
    """A space that says of which blocks its networks are made."""

    def blocks(self, archs: Archs, width: float) -> tuple[tuple[Block, ...], Ids]:
        """Return the blocks there are, and which of them each architecture has, (n, most); -1 = none."""


class BlockLatency(Wrapper):
    """One cost more, known without training: the sum of what a table says of each block of a network.

    Args:
        table: The name of a table of blocks, which has been imported, such as "ofa-lut/note10".
        cost: What the cost is called.
        width: By how much the channels of the networks are multiplied.
    """

    def __init__(self, benchmark: Benchmark, *, table: str, cost: str = "latency", width: Positive = 1.2) -> None:
        super().__init__(benchmark)
        if not isinstance(benchmark.space, OfBlocks):
            raise SettingError(f"block_latency: the space {benchmark.space.name} does not say of which blocks it is")
        if cost in benchmark.costs:
            raise SettingError(f"{benchmark.name} has a cost {cost!r} already; give block_latency another 'cost'")
        self._table, self._cost, self._width = BlockTable.load(catalog.block_folder(table)), cost, width
        self.costs = (*benchmark.costs, cost)
        said = f"milliseconds, the sum over blocks in {table} at width {width:g}"
        facts = cast("Facts", {**benchmark.card.facts, "costs": {**benchmark.card.facts.get("costs", {}), cost: said}})
        digest = sha256(f"{benchmark.card.sha256} {self._table.sha256} {cost} {width}".encode()).hexdigest()
        self.card = replace(benchmark.card, facts=facts, sha256=digest)
        self._milliseconds(
            np.zeros((1, len(self.space.genes)), self.space.dtype)
        )  # a table of other blocks is told now

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the benchmark's outcome with the latency as its last cost."""
        outcome = self.benchmark.evaluate(query, training_seed)
        return outcome._replace(costs=np.column_stack([outcome.costs, self._milliseconds(query.archs)]))

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return one of the costs, (n,): the latency in milliseconds, or the benchmark's."""
        return self._milliseconds(archs) if name == self._cost else self.benchmark.cost(name, archs)

    def measure(self, name: str, archs: Archs, training_seed: RandomWords | None = None) -> Floats:
        """Return one of the costs, (n,), as an answer has it: the latency is the same in all."""
        return self._milliseconds(archs) if name == self._cost else self.benchmark.measure(name, archs, training_seed)

    def _milliseconds(self, archs: Archs) -> Floats:
        return self._table.sums(*cast("OfBlocks", self.space).blocks(archs, self._width))
