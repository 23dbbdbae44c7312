"""The page's section of objectives and limits in a real browser: all that it says is counted again from traces."""

from __future__ import annotations

import json
import math
import re
from html import unescape

import numpy as np
import pytest

import nassim
from nassim.report.build import build
from tests.report.conftest import Memory, study
from tests.report.test_browser import LISTEN, chromium, pytestmark  # noqa: F401  (slow, and needs chromium)

BENCH = nassim.load("nb201/cifar10")
LIMIT = 0.0125  # seconds: a part of the runs of each strategy meets nothing within it

ACT = """<script>{
const explorer = document.querySelector("#explorer"), form = explorer.querySelector("form");
const choose = (name, value) => {
  form.elements[name].value = value;
  form.elements[name].dispatchEvent(new Event("input", {bubbles: true}));
};
const table = () => Object.fromEntries([...explorer.querySelectorAll("tbody tr")].map(row =>
  [row.cells[0].dataset.value, [...row.cells].slice(1).map(cell => cell.dataset.value ?? cell.textContent)]));
const corners = () => Object.fromEntries([...explorer.querySelectorAll("path[data-corners]")].map(path =>
  [path.dataset.series ?? "exact", JSON.parse(path.dataset.corners)]));
said.hidden = explorer.hidden;
said.free = {table: table(), corners: corners()};
choose("cost", "latency"); choose("limit", LIMIT);
said.limited = {table: table(), corners: corners()};
choose("y", "params"); choose("x", "latency");
said.swapped = {table: table(), corners: corners()};
choose("limit", 0.0001);
said.nothing = {table: table(), corners: corners()};
const note = document.createElement("pre");
note.id = "said";
note.textContent = JSON.stringify(said);
document.body.append(note);
}</script>""".replace("LIMIT", str(LIMIT))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Memory:
    """Return a study of two objectives, whose folder holds the report."""
    one = study(tmp_path_factory.mktemp("explored"), 9, {"nb201/cifar10": BENCH}, objectives=["error", "params"])
    build(one)
    return one


@pytest.fixture(scope="module")
def said(made) -> dict:
    """Return what a reader saw who picked objectives and limits."""
    page = (made.folder / "report.html").read_text(encoding="utf-8")
    place = made.folder / "read.html"
    place.write_text(page.replace("<head>", f"<head>{LISTEN}", 1).replace("</body>", f"{ACT}</body>"), encoding="utf-8")
    dom = chromium("--dump-dom", place.as_uri())
    return json.loads(unescape(re.search(r'<pre id="said">(.*?)</pre>', dom, re.DOTALL)[1]))


def points(archs: np.ndarray, x: str, y: str, limit: float) -> list[tuple[float, float]]:
    """Return the objectives of what keeps a limit of the latency."""
    known = {"error": BENCH.truth(archs), **{name: BENCH.cost(name, archs) for name in BENCH.costs}}
    keeps = known["latency"] <= limit
    return list(zip(known[x][keeps].tolist(), known[y][keeps].tolist(), strict=True))


def attained(runs: list[list[tuple[float, float]]], needed: int) -> list[list[float]]:
    """Return the corners of what so many runs attain: at each x, the lowest y of each run so far, in order."""
    corners: list[list[float]] = []
    for x in sorted({x for run in runs for x, _ in run}):
        best = sorted(min((b for a, b in run if a <= x), default=math.inf) for run in runs)[needed - 1]
        if best < (corners[-1][1] if corners else math.inf):
            corners.append([x, best])
    return corners


def test_it_is_there_and_nothing_goes_wrong(said) -> None:
    """The script shows the section, which is hidden without it."""
    assert said["errors"] == []
    assert not said["hidden"]


@pytest.mark.parametrize(
    ("asked", "x", "y", "limit"),
    [
        ("free", "params", "error", math.inf),
        ("limited", "params", "error", LIMIT),
        ("swapped", "latency", "params", LIMIT),
        ("nothing", "latency", "params", 0.0001),
    ],
)
def test_fronts_and_the_best_within_a_limit_are_those_of_the_traces(made, said, asked, x, y, limit) -> None:
    """Corners of what half of the runs attain, shares of runs within the limit, the median and lowest of their best."""
    owners = {"random_search": "0", "evolution & friends": "1", "evolution_10%": "2"}
    shown, lines = said[asked]["table"], said[asked]["corners"]
    for name, owner in owners.items():
        runs = [points(archs, x, y, limit) for archs in made.trace(name, "nb201/cifar10").archs]
        lowest = sorted(min((b for _, b in run), default=math.inf) for run in runs)
        share, half, best = map(float, shown[name][:3])
        assert share == pytest.approx(sum(map(bool, runs)) / len(runs))
        for number, expected in ((half, lowest[(len(runs) - 1) // 2]), (best, lowest[0])):
            assert number == pytest.approx(expected, rel=1e-5) or (math.isnan(number) and math.isinf(expected))
        if math.isfinite(best):
            found = points(BENCH.space.parse(shown[name][3])[None], x, y, limit)
            assert found[0][1] == pytest.approx(best, rel=1e-5)
        expected_line = attained(runs, (len(runs) + 1) // 2)
        np.testing.assert_allclose(lines.get(owner, []), expected_line, rtol=1e-5)
    exact = attained([points(BENCH.everything(), x, y, limit)], 1)
    np.testing.assert_allclose(lines.get("exact", []), exact, rtol=1e-5)
    assert float(shown["the exact front"][0]) == bool(exact)
