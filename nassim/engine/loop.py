"""The loop: strategies ask, the benchmark answers, workers finish on a simulated clock, and a Trace is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import cast

import numpy as np
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from nassim.core.adapter import as_benchmark
from nassim.core.arrays import Floats, Ids, Rows
from nassim.core.asking import ask, blamed, options, tell
from nassim.core.benchmark import Benchmark, role_on, unheard
from nassim.core.constraint_handling import check_handling, rejecting
from nassim.core.documents import JsonValue, Table
from nassim.core.errors import SettingError
from nassim.core.frames import told_frames
from nassim.core.lifting import lifted
from nassim.core.objectives import Objectives
from nassim.core.policies import CHECKED, Budget, Policies, Repeats, check_several
from nassim.core.provenance import Provenance
from nassim.core.random_streams import Streams
from nassim.core.records import rows_of
from nassim.core.relaxation import Mixture
from nassim.core.roles import ORACLE
from nassim.core.settings import check_settings, check_value
from nassim.core.strategy import Asked, Searcher, SearcherClass, StrategyClass, name_of
from nassim.core.trace import Trace
from nassim.core.trace_schema import DISCLOSED, EPOCHS, RECOMMENDED, TOLD
from nassim.data.memory import check_fits
from nassim.engine.beforehand import Beforehand
from nassim.engine.billing import Standstill, bill, prepared
from nassim.engine.evaluator import Evaluator
from nassim.engine.footprint import check_footprint, fewest
from nassim.engine.judgement import Judge
from nassim.engine.membership import Membership, check_population, population_of
from nassim.engine.provenance import provenance
from nassim.engine.recorder import Recorder
from nassim.engine.reference import reference_of
from nassim.engine.reference_point import check_given
from nassim.engine.suggestion_latency import SuggestionLatency
from nassim.engine.workers import Clock, clock

RUN = 64  # bytes that the number of a run takes while it is read
ENDLESS = 2**62  # evaluations of a run that seconds alone end


def simulate(
    strategy: StrategyClass,
    benchmark: Benchmark,
    *,
    runs: int | ArrayLike = 100,
    seed: int = 0,
    budget: Budget = Budget(),
    policies: Policies = Policies(),
    settings: Mapping[str, JsonValue] = MappingProxyType({}),
) -> Trace:
    """Simulate many independent runs of a strategy on a benchmark, and return all that happened: `nassim.simulate`."""
    check_value("seed", seed, CHECKED["seed"])
    kind = lifted(strategy)
    check_settings(kind, settings, name_of(kind), beside=CHECKED)
    bench = as_benchmark(benchmark)
    ids = _run_numbers(runs)
    beforehand = Beforehand(bench, Streams(seed, "luck", ids), policies)
    streams = Streams(seed, name_of(kind), ids)
    searcher = construct(kind, bench, streams, dict(settings), policies=policies, beforehand=beforehand)
    check_end(name_of(kind), searcher.max_evaluations, budget.evaluations, budget.seconds, policies.repeats)
    training_seed, endless = Streams(seed, "luck", ids), budget.evaluations is None and searcher.max_evaluations is None
    evaluator = Evaluator(bench, training_seed, policies, deaf=kind.trains_itself, timed=endless)
    judge = Judge.of(evaluator.benchmark, policies.judged_by, policies.signal, evaluator.training_seed)
    reference = reference_of(evaluator.benchmark, evaluator.objectives, policies.reference_point)
    latency = SuggestionLatency(ids.size, policies.decision, policies.decision_growth)
    limits = [limit for limit in (budget.evaluations, searcher.max_evaluations) if limit is not None]
    steps = min(limits, default=ENDLESS)
    events = max(1, fewest(bench, budget.seconds, policies)) if steps == ENDLESS else steps
    check_footprint(bench.space, ids.size, events, policies.workers)
    recorder = Recorder(ids, bench.space, min(steps, 1024))
    begin = bill(evaluator.benchmark, policies.training_set, budget.seconds, mean=policies.signal == "mean")
    begin += prepared(evaluator.benchmark, budget.seconds)
    workplace = clock(ids.size, policies.workers, begin)
    about: Table = {"strategy": name_of(kind), "settings": dict(settings), "seed": seed}
    about |= asdict(policies) | asdict(budget)
    with blamed(name_of(kind)):
        with threadpool_limits(1):  # matrices are small and many: threads would cost more than they save
            members = Membership(ids.size) if policies.recommended_set == "final-population" else None
            how = policies.workers, steps, budget.seconds, members
            hands_in = _run(searcher, evaluator, beforehand, latency, recorder, workplace, *how)
        role = _role(evaluator, recorder, billed=policies.training_set == "billed")
        about |= judge.facts() | cast("Table", reference)
        about |= {"hands_in": hands_in} | role
        told = cast("Provenance", provenance(evaluator.benchmark, kind) | about)
        return recorder.trace(judge, told, evaluator.objectives)


def _role(evaluator: Evaluator, recorder: Recorder, *, billed: bool) -> dict[str, str]:
    """Return what a trace says of what the strategy is there, and let it keep what an oracle was told."""
    unpaid = evaluator.disclosure is not None and not billed
    role, agrees = role_on(evaluator.benchmark, relaxed=unpaid), evaluator.benchmark.card.agrees
    if role == ORACLE and evaluator.disclosure is not None:
        recorder.conclude(DISCLOSED, evaluator.disclosure.seconds())
    return {"role": role} | ({"agrees": agrees} if agrees else {})


def _run(
    searcher: Searcher, evaluator: Evaluator, beforehand: Beforehand, latency: SuggestionLatency, recorder: Recorder,
    workplace: Clock, workers: int, steps: int, budget: float | None, members: Membership | None,
) -> str:  # fmt: skip
    """Run every row to the end of its budget; return which evaluation is handed in: 'best' or 'latest'."""
    rows: Rows = np.arange(searcher.streams.runs)
    seconds = math.inf if budget is None else budget
    started, told, relaxed = 0, 0, False
    standstill = Standstill(rows.size) if steps == ENDLESS else None

    def start(rows: Rows, worker: Rows, before: Asked | None = None) -> None:
        """Let free workers begin, those of runs that can do so within their budget."""
        nonlocal started
        now = workplace.now[rows]
        wait = latency.wait(rows, now, told)
        within = now + wait < seconds
        if not within.all():
            rows, worker, now, before = rows[within], worker[within], now[within], before and rows_of(before, within)
            wait = wait[within] if isinstance(wait, np.ndarray) else wait
        if rows.size:
            asked = ask(searcher, rows)
            wait = wait + beforehand.collect(rows)
            workplace.start(rows, worker, asked, evaluator.answer(rows, asked, now + wait, before), wait)
            started += 1

    for worker in range(min(workers, steps)):
        start(rows, np.full(rows.size, worker))
    while done := workplace.finish():
        heard = evaluator.heard(done.answer)
        tell(searcher, done.rows, done.asked, unheard(heard) if searcher.trains_itself else heard)
        told += 1
        if relaxed := isinstance(done.asked, Mixture):
            archs = options(searcher, searcher.derive_architecture(done.rows), done.rows)
        else:
            archs = done.asked.archs
        diagnostics = {**searcher.diagnostics(done.rows), **_fidelity(done.asked), **_recommended(searcher, done.rows)}
        diagnostics |= ({} if heard is done.answer else {TOLD: heard.error}) | (
            evaluator.objectives.judged(evaluator.benchmark, archs, done.answer.error)
            if relaxed
            else evaluator.objectives.record(done.answer)
        )
        recorder.add(done.rows, archs, done.answer.error, done.seconds, diagnostics)
        if members:
            members.add(done.rows, told - 1, population_of(searcher, done.rows), recorder)
        if standstill:
            standstill.check(evaluator.benchmark, done.rows, done.seconds)
        if started < steps:
            start(done.rows, done.worker, done.asked)
    return "latest" if relaxed else "best"


def _fidelity(asked: Asked) -> dict[str, Floats]:
    """Return how far the trainings of a strategy that says so were trained, as a diagnostic."""
    return {} if isinstance(asked, Mixture) or asked.epochs is None else {EPOCHS: asked.epochs.astype(np.float64)}


def _recommended(searcher: Searcher, rows: Rows) -> dict[str, Floats]:
    """Return which answer a strategy that chooses by itself would hand in, as a diagnostic."""
    chosen = searcher.recommend(rows)
    return {} if chosen is None else {RECOMMENDED: chosen.astype(np.float64)}


def construct(
    kind: SearcherClass,
    bench: Benchmark,
    streams: Streams,
    settings: Mapping[str, JsonValue],
    called: str = "",
    policies: Policies = Policies(),
    beforehand: Beforehand | None = None,
) -> Searcher:
    """Return a strategy for a benchmark.

    It is `called` so in messages, by default by its name. What its space draws keeps the constraints, if `handling` is
    `reject`.

    Raises:
        SettingError: If its settings are impossible, or need too much memory.
    """
    called = called or name_of(kind)
    wanted = Objectives.of(bench, policies.objectives, policies.constraints)
    wanted.check_possible(bench)
    check_several(policies)
    check_population(kind, policies.recommended_set)
    check_given(bench, wanted.names, policies.reference_point)
    if bench.card.live:
        reference_of(bench, wanted, policies.reference_point)  # what it lacks is known before anything is trained
    check_handling(policies.handling, policies.handling_weight, bench.card.unit, limited=bool(wanted.limits))
    oracle = beforehand or Beforehand(bench, Streams(0, "luck", streams.ids), policies)
    space = rejecting(bench.space, wanted.keeps(oracle)) if policies.handling == "reject" else bench.space
    try:
        searcher = kind(space, streams, **settings)
        searcher.objectives, searcher.limited = len(wanted.names), bool(wanted.limits)
        searcher.prepare(bench.epochs)
    except (MemoryError, OverflowError) as error:
        raise SettingError(f"{called}: {settings} needs more memory than there is") from error
    except ValueError as error:
        where = ", ".join([called, *getattr(error, "__notes__", [])])
        raise SettingError(f"{where}: {settings} is impossible: {error}{told_frames(error)}") from error
    searcher.set_cost_oracle(oracle)
    return searcher


def check_end(
    name: str, limit: int | None, evaluations: int | None, seconds: float | None, repeats: Repeats = "pay"
) -> None:
    """Raise SettingError unless a search of this budget, and the strategy's own limit, must end."""
    if limit is None and evaluations is None and seconds is None:
        raise SettingError(f"{name} never ends by itself: give a budget in evaluations, in seconds, or both")
    if limit is None and evaluations is None and repeats == "free":
        raise SettingError(
            f"{name} may never spend its seconds, since repeats are free: give a budget in evaluations too"
        )


def _run_numbers(runs: int | ArrayLike) -> Ids:
    if type(runs) is int:
        check_fits(runs * RUN, f"{runs:,} runs")
    numbers = list(range(runs)) if type(runs) is int else np.asarray(runs, dtype=object).tolist()
    if not isinstance(numbers, list) or not numbers or not all(map(_is_run_number, numbers)):
        raise SettingError(f"runs must be a whole number >= 1 or a list of run numbers >= 0, got {runs!r}")
    return np.array(numbers, dtype=np.int64)


def _is_run_number(number: JsonValue) -> bool:
    return type(number) is int and 0 <= number < 2**63
