"""The checklist of Lindauer and Hutter (2020, Best Practices for NAS Research, JMLR 21), answered from records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from nassim.report.summary import REFERENCE, Summary
from nassim.report.wording import listed, number

Verdict = Literal["yes", "partly", "no", "yours"]  # yours = only the author can answer


class Item(NamedTuple):
    """One question and what the study's own records say to it."""

    question: str
    verdict: Verdict
    answer: str


def checklist(summary: Summary, study: Mapping[str, Any]) -> list[Item]:
    """Return all questions, in their authors' three groups: releasing, comparing, reporting."""
    return [
        *_releasing(summary, study),
        *_comparing(summary, study),
        *_reporting(summary, study),
    ]


def _releasing(summary: Summary, study: Mapping[str, Any]) -> list[Item]:
    versions = study.get("versions", {})
    own = [name for name, settings in summary.settings.items() if ":" in str(settings["strategy"])]
    unknown = [name for name, fact in summary.facts.items() if not fact["data_sha256"]]
    return [
        Item(
            "Is the code of the search methods available?",
            "partly" if own else "yes",
            f"They are those of nassim {versions.get('nassim', '?')}."
            + (f" {listed(own)}: the authors' own file, to be released with the paper." if own else ""),
        ),
        Item(
            "Is the code or data of the training pipeline and the space available?",
            "partly" if unknown else "yes",
            "Every answer comes from the benchmark, whose source and checksum stand under Provenance."
            + (f" {listed(unknown)}: without a checksum." if unknown else ""),
        ),
        Item(
            "Are hyperparameters, seeds and versions given?",
            "yes",
            f"Seed {study.get('seed')}, runs 0 to {int(study.get('runs', 1)) - 1:,}; every setting and version is "
            "under Provenance. One command makes the same bytes again.",
        ),
    ]


def _comparing(summary: Summary, study: Mapping[str, Any]) -> list[Item]:
    reference = summary.reference is not None
    runs = int(study.get("runs", 0))
    kinds: dict[str, list[str]] = {}
    for name, settings in summary.settings.items():
        kinds.setdefault(str(settings["strategy"]), []).append(name)
    varied = [kind for kind, names in kinds.items() if len(names) > 1]
    return [
        Item(
            "Do all methods use the same data, space and training recipe?",
            "yes",
            "All asked the same table or model, with the same splits; run k of every method meets the same luck.",
        ),
        Item(
            "Are confounders such as hardware and library versions controlled?",
            "yes",
            "Time is the recorded time of each training on a simulated clock, so the machine plays no part.",
        ),
        Item(
            "Is there an ablation?",
            "partly" if varied else "no",
            f"{listed(varied)}: with more than one setting."
            if varied
            else "No method runs with more than one setting.",
        ),
        Item("Is the protocol of evaluation the same for all?", "yes", _protocol(study)),
        Item("Is performance compared over time?", "yes", "Figures over evaluations and over simulated time."),
        Item(
            "Is there a comparison with random search?",
            "yes" if reference else "no",
            f"{REFERENCE} is one of the methods." if reference else f"Add {REFERENCE} to the study.",
        ),
        Item(
            "Are there several runs, with their scatter?",
            "yes" if runs > 1 else "no",
            f"{runs:,} of each method, with intervals and paired tests." if runs > 1 else "One run says nothing.",
        ),
        Item("Is a tabular or surrogate benchmark used?", "yes", f"{listed(list(summary.benchmarks))}."),
    ]


def _reporting(summary: Summary, study: Mapping[str, Any]) -> list[Item]:
    days = [entry.gpu_days * (entry.n + entry.failed) for row in summary.entries.values() for entry in row.values()]
    each = [entry.gpu_days for row in summary.entries.values() for entry in row.values()]
    policies = study.get("policies", {})
    failures = f"{summary.failures:,} runs failed and are counted." if summary.failures else "No run failed."
    return [
        Item(
            "How were the methods' own hyperparameters tuned?",
            "yours",
            "The records say which, not how they came about.",
        ),
        Item(
            "Is the whole time of the method reported?",
            "yes",
            f"A search takes {number(min(each), 3)} to {number(max(each), 1)} simulated GPU days; all of this study "
            f"{number(sum(days), 0)}.",
        ),
        Item(
            "Is everything else of the setting reported?",
            "yes",
            f"Policies: {', '.join(f'{key} = {value}' for key, value in policies.items()) or 'defaults'}. {failures}",
        ),
    ]


def _protocol(study: Mapping[str, Any]) -> str:
    """Return whose protocol it is, and the budget, where benchmarks have others of each."""
    named = f"That of {study['protocol']}. " if "protocol" in study else ""
    own = {name: asked["budget"] for name, asked in study.get("surrogates", {}).items() if "budget" in asked}
    told = "; ".join(f"{_budget(budget)} on {name}" for name, budget in own.items())
    return f"{named}Budget: {told or _budget(study.get('budget', {}))}, for every method."


def _budget(budget: Mapping[str, Any]) -> str:
    given = {key: value for key, value in budget.items() if value is not None}
    return " and ".join(f"{value:,} {key}" for key, value in given.items()) or "none"
