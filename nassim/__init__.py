"""nassim: neural architecture search, simulated on tables of real trainings.

load("nb201/cifar10")            a benchmark: bench.space, bench.evaluate, bench.truth, bench.relax
simulate("local_search", bench)  many seeded runs of a strategy -> Trace
fit("nb201/cifar10", train=1000)  the same, learned by XGBoost from a thousand of its trainings
Faults(bench, failed=0.1)        the same on a cluster where trainings fail, workers are lost, and some are slow
solo("local_search", space)      one run, driven by hand: ask, train, tell
names("strategies")              what there is: strategies, benchmarks, spaces
run_study("studies/...")         a whole comparison -> results folder
search("images/", trainings=60)  a network for images of one's own, within limits, trained and exported -> Found
results("results/...")           what it found: .table(), .frame(), .plot("regret"), .compare(other)
__version__                      the version that is installed
Strategy, OneRun, Query, ...     what one needs to write a strategy
Benchmark                        what a benchmark of one's own has
"""

from importlib import import_module

from nassim.old_names import OldNameWarning, watch

TYPE_CHECKING = False  # that of `typing`, which `python -m nassim` would import from the current folder
if TYPE_CHECKING:
    from nassim.api import results, search, simulate, solo
    from nassim.automl.found import Found
    from nassim.benchmarks.learning import fit
    from nassim.benchmarks.loading import load
    from nassim.benchmarks.wrappers.faults import Faults
    from nassim.catalog import names
    from nassim.core.benchmark import Benchmark, Outcome, Query
    from nassim.core.errors import NassimError
    from nassim.core.relaxation import Mixture, RelaxedOutcome
    from nassim.core.space import Space
    from nassim.core.strategy import OneRun, Strategy
    from nassim.core.trace import Trace
    from nassim.report.results import Results
    from nassim.study.runner import run_study

    __version__: str  # of the installed package, which is said in pyproject.toml alone

_HOME = {
    "Benchmark": "core.benchmark",
    "Mixture": "core.benchmark",
    "Outcome": "core.benchmark",
    "Query": "core.benchmark",
    "RelaxedOutcome": "core.benchmark",
    "fit": "benchmarks.learning",
    "load": "benchmarks.loading",
    "names": "catalog",
    "NassimError": "core.errors",
    "simulate": "api",
    "Space": "core.space",
    "OneRun": "core.strategy",
    "Strategy": "core.strategy",
    "solo": "api",
    "Results": "report.results",
    "results": "api",
    "search": "api",
    "Found": "automl.found",
    "run_study": "study.runner",
    "Trace": "core.trace",
    "Faults": "benchmarks.wrappers.faults",
}
__all__ = [
    "Benchmark",
    "Faults",
    "Found",
    "Mixture",
    "NassimError",
    "OneRun",
    "Outcome",
    "Query",
    "RelaxedOutcome",
    "Results",
    "Space",
    "Strategy",
    "Trace",
    "fit",
    "load",
    "names",
    "results",
    "run_study",
    "search",
    "simulate",
    "solo",
]

watch()


_OLD = {"Slope": "RelaxedOutcome", "Trouble": "Faults"}  # public names that are called otherwise now


def __getattr__(name: str) -> object:
    if name in _OLD:
        import_module("warnings").warn(f"nassim.{name} is now nassim.{_OLD[name]}", OldNameWarning, stacklevel=2)
        name = _OLD[name]
    if name == "__version__":
        return import_module("importlib.metadata").version("nassim")
    if name not in _HOME:
        raise AttributeError(f"module 'nassim' has no attribute {name!r}")
    return getattr(import_module(f"nassim.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
