"""An oracle is called an oracle: everything that a study says labels it, and nothing ranks, tests or praises it.

A small study from the command line holds searches, and two strategies that differentiate through a whole table.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from nassim.core.roles import ORACLE
from nassim.report.build import build, numbers
from nassim.report.checklist import checklist
from nassim.report.summary import Summary
from nassim.study.results import ResultsFolder
from tests.command_line import Ended, Run, refused, run  # noqa: F401 - a fixture
from tests.report.conftest import Memory
from tests.study.studies import ROOT, write
from tests.study.toys import LARGE

STUDY = """
name = "small"
question = "Which search finds the best toy?"
benchmarks = ["tests.study.toys:LARGE", "tests.study.toys:OTHER"]
runs = 12
seed = 1
budget = {evaluations = 20}
strategy = [{name = "random_search"}, {name = "local_search"}, {name = "darts", epochs = 20, learning_rate = 0.5},
    {name = "gdas", epochs = 20, learning_rate = 0.5, label = "my gdas"}]
"""
DARTS, GDAS = "darts[epochs=20,learning_rate=0.5]", "my gdas"
LABELS = {name: f"{name} [{ORACLE}]" for name in (DARTS, GDAS)}
BARE = re.compile(rf"({re.escape(DARTS)}|{re.escape(GDAS)})(?! \[oracle relaxation\])")
CLAIM = '[[claim]]\ntext = "told"\nstrategy = "{0}"\nbenchmark = "tests.study.toys:LARGE"\n{1}\n'
DAY = 86_400.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the study, with its results in `out`, and in `printed` what the terminal shows."""
    made: Path = write(tmp_path_factory.mktemp("oracles"), STUDY)
    command = [sys.executable, "-m", "nassim", "run", made, "--out", made / "out", "--jobs", "1"]
    wide = {**os.environ, "COLUMNS": "140"}
    ended = subprocess.run(command, cwd=ROOT, env=wide, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    (made / "printed").write_text(ended.stdout, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def summary(folder: Path) -> Summary:
    """Return the numbers of the study."""
    return numbers(ResultsFolder.open(folder / "out")).summary


def words(text: str) -> str:
    """Return what a page or a drawing says, without its tags, with single spaces."""
    text = re.sub(r"<(style|script)\b.*?</\1>|<details>.*?</details>", " ", text, flags=re.DOTALL)
    text = re.sub(r"<wbr\s*/?>", "", text)
    labels = re.findall(r'aria-label="([^"]*)"|\btitle="([^"]*)"', text)
    said = " ".join([re.sub(r"<[^>]*>", " ", text), *(" ".join(pair) for pair in labels)])
    return re.sub(r"\s+", " ", unescape(said)).replace(" ,", ",")


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of everything that the study shows a reader."""
    yield "terminal", re.sub(r"\s+", " ", (folder / "printed").read_text(encoding="utf-8"))
    out = folder / "out"
    for path in (*sorted((out / "tables").iterdir()), out / "summary.json"):
        yield path.name, path.read_text(encoding="utf-8").replace(r"\_", "_")
    yield "report.html", words((out / "report.html").read_text(encoding="utf-8"))
    for path in sorted((out / "figures").glob("*.svg")):
        yield path.name, words(path.read_text(encoding="utf-8"))


def test_every_artefact_labels_the_oracles(folder: Path) -> None:
    """Tables, sentences, CSV, JSON, page, legends and terminal name them with what they are, and never without."""
    for name, text in texts(folder):
        joined = re.sub(r"(?<=[\w=\].,]) (?=learning_rate|\[oracle|relaxation|gdas)", " ", text)
        for label in LABELS.values():
            spaced = re.compile(re.escape(label).replace(r"\ ", r"\s*").replace(",", r",\s*").replace(r"\[", r"\s*\["))
            assert spaced.search(joined), f"{name}: {label}"
            joined = spaced.sub("", joined)
        assert not BARE.search(joined), f"{name}: {BARE.search(joined)}"


def test_no_number_ranks_or_tests_them(summary: Summary, folder: Path) -> None:
    """They have regrets and costs; ranks, tests and mean ranks are those of a study without them."""
    assert set(summary.overall) == {"random_search", "local_search"}
    assert list(summary.apart) == list(LABELS.values())
    results = ResultsFolder.open(folder / "out")
    cells = {
        (label, name): results.trace(label, name)
        for label in ("random_search", "local_search")
        for name in results.benchmarks
    }
    alone = build(Memory(folder / "alone", results.study, cells), folder / "alone")
    for benchmark, row in summary.entries.items():
        assert summary.best(benchmark) in {"random_search", "local_search"}
        assert set(summary.against[benchmark]) == {"local_search"}
        for label in LABELS.values():
            entry = row[label]
            assert (entry.role, entry.standing) == (ORACLE, "not ranked")
            assert np.isnan([entry.rank, entry.p_against_best]).all()
            assert entry.n == 12
            assert entry.regret >= 0
        for label, entry in alone.entries[benchmark].items():
            assert row[label] == entry
    assert summary.overall == alone.overall
    assert summary.answer == alone.answer
    assert all("darts" not in text and "gdas" not in text for text in (summary.answer, *summary.findings.values()))


def test_what_they_were_told_is_said_with_its_cost(summary: Summary) -> None:
    """DARTS hears all of a table from its first step; the sentence has that cost and what was billed."""
    told = LARGE.training_set(mean=False).seconds.sum() / DAY
    entry = summary.entries["tests.study.toys:LARGE"][LABELS[DARTS]]
    assert entry.disclosed_days == pytest.approx(told)
    assert entry.disclosed_days > 2 * entry.gpu_days
    sentence = summary.apart[LABELS[DARTS]]
    assert sentence.startswith(f"{LABELS[DARTS]} is no search and is not ranked")
    assert f"{told:#.3g}" in sentence
    assert f"{entry.gpu_days:#.3g}" in sentence


def test_tables_show_them_last_and_without_a_rank(folder: Path) -> None:
    """Below a rule in LaTeX, with dashes; empty fields and their role in the CSV."""
    out = folder / "out"
    with (out / "tables" / "summary.csv").open(encoding="utf-8") as file:
        rows = {row["strategy"]: row for row in csv.DictReader(file)}
    assert list(rows)[-2:] == list(LABELS.values())
    for label in LABELS.values():
        assert rows[label]["mean rank"] == ""
        for benchmark in ("tests.study.toys:LARGE", "tests.study.toys:OTHER"):
            assert (rows[label][f"{benchmark} role"], rows[label][f"{benchmark} rank"]) == (ORACLE, "")
            assert float(rows[label][f"{benchmark} disclosed_days"]) > 0
    markdown = (out / "tables" / "summary.md").read_text(encoding="utf-8").splitlines()
    assert all(line.endswith("| - |") for line in markdown if line.startswith("| ") and ORACLE in line)
    latex = (out / "tables" / "summary.tex").read_text(encoding="utf-8")
    assert latex.count(r"\midrule") == 2
    assert latex.rindex(f"{LABELS[GDAS]} &") > latex.rindex(r"\midrule")


def test_figures_compare_searches_and_draw_oracles_dashed(folder: Path) -> None:
    """Ranks, critical differences and profiles leave them out; regret shows them, dashed, last in the legend."""
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    alts = re.findall(r'aria-label="([^"]*)"', page)
    comparing = [
        alt
        for alt in alts
        if alt.startswith(("Line chart: mean rank", "Critical-difference", "Line chart: share of runs"))
    ]
    assert len(comparing) == 2 * 2 + 2 + 1
    assert not any(ORACLE in alt for alt in comparing)
    svg = (folder / "out" / "figures" / "regret-tests.study.toys-LARGE-seconds.svg").read_text(encoding="utf-8")
    dashed = re.findall(r'<g id="series-(\d+)-line">\s*<path[^>]*stroke-dasharray: 4.8', svg)
    assert len(dashed) == 2
    said = words(svg)
    assert said.index("random_search") < said.index(DARTS)


def test_the_checklist_tells_of_them(summary: Summary, folder: Path) -> None:
    """Same data and same protocol are no plain yes with oracles, and are one without them."""
    results = ResultsFolder.open(folder / "out")
    found = {item.question: item for item in checklist(summary, results.study)}
    for question in (
        "Do all methods use the same data, space and training recipe?",
        "Is the protocol of evaluation the same for all?",
    ):
        assert found[question].verdict == "partly"
        assert LABELS[DARTS] in found[question].answer
    assert summary.apart[LABELS[GDAS]] in found["Is the whole time of the method reported?"].answer


def claimed(folder: Path, run: Run, *claims: tuple[str, str]) -> Ended:  # noqa: F811
    """Return how a check of these claims about strategies ends."""
    text = "".join(CLAIM.format(strategy, rest) for strategy, rest in claims)
    (folder / "claims.toml").write_text(text, encoding="utf-8")
    return run("check", folder, "--out", folder / "out", "--read")


def test_claims_must_call_them_what_they_are(folder: Path, run: Run) -> None:  # noqa: F811
    """Values may be claimed under the label; without it, or compared with anything, a claim is refused."""
    holds = claimed(folder, run, (LABELS[DARTS], "value = 0\ntolerance = 1000"), ("local_search", "less_than = 1000"))
    assert holds.out.endswith("2 of 2 claims hold\n")
    fails = claimed(folder, run, (LABELS[DARTS], "less_than = -1"))
    assert LABELS[DARTS].replace(" ", "") in re.sub(r"\s", "", fails.out)
    assert f"is to be called '{LABELS[DARTS]}'" in refused(claimed(folder, run, (DARTS, "less_than = 1000")))
    for first, second in (
        (LABELS[DARTS], "local_search"),
        ("local_search", LABELS[DARTS]),
        (LABELS[DARTS], LABELS[GDAS]),
    ):
        assert "not to be compared" in refused(claimed(folder, run, (first, f'less_than = "{second}"')))
    assert "not ranked" in refused(claimed(folder, run, (LABELS[DARTS], 'statistic = "rank"\nless_than = 9')))
