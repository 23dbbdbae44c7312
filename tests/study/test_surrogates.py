"""Studies on surrogates: learned once, kept, told apart by what was learned, the same on any number of processes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tomli_w

import nassim
from nassim import catalog
from nassim.benchmarks import learning
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.core.errors import SettingError
from nassim.data.trust import trust
from nassim.importers import import_data
from nassim.study.plan import read_study
from nassim.study.results import ResultsFolder
from nassim.study.work_units import units_of
from tests.study.studies import BENCHMARKS, STUDY, TOYS, contents, write

LARGE = f"{TOYS}:LARGE"
TABLE = f'[[benchmark]]\nname = "{LARGE}"\n'
LEARNED = f"{TABLE}surrogate = {{train = 40, seed = 1}}\n"
LABEL = f"{LARGE}[train=40,seed=1]"


def study(*tables: str) -> str:
    """Return a study on these [[benchmark]] tables."""
    return STUDY.replace(f"benchmarks = {BENCHMARKS}\n", "") + "\n".join(("", *tables))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that surrogates are kept in, an empty one of its own for each test."""
    monkeypatch.setenv("NASSIM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return the folder of a surrogate, beside where studies are written."""
    nassim.fit(nassim.load(LARGE), train=40, seed=1).save(tmp_path / "saved")
    return tmp_path / "saved"


def test_results_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    """The table and its surrogate, on one process and on two: the same bytes."""
    folder = write(tmp_path / "study", study(TABLE, LEARNED))
    one, two = (nassim.run_study(folder, out=tmp_path / f"out{jobs}", jobs=jobs) for jobs in (1, 2))
    assert contents(one) == contents(two)
    results = ResultsFolder.open(one)
    assert results.benchmarks == (LARGE, LABEL)
    assert {results.trace("random_search", name).provenance["benchmark"] for name in results.benchmarks} == {
        one.benchmark.name for one in read_study(folder).benchmarks
    }
    record = json.loads((one / "study.json").read_text(encoding="utf-8"))["study"]
    assert record["benchmarks"] == [LARGE, LABEL]
    assert record["surrogates"] == {LABEL: {"name": LARGE, "surrogate": {"train": 40, "seed": 1}}}


def test_a_surrogate_is_learned_once(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time it is read from disk, and only a damaged one is learned again."""
    folder = write(tmp_path / "study", study(LEARNED))
    before = [unit.key for unit in units_of(read_study(folder))]
    member = next(cache.rglob("error/member-0.ubj"))
    learn, learned = learning.fit, []
    monkeypatch.setattr(learning, "fit", lambda *args, **options: (learned.append(options), learn(*args, **options))[1])
    assert [unit.key for unit in units_of(read_study(folder))] == before
    assert not learned
    member.write_bytes(b"{")
    assert [unit.key for unit in units_of(read_study(folder))] == before
    assert learned == [{"train": 40, "seed": 1}]


def test_what_was_learned_decides_the_key(tmp_path: Path) -> None:
    """The table, and surrogates of other trainings or of more of them, have keys of their own."""
    tables = [TABLE, LEARNED, LEARNED.replace("40", "41"), LEARNED.replace("seed = 1", "seed = 2")]
    units = units_of(read_study(write(tmp_path, study(*tables))))
    assert len({unit.key for unit in units}) == len({unit.path for unit in units}) == len(units)
    assert len(units) == 3 * len(tables)


def test_a_saved_surrogate_answers_like_one_learned_for_the_study(tmp_path: Path, saved: Path) -> None:
    """`model` is a folder relative to the study's; the same surrogate has the same key."""
    given = f'{TABLE}model = "../{saved.name}"\n'
    plan = read_study(write(tmp_path / "study", study(given, LEARNED)))
    assert plan.spec.benchmark_labels == [f"{LARGE}[model=saved]", LABEL]
    units = units_of(plan)
    assert {unit.key for unit in units if "model" in unit.path} == {u.key for u in units if "model" not in u.path}
    named = read_study(write(tmp_path / "study", study(f'{given}label = "mine"\n')))
    assert named.spec.benchmark_labels == ["mine"]


def test_lists_make_a_grid_and_the_table_judges(tmp_path: Path) -> None:
    """One benchmark per combination; what is searched is predicted, what is reported is the table's."""
    grid = f'{TABLE}surrogate = {{train = [40, 50], seed = [0, 1], costs = []}}\njudge = "table"\n'
    said: list[str] = []
    plan = read_study(write(tmp_path / "study", study(grid, TABLE)), tell=said.append)
    labels = [f"{LARGE}[train={train},seed={seed},costs=[],judge=table]" for train in (40, 50) for seed in (0, 1)]
    assert plan.spec.benchmark_labels == [*labels, LARGE]
    assert said == [f"learning {LARGE}[train={train},seed={seed},costs=[]]" for train in (40, 50) for seed in (0, 1)]
    results = ResultsFolder.open(nassim.run_study(tmp_path / "study", out=tmp_path / "out", jobs=1))
    table = nassim.load(LARGE)
    trace = results.trace("random_search", labels[0])
    assert trace.provenance["optimum"] == table.optimum
    assert np.array_equal(trace.truth[0], table.truth(trace.archs[0]))
    assert not np.array_equal(trace.error, results.trace("random_search", LARGE).error)
    named = write(tmp_path / "named", study(f'{grid}label = "mine"\n'))
    assert read_study(named).spec.benchmark_labels[0] == "mine[train=40,seed=0]"


def test_mixtures_need_features_that_answer_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gradient method on a curve's or a graph's model of a large space is refused before anything runs."""

    def refuse(*_: object) -> None:
        raise SettingError("fit it with encoding='onehot'")

    text = study(LEARNED).replace('name = "random_search"', f'name = "{TOYS}:Mixed"')
    folder = write(tmp_path, text)
    assert read_study(folder)
    monkeypatch.setattr(SurrogateBenchmark, "relax", refuse)
    with pytest.raises(SettingError, match="fit it with encoding='onehot'"):
        nassim.run_study(folder, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_model_of_another_data_set_is_refused(tmp_path: Path) -> None:
    """Though the space is the same: what was found on it would stand under the wrong name."""
    nassim.fit("nb201/cifar10", train=40).save(tmp_path / "saved")
    text = study('[[benchmark]]\nname = "nb201/cifar100"\nmodel = "saved"\n')
    with pytest.raises(SettingError, match="holds a surrogate of 'nb201/cifar10', not of 'nb201/cifar100'"):
        read_study(write(tmp_path, text))


def own_data(folder: Path) -> Path:
    """Write trainings without seconds of a part of a space in a trusted file, and return their folder."""
    code = "from nassim.spaces.macro import Macro\nclass Own(Macro):\n    name = 'own'\n"
    (folder / "own.py").write_text(code, encoding="utf-8")
    trust(folder / "own.py")
    macro = catalog.space("macro")
    archs = macro.at(np.arange(0, macro.size, 50))
    rows = [f"{macro.show(arch)},{20 + arch.sum() / 7:.4f}" for arch in archs]
    (folder / "mine.csv").write_text("\n".join(["arch,valid_error", *rows, ""]), encoding="utf-8")
    card = {"title": "Mine", "space": "./own.py:Own", "source": "me", "licence": "MIT"}
    splits = {"search_split": "validation", "report_split": "the same"}
    (folder / "mine.toml").write_text(tomli_w.dumps(card | splits), encoding="utf-8")
    import_data("csv", folder / "mine.csv", folder / "data")
    return folder / "data"


def test_a_surrogate_of_a_space_of_the_users_own_finds_its_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the card of the data that it was learned from: in a study, on two processes, and one that is saved."""
    monkeypatch.setenv("NASSIM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("NASSIM_DATA", str(own_data(tmp_path)))
    nassim.fit("mine/data", train=60).save(tmp_path / "saved")
    table = '[[benchmark]]\nname = "mine/data"\n'
    folder = write(tmp_path / "study", study(f"{table}surrogate = {{train = 60}}\n", f'{table}model = "../saved"\n'))
    learned, saved = read_study(folder).benchmarks
    assert learned.benchmark.space.name == saved.benchmark.space.name == "own"
    results = ResultsFolder.open(nassim.run_study(folder, out=tmp_path / "out", jobs=2))
    first, second = (results.trace("random_search", label) for label in results.benchmarks)
    assert np.array_equal(first.error, second.error)


BAD = {
    "both ways": ((f"benchmarks = {BENCHMARKS}", TABLE), "give either 'benchmarks' or tables"),
    "neither way": ((), "the key 'benchmarks' is missing"),
    "in single brackets": ((TABLE.replace("[[", "[").replace("]]", "]"),), "must be one or more tables"),
    "no name": (("[[benchmark]]\nsurrogate = {}",), "benchmark 1: the key 'name' is missing"),
    "unknown key": ((f"{TABLE}surogate = {{}}",), "benchmark 1: unknown key 'surogate'; did you mean 'surrogate'"),
    "unknown option": ((LEARNED.replace("train", "trian"),), "option of 'surrogate' 'trian'; did you mean 'train'"),
    "option of a wrong type": ((LEARNED.replace("40", '"x"'),), "'train' of 'surrogate' must be a whole number >= 1"),
    "no options": ((f"{TABLE}surrogate = 3",), "'surrogate' must be options such as"),
    "data that is not there": (
        ('[[benchmark]]\nname = "made/up"\nneeds = "nassim import x y"',),
        "made/up: the data of made/up is not there; get it with: nassim import x y",
    ),
    "an empty list": ((LEARNED.replace("40", "[]"),), "'surrogate' has an empty list of values"),
    "a wrong judge": ((f'{LEARNED}judge = "me"',), r"judge=me\]: unknown benchmark 'me'; known: "),
    "a judge of a table": ((f'{TABLE}judge = "table"',), "benchmark 1: 'judge' is 'table' beside 'surrogate'"),
    "too many trainings": ((LEARNED.replace("40", "4000"),), r"train=4000,seed=1\]: .*there are 180"),
    "too few trainings": ((LEARNED.replace("40", "4"),), r"train=4,seed=1\]: .*too few to learn from"),
    "twice": ((LEARNED, LEARNED), "names .* twice"),
    "labels alike": ((f'{TABLE}label = "a/b"', f'{TABLE}label = "A-B"'), "'A-B' is too much like 'a/b'"),
    "empty label": ((f'{TABLE}label = " "',), "benchmark 1: 'label' must be a line of text"),
    "a model and a surrogate": ((f'{LEARNED}model = "x"',), "either 'surrogate' or 'model', not both"),
    "no model there": ((f'{TABLE}model = "nowhere"',), r"model=nowhere\]: .*nowhere: there is no surrogate here"),
    "a model of another": (
        (f'[[benchmark]]\nname = "{TOYS}:ONE"\nmodel = "../saved"',),
        "is a surrogate of space toy-4x5x3x3, not of toy-2x3x2",
    ),
}


@pytest.mark.parametrize(("tables", "message"), BAD.values(), ids=BAD)
def test_bad_benchmarks_are_refused_in_one_line(
    tables: tuple[str, ...], message: str, tmp_path: Path, saved: Path, cache: Path
) -> None:
    """What is wrong is said before anything runs, and nothing is kept."""
    head = [table for table in tables if table.startswith("benchmarks")]
    text = "\n".join([*head, study(*(table for table in tables if table not in head))])
    with pytest.raises(SettingError, match=message) as caught:
        nassim.run_study(write(tmp_path / "study", text), out=tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()
    assert saved.exists()
    assert message.startswith("names") or not list(cache.rglob("*"))
