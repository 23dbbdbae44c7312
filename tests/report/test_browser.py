"""The report in a real browser: no error, no request, it sorts, switches, filters and enlarges. Needs chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=8000", "--window-size=1300,2000")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="chromium is not installed"),
]

# Runs before the page's own script, so that its errors are heard.
LISTEN = """<script>
var said = {errors: []};
addEventListener("error", event => said.errors.push(event.message));
for (const kind of ["error", "warn"]) console[kind] = (...what) => said.errors.push(what.join(" "));
</script>"""

# Does what a reader would do, and leaves what it saw in an element of the page.
ACT = """<script>{
const all = (query, root = document) => [...root.querySelectorAll(query)];
const shown = query => all(query).filter(part => part.getClientRects().length);
const column = (table, place) => all("tbody tr", table).map(row => row.cells[place].dataset.value);
const results = document.querySelector("table"), heads = all("thead tr:last-child button", results);
said.ranks = column(results, 1);
heads[0].click();
said.names = column(results, 0);
heads[1].click(); heads[1].click();
said.descending = column(results, 1);
said.sort = heads[1].closest("th").getAttribute("aria-sort");
const [figures, cells] = all("form.switches");
const choose = (form, name, value) => {
  form.elements[name].value = value;
  form.elements[name].dispatchEvent(new Event("input", {bubbles: true}));
};
const now = () => shown("figure").map(part => [part.dataset.benchmark ?? "", part.dataset.axis ?? ""]);
said.first = now();
choose(figures, "benchmark", "toy/b_2"); choose(figures, "axis", "seconds");
said.switched = now();
choose(figures, "figure", "Final regret of every run");
said.chosen = shown(".group").map(part => part.dataset.figure);
choose(figures, "figure", "");
choose(cells, "benchmark", "toy/a");
said.cells = [...new Set(shown(".browser tbody tr").map(row => row.dataset.benchmark))];
choose(cells, "text", "no such thing");
said.none = shown(".browser tbody tr").length;
const figure = shown("figure")[0], dialog = document.querySelector("dialog");
figure.querySelector(".enlarge").click();
said.open = dialog.open;
const width = () => dialog.querySelector("svg").getBoundingClientRect().width, before = width();
dialog.querySelector("[data-zoom]").click();
said.zoom = width() / before;
dialog.close();
setTimeout(() => {
  said.closed = !dialog.open && figure.querySelector(":scope > svg") !== null;
  said.requests = performance.getEntriesByType("resource").map(entry => entry.name);
  const note = document.createElement("pre");
  note.id = "said";
  note.textContent = JSON.stringify(said);
  document.body.append(note);
}, 300);
}</script>"""


def chromium(*arguments: object) -> str:
    """Return what chromium prints."""
    assert CHROMIUM, "chromium is needed where CI is set"
    command = [CHROMIUM, *OPTIONS, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.fixture(scope="module")
def said(results, tmp_path_factory) -> dict:
    """Return what a reader of the report saw."""
    page = (results.folder / "report.html").read_text(encoding="utf-8")
    place = tmp_path_factory.mktemp("browser") / "report.html"
    place.write_text(page.replace("<head>", f"<head>{LISTEN}", 1).replace("</body>", f"{ACT}</body>"), encoding="utf-8")
    dom = chromium("--dump-dom", place.as_uri())
    return json.loads(unescape(re.search(r'<pre id="said">(.*?)</pre>', dom, re.DOTALL)[1]))


def test_nothing_goes_wrong_and_nothing_is_fetched(said) -> None:
    """No error, no warning, no request but for the page."""
    assert said["errors"] == []
    assert all(name.startswith("data:") for name in said["requests"])


def test_tables_sort(said) -> None:
    """By name and by number, both ways, and say so."""
    numbers = [float(value) for value in said["ranks"]]
    assert numbers == sorted(numbers)
    assert said["names"] == sorted(said["names"])
    assert [float(value) for value in said["descending"]] == numbers[::-1]
    assert said["sort"] == "descending"


def test_figures_switch_data_set_and_axis(said) -> None:
    """At first the first data set over evaluations; then what was chosen; figures of all data sets stay."""
    assert {tuple(part) for part in said["first"]} == {("toy/a", "evaluations"), ("toy/a", ""), ("", "")}
    assert {tuple(part) for part in said["switched"]} == {("toy/b_2", "seconds"), ("toy/b_2", ""), ("", "")}
    assert said["chosen"] == ["Final regret of every run"]


def test_the_browser_of_cells_filters(said) -> None:
    """By data set and by text."""
    assert said["cells"] == ["toy/a"]
    assert said["none"] == 0


def test_a_figure_enlarges_and_comes_back(said) -> None:
    """The button opens it, + makes it larger, and closing puts it back."""
    assert said["open"]
    assert said["zoom"] == pytest.approx(1.25, abs=0.01)
    assert said["closed"]


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_drawn_in_light_and_dark(results, dark, tmp_path: Path) -> None:
    """A picture of it is mostly of the theme's own colour."""
    from PIL import Image

    more = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []
    chromium(*more, f"--screenshot={tmp_path / 'page.png'}", (results.folder / "report.html").as_uri())
    with Image.open(tmp_path / "page.png") as image:
        colours = image.convert("L").histogram()
    assert (sum(colours[:80]) if dark else sum(colours[200:])) > 0.7 * sum(colours)
