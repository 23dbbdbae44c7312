"""Importing NAS-Bench-Macro: the published file, one of our own in its form, and everything that may be wrong."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nassim import load
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.core.random_streams import Streams
from nassim.importers import import_data, nas_bench_macro
from nassim.spaces.macro import Macro
from tests.importers.damage import damaged

SPACE = Macro()
PUBLISHED = Path(__file__).parents[3] / "shared/data/nas-bench-macro/nas-bench-macro_cifar10.json"


@cache
def entries() -> dict:
    """Return a file in the published form, as an object."""
    archs = SPACE.at(np.arange(SPACE.size))
    return {
        SPACE.show(arch): {
            "test_acc": [50.0 + row / 1000, 60.0, 70.0],
            "params": nas_bench_macro.KNOWN.get(SPACE.show(arch), 1000 + row),
            "flops": 5000 + row,
        }
        for row, arch in enumerate(archs)
    }


def written(tmp_path: Path, content: object) -> Path:
    """Write a file."""
    path = tmp_path / "macro.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/nas-bench-macro")
def test_the_published_file_is_read(tmp_path, monkeypatch):
    """Its best architecture, three trainings of each, and equal values of what is the same network."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    assert import_data("nas-bench-macro", PUBLISHED) == ["nas-bench-macro/cifar10"]
    bench = load("nas-bench-macro/cifar10")
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    archs = SPACE.at(np.arange(SPACE.size))
    assert bench.optimum == pytest.approx(100 - 93.12666320800781, rel=1e-12)
    assert SPACE.show(archs[bench.truth(archs).argmin()]) == "22212202"  # the same network as 22212220
    assert np.array_equal(bench.truth(archs), bench.truth(SPACE.representative(archs)))
    assert len(np.unique(SPACE.canonical(archs))) == 3969
    training_seed = Streams(0, "macro", range(40)).random_words(np.arange(40), 1)[:, 0]
    for arch in archs[::500]:
        entry = published[SPACE.show(arch)]
        seen = bench.evaluate(Query(np.repeat(arch[None], 40, axis=0)), training_seed)
        assert set(seen.error.tolist()) == {100 - accuracy for accuracy in entry["test_acc"]}
        assert seen.costs[0].tolist() == [entry["params"], entry["flops"]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda own: own.pop("01201201"), "01201201 is missing, 6560 of 6561"),
        (lambda own: own.update({"0120120": 1}), "'0120120' is no architecture of eight digits"),
        (lambda own: own.update({"01201201": None}), "01201201: the document must be a table, got None"),
        (lambda own: own["01201201"].update(test_acc=[1.0, 2.0]), "01201201: expected 3 accuracies in test_acc, got 2"),
        (
            lambda own: own["01201201"].update(test_acc=[1.0, 2.0, 101.0]),
            r"01201201: 'test_acc\[3\]' must be .* <= 100, got 101.0",
        ),
        (lambda own: own["01201201"].update(test_acc=[1.0, 2.0, float("nan")]), "01201201: .*got nan"),
        (lambda own: own["01201201"].update(params="9"), "01201201: .*got '9'"),
        (lambda own: own["01201201"].update(params=10**400), "01201201.params: expected a whole number of 64 bits"),
        (lambda own: own["01201201"].update(flops=1e308), "01201201: .*got 1e\\+308"),
        (lambda own: own["01201201"].pop("flops"), "01201201: the key 'flops' is missing"),
        (lambda own: own["22212220"].update(params=5), "22212220: has 5 parameters, the published one has 1985514"),
    ],
)
def test_a_wrong_entry_is_named(change, message, tmp_path):
    """With the file, the architecture, and what was expected; nothing is written."""
    own = {text: dict(entry) for text, entry in entries().items()}
    change(own)
    with pytest.raises(DataError, match=message) as caught:
        import_data("nas-bench-macro", written(tmp_path, own), tmp_path / "out")
    assert "macro.json" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_what_is_no_such_file_is_refused(tmp_path):
    """Other JSON, an entry that is there twice, other files, a folder."""
    path = tmp_path / "macro.json"
    for text in ("[]", "", "{", '{"a": 1, "a": 2}', "[" * 100_000, "\xff"):
        path.write_text(text, encoding="latin1")
        with pytest.raises(DataError, match=r"macro\.json: "):
            nas_bench_macro.read(path, lambda _done, _total: None)
    with pytest.raises(DataError, match="it is a folder"):
        nas_bench_macro.read(tmp_path, lambda _done, _total: None)


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_is_refused_or_harmless(tmp_path, seed, cut):
    """Bytes lost or changed: a DataError in one line, or the tables."""
    path = written(tmp_path, entries())
    path.write_bytes(damaged(path.read_bytes(), seed, cut=cut))
    message = f"{path}"
    try:
        nas_bench_macro.read(path, lambda _done, _total: None)
    except DataError as error:
        message = str(error)
    assert str(path) in message
    assert "\n" not in message
