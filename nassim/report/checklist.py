"""The checklist of Lindauer and Hutter (2020, Best Practices for NAS Research, JMLR 21), answered from records.

Every "yes" is computed: from the study's own record, and from what each trace says of how it was made. What is not on
record is no "yes".
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from nassim.core.roles import ORACLE
from nassim.report.summary import REFERENCE, Entry, Summary
from nassim.report.wording import listed, number, significant

Verdict = Literal["yes", "partly", "no", "yours"]  # yours = only the author can answer
Record = Mapping[str, Any]

BUDGET = ("evaluations", "seconds")
RULES = ("signal", "identity", "repeats", "restart", "judged_by")  # policies that decide what an answer is
CLOCK = ("workers", "training_set", "decision", "decision_growth")  # those that decide what time it takes
MADE_BY = ("nassim", "numpy", "scipy", "python")
DATA = ("benchmark", "data_sha256")


class Item(NamedTuple):
    """One question and what the study's own records say to it."""

    question: str
    verdict: Verdict
    answer: str


def checklist(summary: Summary, study: Record) -> list[Item]:
    """Return all questions, in their authors' three groups: releasing, comparing, reporting."""
    return [
        *_releasing(summary, study),
        *_comparing(summary, study),
        *_reporting(summary, study),
    ]


def _releasing(summary: Summary, study: Record) -> Iterator[Item]:
    made = study.get("versions", {}).get("nassim")
    named = {entry["label"]: str(entry["name"]) for entry in study.get("strategies", [])}
    own = [label for label, name in named.items() if ":" in name and not name.startswith("nassim.")]
    yield Item(
        "Is the code of the search methods available?",
        "yes" if made and named and not own else "partly",
        (f"They are those of nassim {made}." if made and named else "Which they are is not on record.")
        + (f" {listed(own)}: the authors' own file, to be released with the paper." if own else ""),
    )
    unknown = [name for name, fact in summary.facts.items() if not fact["data_sha256"]]
    yield Item(
        "Is the code or data of the training pipeline and the space available?",
        "partly" if unknown else "yes",
        "Answers come from data whose checksums stand under Provenance."
        if not unknown
        else f"{listed(unknown)}: without a checksum.",
    )
    missing = [*_unknown(summary, ("seed", *MADE_BY)), *({"seed", "runs", "versions"} - study.keys())]
    yield Item(
        "Are hyperparameters, seeds and versions given?",
        "partly" if missing else "yes",
        f"Not on record: {listed(sorted(set(missing)))}."
        if missing
        else f"Seed {study['seed']}, runs 0 to {int(study['runs']) - 1:,}; every setting and version is under "
        "Provenance. One command makes the same bytes again.",
    )


def _comparing(summary: Summary, study: Record) -> Iterator[Item]:
    yield _same_data(summary)
    yield _confounders(summary)
    kinds: dict[str, list[str]] = {}
    for name, settings in summary.settings.items():
        kinds.setdefault(str(settings["strategy"]), []).append(name)
    varied = [kind for kind, names in kinds.items() if len(names) > 1]
    yield Item(
        "Is there an ablation?",
        "partly" if varied else "no",
        f"{listed(varied)}: with more than one setting." if varied else "No method runs with more than one setting.",
    )
    yield _same_protocol(summary, study)
    brief = [name for name, entry in _entries(summary) if not entry.evaluations > 1]
    yield Item(
        "Is performance compared over time?",
        "partly" if brief else "yes",
        f"{listed(list(dict.fromkeys(brief)))}: no more than one evaluation."
        if brief
        else "Figures over evaluations and over simulated time.",
    )
    without = [name for name in summary.benchmarks if not summary.against[name]]
    yield Item(
        "Is there a comparison with random search?",
        "no" if len(without) == len(summary.benchmarks) else "partly" if without else "yes",
        f"{REFERENCE} is compared with every search{f', but not on {listed(without)}' if without else ''}."
        if len(without) < len(summary.benchmarks)
        else f"Add {REFERENCE} to the study, and another search.",
    )
    fewest = min((entry.n + entry.failed for _, entry in _entries(summary)), default=0)
    yield Item(
        "Are there several runs, with their scatter?",
        "yes" if fewest > 1 else "no",
        f"{fewest:,} of each method, with intervals and paired tests." if fewest > 1 else "One run says nothing.",
    )
    live = [name for name in summary.benchmarks if _values(summary, "live", name) != [False]]
    yield Item(
        "Is a tabular or surrogate benchmark used?",
        "yes" if not live else "no" if len(live) == len(summary.benchmarks) else "partly",
        f"{listed(list(summary.benchmarks))}." + (f" Trained live, or not on record: {listed(live)}." if live else ""),
    )


def _same_data(summary: Summary) -> Item:
    """Judge whether all asked the same of the same, and were told no more than they asked."""
    differ = _differing(summary, (*DATA, *RULES))
    told = [*summary.apart]
    return Item(
        "Do all methods use the same data, space and training recipe?",
        "no" if differ else "partly" if told else "yes",
        (
            f"Methods differ in: {_differences(differ)}."
            if differ
            else "All asked the same table or model, with the same splits; run k of each sees the same trainings."
        )
        + (f" {listed(told)}: no search, as said above." if told else ""),
    )


