"""A whole anytime curve as one number per run: the mean of what the run held over an axis, exact, as steps."""

from __future__ import annotations

import numpy as np

from nassim.stats.arrays import Floats


def step_mean(values: Floats, positions: Floats, begin: float, end: float, *, before: float = np.nan) -> Floats:
    """Return the mean over [begin, end] of what each run held, shape (runs,).

    A run that ended keeps its last value; what happened after `end` does not count.

    Args:
        values: (runs, events) what each run holds after each event; nan = nothing yet.
        positions: (runs, events) when each event completed, increasing along a run; nan = padding of a shorter run.
        begin: Where the mean begins.
        end: Where it ends.
        before: What counts as held while there is nothing; nan makes the mean of such a run nan.
    """
    ends = np.full((len(values), 1), end), np.full((len(values), 1), begin)
    at = np.where(np.isnan(positions), end, positions).clip(begin, end)
    width = np.diff(np.concatenate([ends[1], at, ends[0]], axis=1), axis=1)
    held = np.concatenate([np.full((len(values), 1), before), np.where(np.isnan(values), before, values)], axis=1)
    parts = np.multiply(held, width, out=np.zeros_like(width), where=width > 0)
    return np.asarray(parts.sum(axis=1) / (end - begin))


def log_regret_area(
    regret: Floats, positions: Floats, end: float, *, begin: float, floor: float, before: float = np.nan
) -> Floats:
    """Return the mean of log10(regret) of each run between `begin` and `end`, (runs,).

    Args:
        regret: (runs, events) that each run holds after each event; nan = nothing yet.
        positions: As in step_mean.
        end: As in step_mean.
        begin: As in step_mean.
        floor: Regrets below it count as this: no logarithm shows zero, and nobody needs to know what is below.
        before: The regret that counts as held while there is nothing, 0 too; nan makes the mean of such a run nan.
    """
    logs = np.log10(np.maximum(regret, floor))
    return step_mean(logs, positions, begin, end, before=float(np.log10(np.maximum(before, floor))))
