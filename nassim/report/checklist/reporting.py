"""Questions on what is reported beside the results: tuning, time, and all other settings."""

from __future__ import annotations

import math

from nassim.core.roles import ORACLE
from nassim.report.checklist.item import Item, sentences
from nassim.report.checklist.on_record import CLOCK, RULES, OnRecord, not_on_record
from nassim.report.wording import listed, number, significant


def tuning(_found: OnRecord) -> Item:
    """Leave to the author what no record says."""
    return Item(
        "How were the methods' own hyperparameters tuned?",
        "yours",
        "The records say which, not how they came about.",
    )


def whole_time(found: OnRecord) -> Item:
    """Answer how long searches take, and whether that of every strategy is known."""
    each = [entry.gpu_days for _, entry in found.entries]
    total = sum(entry.gpu_days * (entry.n + entry.failed) for _, entry in found.entries)
    unsaid = list(
        dict.fromkeys(
            name
            for name, entry in found.entries
            if math.isnan(entry.gpu_days) or (entry.role == ORACLE and math.isnan(entry.disclosed_days))
        )
    )
    return Item(
        "Is the whole time of the method reported?",
        "partly" if unsaid else "yes",
        sentences(
            f"A search takes {significant(min(each))} to {significant(max(each))} simulated GPU days; all of this "
            f"study {number(total, 0)}.",
            *found.summary.apart.values(),
            not_on_record([f"the whole cost of {listed(unsaid)}"] if unsaid else []),
        ),
    )


def everything_else(found: OnRecord) -> Item:
    """Answer which policies the study has, and whether runs failed."""
    unknown, failures = found.unknown((*RULES, *CLOCK)), found.summary.failures
    policies = ", ".join(f"{key} = {value}" for key, value in found.study.get("policies", {}).items())
    return Item(
        "Is everything else of the setting reported?",
        "partly" if unknown else "yes",
        sentences(
            f"Policies: {policies or 'defaults'}.",
            f"{failures:,} runs failed and are counted." if failures else "No run failed.",
            not_on_record(unknown),
        ),
    )


QUESTIONS = (tuning, whole_time, everything_else)
