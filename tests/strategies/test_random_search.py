"""Random search: independent uniform samples, whatever the answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare

import nassim
from nassim.core.errors import SettingError
from nassim.report.indicators import fronts
from tests.toys import Failing, toy_benchmark


def test_samples_are_uniform() -> None:
    """Over many evaluations every architecture of a space with unequal genes is sampled equally often."""
    benchmark = toy_benchmark((3, 1, 4, 2))
    trace = nassim.simulate("random_search", benchmark, runs=200, evaluations=120)
    counts = np.bincount(benchmark.space.index(trace.archs.reshape(-1, 4)), minlength=24)
    assert chisquare(counts).pvalue > 0.001


def test_consecutive_samples_are_independent() -> None:
    """Pairs of consecutive architectures are uniform, too."""
    benchmark = toy_benchmark((3, 2))
    trace = nassim.simulate("random_search", benchmark, runs=200, evaluations=120)
    index = benchmark.space.index(trace.archs.reshape(-1, 2)).reshape(200, 120)
    counts = np.bincount((index[:, :-1:2] * 6 + index[:, 1::2]).ravel(), minlength=36)
    assert chisquare(counts).pvalue > 0.001


def test_answers_change_nothing() -> None:
    """On another table of the same space, on which trainings fail, it samples the same architectures."""
    first = nassim.simulate("random_search", toy_benchmark((3, 4)), runs=5, evaluations=20)
    second = nassim.simulate("random_search", Failing(toy_benchmark((3, 4), seed=1)), runs=5, evaluations=20)
    np.testing.assert_array_equal(first.archs, second.archs)
    assert np.isnan(second.error).any()


def test_workers_share_one_stream_of_samples() -> None:
    """Four workers of a run sample what one would, completed in another order and sooner."""
    one, four = (
        nassim.simulate("random_search", toy_benchmark((5, 5)), runs=5, evaluations=40, workers=workers)
        for workers in (1, 4)
    )
    for mine, theirs in zip(one.archs, four.archs, strict=True):
        assert sorted(mine.tolist()) == sorted(theirs.tolist())
    assert (four.seconds[:, -1] < one.seconds[:, -1]).all()


def test_it_has_no_settings() -> None:
    """A setting is refused."""
    with pytest.raises(SettingError, match="no setting 'population'"):
        nassim.simulate("random_search", toy_benchmark((2, 2)), runs=1, evaluations=1, population=3)


@pytest.mark.parametrize("limits", [{}, {"params": "<= 0.6"}])
def test_its_archive_is_what_is_judged(limits: dict[str, str]) -> None:
    """Of several objectives a report judges an archive that is kept one by one, by what each run was told."""
    benchmark = toy_benchmark((3, 2, 5, 4))
    how = {"runs": 5, "evaluations": 60, "objectives": ["error", "params"], "constraints": limits}
    trace = nassim.simulate("random_search", benchmark, **how)
    for archs, seen, found in zip(trace.archs, trace.error, fronts(trace), strict=True):
        costs, truth = benchmark.cost("params", archs).tolist(), benchmark.truth(archs).tolist()
        archive: list[tuple[float, float, float]] = []
        for error, params, true in zip(seen.tolist(), costs, truth, strict=True):
            if limits and params > 0.6:
                continue
            if not any(e <= error and p <= params and (e, p) != (error, params) for e, p, _ in archive):
                archive = [one for one in archive if not _beats((error, params), one)] + [(error, params, true)]
        judged = {(true, params) for _, params, true in archive}
        expected = {point for point in judged if not any(_beats(other, point) for other in judged)}
        assert {tuple(point) for point in found.tolist()} == expected
    assert trace.provenance["recommended_set"] == "all-trained"


def _beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Return whether a point is as good as another in the first two objectives, and is another."""
    return one[0] <= other[0] and one[1] <= other[1] and one[:2] != other[:2]
