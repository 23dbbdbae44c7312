"""What has the members of a benchmark, but does not inherit from it, becomes one."""

from __future__ import annotations

from copy import copy
from typing import Any, Self
from warnings import warn

from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import RENAMED, Benchmark, Card, Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.renamed import adopt
from nassim.core.space import Space
from nassim.old_names import OldNameWarning

NEEDED = ("name", "space", "epochs", "costs", "card", "evaluate", "truth")
POWERS = ("cost", "relax", "training_set", "floor", "unseen", "everything")  # methods that it need not have


def as_benchmark(found: Any) -> Benchmark:
    """Return what was found as a benchmark: with one warning where it only looks like one.

    Raises:
        SettingError: It lacks what a benchmark needs; all that is missing is said.
    """
    for kind in type(found).__mro__:
        adopt(kind, RENAMED)
    missing = [repr(name) for name in NEEDED if not hasattr(found, name)]
    if missing:
        raise SettingError(f"expected a benchmark or its name, got {found!r:.80}, which has no {', '.join(missing)}")
    for name, wanted in (("space", Space), ("card", Card)):
        if not isinstance(value := getattr(found, name), wanted):
            raise SettingError(f"{found!r:.80}: its {name!r} must be a {wanted.__name__}, got {value!r:.80}")
    if isinstance(found, Benchmark):
        return found
    own = type(found).__qualname__
    warn(f"{own} should inherit from a benchmark: class {own}(nassim.Benchmark)", OldNameWarning, stacklevel=3)
    return Adapted(found)


class Adapted(Benchmark):
    """A benchmark that answers by an object which has members of the same names; what it lacks has the defaults."""

    def __init__(self, own: Any) -> None:
        self._own = own
        self.name, self.space, self.card = own.name, own.space, own.card
        self.epochs, self.costs = own.epochs, own.costs
        for power in POWERS:
            if hasattr(own, power):
                setattr(self, power, getattr(own, power))

    def __copy__(self) -> Self:
        """Return a benchmark that answers by a copy of the object."""
        return type(self)(copy(self._own))

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the object's outcome."""
        outcome: Outcome = self._own.evaluate(query, training_seed)
        return outcome

    def truth(self, archs: Archs) -> Floats:
        """Return the object's error on the report split, (n,)."""
        error: Floats = self._own.truth(archs)
        return error

    def per_network(self) -> Benchmark:  # type: ignore[override]  # whatever the object returns
        """Return what the object returns, as a benchmark."""
        return Adapted(self._own.per_network()) if hasattr(self._own, "per_network") else super().per_network()

    @property
    def optimum(self) -> float:
        """The object's lowest truth; nan where it does not say."""
        return float(getattr(self._own, "optimum", super().optimum))

    @property
    def exact(self) -> bool:
        """Whether the object says that it is exact."""
        return bool(getattr(self._own, "exact", super().exact))

    @property
    def longest(self) -> float:
        """Seconds that no evaluation takes longer than, if the object says so."""
        return float(getattr(self._own, "longest", super().longest))

    @property
    def relaxable(self) -> bool:
        """Whether the object answers for mixtures."""
        return hasattr(self._own, "relax")

    @property
    def kinds(self) -> tuple[type, ...]:
        """The class of the object."""
        return (type(self._own),)
