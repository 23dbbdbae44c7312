"""Files of a report: all there, complete, self-contained, and the same bytes every time."""

import csv
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

from nassim.core.errors import DataError
from nassim.report import drawing
from nassim.report.build import build, write
from nassim.report.line_chart import Axis, Band, chart
from nassim.report.page import inline
from nassim.report.style import COLOURS, ON_DARK, looks, rendered
from nassim.report.wording import decimals, number, span
from tests.report.conftest import STRATEGIES

FIGURES = [f"regret-{name}-{axis}" for name in ("toy-a", "toy-b_2") for axis in ("evaluations", "seconds")]
VOID = {"meta", "path", "use", "line", "wbr", "image", "input", "rect", "circle"}


def test_every_file_is_there(results) -> None:
    """And nothing else, no half-written file above all."""
    files = {path.relative_to(results.folder).as_posix() for path in results.folder.rglob("*") if path.is_file()}
    figures = {f"figures/{stem}.{kind}" for stem in FIGURES for kind in ("pdf", "svg", "png")}
    tables = {f"tables/summary.{kind}" for kind in ("md", "tex", "csv")}
    assert files == figures | tables | {"report.html", "summary.json"}


def test_the_same_bytes_every_time(results, tmp_path) -> None:
    """A second build writes the same files, dates or not."""
    build(results, tmp_path)
    for path in results.folder.rglob("*.*"):
        assert (tmp_path / path.relative_to(results.folder)).read_bytes() == path.read_bytes(), path.name


def test_the_same_bytes_in_whichever_order_processes_end(results, tmp_path, monkeypatch) -> None:
    """Figures are shared out among processes; what is done last may be what was asked first."""
    shared: list[int] = []

    def backwards(work, items, jobs):
        units = list(items)
        shared.append(len(units))
        return (work(*unit) for unit in reversed(units))

    monkeypatch.setattr(drawing, "FEW", 0)
    monkeypatch.setattr(drawing.parallel, "results", backwards)
    build(results, tmp_path, jobs=3)
    assert shared == [6]
    for name in ("report.html", "summary.json"):
        assert (tmp_path / name).read_bytes() == (results.folder / name).read_bytes()