def _confounders(summary: Summary) -> Item:
    differ, unknown = _differing(summary, (*MADE_BY, *CLOCK)), _unknown(summary, (*MADE_BY, *CLOCK))
    return Item(
        "Are confounders such as hardware and library versions controlled?",
        "partly" if differ or unknown else "yes",
        (f"Methods differ in: {_differences(differ)}. " if differ else "")
        + (f"Not on record: {listed(unknown)}. " if unknown else "")
        + "Time is the recorded time of each training on a simulated clock, so this machine plays no part.",
    )


def _same_protocol(summary: Summary, study: Record) -> Item:
    """Judge whether all methods had the same budget and spent it."""
    named = f"That of {study['protocol']}. " if "protocol" in study else ""
    differ, unknown = _differing(summary, (*BUDGET, *CLOCK)), _unknown(summary, CLOCK)
    short = list(dict.fromkeys(name for benchmark in summary.benchmarks for name in _short(summary, benchmark)))
    reasons = [
        f"Methods differ in: {_differences(differ)}." if differ else "",
        f"Not on record: {listed(unknown)}." if unknown else "",
        f"{listed(short)}: ended before the budget was spent." if short else "",
        f"{listed([*summary.apart])}: billed less than what they were told of, or for a model; not compared."
        if summary.apart
        else "",
    ]
    told = " ".join(filter(None, reasons))
    equal = f"Budget: {_budgets(summary)}" + (", for every method." if not told else ". " + told)
    return Item(
        "Is the protocol of evaluation the same for all?",
        "no" if differ else "partly" if told else "yes",
        named + equal,
    )


def _short(summary: Summary, benchmark: str) -> Iterator[str]:
    """Yield the searches that made fewer evaluations than they were allowed, where nothing else limits them."""
    for name, entry in summary.entries[benchmark].items():
        record = summary.records[benchmark][name]
        allowed = record["evaluations"]
        if name not in summary.apart and allowed and record["seconds"] is None and entry.evaluations < allowed:
            yield name


def _reporting(summary: Summary, study: Record) -> Iterator[Item]:
    entries = [entry for _, entry in _entries(summary)]
    each = [entry.gpu_days for entry in entries]
    total = sum(entry.gpu_days * (entry.n + entry.failed) for entry in entries)
    yield Item(
        "How were the methods' own hyperparameters tuned?",
        "yours",
        "The records say which, not how they came about.",
    )
    unsaid = [
        name
        for name, entry in _entries(summary)
        if math.isnan(entry.gpu_days) or (entry.role == ORACLE and math.isnan(entry.disclosed_days))
    ]
    yield Item(
        "Is the whole time of the method reported?",
        "partly" if unsaid else "yes",
        f"A search takes {significant(min(each))} to {significant(max(each))} simulated GPU days; all of this study "
        f"{number(total, 0)}."
        + "".join(f" {sentence}" for sentence in summary.apart.values())
        + (f" Not on record: the whole cost of {listed(list(dict.fromkeys(unsaid)))}." if unsaid else ""),
    )
    failures = f"{summary.failures:,} runs failed and are counted." if summary.failures else "No run failed."
    unknown = _unknown(summary, (*RULES, *CLOCK))
    policies = study.get("policies", {})
    yield Item(
        "Is everything else of the setting reported?",
        "partly" if unknown else "yes",
        f"Policies: {', '.join(f'{key} = {value}' for key, value in policies.items()) or 'defaults'}. {failures}"
        + (f" Not on record: {listed(unknown)}." if unknown else ""),
    )


def _entries(summary: Summary) -> Iterator[tuple[str, Entry]]:
    for row in summary.entries.values():
        yield from row.items()


def _values(summary: Summary, key: str, benchmark: str) -> list[Any]:
    """Return the different values that the strategies on a benchmark have on record."""
    found: list[Any] = []
    for record in summary.records[benchmark].values():
        if record[key] not in found:
            found.append(record[key])
    return found


def _differing(summary: Summary, keys: Sequence[str]) -> dict[str, list[Any]]:
    """Return what is not the same for all strategies on each benchmark, with the values of the first such benchmark."""
    found: dict[str, list[Any]] = {}
    for key in keys:
        several = (values for name in summary.benchmarks if len(values := _values(summary, key, name)) > 1)
        first = next(several, None)
        if first is not None:
            found[key] = first
    return found


def _differences(differ: Mapping[str, Sequence[Any]]) -> str:
    return "; ".join(f"{key} ({', '.join(map(_said, values))})" for key, values in differ.items())


def _said(value: Any) -> str:
    return "none" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _unknown(summary: Summary, keys: Sequence[str]) -> list[str]:
    """Return what is not on record for every strategy on every benchmark."""
    return [key for key in keys if any(None in _values(summary, key, name) for name in summary.benchmarks)]


def _budgets(summary: Summary) -> str:
    """Return the budget, or that of each benchmark where these differ."""
    told = {name: _budget(next(iter(summary.records[name].values()))) for name in summary.benchmarks}
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return "; ".join(f"{budget} on {name}" for name, budget in told.items())


def _budget(record: Record) -> str:
    given = [f"{record[key]:,} {key}" for key in BUDGET if record[key] is not None]
    return " and ".join(given) or "none"
