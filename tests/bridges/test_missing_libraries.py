"""Without the library that it is named after, a bridge says in one line what to install."""

from __future__ import annotations

import importlib
import sys

import pytest

from nassim.core.errors import SettingError


@pytest.mark.parametrize(
    ("bridge", "module", "extra"),
    [
        ("configspace", "ConfigSpace", "configspace"),
        ("gymnasium", "gymnasium", "gymnasium"),
        ("pymoo", "pymoo.core.problem", "pymoo"),
        ("syne_tune", "syne_tune.blackbox_repository.blackbox", "syne-tune"),
    ],
)
def test_a_missing_library_is_one_clear_line(
    bridge: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the extra."""
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, f"nassim.bridges.{bridge}", raising=False)
    with pytest.raises(SettingError, match=rf"pip install 'nassim\[{extra}\]'"):
        importlib.import_module(f"nassim.bridges.{bridge}")
