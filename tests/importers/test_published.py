"""What was imported is held against the checksum of what was published; a difference is said, also on the card."""

from __future__ import annotations

import json
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from nassim.importers import analog_nas_bench, import_data, nas_bench_macro

MACRO = Path(__file__).parents[3] / "shared/data/nas-bench-macro/nas-bench-macro_cifar10.json"


def notes(folder: Path) -> list[str]:
    """Return the notes on the card of the only family in a folder."""
    (card,) = folder.glob("*/card.toml")
    return tomllib.loads(card.read_text(encoding="utf-8"))["notes"]


@pytest.mark.skipif(not MACRO.exists(), reason="needs ../shared/data/nas-bench-macro")
def test_the_published_file_is_known_by_its_checksum(tmp_path):
    """Byte for byte it is the authors'; the same numbers written otherwise are not, and that is told."""
    said: list[str] = []
    import_data("nas-bench-macro", MACRO, tmp_path / "same", told=said.append)
    assert said == []
    assert notes(tmp_path / "same")[-1] == (
        f"The sha256 of the source file is that of {nas_bench_macro.PUBLISHED.where}."
    )
    other = tmp_path / MACRO.name
    other.write_text(json.dumps(json.loads(MACRO.read_bytes()), indent=1), encoding="utf-8")
    import_data("nas-bench-macro", other, tmp_path / "other", told=said.append)
    assert said == notes(tmp_path / "other")[-1:]
    assert said[0].startswith("The sha256 of the source file differs from the published 686dee8363cc..., of data/")


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("analognasbench"), reason="needs nassim[analog]")
def test_the_installed_package_has_the_published_file(tmp_path):
    """The checksum is the one that the wheel's own RECORD has."""
    folder = Path(find_spec("analognasbench").origin).parent
    said: list[str] = []
    import_data("analog-nas-bench", folder, tmp_path, told=said.append)
    assert said == []
    assert notes(tmp_path)[-1] == f"The sha256 of the source file is that of {analog_nas_bench.PUBLISHED.where}."
