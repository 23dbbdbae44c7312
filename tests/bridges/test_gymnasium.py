"""The environments keep Gymnasium's rules, one and many play the same game, and rewards are errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nassim.core.benchmark import Query
from tests.toys import Failing, toy_benchmark

gymnasium = pytest.importorskip("gymnasium")
from gymnasium.utils.env_checker import check_env  # noqa: E402

from nassim.bridges.gymnasium import NasEnv, NasVectorEnv  # noqa: E402

TOY = toy_benchmark((3, 2, 5, 4))


@pytest.mark.parametrize("benchmark", [TOY, Failing(TOY), "nb201/cifar10"], ids=["toy", "failing", "nb201"])
@pytest.mark.filterwarnings("ignore:.*not within the observation space")
def test_gymnasium_finds_no_fault(benchmark: Any) -> None:
    """Gymnasium's own check passes without a warning."""
    check_env(NasEnv(benchmark), skip_render_check=True)


def test_an_episode_writes_an_architecture_down() -> None:
    """Each step fills one gene; the reward is minus an error of one of its trainings, at the end."""
    env = NasEnv(TOY)
    board, info = env.reset(seed=0)
    assert board.tolist() == [0, 0, 0, 0]
    rewards = []
    for gene, option in enumerate([2, 1, 4, 0]):
        assert info["action_mask"].sum() == TOY.space.choices[gene]
        board, reward, done, _, info = env.step(np.int64(option))
        rewards.append(reward)
        assert done == (gene == 3)
    assert rewards[:3] == [0, 0, 0]
    assert info["arch"].tolist() == [2, 1, 4, 0]
    training_seeds = np.arange(2000, dtype=np.uint32)
    seen = TOY.evaluate(Query(np.repeat(info["arch"][None], 2000, axis=0)), training_seeds).error
    assert -rewards[3] in seen


def test_an_option_that_a_gene_lacks_counts_from_zero() -> None:
    """So every action is legal."""
    env = NasEnv(TOY)
    env.reset(seed=0)
    for action in (4, 4, 4, 4):
        board, *_ = env.step(np.int64(action))
    assert board.tolist() == [2, 1, 5, 1]


def test_failures_are_punished() -> None:
    """A failed training counts the error that was named."""
    failing = Failing(TOY)
    env = NasVectorEnv(failing, TOY.space.size, failure=77.0)
    env.reset(seed=0)
    archs = TOY.space.at(np.arange(TOY.space.size))
    for gene in range(4):
        _, rewards, *_ = env.step(archs[:, gene].astype(np.int64))
    np.testing.assert_array_equal(rewards == -77.0, failing.fails(archs))


def test_many_are_played_as_one() -> None:
    """With the same actions, boards of the vectorised environment are those of single ones, and so on after the end."""
    many, one = NasVectorEnv(TOY, 3), NasEnv(TOY)
    boards, info = many.reset(seed=1)
    assert many.observation_space.contains(boards)
    many.action_space.seed(0)
    actions = [many.action_space.sample() for _ in range(10)]
    one.reset(seed=1)
    for number, action in enumerate(actions):
        boards, rewards, ended, cut, info = many.step(action)
        again = number % 5 == 4
        single = one.reset()[0] if again else one.step(action[0])[0]
        assert boards[0].tolist() == single.tolist()
        assert many.observation_space.contains(boards)
        assert ended.tolist() == [number % 5 == 3] * 3
        assert not cut.any()
        assert ((rewards < 0) == ended).all()
        assert info["action_mask"].shape == (3, 5)
