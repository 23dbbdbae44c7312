"""claims.toml: what a README says, compared with what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

import nassim
from nassim.core.errors import SettingError
from nassim.report.build import build, numbers
from nassim.report.summary import Summary
from nassim.study.results import ResultsFolder
from nassim.study.verify import claims
from nassim.study.verify.judge import judged
from nassim.study.verify.verdict import Verdict
from tests.study.studies import TOYS, write

ONE = f"{TOYS}:ONE"
EVOLUTION = "regularized_evolution[population=4,sample=2]"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[ResultsFolder, Summary]:
    """Run a study and report it."""
    folder = tmp_path_factory.mktemp("claims")
    results = ResultsFolder.open(nassim.run_study(write(folder / "study"), out=folder / "out", jobs=1))
    return results, build(results)


def verdicts(text: str, found: tuple[ResultsFolder, Summary], folder: Path) -> list[Verdict]:
    """Return the verdicts on the claims of a text."""
    file = folder / "claims.toml"
    file.write_text(text, encoding="utf-8")
    results, summary = found
    stated = claims.read_claims(file, summary.strategies, summary.benchmarks)
    measured = numbers(results)
    assert str(measured.summary) == str(summary)
    return list(judged(stated, results, measured))


def claim(rest: str, strategy: str = f'"{EVOLUTION}"', benchmark: str = f'"{ONE}"') -> str:
    """Return the text of a claim."""
    return f'[[claim]]\ntext = "So it is"\nstrategy = {strategy}\nbenchmark = {benchmark}\n{rest}\n'


def test_a_value_holds_within_its_tolerance(found, tmp_path: Path) -> None:
    """A number claimed is compared with the measured one, give or take the tolerance."""
    regret = found[1].entries[ONE][EVOLUTION].regret
    (near,) = verdicts(claim(f"value = {regret + 0.01}\ntolerance = 0.02"), found, tmp_path)
    (far,) = verdicts(claim(f"value = {regret + 0.03}\ntolerance = 0.02"), found, tmp_path)
    assert near.holds
    assert not far.holds
    assert near[:3] == ("So it is", EVOLUTION, ONE)
    assert (near.statistic, near.claimed[-7:]) == ("regret", "+- 0.02")


def test_other_statistics_can_be_claimed(found, tmp_path: Path) -> None:
    """Any number of an entry can be the statistic of a claim, also against a bound."""
    (evaluations,) = verdicts(claim('statistic = "evaluations"\nvalue = 12\ntolerance = 0'), found, tmp_path)
    (rank,) = verdicts(claim('statistic = "rank"\nless_than = 1.0'), found, tmp_path)
    assert evaluations.holds
    assert not rank.holds


def test_one_strategy_can_be_claimed_better_than_another(found, tmp_path: Path) -> None:
    """With a p value the paired test decides, and it is not enough to be better by chance."""
    entries = found[1].entries[ONE]
    better = min(("random_search", EVOLUTION), key=lambda name: entries[name].regret)
    worse = max(("random_search", EVOLUTION), key=lambda name: entries[name].regret)
    assert better != worse
    (plain,) = verdicts(claim(f'less_than = "{worse}"', f'"{better}"'), found, tmp_path)
    (turned,) = verdicts(claim(f'less_than = "{better}"', f'"{worse}"'), found, tmp_path)
    (strict,) = verdicts(claim(f'less_than = "{worse}"\np = 0.0', f'"{better}"'), found, tmp_path)
    assert (plain.holds, turned.holds, strict.holds) == (True, False, False)
    assert "p = " in strict.measured


def test_a_claim_may_be_about_many(found, tmp_path: Path) -> None:
    """Lists stand for each of their members, and without a benchmark a claim is about all of the study."""
    text = f'[[claim]]\ntext = "All"\nstrategy = ["random_search", "{EVOLUTION}"]\nless_than = 1000\n'
    made = verdicts(text, found, tmp_path)
    assert {(verdict.strategy, verdict.benchmark) for verdict in made} == {
        (strategy, benchmark) for strategy in ("random_search", EVOLUTION) for benchmark in found[1].benchmarks
    }
    assert all(verdict.holds for verdict in made)


BAD = {
    "not TOML": ("[[claim]", "malformed TOML: .*line 1"),
    "unknown table": ("[[claims]]", "unknown key 'claims'; did you mean 'claim'"),
    "no table": ("claim = [1]", r"'claim\[1\]' must be a table, got 1"),
    "unknown key": (claim("values = 1"), "unknown key of claim 1 'values'; did you mean 'value'"),
    "wrong type": (claim('value = "1"\ntolerance = 1'), "'value' of claim 1 must be a number, got '1'"),
    "no strategies": (claim("less_than = 3", "[]"), r"'strategy' of claim 1 must be a text or a list of one or more"),
    "no benchmarks": (
        claim("less_than = 3", benchmark="[]"),
        r"'benchmark' of claim 1 must be a text or a list of one",
    ),
    "a number among strategies": (claim("less_than = 3", '["random_search", 1.5]'), r"'strategy\[2\]' of claim 1 must"),
    "a list among benchmarks": (
        claim("less_than = 3", benchmark="[[]]"),
        r"'benchmark\[1\]' of claim 1 must be a text",
    ),
    "no text": ('[[claim]]\nstrategy = "random_search"', "the key 'text' of claim 1 is missing"),
    "nothing claimed": (claim(""), "claim 1 needs either 'value' and 'tolerance', or 'less_than'"),
    "no tolerance": (claim("value = 1"), "claim 1 needs either"),
    "two claims": (claim("value = 1\ntolerance = 1\nless_than = 3"), "claim 1 needs either"),
    "itself": (claim(f'less_than = "{EVOLUTION}"'), "claim 1 compares 'regularized_.*' with itself"),
    "test against a number": (claim("less_than = 3\np = 0.1"), "claim 1: 'p' needs 'less_than' another strategy"),
    "test of no regret": (claim('less_than = "random_search"\np = 0.1\nstatistic = "rank"'), "the statistic 'regret'"),
    "unknown strategy": (
        claim("less_than = 3", '"random_serch"'),
        "unknown strategy of claim 1 'random_serch'; did you",
    ),
    "unknown other": (
        claim('less_than = "random"'),
        "unknown strategy of claim 1 'random'; did you mean 'random_search'",
    ),
    "unknown benchmark": (claim("less_than = 3", benchmark=f'["{ONE}", "{ONE}E"]'), "unknown benchmark of claim 1 '"),
    "unknown statistic": (claim('less_than = 3\nstatistic = "regrets"'), "'regrets'; did you mean 'regret'"),
    "statistic that is no number": (claim('less_than = 3\nstatistic = "standing"'), "unknown statistic"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_a_bad_claim_is_refused(text: str, message: str, found, tmp_path: Path) -> None:
    """What is wrong with a claim is one line with file and key."""
    with pytest.raises(SettingError, match=message) as caught:
        verdicts(text, found, tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "claims.toml"))


def test_a_study_without_claims_has_nothing_to_check(tmp_path: Path) -> None:
    """A missing claims.toml is named."""
    with pytest.raises(SettingError, match=r"claims\.toml: there is no such file"):
        claims.read_claims(tmp_path / "claims.toml", [], [])
