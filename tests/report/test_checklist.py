"""The checklist: every yes is computed from what is on record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nassim import simulate
from nassim.core.trace import Trace
from nassim.report.cells import read_cells
from nassim.report.checklist import checklist
from nassim.report.summarise import summarise
from tests.report.conftest import Memory
from tests.study.toys import LARGE


def test_the_checklist_computes_every_yes(tmp_path: Path) -> None:
    """Each yes turns when its record does: another budget, policy, version, seed or judge, or none on record."""

    def traces(**others: object) -> dict[tuple[str, str], Trace]:
        """Return two searches, of which the second has these policies or budget."""
        second = {"runs": 4, "evaluations": 20} | others
        return {
            ("random_search", "toy"): simulate("random_search", LARGE, runs=4, evaluations=20),
            ("local_search", "toy"): simulate("local_search", LARGE, **second),
        }

    def said(found: dict[tuple[str, str], Trace], **about: object) -> dict[str, str]:
        """Return the verdicts by question."""
        names = [{"label": label, "name": label} for label, _ in found]
        study = {"name": "s", "runs": 4, "seed": 0, "versions": {"nassim": "1"}, "strategies": names} | about
        cells = {"toy": read_cells(Memory(tmp_path, study, found), "toy")}
        return {item.question: item.verdict for item in checklist(summarise("s", "q", cells), study)}

    equal = said(traces())
    data = "Is the code or data of the training pipeline and the space available?"
    assert {question for question, verdict in equal.items() if verdict not in {"yes", "yours"}} == {
        "Is there an ablation?",
        data,  # toys have no checksum
    }

    def moved(found: dict[tuple[str, str], Trace], **about: object) -> set[str]:
        """Return the questions that are no longer answered with yes."""
        return {question for question, verdict in said(found, **about).items() if equal[question] == "yes" != verdict}

    protocol, same = (
        "Is the protocol of evaluation the same for all?",
        "Do all methods use the same data, space and training recipe?",
    )
    confounders, hyper = (
        "Are confounders such as hardware and library versions controlled?",
        "Are hyperparameters, seeds and versions given?",
    )
    assert moved(traces(evaluations=10)) == {protocol}
    assert moved(traces(evaluations=None, seconds=40.0)) == {protocol}
    assert moved(traces(workers=2)) == {protocol, confounders}
    assert moved(traces(signal="mean")) == {same}
    assert moved(traces(), versions={}) == {"Is the code of the search methods available?"}
    assert moved(traces(), strategies=[{"label": "x", "name": "./x.py:X"}]) == {
        "Is the code of the search methods available?"
    }
    alone = {cell: trace for cell, trace in traces().items() if cell[0] == "random_search"}
    assert moved(alone) == {"Is there a comparison with random search?"}

    def recorded_as(**changes: object) -> dict[tuple[str, str], Trace]:
        """Return the searches, of which the second has another record."""
        found = traces()
        cell = ("local_search", "toy")
        return found | {cell: replace(found[cell], provenance=found[cell].provenance | changes)}

    assert moved(recorded_as(numpy="1.0")) == {confounders}
    assert moved(recorded_as(numpy=None)) == {confounders, hyper}
    assert moved(recorded_as(live=True)) == {"Is a tabular or surrogate benchmark used?"}
    assert moved(recorded_as(seed=None)) == {hyper}
    once = {cell: simulate(cell[0], LARGE, runs=1, evaluations=1) for cell in traces()}
    assert moved(once) == {"Are there several runs, with their scatter?", "Is performance compared over time?"}
