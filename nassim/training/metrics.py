"""By what a classifier is judged, as an error in percent: 0 is right everywhere."""

from __future__ import annotations

import torch
from torch import Tensor

from nassim.training.recipe import Metric


def error_percent(predicted: Tensor, labels: Tensor, classes: int, metric: Metric = "error") -> float:
    """Return how wrong predicted labels (n,) are, in percent.

    Args:
        predicted: What a classifier says, (n,) of 0 to classes - 1.
        labels: What is true, (n,).
        classes: How many there are; those without an image count in no mean.
        metric: error: the share of images that are wrong; balanced-error: the mean over classes of that, so that rare
            ones count as much as frequent ones; f1: 1 - the mean over classes of F1, the harmonic mean of precision and
            recall.
    """
    if metric == "error":
        return 100.0 * (predicted != labels).sum().item() / len(labels)
    pairs = torch.bincount(labels * classes + predicted, minlength=classes * classes).reshape(classes, classes).double()
    right, truly, said = pairs.diag(), pairs.sum(dim=1), pairs.sum(dim=0)
    if metric == "balanced-error":
        there = truly > 0
        return 100.0 * (1.0 - float((right[there] / truly[there]).mean()))
    there = truly + said > 0
    return 100.0 * (1.0 - float((2.0 * right[there] / (truly + said)[there]).mean()))
