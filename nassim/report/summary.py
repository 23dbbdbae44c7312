"""Summary: every number of a report, plain and frozen; its JSON is what claims are checked against."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypedDict, cast

from nassim.core.documents import Table, without_nan
from nassim.core.policies import HandIn, RecommendedSet
from nassim.core.roles import SEARCH, Role

REFERENCE = "random_search"  # the baseline that every NAS paper is asked for
LEVEL = 0.05
BLOCKS = 6  # benchmarks from which on being first on all of them is no chance at that level: 2 / 2^6 < 5 % <= 2 / 2^5

INTERVAL = "95 % bootstrap-t interval over runs, 2,000 resamples"
QUARTILES = "in round brackets, where there are too few runs for an interval: quartiles"
TEST = "two-sided Wilcoxon signed-rank test over paired runs, Holm-adjusted per benchmark"
BEST_TEST = (
    "two-sided Wilcoxon signed-rank test over paired runs, adjusted per benchmark for choosing the best from the same "
    "runs, step by step by the studentized range"
)

Standing = Literal["best", "not significantly worse", "worse", "failed", "not ranked"]


@dataclass(frozen=True)
class Entry:
    """One strategy on one benchmark."""

    regret: float  # mean final regret over the runs that succeeded, in the benchmark's unit; nan = none did
    low: float  # of its 95 % interval; nan with too few runs for one
    high: float
    lower: float  # quartile: a quarter of the runs that succeeded end at or below it
    median: float
    upper: float
    rank: float  # among searches, mean over runs, ties shared; 1 = best; a run that failed shares the last places
    n: int  # runs that succeeded
    failed: int  # runs of which no evaluation succeeded
    evaluations: float  # mean number per run
    gpu_days: float  # mean simulated days of search, times workers
    p_against_best: float  # adjusted for choosing the best, for which it is 1; nan when all failed, and for no search
    standing: Standing  # worse = at the 5 % level; not ranked = no search
    role: Role = SEARCH
    disclosed_days: float = 0.0  # mean simulated GPU days of the trainings that an oracle was told of; nan = unknown

    @property
    def lacks_interval(self) -> bool:
        """Whether there are several runs, but too few for an interval."""
        return self.n > 1 and math.isnan(self.low)


@dataclass(frozen=True)
class Overall:
    """One strategy over all benchmarks: the mean of its mean ranks, and the 95 % intervals of that."""

    rank: float
    low: float  # of other runs on these benchmarks
    high: float
    wide_low: float  # of other benchmarks too: these are resampled, and runs within; nan with one benchmark
    wide_high: float


@dataclass(frozen=True)
class Lead:
    """How far the strategy of the lowest mean regret is ahead of the next, on one benchmark."""

    best: str
    second: str
    regret: float  # of the second minus that of the best, mean over runs in which both succeeded
    low: float  # of its 95 % interval over runs
    high: float


@dataclass(frozen=True)
class Blocks:
    """Mean ranks of the first two strategies with benchmarks as blocks, and whether these tell them apart."""

    first: float
    second: float
    difference: float  # the critical one, at the 5 % level
    p: float  # Friedman's test over all strategies


NOWHERE = Overall(*[math.nan] * 5)  # of what is not ranked


@dataclass(frozen=True)
class Against:
    """One strategy on one benchmark, compared with the reference."""

    p: float  # Holm-adjusted over the strategies
    better: float  # A12: the probability that a run of it ends better than one of the reference, ties half
    effect: float  # matched-pairs rank-biserial correlation, 1 = better in every pair of runs, -1 = worse


@dataclass(frozen=True)
class Measures:
    """One strategy on one benchmark, by other measures than the mean of what runs end with."""

    middle: float  # mean final regret of the middle half of all runs; nan = too many failed
    middle_low: float  # of its 95 % interval
    middle_high: float
    anytime: float  # geometric mean of the regret held after each evaluation; nan = the optimum is unknown
    lower: float  # the probability that its final regrets are lower than those of the best; nan = not compared
    equal: float  # that they differ by less than matters in practice
    higher: float


@dataclass(frozen=True)
class Indicated:
    """One strategy on one benchmark by one indicator, see found.py."""

    mean: float  # over the runs that have it; nan = none has
    low: float  # of its 95 % interval, exact where it is a share of runs; nan with too few runs for one
    high: float
    lower: float  # quartile
    median: float
    upper: float
    n: int  # runs that have it
    rank: float  # among searches, mean over runs, 1 = best; nan where nothing is better
    p_against_best: float  # as of an Entry
    standing: Standing

    @property
    def lacks_interval(self) -> bool:
        """Whether there are several runs, but too few for an interval."""
        return self.n > 1 and math.isnan(self.low)


@dataclass(frozen=True)
class Places:
    """The mean ranks of all searches by one indicator over all benchmarks."""

    overall: dict[str, Overall]  # by strategy
    blocks: Blocks | None  # of the first two, with benchmarks as blocks; None of fewer than BLOCKS


class BenchmarkFacts(TypedDict):
    """What a reader must know of a benchmark to read its numbers."""

    unit: str
    optimum: float  # nan = unknown
    search_split: str
    report_split: str
    data_sha256: str | None
    judged_by: str
    floor: Mapping[str, float] | None  # where searches end that no evaluation can make better; None = not known
    objectives: Sequence[str]
    limits: Sequence[str]  # that constraints stand for, in words
    nearest: str | None  # what misses the limits by least, and by how much, where no evaluation keeps them
    of: str | None  # of several objectives: what of the space their box is over
    front: Sequence[Sequence[float]] | None  # of several objectives: the points of the exact one
    units: Sequence[str]  # of several objectives; "" = none, or of the error that of the benchmark
    reference_point: str | None  # of several objectives, how it was said: max, nadir or given
    ideal: Sequence[float] | None  # what is 0 on the scale of each objective
    point: Sequence[float] | None  # the reference point, 1 on it
    nadir: Sequence[float] | None  # the highest of each over the exact front; None = unknown
    recommended_set: Mapping[str, RecommendedSet]  # of several objectives, by strategy
    hand_in: Mapping[str, HandIn]  # of several objectives or limits, by strategy


@dataclass(frozen=True)
class Summary:
    """What a study found."""

    study: str
    question: str
    strategies: tuple[str, ...]  # in the order of the study
    benchmarks: tuple[str, ...]
    answer: str  # to the question, in a sentence with its uncertainty
    findings: dict[str, str]  # by benchmark, a sentence each
    entries: dict[str, dict[str, Entry]]  # by benchmark, by strategy
    overall: dict[str, Overall]  # by strategy, of those that are searches on all benchmarks
    apart: dict[str, str]  # by every other strategy, a sentence: what it is, and what it was told
    reference: str | None  # what `against` compares with, if the study has it
    against: dict[str, dict[str, Against]]  # by benchmark, by every other strategy
    measures: dict[str, dict[str, Measures]]  # by benchmark, by strategy
    indicators: dict[str, dict[str, dict[str, Indicated]]]  # by benchmark and strategy, of several objectives or limits
    handed_in: dict[str, dict[str, dict[str, float]]]  # likewise: mean of each objective of what runs hand in
    places: dict[str, Places]  # by indicator, of those that all benchmarks have
    facts: dict[str, BenchmarkFacts]  # by benchmark
    records: dict[str, dict[str, Table]]  # by benchmark and strategy: what was asked, of what; None = unknown
    settings: dict[str, Table]  # by strategy: its name and its own settings
    workers: int  # of each run; the most, where they differ

    @property
    def ranking(self) -> list[str]:
        """The strategies, best first over all benchmarks, and then those that are not ranked."""
        return [*self.ranked, *self.apart]

    @property
    def ranked(self) -> list[str]:
        """Those that are searches on all benchmarks, best first over them."""
        return sorted(self.overall, key=lambda strategy: self.overall[strategy].rank)

    @property
    def unknown(self) -> list[str]:
        """The benchmarks whose optimum is unknown; there, regret counts from the best that any run recommended."""
        return [name for name, fact in self.facts.items() if math.isnan(fact["optimum"])]

    @property
    def failures(self) -> int:
        """The number of runs of which no evaluation succeeded."""
        return sum(entry.failed for row in self.entries.values() for entry in row.values())

    def best(self, benchmark: str) -> str | None:
        """Return the best strategy on a benchmark; None when all failed."""
        return next((name for name, entry in self.entries[benchmark].items() if entry.standing == "best"), None)

    def as_good(self, benchmark: str) -> list[str]:
        """Return the strategies that are not significantly worse than the best, best first."""
        entries = self.entries[benchmark]
        names = [name for name, entry in entries.items() if entry.standing == "not significantly worse"]
        return sorted(names, key=lambda name: entries[name].regret)

    def as_json(self) -> Table:
        """Return what summary.json holds: benchmark -> strategy -> numbers, then about, overall, against and measures.

        nan becomes null.
        """
        about: Table = {
            "study": self.study,
            "question": self.question,
            "answer": self.answer,
            "findings": self.findings,
            "not_ranked": self.apart,
            "strategies": list(self.strategies),
            "interval": INTERVAL,
            "test": TEST,
            "test against the best": BEST_TEST,
            "benchmarks": cast("Table", self.facts),
            "settings": self.settings,
        }
        overall = {name: asdict(entry) for name, entry in self.overall.items()}
        against = {self.reference: _dicts(self.against)} if self.reference else {}
        whole: Table = {**_dicts(self.entries), "about": about, "overall": overall, "against": against}
        whole["measures"] = _dicts(self.measures)
        if self.indicators:
            whole["indicators"] = {name: _dicts(row) for name, row in self.indicators.items()}
            whole["handed_in"] = cast("Table", self.handed_in)
            whole["places"] = {name: asdict(places) for name, places in self.places.items()}
        return {name: without_nan(value) for name, value in whole.items()}


def _dicts(table: Mapping[str, Mapping[str, Entry | Against | Measures | Indicated]]) -> Table:
    return {name: {key: asdict(entry) for key, entry in row.items()} for name, row in table.items()}
