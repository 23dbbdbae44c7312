"""`nassim show`: cards of benchmarks, and all that is known of one architecture."""

from __future__ import annotations

import pytest

from nassim import catalog
from nassim.cli._render.card import find_architecture
from tests.command_line import Run, refused
from tests.study.studies import TOYS


def test_show_a_benchmark(run: Run) -> None:
    """A benchmark's card has its splits, its optimum and how its errors are distributed."""
    shown = run("show", "nb201/cifar10").out
    for text in (
        "search split",
        "report split",
        "licence",
        "official 6111",
        "91.61 % accuracy",
        "15,625 architectures",
    ):
        assert text in shown
    assert shown.count("█") > 40


@pytest.mark.parametrize(
    "cell", ["6111", "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|"]
)
def test_show_a_cell(cell: str, run: Run) -> None:
    """By its number or its text: what each training gave, its costs, its rank and its neighbours."""
    shown = run("show", "nb201/cifar10", cell).out
    for text in ("training 3", "91.61 % accuracy", "params", "latency", "1 of 15,625", "neighbours", "official 9930"):
        assert text in shown
    assert "training 4" not in shown


def test_show_several_of_the_best_and_draws(run: Run) -> None:
    """The five best graph networks, each once, and a drawing of one of them."""
    shown = run("show", "graph/cora").out
    assert "best, number 5" in shown
    drawn = run("show", "graph/cora", "51045").out
    assert "2 gat --> 4 graph" in drawn
    assert "activation_fn_1" in run("show", "fcnet/naval", "5").out


def test_show_what_is_no_table(run: Run) -> None:
    """A benchmark of other kind and another space's architectures are shown as well, by text and by index."""
    assert "toy" in run("show", f"{TOYS}:TABLED", "--allow-code").out
    assert "rank" in run("show", f"{TOYS}:ONE", "0-2-1", "--allow-code").out
    assert "0-2-1" in run("show", f"{TOYS}:ONE", "5", "--allow-code").out
    assert "index 12 is not in 0..11" in refused(run("show", f"{TOYS}:ONE", "12", "--allow-code"))


def test_what_may_be_text_or_number_is_text() -> None:
    """Digits are an architecture where these are its text, and its number elsewhere."""
    macro, sizes = catalog.space("macro"), catalog.space("natsbench_size")
    assert find_architecture(macro, "00000012").tolist() == [0, 0, 0, 0, 0, 0, 1, 2]
    assert macro.index(find_architecture(macro, "12")[None]) == 12
    assert sizes.index(find_architecture(sizes, "00000012")[None]) == 12
