"""One's own results as others write them: read where there is one reading, else refused with what to write."""

from __future__ import annotations

import decimal
import gzip
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nassim import load
from nassim.benchmarks.partial_table import PartialTable
from nassim.core.errors import DataError, SettingError
from nassim.importers import csv, import_data
from tests.importers.test_own import CARD, SPACE, own, refused, rows_of

PUBLISHED = Path(__file__).parents[3] / "shared/data"
ACCURACY = [{"arch": SPACE.show(arch), "valid_accuracy": 90.0 + n} for n, arch in enumerate(SPACE.at(np.arange(3, 6)))]


def columns(**said) -> str:
    """Return a card that says something of columns."""
    lines = [f'"{name}" = "{text}"' for name, text in said.items()]
    return "\n".join([CARD, "[columns]", *lines, ""])


def written(tmp_path, text, card=CARD, name="mine.csv") -> Path:
    """Write a file as it is, and a card beside it."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / f"{name.split('.csv')[0].removesuffix('.parquet')}.toml").write_text(card, encoding="utf-8")
    return path


def imported(path, format_="csv", **options) -> tuple[PartialTable, list[str]]:
    """Import a file, and return what it became and what was said."""
    said: list[str] = []
    (name,) = import_data(format_, path, path.parent / "out", told=said.append, **options)
    return PartialTable.load(path.parent / "out" / name), said


def card_of(samples_folder: Path) -> dict:
    """Return the card of an import."""
    return tomllib.loads((samples_folder / "out/mine/card.toml").read_text(encoding="utf-8"))


def errors(samples: PartialTable) -> list[float]:
    """Return the errors in the order of architectures."""
    return samples.error[0, :, 0].tolist()


# fractions and percent


def test_fractions_that_are_said_to_be_become_percent(tmp_path):
    """An accuracy of .9 is an error of 10 %."""
    rows = [row | {"valid_accuracy": row["valid_accuracy"] / 100, "test_error": 0.25} for row in ACCURACY]
    found, _ = imported(own(tmp_path, rows, columns(valid_accuracy="fraction", test_error="fraction")))
    assert np.allclose(errors(found), [10, 9, 8])
    assert found.test.tolist() == [25, 25, 25]


@pytest.mark.parametrize("name", ["valid_accuracy", "valid_error"])
def test_what_may_be_a_fraction_is_refused(name, tmp_path):
    """Numbers in 0..1 alone do not say whether they are percent; the line says what to write."""
    rows = [{"arch": row["arch"], name: 0.5} for row in ACCURACY]
    refused(own(tmp_path, rows), tmp_path / "out", rf'all of {name} lie in 0..1: write "{name}" = "fraction" under')
    both = [row | {"test_error": 0.25} for row in rows]
    refused(own(tmp_path, both), tmp_path / "out", f"all of {name} .*; all of test_error lie in 0..1: write")
    found, _ = imported(own(tmp_path, rows, columns(**{name: "percent"})))
    assert set(errors(found)) == {99.5 if name == "valid_accuracy" else 0.5}


@pytest.mark.parametrize(
    ("value", "said", "message"),
    [
        (130, {}, "row 2: valid_accuracy is 130, expected 0 to 100 percent"),
        (-1, {}, "row 2: valid_accuracy is -1, expected 0 to 100 percent"),
        (1.3, {"valid_accuracy": "fraction"}, "row 1: valid_accuracy is 90, expected 0 to 1, a fraction"),
    ],
)
def test_what_no_percentage_can_be_is_refused(value, said, message, tmp_path):
    """By the row; 130 % would be an error of -30 %."""
    rows = [row | ({"valid_accuracy": value} if n == 1 else {}) for n, row in enumerate(ACCURACY)]
    refused(own(tmp_path, rows, columns(**said)), tmp_path / "out", message)


def test_another_unit_is_no_percentage(tmp_path):
    """Losses may be any numbers; accuracies make no loss."""
    card = CARD + 'unit = "nats"\n'
    rows = [{"arch": row["arch"], "valid_error": -0.5 * n} for n, row in enumerate(ACCURACY)]
    found, _ = imported(own(tmp_path, rows, card))
    assert errors(found) == [0, -0.5, -1]
    refused(own(tmp_path, ACCURACY, card), tmp_path / "no", "makes an error in percent, the card's unit is 'nats'")


def test_percent_signs_are_read(tmp_path):
    """94.3% is 94.3; a sign in some rows only is not."""
    rows = [row | {"valid_accuracy": f"{row['valid_accuracy']} %"} for row in ACCURACY]
    found, _ = imported(own(tmp_path, rows))
    assert errors(found) == [10, 9, 8]
    rows[1]["valid_accuracy"] = "91"
    refused(own(tmp_path, rows), tmp_path / "no", r"'valid_accuracy' holds '90.0 %' in row 1, expected numbers")


# how files are written


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_is_read(separator, tmp_path):
    """The one that the header is made of; texts with others in them are quoted."""
    lines = ["arch", "valid_accuracy", "params"], *([f'"{row["arch"]}"', "90", "1000"] for row in ACCURACY)
    found, _ = imported(written(tmp_path, "\n".join(map(separator.join, lines)) + "\n"))
    assert errors(found) == [10, 10, 10]
    assert found.costs["params"].tolist() == [1000] * 3


def test_decimal_commas_are_read(tmp_path):
    """As a German table has them; what may be thousands is refused."""
    lines = [f"{row['arch']};9{n},25;1" for n, row in enumerate(ACCURACY)]
    found, _ = imported(written(tmp_path, "\n".join(["arch;valid_accuracy;replicas_done", *lines])))
    assert errors(found) == [9.75, 8.75, 7.75]
    lines = [f"{row['arch']};90;{n},250.5" for n, row in enumerate(ACCURACY, 1)]
    found, _ = imported(written(tmp_path, "\n".join(["arch;valid_accuracy;params", *lines])))
    assert found.costs["params"].tolist() == [1250.5, 2250.5, 3250.5]
    lines = [f"{row['arch']};90;1,250" for row in ACCURACY]
    path = written(tmp_path, "\n".join(["arch;valid_accuracy;params", *lines]))
    refused(path, tmp_path / "no", "'params' holds '1,250' in row 1")


def test_capitals_and_spaces_of_names_do_not_matter(tmp_path):
    """Unless two columns then have one name."""
    rows = [{"ARCH": row["arch"], " Valid Accuracy": 90, "Test-Accuracy ": 80, "Params": 5} for row in ACCURACY]
    found, _ = imported(own(tmp_path, rows, CARD + '[costs]\nparams = "a count"\n'))
    assert (errors(found), found.test.tolist()) == ([10] * 3, [20] * 3)
    assert (list(found.costs), found.card.measured) == (["params"], ())
    rows = [row | {"arch": row["ARCH"]} for row in rows]
    refused(own(tmp_path, rows), tmp_path / "no", "'ARCH' and 'arch' are both arch; leave one out")


@pytest.mark.parametrize("name", ["mine.csv.gz", "mine.csv"])
def test_gzip_is_unpacked_whatever_its_name(name, tmp_path):
    """With the same numbers as the file inside, and the card of the bare name."""
    plain = own(tmp_path, ACCURACY).read_bytes()
    found, _ = imported(written(tmp_path, gzip.compress(plain), name=name))
    assert errors(found) == [10, 9, 8]
    assert found.name == "mine/data"


def test_a_gzip_bomb_is_refused_early(tmp_path, monkeypatch):
    """Before it fills the memory: no results are packed that well."""
    row = f"{ACCURACY[0]['arch']},90\n".encode()
    packed = gzip.compress(b"arch,valid_accuracy\n" + row * ((1 << 24) // len(row)))
    monkeypatch.setattr(csv, "SPARED", 1 << 20)
    refused(written(tmp_path, packed, name="mine.csv.gz"), tmp_path / "out", "unpacks to more than 200 times its size")


def test_cut_gzip_is_damage(tmp_path):
    """In a line that names the file."""
    packed = gzip.compress(own(tmp_path, ACCURACY).read_bytes())
    refused(written(tmp_path, packed[:-9], name="mine.csv.gz"), tmp_path / "out", r"mine\.csv\.gz: damaged")


def test_indices_of_pandas_are_left_out(tmp_path):
    """As pandas writes them to CSV, reads them again, and writes them to Parquet; it is said."""
    frame = pd.DataFrame(ACCURACY)
    path = written(tmp_path, "")
    frame.to_csv(path)
    found, said = imported(path)
    assert (errors(found), list(found.costs)) == ([10, 9, 8], [])
    assert said[0] == "left out: '', which pandas writes for an index"
    pd.read_csv(path).to_csv(path, index=False)
    found, said = imported(path)
    assert said[0] == "left out: 'Unnamed: 0', which pandas writes for an index"
    assert list(found.costs) == []
    frame.set_axis([5, 1, 9]).to_parquet(path.with_suffix(".parquet"))
    found, said = imported(path.with_suffix(".parquet"), "parquet")
    assert (errors(found), list(found.costs)) == ([10, 9, 8], [])
    assert "left out: '__index_level_0__', which pandas writes for an index" in said


def test_types_of_other_tools_are_numbers(tmp_path):
    """Decimals of DuckDB, categories of pandas, booleans, nullable integers, whole floats of epochs, 32-bit floats."""
    table = pa.table(
        {
            "arch": pa.array([row["arch"] for row in ACCURACY]).dictionary_encode(),
            "valid_error": pa.array([decimal.Decimal("10.25")] * 3, pa.decimal128(18, 3)),
            "epoch": pa.array([200.0] * 3),
            "replica": pa.array([0] * 3, pa.uint8()),
            "seconds": pa.array([12.5] * 3, pa.float32()),
            "skip": pa.array([True, False, None]),
            "params": pa.array([1, None, 3], pa.int64()),
            "depth": pa.array(["1", "2", "3"]),
        }
    )
    path = written(tmp_path, b"", name="mine.parquet")
    pq.write_table(table, path)
    found, _ = imported(path, "parquet")
    assert (errors(found), found.epochs, found.seconds.max()) == ([10.25] * 3, (200,), 12.5)
    for name, wanted in {"skip": [1, 0, np.nan], "params": [1, np.nan, 3], "depth": [1, 2, 3]}.items():
        assert np.array_equal(found.costs[name], wanted, equal_nan=True)


def test_duckdb_writes_what_is_read(tmp_path):
    """A query's literals are decimals there."""
    duckdb = pytest.importorskip("duckdb")
    path = written(tmp_path, b"", name="mine.parquet")
    arch = ACCURACY[0]["arch"]
    duckdb.sql(f"COPY (SELECT '{arch}' AS arch, 90.5 AS valid_accuracy, 7 AS params) TO '{path}' (FORMAT parquet)")
    found, _ = imported(path, "parquet")
    assert errors(found) == [9.5]


