"""Questions on the comparison: whether all methods had the same, and whether enough of them ran often enough."""

from __future__ import annotations

from collections.abc import Iterator

from nassim.report.checklist.item import Item, sentences
from nassim.report.checklist.on_record import BUDGET, CLOCK, DATA, MADE_BY, RULES, OnRecord, not_on_record
from nassim.report.summary import REFERENCE
from nassim.report.wording import listed


def same_data(found: OnRecord) -> Item:
    """Answer whether all asked the same of the same, and were told no more than they asked."""
    differ, told = found.differing((*DATA, *RULES)), [*found.summary.apart]
    return Item(
        "Do all methods use the same data, space and training recipe?",
        "no" if differ else "partly" if told else "yes",
        sentences(
            differ or "All asked the same table or model, with the same splits; run k of each sees the same trainings.",
            f"{listed(told)}: no search, as said above." if told else "",
        ),
    )


def confounders(found: OnRecord) -> Item:
    """Answer whether all were made by the same versions, on the same simulated clock."""
    differ, unknown = found.differing((*MADE_BY, *CLOCK)), found.unknown((*MADE_BY, *CLOCK))
    return Item(
        "Are confounders such as hardware and library versions controlled?",
        "partly" if differ or unknown else "yes",
        sentences(
            differ,
            not_on_record(unknown),
            "Time is the recorded time of each training on a simulated clock, so this machine plays no part.",
        ),
    )


def ablation(found: OnRecord) -> Item:
    """Answer whether a strategy runs with more than one setting."""
    kinds: dict[str, list[str]] = {}
    for name, settings in found.summary.settings.items():
        kinds.setdefault(str(settings["strategy"]), []).append(name)
    varied = [kind for kind, names in kinds.items() if len(names) > 1]
    return Item(
        "Is there an ablation?",
        "partly" if varied else "no",
        f"{listed(varied)}: with more than one setting." if varied else "No method runs with more than one setting.",
    )


def same_protocol(found: OnRecord) -> Item:
    """Answer whether all methods had the same budget and spent it."""
    differ, unknown = found.differing((*BUDGET, *CLOCK)), found.unknown(CLOCK)
    short = list(dict.fromkeys(name for benchmark in found.summary.benchmarks for name in _short(found, benchmark)))
    apart = listed([*found.summary.apart])
    told = sentences(
        differ,
        not_on_record(unknown),
        f"{listed(short)}: ended before the budget was spent." if short else "",
        f"{apart}: billed less than what they were told of, or for a model; not compared." if apart else "",
    )
    return Item(
        "Is the protocol of evaluation the same for all?",
        "no" if differ else "partly" if told else "yes",
        sentences(
            f"That of {found.study['protocol']}." if "protocol" in found.study else "",
            f"Budget: {found.budgets()}" + (f". {told}" if told else ", for every method."),
        ),
    )


def _short(found: OnRecord, benchmark: str) -> Iterator[str]:
    """Yield the searches that made fewer evaluations than they were allowed, where nothing else limits them."""
    for name, entry in found.summary.entries[benchmark].items():
        record = found.summary.records[benchmark][name]
        allowed = record["evaluations"]
        limited = isinstance(allowed, int) and record["seconds"] is None and entry.evaluations < allowed
        if limited and name not in found.summary.apart:
            yield name


def over_time(found: OnRecord) -> Item:
    """Answer whether every strategy made more than one evaluation."""
    brief = list(dict.fromkeys(name for name, entry in found.entries if not entry.evaluations > 1))
    return Item(
        "Is performance compared over time?",
        "partly" if brief else "yes",
        f"{listed(brief)}: no more than one evaluation."
        if brief
        else "Figures over evaluations and over simulated time.",
    )


def random_search(found: OnRecord) -> Item:
    """Answer on how many benchmarks random search is compared with another search."""
    benchmarks = found.summary.benchmarks
    without = [name for name in benchmarks if not found.summary.against[name]]
    return Item(
        "Is there a comparison with random search?",
        "no" if len(without) == len(benchmarks) else "partly" if without else "yes",
        f"{REFERENCE} is compared with every search{f', but not on {listed(without)}' if without else ''}."
        if len(without) < len(benchmarks)
        else f"Add {REFERENCE} to the study, and another search.",
    )


def several_runs(found: OnRecord) -> Item:
    """Answer how many runs the method has that has the fewest."""
    fewest = min((entry.n + entry.failed for _, entry in found.entries), default=0)
    return Item(
        "Are there several runs, with their scatter?",
        "yes" if fewest > 1 else "no",
        f"{fewest:,} of each method, with intervals and paired tests." if fewest > 1 else "One run says nothing.",
    )


def tabular(found: OnRecord) -> Item:
    """Answer whether any benchmark was trained while it was asked."""
    benchmarks = found.summary.benchmarks
    live = [name for name in benchmarks if found.values("live", name) != [False]]
    return Item(
        "Is a tabular or surrogate benchmark used?",
        "yes" if not live else "no" if len(live) == len(benchmarks) else "partly",
        sentences(f"{listed(list(benchmarks))}.", f"Trained live, or not on record: {listed(live)}." if live else ""),
    )


QUESTIONS = (same_data, confounders, ablation, same_protocol, over_time, random_search, several_runs, tabular)
