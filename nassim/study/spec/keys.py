"""All keys of study.toml, table by table: what each must be, what it stands for, and its default.

Options of a surrogate and of weight sharing are the arguments of `nassim.fit` and the fields of `Sharing`; settings of
a strategy are those of its constructor.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from nassim.core.keys import REQUIRED, Key, defaults
from nassim.core.policies import CHECKED, Policies
from nassim.core.settings import Count, Filled, Line

BUDGET = {
    "evaluations": Key(CHECKED["evaluations"], "evaluations of each run", None),
    "seconds": Key(
        CHECKED["seconds"], "simulated seconds of each run; an evaluation that begins within them counts", None
    ),
}


def _policy(name: str, meaning: str) -> Key:
    return Key(CHECKED[name], meaning, getattr(Policies(), name))


POLICY_KEYS = {
    "signal": _policy(
        "signal",
        "what a run sees of an architecture: always the same one of its trainings (`one-seed`), one drawn each time it "
        "asks (`resampled`), or the mean of all (`mean`)",
    ),
    "identity": _policy(
        "identity",
        "whether isomorphic architectures are trained apart (`string`) or share one training (`isomorphism`)",
    ),
    "repeats": _policy(
        "repeats", "whether asking for an architecture again is billed again (`pay`) or answered at no cost (`free`)"
    ),
    "workers": _policy("workers", "asynchronous workers of each run"),
    "restart": _policy(
        "restart",
        'seconds that it takes to resume a training from its checkpoint; `"scratch"`: there are no checkpoints, and '
        "all epochs are trained again",
    ),
    "judged_by": _policy(
        "judged_by",
        "which trainings say what a recommendation is worth: those that the run did not see (`unseen-seeds`), the "
        "report split as it is (`all-seeds`), or the first where it can be and else the second (`auto`); one for the "
        "whole study",
    ),
    "training_set": _policy(
        "training_set",
        "whether each run first pays, in seconds, for the trainings that the benchmark's answers are made of, such as "
        "those that a surrogate was fitted on (`billed`), or not (`free`)",
    ),
    "decision": _policy("decision", "seconds that a strategy takes to decide what to ask, while its workers wait"),
    "decision_growth": _policy("decision_growth", "seconds more for every answer that it knows"),
}
FIELDS = {
    "name": Key(str, "name of the study, and of its results folder"),
    "question": Key(str, "what the study asks; the report begins with it"),
    "runs": Key(Count, "independent runs of each strategy on each benchmark", 100),
    "seed": Key(int, "seed of all random streams", 0),
}
Label = Annotated[str, Line()]
Tables = Annotated[list[dict[str, Any]], Filled()]
TABLES = {
    "budget": Key(dict[str, Any], "when a run ends; give one key or both, see below", {}, "a table [budget]"),
    "policies": Key(dict[str, Any], "how runs are simulated, see below", {}, "a table [policies]"),
}
LISTS = {
    "benchmarks": Key(
        Annotated[list[str], Filled()],
        "names of benchmarks, as `nassim list benchmarks` shows them; either this or tables [[benchmark]]",
        None,
        'a list of names, such as ["nb201/cifar10"]',
    ),
    "benchmark": Key(
        Tables, "benchmarks with options, a table each, see below", None, "one or more tables [[benchmark]]"
    ),
    "strategy": Key(
        Tables, "strategies with settings, a table each, see below", REQUIRED, "one or more tables [[strategy]]"
    ),
}
PROTOCOL = {
    "protocol": Key(
        str,
        "a published protocol of `nassim list protocols`, which sets budget, policies, runs and settings of strategies",
        None,
        "the name of a protocol",
    )
}
STUDY = {**FIELDS, **PROTOCOL, **TABLES, **LISTS}
STRATEGY = {
    "name": Key(
        str,
        "name of a strategy, `./file.py:Class` beside the study's file, or `package.module:Class`; see `nassim list`",
        wanted="the name of a strategy",
    ),
    "label": Key(
        Label, "what tables and figures call it; by default the name and the settings", None, "a line of text"
    ),
}
BENCHMARK = {
    "name": Key(str, "name of a benchmark, `./file.py:object` beside the study's file, or `package.module:object`"),
    "label": Key(Label, "what tables and figures call it; by default the name and the options", None, "a line of text"),
    "budget": Key(
        dict[str, Any],
        "a budget of its own instead of the study's, with the keys of [budget]",
        None,
        "a table such as {seconds = 12000}",
    ),
    "surrogate": Key(
        dict[str, Any],
        "a surrogate is learned from the benchmark's trainings and searched in its place; options below",
        None,
        "options such as {train = 1000, seed = 0}",
    ),
    "model": Key(str, "folder of a surrogate that `nassim fit` has saved, relative to the study's folder", None),
    "judge": Key(
        str,
        'what judges a recommendation: `"table"` beside a surrogate or model, or another benchmark of the same space',
        None,
    ),
    "validation": Key(str, "a cost in seconds that every evaluation pays besides its training; for tables alone", None),
    "sharing": Key(
        dict[str, Any] | Literal["table"],
        "answers are those of a supernet whose networks share weights: options below, `{}` for the defaults, or "
        '`"table"` for what real supernets said',
        None,
        "options such as {correlation = 0.5}, or {}, or 'table'",
    ),
    "needs": Key(
        str,
        "the command that brings data that is not shipped; shown in the message where the data is not there",
        None,
    ),
}
POLICIES: dict[str, Any] = defaults(POLICY_KEYS)