def test_all_columns_that_cannot_be_used_are_named_at_once(tmp_path):
    """With an example of each, and what to write; written so, the file is read."""
    rows = [row | {"notes": "good", "day": "2026-01-02", "skipped": "x", "params": 3} for row in ACCURACY]
    path = own(tmp_path, rows, columns(skipped="ignored"))
    refused(path, tmp_path / "no", "'notes' holds 'good' in row 1, expected numbers.*'day' holds '2026-01-02' in row 1")
    with pytest.raises(DataError, match='write "notes" = "ignored", "day" = "ignored" under') as caught:
        import_data("csv", path, tmp_path / "no")
    assert "skipped" not in str(caught.value)
    found, _ = imported(own(tmp_path, rows, columns(skipped="ignored", notes="ignored", day="ignored")))
    assert list(found.costs) == ["params"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("arch,valid_error,valid_error", "the column 'valid_error' is there 2 times"),
        ("arch,valid_error,valid_error_", "is 'valid_error_' meant to be 'valid_error'|are both valid_error"),
        ("arch,valid_error,second", "is 'second' meant to be 'seconds'"),
        ("arch,error,x", "expected a column valid_error or valid_accuracy, it has arch, error, x"),
    ],
)
def test_headers_that_cannot_be_meant_are_refused(header, message, tmp_path):
    """In one line."""
    path = written(tmp_path, f"{header}\n{ACCURACY[0]['arch']},10,10\n")
    refused(path, tmp_path / "out", message)


