"""Greedy subsets of fronts: a step at a time, by the hypervolume that moocore computes."""

from __future__ import annotations

import moocore
import numpy as np
import pytest

from nassim.stats.arrays import Floats
from nassim.stats.subsets import greedy_subsets


def stepwise(front: Floats, size: int) -> list[int]:
    """Return what is chosen of a front (n, k), each time asking moocore of every point."""
    width = np.ptp(front, axis=0)
    points, corner = (front - front.min(axis=0)) / np.where(width > 0, width, 1), np.full(front.shape[1], 1.1)
    chosen: list[int] = []
    for _ in range(min(size, len(front))):
        before = moocore.hypervolume(points[chosen], ref=corner) if chosen else 0.0
        gains = [moocore.hypervolume(points[[*chosen, one]], ref=corner) - before for one in range(len(front))]
        if max(gains) <= 1e-12:
            break
        chosen.append(int(np.argmax(gains)))
    return sorted(chosen)


@pytest.mark.parametrize("objectives", [2, 3, 4])
@pytest.mark.parametrize("size", [1, 4, 30])
def test_each_step_adds_most(objectives: int, size: int) -> None:
    """Of fronts of many sizes at once, with empty places among them; a size beyond the front takes all."""
    drawn = np.random.default_rng(objectives)
    fronts = np.full((12, 20, objectives), np.nan)
    for number, front in enumerate(fronts):
        cloud = drawn.random((40, objectives)) * [30.0, 2e-3, 1e6, 5][:objectives]
        points = cloud[moocore.is_nondominated(cloud)][:20]
        front[drawn.permutation(20)[: len(points)]] = points if number else points[:1]
    for front, chosen in zip(fronts, greedy_subsets(fronts, size), strict=True):
        there = np.flatnonzero(~np.isnan(front).any(axis=1))
        assert np.flatnonzero(chosen).tolist() == there[stepwise(front[there], size)].tolist()


def test_equal_points_are_chosen_once() -> None:
    """What adds nothing is left out, and of a front without a point nothing is chosen."""
    front = np.array([[[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]], np.full((3, 2), np.nan)])
    assert greedy_subsets(front, 3).tolist() == [[True, False, True], [False] * 3]
    three = np.concatenate([front, front[:, :, :1]], axis=2)
    assert greedy_subsets(three, 3).sum(axis=1).tolist() == [2, 0]
