"""Claims, judged by what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product

from nassim.core.errors import SettingError
from nassim.core.roles import ORACLE, SEARCH, Role, labelled, plain
from nassim.report.cells import labels_of
from nassim.report.found import MEANINGS
from nassim.report.indicate import as_regrets
from nassim.report.judgement import reference_point
from nassim.report.summarise import Numbers, tested
from nassim.report.summary import Entry, Summary
from nassim.study.results import ResultsFolder
from nassim.study.verify.claims import Claim
from nassim.study.verify.verdict import Verdict

SCALED = ("hypervolume", "igd_plus", "epsilon", "r2")  # indicators that depend on the reference point
RANKED = ("rank", "p_against_best")  # statistics of searches alone


def judged(claims: list[Claim], results: ResultsFolder, numbers: Numbers) -> Iterator[Verdict]:
    """Yield the verdict on every claim for each of its strategies and benchmarks; `numbers` are the results'."""
    cells, summary = numbers

    @cache
    def tests(benchmark: str, statistic: str, reference: str) -> dict[str, float]:
        compared = as_regrets(cells[benchmark], statistic) if statistic in MEANINGS else cells[benchmark]
        role = compared[reference].role
        alike = {name: cell for name, cell in compared.items() if cell.role == role}
        return {name: test.p for name, test in tested(alike, reference).items()}

    rows = {label: shown for shown, label in labels_of(results).items()}
    for claim in claims:
        for strategy, benchmark in product(claim.strategies, claim.benchmarks):
            entries = {label: summary.entries[benchmark][shown] for label, shown in rows.items()}
            entry = _entry(claim, strategy, benchmark, entries)
            measured = _measured(claim, summary, benchmark, rows[plain(strategy)])
            if claim.value is not None:
                found = _near(measured, claim.value, claim.tolerance or 0)
            elif not isinstance(claim.less_than, str):
                found = _less(measured, claim.less_than or 0)
            else:
                other = _entry(claim, claim.less_than, benchmark, entries)
                _check_comparison(claim, strategy, entry.role, other.role)
                reference = rows[plain(claim.less_than)]
                p = None
                if claim.p is not None:
                    p = tests(benchmark, claim.statistic, reference)[rows[plain(strategy)]]
                found = _better(measured, _measured(claim, summary, benchmark, reference), claim, p)
            yield Verdict(claim.text, strategy, benchmark, _statistic(claim, summary, benchmark), *found)


def _measured(claim: Claim, summary: Summary, benchmark: str, shown: str) -> float:
    """Return the statistic of a claim for a strategy; SettingError where its indicator is not known there."""
    if claim.statistic not in MEANINGS:
        return float(getattr(summary.entries[benchmark][shown], claim.statistic))
    found = summary.indicators.get(benchmark, {}).get(shown, {})
    if claim.statistic not in found:
        known = ", ".join(found) or "none"
        raise SettingError(f"claim {claim.text!r}: {benchmark} has no {claim.statistic!r}; known there are {known}")
    return found[claim.statistic].mean


def _statistic(claim: Claim, summary: Summary, benchmark: str) -> str:
    """Return what was measured; of several objectives with the reference point that it is measured by."""
    fact = summary.facts[benchmark]
    if len(fact["objectives"]) == 1 or claim.statistic not in {"regret", *SCALED}:
        return claim.statistic
    return f"{claim.statistic}, reference point {reference_point(fact)}"


def _entry(claim: Claim, name: str, benchmark: str, entries: Mapping[str, Entry]) -> Entry:
    """Return the numbers of a strategy; SettingError unless the claim says what it is on the benchmark."""
    entry = entries[plain(name)]
    if name != (right := labelled(plain(name), entry.role)):
        raise SettingError(f"claim {claim.text!r}: on {benchmark}, {name!r} is to be called {right!r}")
    if entry.role != SEARCH and claim.statistic in RANKED:
        raise SettingError(f"claim {claim.text!r}: {name!r} is not ranked, so it has no {claim.statistic!r}")
    return entry


def _check_comparison(claim: Claim, strategy: str, role: Role, other: Role) -> None:
    """Raise SettingError unless both are searches, or both searches on simulated supernets."""
    if role != other or role == ORACLE:
        raise SettingError(f"claim {claim.text!r}: {strategy!r} and {claim.less_than!r} are not to be compared")


def _near(measured: float, value: float, tolerance: float) -> tuple[str, str, bool]:
    return f"{value:g} +- {tolerance:g}", f"{measured:.4g}", abs(measured - value) <= tolerance


def _less(measured: float, bound: float) -> tuple[str, str, bool]:
    return f"< {bound:g}", f"{measured:.4g}", measured < bound


def _better(measured: float, other: float, claim: Claim, p: float | None) -> tuple[str, str, bool]:
    claimed, found = f"< that of {claim.less_than}", f"{measured:.4g} and {other:.4g}"
    if p is None or claim.p is None:
        return claimed, found, measured < other
    return f"{claimed}, p < {claim.p:g}", f"{found}, p = {p:.2g}", measured < other and p < claim.p
