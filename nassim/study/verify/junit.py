"""Verdicts for machines that test: JUnit XML, and Markdown for the summary of a GitHub job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from nassim.data.atomic import write_text, writing
from nassim.study.verify.verdict import Verdict


def write_junit(verdicts: Sequence[Verdict], study: str, path: Path | None) -> None:
    """Write verdicts as JUnit XML, a test case each; None = nowhere."""
    if path is None:
        return
    failed = sum(not verdict.holds for verdict in verdicts)
    suite = ET.Element("testsuite", name=study, tests=str(len(verdicts)), failures=str(failed), errors="0")
    for verdict in verdicts:
        name = ": ".join(filter(None, [verdict.text, verdict.strategy]))
        case = ET.SubElement(suite, "testcase", classname=f"{study}.{verdict.benchmark}", name=name, time="0")
        if not verdict.holds:
            ET.SubElement(case, "failure", message=_said(verdict))
    write_text(path, f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(suite, encoding='unicode')}\n")


def add_markdown(verdicts: Sequence[Verdict], study: str, path: Path | None) -> None:
    """Add what failed, as a table, and how much holds to a Markdown file; None = nowhere."""
    if path is None:
        return
    failed = [verdict for verdict in verdicts if not verdict.holds]
    heads = ("claim", "strategy", "benchmark", "statistic", "claimed", "measured")
    rows = [heads, ("---",) * len(heads), *(verdict[:-1] for verdict in failed)] if failed else []
    lines = [f"### {study}: {len(verdicts) - len(failed)} of {len(verdicts)} claims hold", ""]
    lines += [f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    with writing(path), path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n\n")


def _said(verdict: Verdict) -> str:
    return f"{verdict.statistic}: claimed {verdict.claimed}, measured {verdict.measured}"
