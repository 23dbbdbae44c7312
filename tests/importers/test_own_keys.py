"""How a row of results names its architecture: officially, by genes, in other spellings."""

from __future__ import annotations

import numpy as np

from tests.importers.own import errors, imported
from tests.importers.test_own import CARD, SPACE, own, refused


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
