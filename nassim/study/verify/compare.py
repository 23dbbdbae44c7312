"""The gate: is a study no worse than its lock? Bit for bit where that is promised, up to a stated margin elsewhere.

[baseline]                  # in claims.toml
margin = 0.1                # by how much the mean final error may rise, in the benchmark's unit, or of several
                            # objectives the mean final regret, in % of hypervolume; or per benchmark
                            # margin = {"nb201/cifar10" = 0.05, "nb201/cifar100" = 0.2}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nassim.core.errors import SettingError
from nassim.core.roles import labelled
from nassim.stats.margins import Sample, non_inferior, shift
from nassim.study.verify.claims import Margin
from nassim.study.verify.lock import Lock, Locked
from nassim.study.verify.verdict import Verdict

EXACT, NO_WORSE, SAME_DATA = "Unchanged, bit for bit", "No worse than its lock", "The data are those of the lock"


class Pair(NamedTuple):
    """What was locked and what is now."""

    before: Locked
    now: Locked


def compare(lock: Lock, now: Lock, margin: Margin) -> Iterator[Verdict]:
    """Yield a verdict on every benchmark's data, and on every strategy on every benchmark that the lock knows.

    SettingError where a comparison needs a margin that is not stated, or more runs.
    """
    if now.study != lock.study:
        raise SettingError(
            f"the lock is of study {lock.study!r}, not of {now.study!r}; make it again with `nassim lock`"
        )
    for benchmark, sha in lock.data.items():
        found = now.data.get(benchmark, "no such benchmark")
        yield Verdict(SAME_DATA, "", benchmark, "sha256", sha[:12] or "none", found[:18] or "none", found == sha)
    for (label, benchmark), before in lock.cells.items():
        cell = now.cells.get((label, benchmark))
        shown = label if cell is None else labelled(label, cell.role)
        if cell is None:
            yield Verdict(NO_WORSE, shown, benchmark, before.of, "in the study", "not in it any more", holds=False)
        elif cell.key == before.key and now.machine == lock.machine:
            same = cell.content == before.content
            yield Verdict(EXACT, shown, benchmark, "all numbers", before.content, cell.content, same)
        else:
            yield _no_worse(shown, benchmark, Pair(before, cell), _margin_of(margin, benchmark))


def _no_worse(label: str, benchmark: str, pair: Pair, margin: float | None) -> Verdict:
    """Judge a mean that may have moved by chance."""
    before, now = pair
    if now.content == before.content:
        return Verdict(EXACT, label, benchmark, "all numbers", before.content, now.content, holds=True)
    if now.of != before.of:
        raise SettingError(f"{label} on {benchmark}: the lock has the {before.of}, now it is the {now.of}; lock again")
    if margin is None:
        raise SettingError(
            f"{label} on {benchmark} may differ from its lock by chance: state in claims.toml how much is too much, "
            "[baseline] margin = ..., or lock again"
        )
    if now.failed > before.failed or not now.n:
        claimed, found = f"at most {before.failed} failed runs", f"{now.failed} of {now.n + now.failed}"
        return Verdict(NO_WORSE, label, benchmark, "failed runs", claimed, found, holds=False)
    if not before.n:
        return Verdict(NO_WORSE, label, benchmark, before.of, "all failed", f"{now.error:.4g}", holds=True)
    if min(before.n, now.n) < 2:  # noqa: PLR2004 - scatter needs two
        raise SettingError(
            f"{label} on {benchmark}: one run cannot be compared with its lock; run and lock at least two"
        )
    samples = [Sample(cell.n, cell.error, cell.deviation) for cell in pair]
    found_shift = shift(samples[0], samples[1])
    verdict = non_inferior(found_shift, margin)
    measured = f"{found_shift.mean:+.3g} [{found_shift.low:+.3g}, {found_shift.high:+.3g}], {verdict}"
    return Verdict(NO_WORSE, label, benchmark, before.of, f"rises by < {margin:g}", measured, verdict == "no worse")


def _margin_of(margin: Margin, benchmark: str) -> float | None:
    return margin.get(benchmark) if isinstance(margin, dict) else margin
