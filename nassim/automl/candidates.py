"""The networks that a search may hand in: one for all isomorphic architectures, and none that has no path."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Ids
from nassim.core.space import Space
from nassim.training.gathering import by_hash


@dataclass(frozen=True, eq=False)
class Candidates:
    """n networks in an order that is random and always the same."""

    space: Space
    networks: Ids  # (n,) their canonical ids
    costs: dict[str, Floats] = field(default_factory=dict)  # name -> (n,)

    @classmethod
    def of(cls, space: Space) -> Candidates:
        """Return all distinct networks of a space that can be listed."""
        everything = space.at(np.arange(space.size))
        everything = everything[space.valid(everything)]
        connected = np.setdiff1d(np.unique(space.canonical(everything)), space.canonical(space.unconnected))
        return cls(space, np.array(sorted(connected.tolist(), key=by_hash), dtype=np.int64))

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

    @property
    def size(self) -> Floats:
        """By what large and small networks are told apart, (n,): multiply-adds, or nothing where none are known."""
        return self.costs.get("flops", np.arange(len(self), dtype=np.float64))

    def with_costs(self, costs: dict[str, Floats]) -> Candidates:
        """Return them with more costs, (n,) each."""
        return Candidates(self.space, self.networks, self.costs | costs)


def stratified(values: Floats, among: Flags, count: int) -> Ids:
    """Return `count` of the places among which (n,) is true, one of each of equally many strata by their values (n,).

    Of a stratum it is the first, which is a random one where places are in random order.
    """
    allowed = np.flatnonzero(among)
    strata = np.array_split(allowed[np.argsort(values[allowed], kind="stable")], min(count, allowed.size) or 1)
    return np.array([stratum.min() for stratum in strata if stratum.size], dtype=np.int64)
