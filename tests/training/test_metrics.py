"""Metrics: those of scikit-learn, on whatever is predicted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score

torch = pytest.importorskip("torch")

from nassim.training.metrics import error_percent  # noqa: E402  (after what may skip it)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of classes without an image
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_metrics_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    """Also where a class has no image, or none is taken for it."""
    labels, predicted = np.array(pairs).T
    expected = {
        "error": accuracy_score(labels, predicted),
        "balanced-error": balanced_accuracy_score(labels, predicted),
        "f1": f1_score(labels, predicted, average="macro", zero_division=0),
    }
    for metric, accuracy in expected.items():
        found = error_percent(torch.from_numpy(predicted), torch.from_numpy(labels), 4, metric)  # type: ignore[arg-type]
        assert found == pytest.approx(100 * (1 - accuracy), abs=1e-9)
