# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Exported networks: what was written is what was trained."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim.core.errors import DataError
from nassim.spaces.nb201 import NB201
from nassim.training import export as exporting
from nassim.training.collect import plan_of
from nassim.training.data import load
from nassim.training.export import export, read
from nassim.training.train import train
from tests.training.test_validation import plan

NETWORK = int(NB201().canonical(NB201().at(np.array([6111])))[0])


@pytest.fixture
def without_onnx(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do as if the packages for ONNX were not installed."""
    monkeypatch.setattr(exporting, "NEEDED", ("no_such_package",))


@pytest.mark.usefixtures("without_onnx")
def test_weights_are_those_that_were_trained(tmp_path: Path) -> None:
    """The network that is read again answers as the trained one, and its card says how to use it."""
    tiny = plan(tmp_path)
    found = export(tiny, NETWORK, 1000, tmp_path / "made")
    assert found["weights"] == found["trained"]
    assert found["onnx"] is None
    data = load(tiny.source)
    arch = NB201().at(np.array(NETWORK))
    seed = exporting.seed_of(NETWORK, 1000)
    trained = train(arch, data, tiny.recipe, tiny.skeleton, seed).network.eval()
    with torch.no_grad():
        assert torch.equal(read(tmp_path / "made")(data.test.images), trained(data.test.images))
    cell = json.loads((tmp_path / "made/cell.json").read_text())
    assert NB201().parse(cell["cell"]).tolist() == arch.tolist()
    (mean, deviation) = cell["images"]["channel_mean_and_deviation"][0]
    pixels = np.load(tiny.source)["x"]
    back = np.concatenate([split.images.numpy().ravel() for split in (data.train, data.valid, data.test)])
    np.testing.assert_allclose(np.sort(back * deviation + mean), np.sort(pixels.ravel()), atol=1e-5)


@pytest.mark.usefixtures("without_onnx")
def test_an_export_that_is_there_is_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on from its checkpoint."""
    first = export(plan(tmp_path), NETWORK, 1000, tmp_path / "made")
    monkeypatch.setattr("nassim.training.train._Run.advance", lambda run: pytest.fail("trained again"))
    assert export(plan(tmp_path), NETWORK, 1000, tmp_path / "made") == first


@pytest.mark.usefixtures("without_onnx")
def test_what_is_read_again_must_be_as_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the export is refused."""
    errors = iter([10.0, 20.0])
    monkeypatch.setattr(exporting, "error_of", lambda network, split, metric: next(errors))
    with pytest.raises(DataError, match=r"read again from weights, the network errs 20.0 %, not 10.0 %"):
        export(plan(tmp_path), NETWORK, 1000, tmp_path / "made")


@pytest.mark.usefixtures("without_onnx")
@pytest.mark.parametrize("victim", ["weights.pt", "cell.json"])
def test_damaged_exports_are_refused(tmp_path: Path, victim: str) -> None:
    """Cut in the middle, or missing."""
    export(plan(tmp_path), NETWORK, 1000, tmp_path)
    file = tmp_path / victim
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(DataError, match="not an exported network, or damaged"):
        read(tmp_path)
    file.unlink()
    with pytest.raises(DataError, match="not an exported network"):
        read(tmp_path)


@pytest.mark.usefixtures("without_onnx")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda about: about.pop("space"), "the key 'space' is missing"),
        (lambda about: about.update(cell=5), "'cell' must be a text, got 5"),
        (lambda about: about.update(space="macro"), "of space nb201 only"),
        (lambda about: about.update(space="os:abort"), "os:abort"),
        (
            lambda about: about["skeleton"].update(channels=10**12),
            "'skeleton.channels' must be a whole number >= 1 and",
        ),
        (lambda about: about["skeleton"].update(channels=4096), "expected in weights.pt the weights of the network in"),
        (lambda about: about["skeleton"].update(layers=1), "unknown key of 'skeleton' 'layers'"),
    ],
)
def test_a_cell_of_another_shape_is_refused(tmp_path: Path, change: Callable[[dict[str, Any]], object], message: str):
    """With what is wrong in it, and before memory is taken for a network as large as it says."""
    export(plan(tmp_path), NETWORK, 1000, tmp_path)
    about = json.loads((tmp_path / "cell.json").read_text())
    change(about)
    (tmp_path / "cell.json").write_text(json.dumps(about))
    with pytest.raises(DataError, match=message):
        read(tmp_path)


@pytest.mark.slow
def test_onnx_answers_as_the_network(tmp_path: Path) -> None:
    """With any number of images, also of a cell that computes nothing."""
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    tiny = plan_of("nb201", "digits", plan(tmp_path).recipe, None, "cpu")
    for network in (NETWORK, 0):
        found = export(tiny, network, 1000, tmp_path / str(network))
        assert found["onnx"] == found["trained"]
        session = onnxruntime.InferenceSession(str(tmp_path / str(network) / "network.onnx"))
        images = torch.rand(7, 1, 8, 8)
        (logits,) = session.run(None, {"images": images.numpy()})
        with torch.no_grad():
            np.testing.assert_allclose(logits, read(tmp_path / str(network))(images).numpy(), atol=1e-4)
