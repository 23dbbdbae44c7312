"""How numbers and findings are said: digits that the interval supports, and sentences that state their uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from nassim.core.roles import ORACLE, SEARCH, SIMULATED
from nassim.report.summary import BLOCKS, Blocks, Entry, Lead, Overall

DASH = "-"
MOST_DIGITS = 6
FEW = 3  # benchmarks that a sentence names
WHOLE = 10.0  # days from which none is divided


def decimals(entries: Iterable[Entry]) -> int:
    """Return how many decimals a column of regrets deserves: two digits of its typical interval's half-width."""
    widths = sorted(width for entry in entries if (width := (entry.high - entry.low) / 2) > 0)
    if not widths:
        return 3
    return min(max(0, 1 - math.floor(math.log10(widths[len(widths) // 2]))), MOST_DIGITS)


def number(value: float, digits: int) -> str:
    """Return a number with so many decimals, or a dash for nan."""
    return DASH if math.isnan(value) else f"{round(value, digits) + 0.0:,.{digits}f}"  # no -0.00


def significant(value: float) -> str:
    """Return a number with three significant digits, or all before the point, or a dash for nan."""
    return number(value, 0) if math.isnan(value) or abs(value) >= 1000 else f"{value:#.3g}"  # noqa: PLR2004


def span(low: float, high: float, digits: int) -> str:
    """Return an interval in brackets, or nothing where there is none."""
    return "" if math.isnan(low) else f"[{number(low, digits)}, {number(high, digits)}]"


def spread(entry: Entry, digits: int) -> str:
    """Return the interval of an entry, or its quartiles where there are too few runs for one; of one run nothing."""
    if entry.lacks_interval:
        return f"({number(entry.lower, digits)} to {number(entry.upper, digits)})"
    return span(entry.low, entry.high, digits)


def p_value(p: float) -> str:
    """Return a p value as papers print it."""
    if math.isnan(p):
        return DASH
    return "< 0.001" if p < 0.001 else f"{p:.3f}"  # noqa: PLR2004 - the habit of papers


def listed(names: Sequence[str]) -> str:
    """Return 'a', 'a and b' or 'a, b and c'."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def runs(entries: Iterable[Entry]) -> str:
    """Return how many runs were counted: '1,000', or '998 to 1,000' where some failed."""
    counts = sorted({entry.n for entry in entries})
    return f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"


def finding(benchmark: str, entries: Mapping[str, Entry], unit: str) -> str:
    """Return a sentence on the best search on one benchmark, by how much it misses the optimum, and who is as good.

    What is no search is not spoken of.
    """
    searches = {name: entry for name, entry in entries.items() if entry.role == SEARCH}
    if not searches:
        return f"On {benchmark}, nothing is ranked: no strategy is a search there."
    others = "all others" if len(searches) == len(entries) else "all other searches"
    return _finding(benchmark, searches, unit, others)


def _finding(benchmark: str, entries: Mapping[str, Entry], unit: str, others: str) -> str:
    best = next((name for name, entry in entries.items() if entry.standing == "best"), None)
    if best is None:
        return f"On {benchmark}, no evaluation of any strategy succeeded."
    entry, digits = entries[best], decimals(entries.values())
    said = f"On {benchmark}, {best} ends with the lowest mean regret, {_regret(entry, digits, unit)}"
    if len(entries) == 1:
        return f"On {benchmark}, {best} ends with a mean regret of {_regret(entry, digits, unit)}."
    level = [name for name, other in entries.items() if other.standing == "not significantly worse"]
    if entry.n == 1:
        return f"{said}; a single run says nothing about chance."
    if not level:
        failed = " or failed" if any(other.standing == "failed" for other in entries.values()) else ""
        return f"{said}; {others} are significantly worse{failed}."
    if 1 < len(level) == len(entries) - 1:
        return f"{said}; no other is significantly worse."
    verb = "is" if len(level) == 1 else "are"
    return f"{said}; {listed(level)} {verb} not significantly worse."


def answer(
    overall: Mapping[str, Overall],
    lead: Overall | None,
    leads: Mapping[str, Lead | None],
    blocks: Blocks | None,
    count: int,
) -> str:
    """Return the answer of a study in some sentences.

    Args:
        overall: The mean ranks.
        lead: By how much the first leads the second.
        leads: Who leads on each benchmark.
        blocks: What the benchmarks say as blocks, where they are enough.
        count: The number of runs.
    """
    ranking = sorted(overall, key=lambda name: overall[name].rank)
    if not ranking:
        return "Nothing is ranked: no strategy of this study is a search on all its benchmarks."
    first, place = ranking[0], overall[ranking[0]]
    where = "On this benchmark" if len(leads) == 1 else f"On these {len(leads)} benchmarks"
    rank = f"mean rank {number(place.rank, 2)} of {len(ranking)}"
    if lead is None:
        return f"{first} is the only search of this study; there is nothing to compare it with."
    if count == 1:
        return f"{where}, {first} ranks first in the only run ({rank}); one run says nothing about chance."
    ahead = f"{number(lead.rank, 2)} ranks {span(lead.low, lead.high, 2)}".rstrip()
    certainty = f"95 % intervals, {count:,} runs each"
    if not math.isnan(lead.wide_low):
        certainty += f"; {span(lead.wide_low, lead.wide_high, 2)} with the benchmarks resampled too"
    said = f"{where}, {first} ranks first: {rank} {span(place.low, place.high, 2)}".rstrip()
    if math.isnan(lead.low):
        said = f"{said}, {ahead} ahead of {ranking[1]} ({count:,} runs each: too few that differ for an interval)."
    elif lead.low > 0:
        said = f"{said}, {ahead} ahead of {ranking[1]} ({certainty})."
    else:
        said = f"{said}, but its lead of {ahead} over {ranking[1]} may be chance ({certainty})."
    return said if len(leads) == 1 else f"{said} {_beyond(first, ranking[1], leads, blocks)}"


def _beyond(first: str, second: str, leads: Mapping[str, Lead | None], blocks: Blocks | None) -> str:
    """Return what several benchmarks say of others, or why they say nothing, and who leads on each of a few."""
    if blocks is not None:
        apart = "tell" if blocks.second - blocks.first >= blocks.difference else "do not tell"
        return (
            f"As {len(leads)} blocks, benchmarks {apart} {first} from {second}: mean ranks {number(blocks.first, 2)} "
            f"and {number(blocks.second, 2)}, critical difference {number(blocks.difference, 2)} (Nemenyi, "
            f"5 %; Friedman: p {compared(blocks.p)})."
        )
    each = [f"on {name} {_led(found)}" for name, found in leads.items() if found is not None]
    return (
        f"Leads in mean regret: {listed(each)}. Of other benchmarks this says nothing: on fewer than {BLOCKS}, being "
        "first on all of them may be chance, at the 5 % level."
    )


def _led(lead: Lead) -> str:
    interval = f" [{significant(lead.low)}, {significant(lead.high)}]" if not math.isnan(lead.low) else ""
    return f"{lead.best} by {significant(lead.regret)}{interval} over {lead.second}"


def compared(p: float) -> str:
    """Return a p value with the sign before it: '= 0.012' or '< 0.001'."""
    text = p_value(p)
    return text if text.startswith("<") else f"= {text}"


def apart(label: str, entries: Mapping[str, Entry]) -> str:
    """Return a sentence on why a strategy is not ranked, and for what; `entries` by benchmark."""
    oracles = {name: entry for name, entry in entries.items() if entry.role == ORACLE}
    told = [_told(oracles)] if oracles else []
    if any(entry.role == SIMULATED for entry in entries.values()):
        told.append(
            "it hears a simulated supernet, and nothing shows yet that searches on it come out as on real supernets"
        )
    return f"{label} is no search and is not ranked: {'; '.join(told)}."


def _told(entries: Mapping[str, Entry]) -> str:
    """Return what an oracle was told and what it was billed."""
    disclosed = [entry.disclosed_days for entry in entries.values()]
    unknown = any(map(math.isnan, disclosed))
    take = "whose simulated GPU days are not on record" if unknown else f"of {_days(disclosed)} simulated GPU days"
    where = listed(list(entries)) if len(entries) <= FEW else f"{len(entries)} benchmarks"
    billed = _days([entry.gpu_days for entry in entries.values()])
    return f"it was told the results of trainings {take} (on {where}), and is billed {billed}"


def _days(values: Sequence[float]) -> str:
    """Return each of a few numbers, or the least and the most of many."""
    shown = values if len(values) <= FEW else [min(values), max(values)]
    texts = [number(value, 0) if value >= WHOLE else significant(value) for value in shown]
    return listed(texts) if len(values) <= FEW else " to ".join(texts)


def _regret(entry: Entry, digits: int, unit: str) -> str:
    n = f"n = {entry.n:,}" + (f", {entry.failed:,} more failed" if entry.failed else "")
    between = f"{number(entry.lower, digits)} to {number(entry.upper, digits)}"
    few = f"too few runs for an interval, half of them end at {between}" if entry.lacks_interval else ""
    inside = "; ".join(filter(None, [span(entry.low, entry.high, digits) or few, n]))
    return f"{number(entry.regret, digits)} {unit} ({inside})"