@pytest.mark.parametrize("stem", FIGURES)
def test_figures_embed_fonts_and_show_every_strategy(results, stem) -> None:
    """PDF fonts are embedded TrueType; the SVG's text is text."""
    pdf = (results.folder / "figures" / f"{stem}.pdf").read_bytes()
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"CreationDate" not in pdf
    svg = (results.folder / "figures" / f"{stem}.svg").read_text()
    shown = set(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    assert {name.replace("&", "&amp;") for name in STRATEGIES} <= shown
    for number_ in range(len(STRATEGIES)):
        assert f'id="series-{number_}-line"' in svg


def test_looks_are_stable_and_distinct() -> None:
    """A strategy looks the same whatever subset is drawn or in which order; no two look alike, nor by marker alone."""
    names = [f"s{number_:02}" for number_ in range(20)]
    look = looks(names)
    assert look == looks(reversed(names))
    assert len({(one.colour, one.line) for one in look.values()}) == len(look)
    assert len({one.marker for one in list(look.values())[:12]}) == 12
    assert look["random_search"] == looks(["random_search"])["random_search"]
    assert len(ON_DARK) == len(COLOURS)


def test_markdown_says_the_numbers(results, summary) -> None:
    """Rows are strategies, best first; each cell is the mean, its interval and the rank."""
    lines = (results.folder / "tables" / "summary.md").read_text().splitlines()
    for line, name in zip(lines[2:], summary.ranking, strict=False):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert cells[0].replace("\\", "") == name
        for place, benchmark in enumerate(summary.benchmarks):
            entry, digits = summary.entries[benchmark][name], decimals(summary.entries[benchmark].values())
            regret = f"{number(entry.regret, digits)} {span(entry.low, entry.high, digits)}"
            assert cells[1 + 2 * place].replace("*", "") == regret
            assert cells[2 + 2 * place] == f"{entry.rank:.2f}"
            assert cells[1 + 2 * place].startswith("**") == (entry.standing == "best")
    assert "n = 40" in lines[-1]


def test_latex_marks_and_escapes(results, summary) -> None:
    """Best bold, as good underlined, special characters escaped, booktabs rules, the test in the caption."""
    text = (results.folder / "tables" / "summary.tex").read_text()
    standings = [entry.standing for row in summary.entries.values() for entry in row.values()]
    assert text.count(r"\textbf{") == standings.count("best")
    assert text.count(r"\underline{") == standings.count("not significantly worse")
    assert r"evolution\_10\%" in text
    assert r"evolution \& friends" in text
    assert text.count(r"\\") == 2 + len(STRATEGIES)
    for command in (r"\toprule", r"\midrule", r"\bottomrule", r"\caption{Mean final regret with 95 \%", "Wilcoxon"):
        assert command in text


def test_csv_has_full_precision(results, summary) -> None:
    """Every number reads back exactly."""
    with (results.folder / "tables" / "summary.csv").open(newline="") as file:
        rows = {row["strategy"]: row for row in csv.DictReader(file)}
    assert list(rows) == summary.ranking
    for benchmark, row in summary.entries.items():
        for name, entry in row.items():
            assert float(rows[name][f"{benchmark} regret"]) == entry.regret
            assert int(rows[name][f"{benchmark} n"]) == entry.n


class Page(HTMLParser):
    """A strict reader of a page: elements close in order; what it saw is kept."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs) -> None:
        """Remember it, and that it must be closed."""
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        """Remember it."""
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag) -> None:
        """Check that it closes the latest open one."""
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        """Keep the text."""
        self.text += data


@pytest.fixture(scope="module")
def page(results) -> Page:
    """Return the report, parsed."""
    return Page((results.folder / "report.html").read_text())


def test_page_is_whole(page) -> None:
    """Every element is closed, ids are unique, references within the page resolve."""
    assert not page.open
    ids = [attributes["id"] for _, attributes in page.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    seen = [attributes for _, attributes in page.seen]
    wanted = {has[key] for has in seen for key in ("aria-labelledby", "aria-describedby") if key in has}
    wanted |= {has["href"][1:] for has in seen if has.get("href", "").startswith("#")}
    assert wanted <= set(ids)


def test_page_needs_no_network(results) -> None:
    """There is no address in it at all, and it is small."""
    text = (results.folder / "report.html").read_text()
    bare = re.sub(r"<script>.*</script>|data:image/png;base64,[^\"]*", "", text, flags=re.DOTALL)
    assert not re.search(r"https?://|//[a-z]|@import|src=", bare)
    assert "http" not in text
    assert len(text.encode()) < 5_000_000


def test_page_is_accessible(page) -> None:
    """Images have a text, decoration is hidden, headings go down one level at a time, the language is named."""
    images = [attributes for tag, attributes in page.seen if tag == "svg"]
    assert sum("aria-label" in image for image in images) > len(FIGURES)
    assert all(
        image.get("aria-hidden") == "true" or (image["role"] == "img" and image["aria-label"]) for image in images
    )
    drawn = [attributes for tag, attributes in page.seen if tag == "figure"]
    assert len(drawn) == len(images) - sum(image.get("aria-hidden") == "true" for image in images)
    levels = [int(tag[1]) for tag, _ in page.seen if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert ("html", {"lang": "en"}) in page.seen


def test_page_says_what_was_found_and_from_what(page, summary) -> None:
    """Question, answer, numbers, method and provenance; text from outside is escaped."""
    said = re.sub(r"\s+", " ", page.text)
    for part in ("Which <is> best?", summary.answer, *summary.findings.values(), "valid", "test", "nassim = 0", "seed"):
        assert part in said
    for row in summary.entries.values():
        digits = decimals(row.values())
        for name, entry in row.items():
            assert name in said
            assert f"{number(entry.regret, digits)} {span(entry.low, entry.high, digits)}" in said


def test_inline_figures_follow_the_theme(results) -> None:
    """No colour of the paper stays, so a dark page has no dark lines on it."""
    svg = (results.folder / "figures" / f"{FIGURES[0]}.svg").read_text()
    assert not re.search("#[0-9a-fA-F]{6}", inline(svg, "name", "says"))


def test_inline_figures_say_what_the_files_say(results) -> None:
    """Coordinates are rounded, the numbers at the ticks are not."""
    for stem in FIGURES:
        svg = (results.folder / "figures" / f"{stem}.svg").read_text()
        texts = [re.findall(r"<text[^>]*>([^<]*)</text>", one) for one in (svg, inline(svg, "name", "says"))]
        assert texts[0] == texts[1]
        assert len(inline(svg, "name", "says")) < len(svg)


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch) -> None:
    """A file is never half written."""
    path = tmp_path / "deep" / "file.txt"
    write(path, "old")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(DataError, match="disk full"):
        write(path, "new")
    assert [file.name for file in path.parent.iterdir()] == ["file.txt"]
    assert path.read_text() == "old"


def test_reading_a_summary_imports_no_matplotlib() -> None:
    """Those who only check numbers do not wait for figures."""
    code = "import sys, nassim.report.summarise, nassim.report.tables; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_zero_regret_is_drawn_at_the_lower_edge() -> None:
    """A logarithmic axis has no zero, and the line must not vanish; nor may all zeros or nothing at all warn."""
    look = looks(["a", "b", "c"])
    one = Band(np.array([1.0, 2.0]), *np.array([[2.0, 0.0]] * 3))
    zero = Band(np.array([1.0, 2.0]), *np.zeros((3, 2)))
    nothing = Band(*np.empty((4, 0)))
    for bands in ({"a": one, "b": zero, "c": nothing}, {"b": zero}, {"c": nothing}):
        figure = chart("title", bands, look, Axis("evaluations"), Axis("mean regret (% error)"))
        rendered(figure, "png")
        for line in figure.axes[0].lines:
            assert min(line.get_ydata()) >= figure.axes[0].get_ylim()[0]