def test_a_header_in_the_middle_is_named(tmp_path):
    """As it is where files were put together."""
    text = own(tmp_path, ACCURACY).read_text(encoding="utf-8")
    refused(written(tmp_path, text + text), tmp_path / "out", "row 4 is the header again; delete that line")


@pytest.mark.parametrize("format_", ["csv", "parquet", "nas-bench-macro", "hw-nas-bench", "nas-bench-201"])
def test_a_folder_is_no_file(format_, tmp_path):
    """Named in one line, whatever the format."""
    refused(tmp_path, tmp_path / "out", str(tmp_path), format_)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"acuracy": "fraction"}, "names 'acuracy', of which there is no column; did you mean 'valid_accuracy'"),
        ({"valid_accuracy": "part"}, "says 'part' of 'valid_accuracy', expected one or two of fraction, percent"),
        ({"valid_accuracy": "from 0"}, "says 'from 0' of 'valid_accuracy', which is for epoch"),
        ({"valid_accuracy": "measured"}, "says 'measured' of 'valid_accuracy', which is for a cost"),
        ({"arch": "known"}, "says 'known' of 'arch', which is for a cost"),
        ({"valid_accuracy": "arch, official"}, "expected one or two of"),
    ],
)
def test_what_columns_cannot_say_is_refused(said, message, tmp_path):
    """With what it may say."""
    refused(own(tmp_path, ACCURACY, columns(**said)), tmp_path / "out", message)


