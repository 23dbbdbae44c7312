"""All that lies beside a study's file and that it is held against: its claims, its lock, and how far it may move."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from nassim.core.errors import DataError, SettingError
from nassim.report.build import numbers
from nassim.report.summarise import Numbers
from nassim.study.results import ResultsFolder
from nassim.study.spec.study import StudySpec
from nassim.study.verify import claims, lock
from nassim.study.verify.compare import compare
from nassim.study.verify.judge import judged
from nassim.study.verify.verdict import Verdict


class Stated(NamedTuple):
    """What a study is held against."""

    claims: list[claims.Claim]
    lock: lock.Lock | None
    margin: claims.Margin

    @classmethod
    def beside(cls, file: Path, study: StudySpec) -> Stated:
        """Return the claims and the lock beside a study's file; SettingError if there is neither."""
        stated, locked = file.with_name(claims.FILE), file.with_name(lock.FILE)
        if not (stated.is_file() or locked.is_file()):
            raise SettingError(f"{file.parent}: neither {claims.FILE} nor {lock.FILE}, so there is nothing to check")
        return cls(
            claims.read_claims(stated, study.strategy_labels, study.benchmark_labels) if stated.is_file() else [],
            lock.read_lock(locked) if locked.is_file() else None,
            claims.read_margin(stated, study.benchmark_labels),
        )

    def verdicts(self, results: ResultsFolder) -> list[Verdict]:
        """Return the verdicts on the claims and on the lock; each trace is read once."""
        found: list[Verdict] = []
        read = results if self.lock is None else lock.LockedAsRead.of(results)
        if self.claims:
            found += judged(self.claims, read, _numbers(read))
        if self.lock is not None:
            found += compare(self.lock, lock.lock_of(read), self.margin)
        return found


def _numbers(results: ResultsFolder) -> Numbers:
    """Return the numbers of a study; DataError if there are none."""
    found = numbers(results)
    if not any(entry.n for row in found.summary.entries.values() for entry in row.values()):
        raise DataError(f"{results.folder}: no evaluation of any strategy succeeded, so there is nothing to compare")
    return found
