"""A study in full: policies of its strategies, one judge of all, and files beside it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

import nassim
from nassim.core.errors import SettingError
from nassim.study.plan import read_study, restore
from nassim.study.work_units import units_of
from tests.study.studies import CELLS, ROOT, STUDY, TOYS, traces, write


def test_a_strategy_may_have_policies_of_its_own(tmp_path: Path) -> None:
    """A policy in a [[strategy]] table makes a grid as settings do, and is told to the simulation, not to the class."""
    study = read_study(write(tmp_path, f"{STUDY}workers = [1, 4]\n"))
    assert [strategy.policies for strategy in study.spec.strategies] == [{}, *[{"workers": 1}, {"workers": 4}] * 2]
    assert study.spec.to_json()["strategies"][2]["policies"] == {"workers": 4}
    assert [unit.policies.workers for unit in units_of(study)][::2] == [1, 1, 4, 1, 4]
    assert restore(json.loads(json.dumps(study.spec.to_json())), tmp_path).spec == study.spec
    with pytest.raises(SettingError, match=r"regularized_evolution: 'workers' must be a whole number >= 1, got 0"):
        read_study(write(tmp_path, f"{STUDY}workers = 0\n"))


def test_one_judge_judges_all_strategies_of_a_study(tmp_path: Path) -> None:
    """All seeds, where one strategy sees more of them than another; no strategy has a judge of its own."""

    def judge(text: str) -> str:
        return read_study(write(tmp_path, text)).spec.policies.judged_by

    unseen = '[policies]\njudged_by = "unseen-seeds"\n'
    assert judge(STUDY) == "auto"
    assert judge(f'{STUDY}signal = ["one-seed", "mean"]\n') == "all-seeds"
    with pytest.raises(SettingError, match=r"'judged_by' is the same for all strategies; write it under \[policies\]"):
        judge(f'{STUDY}judged_by = "all-seeds"\n')
    with pytest.raises(SettingError, match=r"toy/toy-2x3x2-3-0 has no such; leave it out, or say 'all-seeds'"):
        judge(STUDY.replace("[budget]", f"{unseen}[budget]"))
    shipped = STUDY.replace(f'"{TOYS}:ONE", "{TOYS}:TWO"', '"nb201/cifar10"')
    assert judge(shipped.replace("[budget]", f"{unseen}[budget]")) == "unseen-seeds"
    with pytest.raises(SettingError, match="needs signal = 'one-seed', got 'mean'"):
        judge(shipped.replace("[budget]", f"{unseen}[budget]") + 'signal = ["one-seed", "mean"]\n')


def test_files_in_a_study_are_relative_to_it(tmp_path: Path) -> None:
    """A strategy in a file beside study.toml is found from any working directory, and its code decides the key."""
    code = (ROOT / "nassim" / "strategies" / "random_search.py").read_text(encoding="utf-8")
    (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    folder = write(tmp_path, STUDY.replace('"random_search"', '"./mine.py:RandomSearch"'))
    first = units_of(read_study(folder))[0]
    assert first.label == "./mine.py:RandomSearch"
    assert nassim.run_study(folder, out=tmp_path / "out", jobs=1)
    (tmp_path / "mine.py").write_text(f"{code}\n# said better\n", encoding="utf-8")
    assert units_of(read_study(folder))[0].key == first.key
    (tmp_path / "mine.py").write_text(f"{code}\nchanged = True\n", encoding="utf-8")
    assert units_of(read_study(folder))[0].key != first.key


def test_a_study_may_be_a_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what its file would say: it is the same work, and what is wrong is said without a file."""
    monkeypatch.chdir(tmp_path)
    said = tomllib.loads(STUDY)
    assert units_of(read_study(said)) == units_of(read_study(write(tmp_path / "study")))
    folder = nassim.run_study(said, runs=2, jobs=1)
    assert folder == Path("results", "toys")
    assert len(traces(folder)) == CELLS
    with pytest.raises(SettingError, match=r"^the study: unknown key 'rums'; did you mean 'runs'"):
        read_study(said | {"rums": 3})