def test_a_column_may_be_said_to_be_another(tmp_path):
    """Names of one's own stay, and are explained."""
    rows = [{"cell": row["arch"], "top1": 0.9, "err": 30} for row in ACCURACY]
    found, _ = imported(own(tmp_path, rows, columns(cell="arch", top1="valid_accuracy, fraction", err="test_error")))
    assert np.allclose(errors(found), 10)
    assert found.test.tolist() == [30] * 3


@given(st.floats(0, 100), st.sampled_from(["{:.3f}", "{:e}", " {:g} ", "{:.2f}%", "+{:.1f}"]), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_numbers_are_read_as_python_reads_them(tmp_path, value, form, quoted):
    """In any usual spelling, quoted or not."""
    text = form.format(value)
    cell = f'"{text}"' if quoted else text
    path = written(tmp_path, f"arch,valid_error\n{ACCURACY[0]['arch']},{cell}\n", columns(valid_error="percent"))
    found, _ = imported(path)
    assert errors(found) == [min(float(text.strip().rstrip("%")), 100)]


# which architecture


def test_official_numbers_are_keys(tmp_path):
    """Alone, or beside the text if both say the same; what is none is refused."""
    archs = SPACE.at(np.arange(3, 6))
    rows = [{"official": float(n), "valid_error": 50 + i} for i, n in enumerate(SPACE.official(archs))]
    found, _ = imported(own(tmp_path, rows))
    assert found.archs.tolist() == archs.tolist()
    assert errors(found) == [50, 51, 52]
    both = [row | {"arch": SPACE.show(arch)} for row, arch in zip(rows, archs, strict=True)]
    assert imported(own(tmp_path, both))[0].archs.tolist() == archs.tolist()
    both[1]["official"] = 7
    refused(own(tmp_path, both), tmp_path / "no", r"row 2: arch says \|.*, official \|.*; leave the wrong one out")
    refused(own(tmp_path, [rows[0] | {"official": 15625}]), tmp_path / "no", "row 1: official index 15625 is not in")
    refused(own(tmp_path, [rows[0] | {"official": 1.5}]), tmp_path / "no", "official must be a whole number, got '1.5'")
    for odd in ("1e400", "1e30", "nan", "", "x", "-1"):
        refused(own(tmp_path, [rows[0] | {"official": odd}]), tmp_path / "no", "row 1: official (must be|index -1 is)")
    card = CARD.replace("nb201", "macro")
    refused(own(tmp_path, rows, card), tmp_path / "no", "the space macro has no official numbers")


def test_gene_columns_that_disagree_with_the_text_are_refused(tmp_path):
    """Also if there is a column of some genes only."""
    arch = SPACE.at(np.array([77]))[0]
    genes = {gene: options[choice] for gene, options, choice in zip(SPACE.genes, SPACE.options, arch, strict=True)}
    row = {"arch": SPACE.show(arch), "valid_error": 10}
    assert imported(own(tmp_path, [row | genes]))[0].archs.tolist() == [arch.tolist()]
    other = next(option for option in SPACE.options[1] if option != genes["0->2"])
    refused(
        own(tmp_path, [row | genes | {"0->2": other}]), tmp_path / "no", "row 1: arch says .*, the columns of genes"
    )
    refused(own(tmp_path, [row | {"0->2": other}]), tmp_path / "no", f"arch says 0->2 = .*, the column 0->2 '{other}'")


def test_options_are_read_in_other_spellings(tmp_path):
    """Whole floats, other capitals, booleans: of fcnet, whose options are numbers and words."""
    from nassim import catalog

    space = catalog.space("fcnet")
    arch = space.at(np.array([12345]))[0]
    genes = {gene: options[choice] for gene, options, choice in zip(space.genes, space.options, arch, strict=True)}
    spelled = {gene: option.upper() if option.isalpha() else repr(float(option)) for gene, option in genes.items()}
    assert spelled != genes
    card = CARD.replace("nb201", "fcnet")
    found, _ = imported(own(tmp_path, [{**spelled, "valid_error": 10}], card))
    assert found.archs.tolist() == [arch.tolist()]


# trainings


def test_failed_trainings_and_unmeasured_costs_are_nan(tmp_path):
    """Whatever stands for nothing; all other answers are as they were, and only all failed is refused."""
    card = CARD + '[costs]\nparams = "a count"\n'
    rows = [row | {"valid_error": 50 + n, "params": n} for n, row in enumerate(rows_of([3, 4, 5, 6, 7]))]
    for row, nothing in zip(rows, ["", "nan", "NA", "null"], strict=False):
        row["valid_error"] = row["params"] = nothing
    found, _ = imported(own(tmp_path, rows, card))
    assert np.array_equal(errors(found), [np.nan] * 4 + [54], equal_nan=True)
    assert np.array_equal(found.costs["params"], [np.nan] * 4 + [4], equal_nan=True)
    refused(own(tmp_path, rows[:4], card), tmp_path / "no", "valid_error is nan in every row, as if all")


def test_a_failed_training_is_searched_as_one(tmp_path, monkeypatch):
    """A whole table of which some trainings failed becomes a benchmark whose answers there are nan."""
    rows = rows_of(range(SPACE.size))
    for row in rows[::100]:
        row["valid_error"] = "nan"
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    import_data("csv", own(tmp_path, rows))
    truth = load("mine/data").truth(SPACE.at(np.arange(SPACE.size)))
    assert np.isnan(truth).sum() == len(rows[::100])
    assert np.isnan(truth[::100]).all()


def curves(*lengths, first=1, replicas=1):
    """Return a row per epoch of trainings of these lengths, of one architecture each."""
    return [
        row | {"epoch": epoch, "replica": replica, "valid_error": 10 * n + epoch + 1, "seconds": epoch - first + 1}
        for n, (row, length) in enumerate(zip(rows_of(range(3, 3 + len(lengths))), lengths, strict=True))
        for replica in range(replicas)
        for epoch in range(first, first + length)
    ]


def test_uneven_curves_have_two_ways_in(tmp_path):
    """The epochs that all have, or the trainings that have all; each says what it dropped, here and on the card."""
    path = own(tmp_path, curves(5, 3, 5))
    refused(
        path, tmp_path / "no", r"the same epochs; .* has 3 of 5; --epochs common keeps the 3 epochs that all 3 .*2 tr"
    )
    found, said = imported(path, epochs="common")
    assert (found.epochs, len(found.archs)) == ((1, 2, 3), 3)
    assert found.error[:, 1, 0].tolist() == [12, 13, 14]
    assert said[0] == "--epochs common: kept 3 of 5 epochs, 1, 2, 3; dropped 4 of 13 rows"
    assert card_of(tmp_path)["notes"] == said[:1]
    assert card_of(tmp_path)["built"] == "nassim import csv mine.csv --epochs common"
    found, said = imported(path, epochs="longest")
    assert (found.epochs, len(found.archs)) == ((1, 2, 3, 4, 5), 2)
    assert said[0].startswith(
        "--epochs longest: kept 2 of 3 trainings, those at 5 epochs, 1, 2, 3, 4, 5; 1 architectures"
    )


def test_replicas_are_counted_again_from_0(tmp_path):
    """Where the first of an architecture's trainings is dropped, the second takes its place."""
    rows = curves(4, 4, replicas=2)
    rows = [row for row in rows if not (row["arch"] == rows[0]["arch"] and row["replica"] == 0 and row["epoch"] > 2)]
    found, _ = imported(own(tmp_path, rows), epochs="longest")
    assert found.counts.tolist() == [1, 2]
    assert found.error[:, 0, 0].tolist() == [2, 3, 4, 5]


@given(st.lists(st.integers(1, 7), min_size=1, max_size=6), st.sampled_from(["common", "longest"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_of_curves_is_what_lists_say(tmp_path, lengths, how):
    """Against sets in plain Python."""
    found, _ = imported(own(tmp_path, curves(*lengths)), epochs=how)
    kept = range(1, min(lengths) + 1) if how == "common" else range(1, max(lengths) + 1)
    who = [n for n, length in enumerate(lengths) if length >= kept[-1]]
    assert found.epochs == tuple(kept)
    assert found.error[:, :, 0].T.tolist() == [[10 * n + epoch + 1 for epoch in kept] for n in who]


def test_curves_without_a_common_epoch_are_refused(tmp_path):
    """Common cannot be had then."""
    rows = [*curves(2), *(row | {"arch": rows_of([9])[0]["arch"]} for row in curves(2, first=3))]
    path = own(tmp_path, rows)
    with pytest.raises(DataError, match="no epoch is there in all 2 trainings; try --epochs longest"):
        import_data("csv", path, tmp_path / "out", epochs="common")


def test_epochs_from_0_are_said_to_be(tmp_path):
    """Then 1 is added, and seconds stay as they are."""
    path = own(tmp_path, curves(3, 3, first=0))
    refused(path, tmp_path / "no", 'has epoch 0; if epochs are counted from 0, write "epoch" = "from 0" under')
    found, _ = imported(own(tmp_path, curves(3, 3, first=0), columns(epoch="from 0")))
    assert found.epochs == (1, 2, 3)
    assert found.seconds[:, 0, 0].tolist() == [1, 2, 3]


def test_other_formats_take_no_such_option(tmp_path):
    """In a line that says which do."""
    with pytest.raises(SettingError, match="nas-bench-macro has no option 'epochs'; it is for csv and parquet"):
        import_data("nas-bench-macro", own(tmp_path, ACCURACY), tmp_path / "out", epochs="common")


# names, cards, and what was there before


@pytest.mark.parametrize(
    ("file", "name"),
    [("a:b.csv", "a-b"), ("my cells.csv", "my-cells"), ("..hidden.csv", "hidden"), ("ä.csv", "ä"), ("a.b.csv", "a.b")],
)
def test_every_file_gets_a_name_that_loads(file, name, tmp_path, monkeypatch):
    """Signs that a name may not have are replaced, and that is said."""
    path = written(tmp_path, own(tmp_path, rows_of(range(SPACE.size))).read_bytes(), name=file)
    said: list[str] = []
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    assert import_data("csv", path, told=said.append) == [f"{name}/data"]
    assert load(f"{name}/data").space is not None
    assert any(line.startswith(f"named {name}, since") for line in said) == (f"{name}.csv" != file)


def test_costs_without_a_column_are_said(tmp_path):
    """With what was probably meant."""
    rows = [row | {"flops": 1} for row in ACCURACY]
    _, said = imported(own(tmp_path, rows, CARD + '[costs]\nflop = "a count"\n'))
    assert "[costs] names 'flop', of which there is no column; did you mean 'flops'?" in said


def test_a_second_import_says_that_it_replaces(tmp_path):
    """The same title and source may be imported again; another is refused until it is asked for."""
    path = own(tmp_path, ACCURACY)
    assert imported(path)[1] == []
    (line,) = imported(path)[1]
    assert line == f"replaced the older import in {tmp_path / 'out/mine'}"
    for change in ({'"Mine"': '"Yours"'}, {'"me"': '"you"'}):
        ((old, new),) = change.items()
        other = own(tmp_path, [ACCURACY[0]], CARD.replace(old, new))
        with pytest.raises(DataError, match=f"holds mine of another .*{old[1:-1]}.*{new[1:-1]}.*--replace"):
            import_data("csv", other, tmp_path / "out")
        assert len(PartialTable.load(tmp_path / "out/mine/data").archs) == 3
    found, said = imported(other, replace=True)
    assert len(found.archs) == 1
    assert said == [f"replaced the older import in {tmp_path / 'out/mine'}"]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data")
def test_a_published_table_is_read_by_what_its_card_says(tmp_path):
    """HW-NAS-Bench-360 on one device: official numbers, test accuracies, costs, words and an unmeasured energy."""
    duckdb = pytest.importorskip("duckdb")
    path = written(tmp_path, b"", name="mine.parquet")
    table = PUBLISHED / "hw-nas-bench-360/dataset.parquet"
    where = "device = 'pixel' AND task = 'cifar100'"
    duckdb.sql(f"COPY (SELECT * FROM '{table}' WHERE {where}) TO '{path}' (FORMAT parquet)")
    with pytest.raises(
        DataError, match=r"expected a column valid_error.*expected a column arch, or official.*'device'"
    ):
        import_data("parquet", path, tmp_path / "out")
    said = {"arch_idx": "official", "accuracy": "valid_accuracy", "rep_arch_idx": "ignored"}
    said |= dict.fromkeys(("device", "framework", "task", "status"), "ignored")
    card = columns(**said).replace("[columns]", '[costs]\nlat_ms_median = "ms"\n[columns]')
    path.with_suffix(".toml").write_text(card, encoding="utf-8")
    found, told = imported(path, "parquet")
    assert len(found.archs) == SPACE.size
    row = duckdb.sql(f"SELECT accuracy, lat_ms_median FROM '{path}' WHERE arch_idx = 7").fetchall()[0]
    place = int(SPACE.index(SPACE.from_official(7))[0])
    assert found.error[0, place, 0] == 100 - row[0]
    assert found.costs["lat_ms_median"][place] == row[1]
    assert found.card.facts["measured"] == ["lat_ms_var", "energy_mj"]
    assert any(line.startswith("taken for measured after training") and "energy_mj" in line for line in told)
