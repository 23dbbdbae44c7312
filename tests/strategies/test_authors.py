"""BOHB and DEHB search as the programs of their authors do, whose runs on the same tables are kept."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracles import authors

RUNS = {("bohb", "nb201-curves"): 50, ("bohb", "mini201"): 50, ("dehb", "nb201-curves"): 100, ("dehb", "mini201"): 400}
WITHIN, RANKS_WITHIN = 2.0, 3.5  # standard errors; there are 18 ranks a search, of which the largest is looked at


@pytest.mark.slow
@pytest.mark.parametrize(
    ("search", "name"), [(search, name) for search, tables in authors.kept().items() for name in tables]
)
def test_they_search_as_their_authors_programs_do(search: str, name: str) -> None:
    """Regrets after three budgets are equal within 2 standard errors, and so is how good what each rung trains is.

    These are whole searches of 1,400 trainings: a rule of the algorithm that is off shows in the ranks at once.
    """
    theirs, bench = authors.kept()[search][name], authors.table(name)
    assert theirs["errors_sha256"] == authors.digest(bench)
    trace = authors.simulated(search, name, RUNS[search, name], bench)
    ours = authors.summary(name, bench, *authors.asked(trace, bench))
    assert np.abs(authors.apart(theirs, ours, "regret")).max() <= WITHIN
    assert np.abs(authors.apart(theirs, ours, "rank")).max() <= RANKS_WITHIN
