"""The same trainings on a cluster where every tenth takes five times as long, and every twentieth fails."""

from __future__ import annotations

import nassim
from nassim import Faults


def stragglers() -> Faults:
    """Return the benchmark; which trainings straggle or fail depends on the run's luck, so all strategies meet them."""
    return Faults(nassim.load("mini201/mnist5k"), failed=0.05, delayed=0.1, slowdown=5.0)
