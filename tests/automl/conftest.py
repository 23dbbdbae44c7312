"""What all tests of searches share: a session whose trainings are looked up, and few threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim import catalog  # noqa: E402  (after what may skip them)
from nassim.automl.backend import Backend  # noqa: E402
from nassim.automl.candidates import Candidates  # noqa: E402
from nassim.automl.decisions import Decisions  # noqa: E402
from nassim.automl.request import Request  # noqa: E402
from nassim.automl.session import Session  # noqa: E402
from nassim.core.watcher import Watcher  # noqa: E402
from nassim.training.counting import multiply_adds, parameters  # noqa: E402
from nassim.training.skeleton import Skeleton  # noqa: E402

SKELETON = Skeleton(8, 1, 3, 16, 10)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Compute on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def candidates() -> Candidates:
    """Return the networks of nb201."""
    space = catalog.space("nb201")
    found = Candidates.of(space)
    counted = {"params": parameters(found.archs, SKELETON), "flops": multiply_adds(found.archs, SKELETON)}
    return found.with_costs({name: count.astype(np.float64) for name, count in counted.items()})


@pytest.fixture
def session_of(candidates: Candidates, tmp_path: Path) -> Callable[[int], Session]:
    """Return what makes a session of so many trainings in which every network may be handed in."""

    def made(trainings: int) -> Session:
        request = Request("digits", trainings=trainings, jobs=2)
        feasible = np.ones(len(candidates), dtype=np.bool_)
        decisions = Decisions(tmp_path, lambda text: None)
        return Session(request, Backend(request), tmp_path, decisions, Watcher(), candidates, feasible, 1.0)

    return made
