"""A benchmark as a Gymnasium environment (Towers et al., 2024, arXiv:2407.17032): a step chooses the next gene.

Zoph and Le, ICLR 2017, arXiv:1611.01578, had their controller play this game: an episode writes an architecture down,
gene by gene, and the reward comes at its end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nassim.benchmarks import loading
from nassim.core.adapter import as_benchmark
from nassim.core.arrays import Archs, Floats, Ints, Values
from nassim.core.benchmark import Benchmark, Query
from nassim.core.errors import not_installed

try:
    import gymnasium
    from gymnasium.vector import AutoresetMode, VectorEnv
    from gymnasium.vector.utils import batch_space
except ImportError as error:
    raise not_installed("gymnasium", error) from error

Observation = Ints
Info = Values | list[str] | AutoresetMode  # what is told beside an observation


class Game:
    """The rules that both environments share, for any number of boards (m, genes).

    An observation has an entry per gene: 0 while it is open, else 1 + its option. An action is an option of the first
    open gene; one that the gene does not have counts from 0 again, so every action is legal everywhere. The reward is 0
    until the last gene, then minus the error of one training of the architecture, drawn anew each time; `failure` is
    the error that a failed training counts.
    """

    def __init__(self, benchmark: str | Benchmark, failure: float) -> None:
        self.benchmark = loading.load(benchmark) if isinstance(benchmark, str) else as_benchmark(benchmark)
        self.failure = failure
        self.choices = np.array(self.benchmark.space.choices)
        self.observations = gymnasium.spaces.MultiDiscrete(self.choices + 1)
        self.actions = gymnasium.spaces.Discrete(int(self.choices.max()))

    def rewards(self, archs: Archs, generator: np.random.Generator) -> Floats:
        """Return minus the errors of architectures (m, genes), shape (m,)."""
        training_seed = generator.integers(2**32, size=len(archs), dtype=np.uint32)
        error = self.benchmark.evaluate(Query(archs), training_seed).error
        return -np.where(np.isnan(error), self.failure, error)

    def mask(self, gene: int) -> NDArray[np.int8]:
        """Return 1 for the options that a gene has, (widest,); all of them once there is no gene left."""
        count = self.choices[gene] if gene < self.choices.size else self.actions.n
        return (np.arange(self.actions.n) < count).astype(np.int8)


class NasEnv(gymnasium.Env[Observation, np.int64]):
    """One architecture at a time, see Game. `info` holds the `action_mask` of the next gene; at the end, the `arch`."""

    metadata: dict[str, Info] = {"render_modes": []}  # noqa: RUF012  (declared so by Gymnasium)

    def __init__(self, benchmark: str | Benchmark, failure: float = 100.0) -> None:
        self.game = Game(benchmark, failure)
        self.observation_space, self.action_space = self.game.observations, self.game.actions
        self._board = np.zeros(self.game.choices.size, dtype=np.int64)
        self._gene = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Info] | None = None
    ) -> tuple[Observation, dict[str, Info]]:
        """Begin an architecture; `seed` seeds the choice of trainings. There are no options."""
        super().reset(seed=seed, options=options)
        self._board, self._gene = np.zeros_like(self._board), 0
        return self._board.copy(), {"action_mask": self.game.mask(0)}

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, dict[str, Info]]:
        """Choose the next gene's option."""
        self._board[self._gene] = 1 + int(action) % self.game.choices[self._gene]
        self._gene += 1
        info: dict[str, Info] = {"action_mask": self.game.mask(self._gene)}
        done, reward = self._gene == self._board.size, 0.0
        if done:
            arch = (self._board - 1).astype(self.game.benchmark.space.dtype)
            reward, info["arch"] = float(self.game.rewards(arch[None], self.np_random)[0]), arch
        return self._board.copy(), reward, bool(done), False, info


class NasVectorEnv(VectorEnv[Observation, NDArray[np.int64], Values]):
    """`num_envs` architectures side by side, evaluated as one batch, see Game; all end and begin together.

    As in Gymnasium's default, the step after the last gene begins anew, whatever its action is.
    """

    metadata: dict[str, Info] = {"render_modes": [], "autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012

    def __init__(self, benchmark: str | Benchmark, num_envs: int, failure: float = 100.0) -> None:
        self.game, self.num_envs = Game(benchmark, failure), num_envs
        self.single_observation_space, self.single_action_space = self.game.observations, self.game.actions
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._boards = np.zeros((num_envs, self.game.choices.size), dtype=np.int64)
        self._gene = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Info] | None = None
    ) -> tuple[Observation, dict[str, Info]]:
        """Begin all architectures; `seed` seeds the choice of trainings. There are no options."""
        super().reset(seed=seed, options=options)
        self._boards, self._gene = np.zeros_like(self._boards), 0
        return self._boards.copy(), self._info()

    def step(self, actions: NDArray[np.int64]) -> tuple[Observation, Values, Values, Values, dict[str, Info]]:
        """Choose the option of the next gene of every architecture, (num_envs,)."""
        nothing, never = np.zeros(self.num_envs), np.zeros(self.num_envs, dtype=np.bool_)
        if self._gene == self.game.choices.size:
            observations, info = self.reset()
            return observations, nothing, never, never.copy(), info
        self._boards[:, self._gene] = 1 + np.asarray(actions) % self.game.choices[self._gene]
        self._gene += 1
        if self._gene < self.game.choices.size:
            return self._boards.copy(), nothing, never, never.copy(), self._info()
        archs = (self._boards - 1).astype(self.game.benchmark.space.dtype)
        return self._boards.copy(), self.game.rewards(archs, self.np_random), ~never, never, self._info()

    def _info(self) -> dict[str, Info]:
        return {"action_mask": np.repeat(self.game.mask(self._gene)[None], self.num_envs, axis=0)}
