"""The checklist of Lindauer and Hutter (2020, Best Practices for NAS Research, JMLR 21), answered from records.

Every "yes" is computed: from the study's own record, and from what each trace says of how it was made. What is not on
record is no "yes". One function is one question; they stand in their authors' three groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nassim.core.documents import JsonValue
from nassim.report.checklist import comparing, releasing, reporting
from nassim.report.checklist.item import Item
from nassim.report.checklist.on_record import OnRecord, Record
from nassim.report.summary import Summary

QUESTIONS = (*releasing.QUESTIONS, *comparing.QUESTIONS, *reporting.QUESTIONS)


def checklist(summary: Summary, study: Mapping[str, JsonValue]) -> list[Item]:
    """Return all questions, and what the records of a study say to them."""
    found = OnRecord(summary, cast("Record", study))
    return [question(found) for question in QUESTIONS]
