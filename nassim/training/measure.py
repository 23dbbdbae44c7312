"""What is known of a network without training it: zero-cost scores and latency, measured for real."""

from __future__ import annotations

import statistics
import time

import torch

from nassim.core.arrays import Archs
from nassim.training.data import Data
from nassim.training.networks import fresh
from nassim.training.skeleton import Skeleton
from nassim.training.zero_cost import scores

REPEATS = 15


def measures(arch: Archs, data: Data, skeleton: Skeleton, seed: int) -> dict[str, float]:
    """Return the zero-cost scores and the latency of one architecture, a row (genes,)."""
    return {**scores(arch, data, skeleton, seed), "latency": latency(arch, skeleton)}


@torch.inference_mode()
def latency(arch: Archs, skeleton: Skeleton) -> float:
    """Return the seconds of this thread to classify one image on the CPU: the median of several, once warm."""
    network = fresh(arch, skeleton, 0).eval()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    image = torch.zeros(1, skeleton.inputs, skeleton.size, skeleton.size).contiguous(memory_format=torch.channels_last)
    taken = []
    for _ in range(1 + REPEATS):
        start = time.thread_time()
        network(image)
        taken.append(time.thread_time() - start)
    return statistics.median(taken[1:])
