"""Whatever a TOML or JSON file holds, it is read, or refused in one line that names file and place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NotRequired, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nassim
from nassim.core.documents import DEEP, json_of, read_json, read_toml, toml_of
from nassim.core.errors import DataError, NassimError
from nassim.core.settings import Count
from nassim.core.shapes import OPEN, check_shape, shaped

PACKAGE = Path(nassim.__file__).parent
TOML = {
    "a number of too many digits": (b"x = " + b"9" * 4301, "malformed TOML: .*4300 digits"),
    "a number beyond 64 bits": (b"x = 1" + b"0" * 400, "x: expected a whole number of 64 bits, got one of about 401"),
    "a large float": (b"x = 1e400", "malformed TOML: the number 1e400 is too large"),
    "many brackets": (b"x = " + b"[" * 5000 + b"]" * 5000, "more than 32 deep"),
    "many tables": (b".".join([b"x"] * 500) + b" = 1", "more than 32 deep"),
    "names joined by dots": (b"[a]\nx = {" + b"'a' . " * 50_000 + b"a = 1}", "more than 32 deep"),
    "a NUL": (b"x = 'a\0'", "byte 6 is NUL"),
    "a byte order mark": (b"\xef\xbb\xbfx = 1", "byte order mark; save it as UTF-8 without"),
    "UTF-16": ("x = 1".encode("utf-16"), "byte order mark; save it as UTF-8"),
    "not UTF-8": (b"x = 1\ny = '\xe9'", "expected UTF-8, line 2 has the byte 0xe9"),
    "a key twice": (b"x = 1\nx = 2\ny = 1", "malformed TOML: Cannot overwrite a value"),
    "too large": (b"#" * (1 << 20) + b"#", "expected at most 1,024 KiB"),
}  # fmt: skip
JSON = {
    "a number of too many digits": (b"[" + b"9" * 4301 + b"]", "malformed JSON: .*4300 digits"),
    "a number beyond 64 bits": (b'{"x": 1' + b"0" * 400 + b"}", "x: expected a whole number of 64 bits"),
    "a large float": (b"[1e400]", "malformed JSON: the number 1e400 is too large"),
    "many brackets": (b"[" * 5000 + b"]" * 5000, "more than 32 deep"),
    "a key twice": (b'{"a": {"x": 1, "x": 2}}', "malformed JSON: the key 'x' is there twice"),
    "a NUL in a text": (b'{"x": "a\\u0000"}', r"x: expected a text, got 'a\\x00', which no file can hold"),
    "half a letter": (b'["\\ud800"]', "which no file can hold"),
    "half a letter as key": (b'{"\\ud800": 1}', "has the key"),
    "nothing": (b"", "malformed JSON"),
    "many values": (b"[" + b"[]," * 1_000_000 + b"[]]", "expected at most 2,000,000 values, it has about 2,000,002"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("read", "content", "message"),
    [(read, *case) for read, cases in ((read_toml, TOML), (read_json, JSON)) for case in cases.values()],
    ids=[f"{kind}: {name}" for kind, cases in (("TOML", TOML), ("JSON", JSON)) for name in cases],
)
def test_what_is_wrong_with_a_document_is_one_line(
    read: Callable[[Path, str], object], content: bytes, message: str, tmp_path: Path
) -> None:
    """The line names the file, what was expected, and what to do."""
    path = tmp_path / "document"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read(path, "mend it")
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).endswith("; mend it")
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder, a missing file and a pipe that nobody writes to are refused, without waiting."""
    os.mkfifo(tmp_path / "pipe")
    for name in ("", "missing", "pipe"):
        with pytest.raises(DataError, match="mend it"):
            read_toml(tmp_path / name, "mend it")


def test_what_is_right_is_read(tmp_path: Path) -> None:
    """Numbers, texts and depths within the bounds come back as they are."""
    (tmp_path / "x.toml").write_text("x = [1, 2.5, inf, 'ä', {a.b = true}, '....']\n", encoding="utf-8")
    assert read_toml(tmp_path / "x.toml", "") == {"x": [1, 2.5, float("inf"), "ä", {"a": {"b": True}}, "...."]}
    deep = "[" * DEEP + "]" * DEEP
    assert json_of(deep, "x", "") == eval(deep)


@given(st.text() | st.text("[]{}=.\"'\\0123456789eE+-,:\n#ax", max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text ends in another error."""
    for read in (toml_of, json_of):
        try:
            read(text, "x", "mend it")
        except DataError as error:
            assert "\n" not in str(error)  # noqa: PT017 - some texts are read


class Inner(TypedDict):
    """A table."""

    count: Count
    names: NotRequired[list[str]]


class Outer(TypedDict):
    """A table of tables."""

    inner: Inner
    margin: NotRequired[float | dict[str, float]]
    several: NotRequired[dict[str, Annotated[Inner, OPEN]]]


WRONG = {
    "no table": ([], r"the document must be a table, got \[\]"),
    "a key is missing": ({}, "the key 'inner' is missing"),
    "an unknown key": ({"inner": {"count": 1}, "sevral": {}}, "unknown key 'sevral'; did you mean 'several'"),
    "a list for a table": ({"inner": [1]}, r"'inner' must be a table, got \[1\]"),
    "a key within": ({"inner": {"cuont": 1}}, "unknown key of 'inner' 'cuont'; did you mean 'count'"),
    "a range": ({"inner": {"count": 0}}, r"'inner\.count' must be a whole number >= 1, got 0"),
    "true is no number": ({"inner": {"count": True}}, r"'inner\.count' must be a whole number >= 1, got True"),
    "an element": ({"inner": {"count": 1, "names": ["a", 2]}}, r"'inner\.names\[2\]' must be a text, got 2"),
    "neither of two": ({"inner": {"count": 1}, "margin": "x"}, "'margin' must be a number or a table, got 'x'"),
    "within one of two": ({"inner": {"count": 1}, "margin": {"a": "x"}}, r"'margin\.a' must be a number, got 'x'"),
    "of an open table": ({"inner": {"count": 1}, "several": {"b": {"more": 1}}}, r"'count' of 'several\.b' is missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_shape_is_said_with_its_place(name: str) -> None:
    """Expected, got and where, in one line."""
    document, message = WRONG[name]
    with pytest.raises(NassimError, match=message):
        check_shape(document, Outer, "")
    with pytest.raises(DataError, match=r"x: .*; mend it"):
        shaped(document, Outer, "x", "mend it")


def test_a_right_shape_passes() -> None:
    """Open tables may have more, and optional keys may be missing."""
    document = {"inner": {"count": 1}, "margin": {"a": 1}, "several": {"b": {"count": 2, "more": []}}}
    assert shaped(document, Outer, "x", "") is document


def test_nobody_else_reads_toml_or_json() -> None:
    """Only documents.py parses; but for what nassim or xgboost wrote a moment ago, and records of huge archives."""
    may = {
        "core/documents.py",
        "study/source.py",
        "study/benchmarks.py",
        "surrogates/ensemble.py",
        "surrogates/trees.py",
        "spaces/_json_text.py",
    }
    may |= {f"importers/{name}.py" for name in ("nas_bench_macro", "nas_bench_101", "accel_nasbench")}
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("tomllib", "json.load", "json_load"))
    }
    assert found - may - {"training/parts.py"} == set()
