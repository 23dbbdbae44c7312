"""The networks that a search may hand in: one for all isomorphic architectures, and none that has no path."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Ids
from nassim.core.space import Space
from nassim.training.collect import by_hash
from nassim.training.counting import multiply_adds, parameters
from nassim.training.skeleton import Skeleton

COUNTED = ("params", "flops")  # costs that are known of every network


@dataclass(frozen=True, eq=False)
class Candidates:
    """n networks in an order that is random and always the same."""

    space: Space
    networks: Ids  # (n,) their canonical ids
    costs: dict[str, Floats] = field(default_factory=dict)  # name -> (n,)

    @classmethod
    def of(cls, space: Space, skeleton: Skeleton) -> Candidates:
        """Return all distinct networks of a space that can be listed, with what is counted of them."""
        everything = space.at(np.arange(space.size))
        connected = np.setdiff1d(np.unique(space.canonical(everything)), space.canonical(space.unconnected))
        networks = np.array(sorted(connected.tolist(), key=by_hash), dtype=np.int64)
        archs = space.at(networks)
        counted = (parameters(archs, skeleton), multiply_adds(archs, skeleton))
        return cls(space, networks, {name: count.astype(float) for name, count in zip(COUNTED, counted, strict=True)})

    def __len__(self) -> int:
        return len(self.networks)

    @cached_property
    def archs(self) -> Archs:
        """The architecture that stands for each network, (n, genes)."""
        return self.space.at(self.networks)

    @cached_property
    def place(self) -> Ids:
        """Which of them each architecture of the space is, by its id, (size,); -1 = none."""
        order = np.argsort(self.networks)
        canonical = self.space.canonical(self.space.at(np.arange(self.space.size)))
        found = np.searchsorted(self.networks[order], canonical).clip(max=len(self) - 1)
        return np.where(self.networks[order][found] == canonical, order[found], -1)

    def places(self, networks: Ids) -> Ids:
        """Return which of them the networks of some canonical ids are, (m,); -1 = none."""
        return self.place[networks]

    def with_cost(self, name: str, values: Floats) -> Candidates:
        """Return them with one more cost (n,)."""
        return Candidates(self.space, self.networks, self.costs | {name: values})


def stratified(values: Floats, among: Flags, count: int) -> Ids:
    """Return `count` of the places among which (n,) is true, one of each of equally many strata by their values (n,).

    Of a stratum it is the first, which is a random one where places are in random order.
    """
    allowed = np.flatnonzero(among)
    strata = np.array_split(allowed[np.argsort(values[allowed], kind="stable")], min(count, allowed.size) or 1)
    return np.array([stratum.min() for stratum in strata if stratum.size], dtype=np.int64)
