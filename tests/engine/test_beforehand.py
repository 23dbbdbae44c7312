"""Costs asked before training: known ones are free, measured ones are paid for or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.arrays import Archs
from nassim.core.errors import SettingError
from nassim.core.strategy import OneRun
from tests.core.test_cost_noise import EVERY, LATENCY, TOY, bench

REFUSED = r"latency is measured after training, so no search can know it before; known are params \(or say what"
REJECT: dict[str, Any] = {"constraints": {"latency": 3.0}, "handling": "reject"}


@pytest.mark.parametrize(
    ("strategy", "search"),
    [
        ("random_search", REJECT),
        ("regularized_evolution", {"warm_start": "latency"}),
        ("zero_cost_prior", {"cost": "latency"}),
    ],
)
def test_what_is_measured_is_not_free(strategy: str, search: dict[str, Any]) -> None:
    """Asked beforehand it is refused in one line, whatever the question is for."""
    with pytest.raises(SettingError, match=REFUSED) as caught:
        nassim.simulate(strategy, bench(measured=["latency"]), runs=2, evaluations=20, **search)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("where", ["card", "policy"])
def test_rejection_pays_for_what_it_looks_at(where: str) -> None:
    """Every sample that was timed, kept or not, takes its seconds on the clock of its run, and no other's."""
    price = 2.5
    facts = {"timing": {"latency": price}} if where == "card" else {}
    policy = {} if where == "card" else {"timing": price}
    search: dict[str, Any] = {"runs": [0, 4, 9], "evaluations": 12, **REJECT, **policy}
    paid = nassim.simulate("random_search", bench(measured=["latency"], **facts), **search)
    free = nassim.simulate("random_search", bench(), **(search | {"timing": None}))
    np.testing.assert_array_equal(paid.archs, free.archs)
    extra = np.diff(paid.seconds - free.seconds, axis=1, prepend=0) / price
    np.testing.assert_allclose(extra, extra.round(), atol=1e-9)
    assert (extra.round() >= 1).all()  # what is trained was timed too
    share = (LATENCY <= 3.0).mean()
    assert extra.mean() == pytest.approx(1 / share, rel=0.35)
    alone = nassim.simulate("random_search", bench(measured=["latency"], **facts), **(search | {"runs": [4]}))
    np.testing.assert_array_equal(alone.seconds[0], paid.seconds[1])


def test_a_warm_start_pays_for_its_candidates() -> None:
    """Each run for those of its own, before its first training begins, and nobody later."""
    search: dict[str, Any] = {"runs": 5, "evaluations": 6, "population": 3, "sample": 2, "candidates": 7}
    one = bench(noise={"latency": 0.4})
    paid = nassim.simulate("regularized_evolution", one, warm_start="latency", timing=1.5, **search)
    cells = TOY.space.index(paid.archs[:, 0])
    first = one.evaluate(nassim.core.benchmark.Query(EVERY[cells])).seconds
    np.testing.assert_allclose(paid.seconds[:, 0], 7 * 1.5 + first)
    later = np.diff(paid.seconds, axis=1)
    flat = one.evaluate(nassim.core.benchmark.Query(paid.archs[:, 1:].reshape(-1, 4))).seconds
    np.testing.assert_allclose(later, flat.reshape(later.shape))


class Asking(OneRun):
    """A plain class that times two random architectures and trains the faster."""

    def ask(self) -> Archs:
        """Return the faster."""
        both = self.sample(), self.sample()
        return min(both, key=lambda arch: self.cost("latency", arch))

    def tell(self, arch: Archs, error: float) -> None:
        """Learn nothing."""


def test_a_plain_class_pays_for_itself() -> None:
    """Two measurements a question, in each of its runs."""
    paid = nassim.simulate(Asking, bench(measured=["latency"]), runs=3, evaluations=5, timing=10.0)
    free = nassim.simulate(Asking, bench(), runs=3, evaluations=5)
    np.testing.assert_array_equal(paid.archs, free.archs)
    np.testing.assert_allclose(paid.seconds - free.seconds, 20.0 * np.arange(1, 6)[None].repeat(3, axis=0))


def test_what_is_known_stays_free() -> None:
    """A price is for what is measured."""
    search: dict[str, Any] = {"runs": 2, "evaluations": 8, "constraints": {"params": 0.5}, "handling": "reject"}
    priced = nassim.simulate("random_search", bench(measured=["latency"]), timing=100.0, **search)
    np.testing.assert_array_equal(priced.seconds, nassim.simulate("random_search", bench(), **search).seconds)
