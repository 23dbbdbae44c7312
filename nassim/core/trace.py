"""Trace: what happened in all runs of one simulation. Statistics, figures and reports read traces and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Columns, Flags, Floats, Ints, Scalar
from nassim.core.html import facts
from nassim.core.incumbents import chosen_events, latest, lowest_events
from nassim.core.knee import knee_events
from nassim.core.policies import ERROR
from nassim.core.provenance import About, Provenance, recorded
from nassim.core.renamed import renamed_fields, renamed_members, renamed_names
from nassim.core.roles import ORACLE, Role
from nassim.core.trace_schema import (
    COST,
    DIAGNOSTIC,
    DISCLOSED,
    EPOCHS,
    FLOATS,
    POPULATION,
    RECOMMENDED,
    TOLD,
    TRUE,
    VIOLATION,
)
from nassim.data.frame import Column, frame
from nassim.data.trace_file import read, read_about, write

if TYPE_CHECKING:
    from pandas import DataFrame


@renamed_members(note="diagnostic")
@renamed_fields(notes="diagnostics")
@dataclass(frozen=True, eq=False)
class Trace:
    """All evaluations of all runs, in order of completion. A run that ended earlier is padded.

    After a search by Mixtures, `archs` holds what the strategy would have handed in after each step.
    """

    runs: NDArray[np.int64]  # (runs,) the run numbers
    lengths: NDArray[np.int64]  # (runs,) how many evaluations each run completed
    archs: Archs  # (runs, events, genes); -1 = padding
    error: Floats  # (runs, events) as the strategy saw it; nan = failed, or padding
    seconds: Floats  # (runs, events) simulated time of completion; nan = padding
    truth: Floats  # (runs, events) error of `archs` on the report split; nan = padding
    provenance: Provenance  # everything that decided the numbers
    diagnostics: dict[str, Floats] = field(default_factory=dict)  # (runs, events) by name, the strategy's; nan = not

    @property
    def role(self) -> Role:
        """What the strategy is on this benchmark: a search, or what cannot be ranked among searches."""
        return recorded(self.provenance, self.diagnostics)

    @property
    def oracle(self) -> bool:
        """Whether it was told results of trainings that no search knows for what it was billed."""
        return self.role == ORACLE

    def disclosed(self) -> Floats:
        """Return the simulated seconds of all trainings whose results an oracle was told by its end, (runs,).

        nan = unknown, or no oracle.
        """
        told: Floats = np.fmax.reduce(self.diagnostic(DISCLOSED), axis=1, initial=np.nan)
        return told

    @property
    def events(self) -> int:
        """The largest number of evaluations of any run."""
        return int(self.error.shape[1])

    @property
    def objective_names(self) -> list[str]:
        """What the search minimised: "error", and names of costs, those that it maximised with a minus."""
        return self.provenance.get("objectives", [ERROR])

    def objectives(self, *, true: bool = False) -> Floats:
        """Return what the search minimises of each evaluation, (runs, events, k); nan = missing, failed or padding.

        Args:
            true: The error is that on the report split, which no strategy is told, and not the one that it saw; costs
                are means over their measurements.
        """
        error = self.truth if true else self.error
        columns = [error if name == ERROR else self._cost(name, true=true) for name in self.objective_names]
        return np.stack(columns, axis=2)

    def feasible(self, *, true: bool = False) -> Flags:
        """Return which evaluations succeeded and keep all limits, (runs, events).

        Args:
            true: By the means of costs over their measurements, and not by those that the strategy was told.
        """
        missed = self._judged(VIOLATION, true=true) if VIOLATION in self.diagnostics else None
        return ~np.isnan(self.error) & (True if missed is None else ~(missed > 0))

    def candidates(self) -> Floats:
        """Return the objectives of each evaluation as it was told, (runs, events, k); nan = it cannot be recommended.

        That is what failed, and what misses a limit.
        """
        return np.where(self.feasible()[:, :, None], self.objectives(), np.nan)

    def population_stays(self) -> tuple[Ints, Ints]:
        """Return after which events each answer entered the strategy's population and left it, (runs, events) each.

        They are kept where `recommended_set` is "final-population"; the number of events stands for never.
        """
        entered, left = (np.nan_to_num(self.diagnostic(name), nan=self.events).astype(np.int64) for name in POPULATION)
        return entered, left

    def nearest(self) -> tuple[Archs, float] | None:
        """Return the architecture (genes,) that misses the limits by least, and by which share of their bounds.

        None where one keeps them, where there are none, or where all costs of limits are missing.
        """
        if VIOLATION not in self.diagnostics or self.feasible(true=True).any():
            return None
        missed = np.where(np.isnan(self.error), np.inf, np.nan_to_num(self._judged(VIOLATION, true=True), nan=np.inf))
        at = np.unravel_index(missed.argmin(), missed.shape)
        return (self.archs[at], float(missed[at])) if np.isfinite(missed[at]) else None

    def _cost(self, name: str, *, true: bool) -> Floats:
        cost = self._judged(f"{COST}{name.removeprefix('-')}", true=true)
        return -cost if name.startswith("-") else cost

    def _judged(self, name: str, *, true: bool) -> Floats:
        """Return a diagnostic as it was told, or as the judge has it where that is something else."""
        told, judged = self.diagnostics[name], self.diagnostics.get(f"{TRUE}{name}") if true else None
        return told if judged is None else np.where(np.isnan(judged), told, judged)  # nan: of runs that were told it

    def incumbent(self) -> NDArray[np.intp]:
        """Return the event whose architecture each run would hand in after each event, (runs, events).

        It is the one that the strategy chose, if it does; else the first with the lowest error so far, among those that
        were trained furthest so far; in a search by Mixtures, the latest. With constraints only those that keep them
        count, or with `hand_in = "best-told"` all, by the error that the strategy was told. With `"knee"` it is that of
        the front so far, of what keeps them. -1 = none succeeded yet.
        """
        if self.provenance.get("hand_in") == "knee":
            return knee_events(self.candidates())
        counted = self._counted()
        if self.provenance["hands_in"] == "latest":
            lowest = latest(counted < np.inf)
        else:
            lowest = lowest_events(counted, self.diagnostics.get(EPOCHS))
        if RECOMMENDED not in self.diagnostics:
            return lowest
        chosen = chosen_events(self.diagnostics[RECOMMENDED], counted)
        return np.where(chosen >= 0, chosen, lowest)

    def _counted(self) -> Floats:
        """Return the error by which a recommendation is chosen, (runs, events); inf = it cannot be chosen."""
        if self.provenance.get("hand_in") != "best-told":
            return np.where(self.feasible(), self.error, np.inf)
        told = self.diagnostics.get(TOLD, self.error)
        return np.where(np.isnan(told), np.inf, told)

    def incumbent_truth(self, incumbent: NDArray[np.intp] | None = None) -> Floats:
        """Return the report-split error of the incumbent after each event, (runs, events); nan = none yet.

        Whoever has asked for the `incumbent` already gives it.
        """
        incumbent = self.incumbent() if incumbent is None else incumbent
        truth = np.take_along_axis(self.truth, np.maximum(incumbent, 0), axis=1)
        return np.where(incumbent < 0, np.nan, truth)

    def regret(self) -> Floats:
        """Return how much worse the incumbent's true error is than the benchmark's optimum, (runs, events)."""
        return self.incumbent_truth() - float(self.provenance["optimum"])

    def diagnostic(self, name: str) -> Floats:
        """Return what the strategy noted by that name, (runs, events); nan where it did not."""
        return self.diagnostics.get(name, np.full(self.error.shape, np.nan))

    def frame(self) -> DataFrame:
        """Return a row per completed evaluation of each run, as a frame of pandas.

        Columns are strategy, benchmark, run and event; `gene0` and on, the architecture; `error`, as the strategy saw
        it, and `truth`, on the report split (nan = failed); `seconds` of simulated time, at completion; `incumbent`,
        the report-split error of what the run would recommend then; and the strategy's diagnostics by their names.

        Raises:
            SettingError: If pandas is not installed.
        """
        done = self._done()
        columns: dict[str, Column] = {
            **{name: [str(self.provenance[name])] * int(done.sum()) for name in ("strategy", "benchmark")},
            **self._columns(done),
            "incumbent": self.incumbent_truth()[done],
            **{name: values[done] for name, values in self.diagnostics.items()},
        }
        return frame(columns)

    def _repr_html_(self) -> str:
        final = self.incumbent_truth()[:, -1:]
        mean = f"{np.nanmean(final):.4g} {self.provenance['unit']}" if np.isfinite(final).any() else "none succeeded"
        settings = ", ".join(f"{name} = {value}" for name, value in self.provenance["settings"].items())
        said = {
            "settings": settings,
            "role": self.role,
            "runs": f"{len(self.runs):,}",
            "evaluations of a run": f"up to {self.events:,}",
            "mean error at the end": mean,
        }
        return facts(f"{self.provenance['strategy']} on {self.provenance['benchmark']}", said)

    def save(self, path: str | Path) -> None:
        """Write one Parquet file, a row per evaluation, atomically.

        Raises:
            DataError: If that is not possible.
        """
        done = self._done()
        noted = {f"{DIAGNOSTIC}{name}": values[done] for name, values in self.diagnostics.items()}
        about: About = {"runs": self.runs.tolist(), "lengths": self.lengths.tolist(), "provenance": self.provenance}
        write(Path(path), about, self._columns(done) | noted)

    def _done(self) -> NDArray[np.bool_]:
        """Return which events are evaluations, and no padding, (runs, events)."""
        return np.arange(self.events) < self.lengths[:, None]

    def _columns(self, done: NDArray[np.bool_]) -> Columns:
        """Return a row per evaluation."""
        return {
            "run": np.broadcast_to(self.runs[:, None], done.shape)[done],
            "event": np.broadcast_to(np.arange(self.events, dtype=np.int32), done.shape)[done],
            **{f"gene{gene}": self.archs[:, :, gene][done] for gene in range(self.archs.shape[2])},
            **{name: getattr(self, name)[done] for name in FLOATS},
        }

    @classmethod
    def load(cls, path: str | Path) -> Trace:
        """Read a saved trace.

        Raises:
            DataError: Names a file that is missing, damaged or of another format, and the place.
        """
        return cls._unfold(*read(Path(path)))

    @classmethod
    def role_at(cls, path: str | Path) -> Role:
        """Return the role of a saved trace without reading its rows.

        Raises:
            DataError: Where `load` would raise one for it.
        """
        about, names = read_about(Path(path))
        noted = [name.removeprefix(DIAGNOSTIC) for name in names if name.startswith(DIAGNOSTIC)]
        return recorded(about["provenance"], noted)

    @classmethod
    def join(cls, traces: Sequence[Trace]) -> Trace:
        """Return the runs of several traces of one simulation as one trace, in the order given."""
        events = max(trace.events for trace in traces)
        joined = {
            name: np.concatenate([_padded(getattr(trace, name), events, fill) for trace in traces])
            for name, fill in {"archs": -1, **dict.fromkeys(FLOATS, np.nan)}.items()
        }
        numbers = {name: np.concatenate([getattr(trace, name) for trace in traces]) for name in ("runs", "lengths")}
        diagnostics = {
            name: np.concatenate([_padded(trace.diagnostic(name), events, np.nan) for trace in traces])
            for name in dict.fromkeys(name for trace in traces for name in trace.diagnostics)
        }
        return cls(**numbers, **joined, provenance=traces[0].provenance, diagnostics=diagnostics)

    @classmethod
    def _unfold(cls, about: About, columns: Columns) -> Trace:
        runs, lengths = np.array(about["runs"], dtype=np.int64), np.array(about["lengths"], dtype=np.int64)
        shape = (runs.size, int(lengths.max(initial=0)))
        done = np.arange(shape[1]) < lengths[:, None]  # in the order of the rows
        genes = [columns[f"gene{gene}"] for gene in range(len(about["provenance"]["choices"]))]
        archs = np.full((*shape, len(genes)), -1, dtype=np.result_type(*genes))
        for gene, values in enumerate(genes):
            archs[:, :, gene][done] = values
        noted = [name for name in columns if name.startswith(DIAGNOSTIC)]
        floats = {name: np.full(shape, np.nan) for name in (*FLOATS, *noted)}
        for name, values in floats.items():
            values[done] = columns[name]
        diagnostics = {name.removeprefix(DIAGNOSTIC): floats.pop(name) for name in noted}
        return cls(runs, lengths, archs, **floats, provenance=about["provenance"], diagnostics=diagnostics)


def _padded(values: NDArray[Scalar], events: int, fill: float) -> NDArray[Scalar]:
    room = [(0, 0)] * values.ndim
    room[1] = (0, events - values.shape[1])
    return np.pad(values, room, constant_values=fill)


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"CHOICE": "nassim.core.trace_schema.RECOMMENDED"})
