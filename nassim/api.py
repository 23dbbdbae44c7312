"""Names become classes and objects; then the engine does the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import ArrayLike

from nassim import catalog
from nassim.benchmarks import loading
from nassim.core.benchmark import Benchmark
from nassim.core.policies import (
    Budget,
    HandIn,
    Handling,
    Identity,
    JudgedBy,
    Policies,
    RecommendedSet,
    ReferencePoint,
    Repeats,
    Signal,
    TrainingSetBill,
)
from nassim.core.renamed import renamed_keywords, renamed_names
from nassim.core.space import Space
from nassim.core.strategy import CostOracle, StrategyClass
from nassim.core.trace import Trace
from nassim.engine import ask_and_tell, loop
from nassim.engine.ask_and_tell import AskAndTell

if TYPE_CHECKING:
    from nassim.automl.found import Found
    from nassim.report.results import Results


def simulate(
    strategy: StrategyClass | str,
    benchmark: str | Benchmark,
    *,
    runs: int | ArrayLike = 100,
    evaluations: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    workers: int = 1,
    signal: Signal = "one-seed",
    identity: Identity = "string",
    repeats: Repeats = "pay",
    restart: float | Literal["scratch"] = 0.0,
    judged_by: JudgedBy = "auto",
    training_set: TrainingSetBill = "free",
    decision: float = 0.0,
    decision_growth: float = 0.0,
    objectives: Sequence[str] = ("error",),
    constraints: Mapping[str, float | str | list[float | str]] | None = None,
    handling: Handling = "none",
    handling_weight: float | None = None,
    hand_in: HandIn = "best-feasible",
    recommended_set: RecommendedSet = "all-trained",
    reference_point: ReferencePoint = "max",
    timing: float | None = None,
    **settings: Any,
) -> Trace:
    """Simulate many independent runs of a strategy on a benchmark, and return all that happened.

    Args:
        strategy: Its name or its class.
        benchmark: Its name, or the benchmark itself.
        runs: How many, or the run numbers themselves.
        evaluations: The budget of each run. It has this, `seconds`, or both; an evaluation begun within it counts.
        seconds: The budget of each run on the simulated clock.
        seed: Of all streams of random numbers.
        workers: Asynchronous workers of each run.
        signal: one-seed: each run sees one fixed training of each architecture; resampled: one drawn each time it asks;
            mean: the mean of all.
        identity: string: isomorphic architectures are trainings apart; isomorphism: they share one.
        repeats: pay: asking again trains again; free: the answer is known already and costs no seconds.
        restart: Seconds that it takes to resume a training from its checkpoint; "scratch": there are no checkpoints, it
            trains all its epochs again. A worker that goes on with what it has just trained pays nothing.
        judged_by: Who says what was found is worth. unseen-seeds: the mean over the trainings of it that the run did
            not see, where all have two or more and the signal is one seed; all-seeds: the report split as it is, the
            same for all runs; auto: the first where it can be, else the second.
        training_set: billed: every run first pays for the trainings that the benchmark's answers are made of, such as
            those that a surrogate was fitted on; a strategy that descends its exact relaxation is a search then.
        decision: Seconds that the strategy takes to decide each question, one after the other, while workers wait.
        decision_growth: Seconds more for every answer that it knows.
        objectives: What a search minimises: "error" and costs of the benchmark, 1 to 8; "-throughput" is maximised.
        constraints: Limits of costs, such as {"latency": "5 ms"}: a number in the unit of the card, a text with a unit,
            or "30 %", that quantile of the space; ">= 1 ms" is the lowest there may be, and a list may hold both.
        handling: How a strategy that knows only errors hears of constraints. none; reject: what misses them is drawn
            again; feasibility-first, penalty, mnasnet-soft, mnasnet-hard, tunas: by the error that it is told, see
            core/constraint_handling.py.
        handling_weight: The exponent, points or factor of that.
        hand_in: best-feasible: a run recommends the lowest error among what keeps the constraints; best-told: the
            lowest of the errors that it was told; knee: of several objectives the knee of its front.
        recommended_set: Of several objectives the set that a run recommends, by what it was told: what nothing
            dominates of all that it trained (all-trained) or of its population (final-population), or a number of
            the former.
        reference_point: Of several objectives that of hypervolumes: the highest of each over the space (max) or over
            its front (nadir), or given as {"error": 90, "latency": "20 ms"}, or in pairs with what is 0 on the scale.
        timing: Seconds that measuring a cost of an untrained network takes, for strategies that ask measured costs
            before training; None: as the benchmark's card says, or such costs are told after training alone.
        settings: The strategy's own.

    Raises:
        SettingError: If an argument is of the wrong name, type or range; it says which.
    """
    budget = Budget(evaluations, seconds)
    wanted = [objectives] if isinstance(objectives, str) else list(objectives), dict(constraints or {})
    how = workers, signal, identity, repeats, restart, judged_by, training_set, decision, decision_growth
    policies = Policies(*how, *wanted, handling, handling_weight, hand_in, recommended_set, reference_point, timing)
    return loop.simulate(
        _strategy(strategy),
        loading.load(benchmark) if isinstance(benchmark, str) else benchmark,
        runs=runs,
        seed=seed,
        budget=budget,
        policies=policies,
        settings=settings,
    )


@renamed_keywords(known="cost_oracle")
def solo(
    strategy: str | StrategyClass,
    space: str | Space,
    *,
    seed: int = 0,
    run: int = 0,
    fidelities: tuple[int, ...] = (1,),
    cost_oracle: CostOracle | None = None,
    objectives: int = 1,
    limited: bool = False,
    **settings: Any,
) -> AskAndTell:
    """Return run number `run` of a strategy, for a loop of your own: ask, train, tell. It draws as in a study.

    Args:
        strategy: Its name or its class.
        space: Its name, or the space itself.
        seed: Of all streams of random numbers.
        run: Which run.
        fidelities: The numbers of epochs, increasing, after which a strategy that stops trainings early may look at
            them.
        cost_oracle: Tells costs without training, as a benchmark's `cost` does.
        objectives: How many it is told: an error alone, or as many values, 1 to 8.
        limited: Whether there are limits, and `tell` says by how much they are `missed`.
        settings: The strategy's own.

    Raises:
        SettingError: If a setting is of the wrong name, type or range; it says which.
    """
    place = catalog.space(space, code=True) if isinstance(space, str) else space
    kind = _strategy(strategy)
    return ask_and_tell.solo(
        kind,
        place,
        settings,
        seed=seed,
        run=run,
        fidelities=fidelities,
        cost_oracle=cost_oracle,
        objectives=objectives,
        limited=limited,
    )


def search(
    data: str | Path | None = None,
    *,
    limits: Mapping[str, float | str | list[float | str]] | None = None,
    trainings: int | None = None,
    seconds: float | None = None,
    out: str | Path = "found",
    space: str = "nb201",
    device: str = "auto",
    jobs: int | None = None,
    size: int | None = None,
    epochs: int | None = None,
    metric: Literal["error", "balanced-error", "f1"] = "error",
    trainer: str | None = None,
    seed: int = 0,
    top: int = 3,
    patience: float = 0.0,
) -> Found:
    """Find a network for images of one's own, and return it trained, exported and with what is known of it.

    What was done is kept in `out`: given again it goes on, also with other limits or a larger budget. It starts
    processes, so a script needs `if __name__ == "__main__":`.

    Args:
        data: Name or place of the images, see docs/real_training.md; None = a `trainer` has them.
        limits: What the model must keep, such as {"latency": "5 ms", "params": "0.1 M", "flops": "30 %"}.
        trainings: The budget, confirmation and export included. It has this, `seconds`, or both.
        seconds: The budget in time of this machine.
        out: The folder of all that is found.
        space: The space whose networks are trained.
        device: Auto, cpu or cuda.
        jobs: How many trainings at once; default one per core, and one on a GPU.
        size: Pixels a side to which images of a folder per class are brought.
        epochs: Of a training; default as fits the data.
        metric: What is meant by errors, in percent. error: the share of wrong images; balanced-error: the mean of that
            over classes; f1: 1 - the mean over classes of F1.
        trainer: A command that trains one network and prints its error and seconds, see docs/search.md.
        seed: Of all that is random.
        top: How many networks are confirmed with fresh seeds.
        patience: Points of error that what is left of the budget must promise; if it promises less, the search ends.

    Raises:
        NassimError: If torch is not installed.
        DataError: If nothing can be learned from the images, or all trainings failed.
        SettingError: If no network keeps the limits, or the budget is too small.
    """
    from nassim.automl.loop import search
    from nassim.automl.request import Request

    how = space, device, jobs, size, epochs, metric, trainer, seed, top, patience
    return search(Request(None if data is None else str(data), dict(limits or {}), trainings, seconds, *how), out)


def results(folder: str | Path, *, allow_code: bool = False) -> Results:
    """Return what a study found, from the folder that `run_study` or `nassim run` wrote.

    Args:
        folder: The results folder.
        allow_code: Whether code that the study names, such as ./mine.py:bench, may be imported to describe its
            architectures; without, these are numbers.

    Raises:
        DataError: If it is no results folder, or not complete.
    """
    from nassim.report.results import Results  # imports what draws, which no simulation needs
    from nassim.study.results import ResultsFolder

    return Results(ResultsFolder.open(folder, Path() if allow_code else None))


def _strategy(given: str | StrategyClass) -> StrategyClass:
    return catalog.strategy(given, code=True) if isinstance(given, str) else given


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"Solo": "nassim.engine.ask_and_tell.AskAndTell"})
