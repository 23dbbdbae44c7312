"""Names of files: signs that a system may refuse are replaced."""

from __future__ import annotations

from nassim.core.file_names import file_name


def test_other_signs_become_one():
    """Letters of any language, digits and what is allowed stay."""
    assert file_name("nb201/cifar10[failed=0.1]") == "nb201-cifar10-failed-0.1-"
    assert file_name("größe = 2", " =", "_") == "größe = 2"
    assert file_name("a//b?c", "", "_") == "a_b_c"
