"""The whole search on a few digits: what it writes, that it goes on after a kill, and that it never trains twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.automl.found import Found
from nassim.automl.loop import plan_lines, search
from nassim.automl.request import Request
from nassim.core.watcher import Watcher
from nassim.training.data import load
from nassim.training.train import error_of

ARGUMENTS = {"trainings": 22, "epochs": 1, "jobs": 1}
LIMITS = {"params": "60 %", "latency": "1 ms"}
CODE = f"import nassim; nassim.search('digits', limits={LIMITS!r}, out='found', **{ARGUMENTS!r})"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Return a search with twenty-two trainings of one epoch."""
    return nassim.search("digits", limits=LIMITS, out=tmp_path_factory.mktemp("search") / "found", **ARGUMENTS)


def trainings(folder: Path) -> list[str]:
    """Return the lines of all trainings of a search, in their order."""
    return [line for part in sorted(folder.glob("*/0*.jsonl")) for line in part.read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_a_search_hands_in_a_model_within_the_limits(found: Found) -> None:
    """Its card says what was confirmed; network and ONNX file err as the card says, and the folder reads back."""
    import onnxruntime

    card = found.card
    assert [limit["kept"] for limit in card["limits"]] == [True, True]
    assert 18 <= card["cost"]["trainings"] <= ARGUMENTS["trainings"]  # contenders may be one network
    assert {"random", "hand-made"} <= {why for one in card["confirmed"] for why in one["why"].split(", ")}
    assert card["model"]["valid_error"] == min(one["valid_error"] for one in card["confirmed"] if one["valid_error"])
    test = load("digits").test
    assert error_of(found.network(), test) == card["exported"]["exported_test_error"]
    session = onnxruntime.InferenceSession(str(found.onnx), providers=["CPUExecutionProvider"])
    logits = session.run(None, {"images": np.ascontiguousarray(test.images.numpy())})[0]
    wrong = 100 * np.mean(logits.argmax(axis=1) != test.labels.numpy())
    assert wrong == pytest.approx(card["exported"]["onnx_test_error"])
    assert Found.read(found.folder) == found
    text = (found.folder / "model_card.md").read_text("utf-8")
    assert found.architecture in text
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert [len(re.split(r"(?<!\\)\|", row)) for row in rows] == [6] * len(card["confirmed"])
    assert f"{found.test_error:.2f} %" in text


@pytest.mark.slow
def test_nothing_looks_at_test_images_before_the_end(found: Found) -> None:
    """Records of trainings that search have no test error; those that confirm have."""
    searching = (found.folder / "trainings" / "000.jsonl").read_text("utf-8")
    assert "test_error" not in searching
    assert "test_error" in (found.folder / "confirmed" / "000.jsonl").read_text("utf-8")


@pytest.mark.slow
def test_given_again_nothing_is_trained_and_more_budget_goes_on(found: Found, tmp_path: Path) -> None:
    """The same search ends as it did; a larger one trains the rest; a smaller one hands in what is there."""
    folder = tmp_path / "found"
    shutil.copytree(found.folder, folder)
    before = trainings(folder)
    again = nassim.search("digits", limits=LIMITS, out=folder, **ARGUMENTS)
    assert trainings(folder) == before
    assert again.card["model"] == found.card["model"]
    more = nassim.search("digits", limits=LIMITS, out=folder, **ARGUMENTS | {"trainings": 26})
    assert set(before) < set(trainings(folder))
    assert 22 <= more.card["cost"]["trainings"] <= 26
    searched = (folder / "trainings" / "000.jsonl").read_text("utf-8")
    less = nassim.search("digits", limits=LIMITS, out=folder, **ARGUMENTS | {"trainings": 8})
    assert error_of(less.network(), load("digits").test) == less.card["exported"]["exported_test_error"]
    assert (folder / "trainings" / "000.jsonl").read_text("utf-8") == searched


@pytest.mark.slow
@pytest.mark.parametrize("after", [5.0])
def test_a_killed_search_ends_as_one_that_was_not(found: Found, tmp_path: Path, after: float) -> None:
    """It goes on with what was decided and trained: the same trainings, none twice, and the same model."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen([sys.executable, "-c", CODE], cwd=tmp_path, env=environment)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    again = nassim.search("digits", limits=LIMITS, out=tmp_path / "found", **ARGUMENTS)
    done = [json.loads(line.partition(" ")[2]) for line in trainings(tmp_path / "found")]
    names = [(one["network"], one["replica"], "test_error" in one, "latency" in one) for one in done]
    assert len(names) == len(set(names))
    assert again.card["limits"][0]["bound"] == found.card["limits"][0]["bound"]
    assert len(again.card["confirmed"]) >= 3


def test_a_dry_run_says_what_it_would_take(tmp_path: Path) -> None:
    """From one epoch of one network, and nothing is searched."""
    lines = plan_lines(Request("digits", trainings=30, epochs=1, jobs=1), tmp_path / "found", Watcher())
    assert "898 training, 450 validation, 449 test images, 10 classes" in lines[0] or "images, 10 classes" in lines[0]
    assert lines[2].startswith("30 trainings in about")
    assert not (tmp_path / "found" / "trainings").exists()


def test_what_cannot_be_searched_is_one_line(tmp_path: Path) -> None:
    """No time for a training, a limit that nothing keeps, an unknown cost, another space."""
    told = {
        "the budget is too small": Request("digits", seconds=0.01, epochs=1),
        "no network keeps params": Request("digits", {"params": 5}, trainings=9, epochs=1),
        "unknown objective of digits 'parms'": Request("digits", {"parms": 5}, trainings=9, epochs=1),
        "networks can be built and trained of space nb201": Request("digits", trainings=9, space="darts"),
    }
    for number, (line, request) in enumerate(told.items()):
        with pytest.raises(nassim.NassimError, match=line):
            search(request, tmp_path / str(number))
