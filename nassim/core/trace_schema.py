"""What the file of a trace must hold: all that its readers rely on, checked place by place.

A checksum says that a file is as it was written; that nassim has written it is for these checks to say.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Columns, Floats
from nassim.core.documents import Table
from nassim.core.errors import short
from nassim.core.provenance import About, Provenance
from nassim.core.renamed import renamed_names
from nassim.core.roles import Role
from nassim.core.settings import Count, Positive, check_value

if TYPE_CHECKING:
    from nassim.core.hints import Hint

FLOATS = ("error", "seconds", "truth")
DIAGNOSTIC = "note: "  # before the name of a column
EPOCHS = "epochs"  # name of the note that says how far each architecture was trained
DISCLOSED = "disclosed seconds"  # name of the note: of all trainings whose results an oracle was told so far
RECOMMENDED = "choice"  # name of the note that says which event's architecture the strategy would hand in
COST = "cost "  # before the name of a cost that objectives or limits are made of, as the strategy was told it
VIOLATION = "violation"  # name of the note that says by how much limits are missed
TRUE = "true "  # before the names of costs and of the violation as the judge has them, where measurements are noisy
TOLD = "told error"  # name of the note that says what error the strategy was told, where limits change it
POPULATION = ("entered population", "left population")  # names of the notes that say after which events; nan = never
NOTED = tuple(f"{DIAGNOSTIC}{name}" for name in POPULATION)
MOST, MOST_OPTIONS = 2**63, np.iinfo(np.int16).max  # beyond run numbers; options of a gene
INT, GENE, FLOAT = ("int64",), ("int8", "int16"), ("double",)
HandsIn = Literal["best", "latest"]
FACTS: dict[str, Hint] = {  # of provenance, that readers rely on; `optimum` is a number, or nan where it is unknown
    "benchmark": str,
    "data_sha256": str,
    "unit": str,
    "search_split": str,
    "report_split": str,
    "strategy": str,
    "settings": dict,
    "seed": int,
    "workers": Count,
    "evaluations": Count | None,
    "seconds": Positive | None,
    "hands_in": HandsIn,
    "choices": list,  # how many options each gene has
}


class MisfitError(ValueError):
    """What a trace says or holds is not as it must be."""


def check_about(about: About, rows: int) -> None:
    """Raise ValueError unless runs, lengths and provenance fit each other and so many rows."""
    runs, lengths, facts = about["runs"], about["lengths"], about["provenance"]
    for name, values in {"runs": runs, "lengths": lengths}.items():
        if not (isinstance(values, list) and all(type(value) is int and 0 <= value < MOST for value in values)):
            raise MisfitError(f"{name}: expected whole numbers in 0..2**63 - 1, got {short(repr(values))}")
    if not runs or len(set(runs)) < len(runs):
        raise MisfitError("runs: expected each run number once, one at least")
    if len(lengths) != len(runs) or sum(lengths) != rows:
        said = f"{len(lengths):,} of {sum(lengths):,} evaluations"
        raise MisfitError(f"lengths: expected those of {len(runs):,} runs with the file's {rows:,} rows, got {said}")
    if not isinstance(facts, dict):
        raise MisfitError(f"provenance: expected facts by name, got {short(repr(facts))}")
    check_facts(facts)
    if facts["evaluations"] is not None and max(lengths) > facts["evaluations"]:
        raise MisfitError(f"lengths: expected {facts['evaluations']:,} evaluations at most, got {max(lengths):,}")


def check_facts(provenance: Provenance) -> None:
    """Raise ValueError unless provenance has all that readers of a trace rely on."""
    facts = cast("Table", provenance)
    for name, hint in FACTS.items():
        if name not in facts:
            raise MisfitError(f"provenance: expected {name!r}, it is missing")
        check_value(f"provenance: {name!r}", facts[name], hint)
    check_value("provenance: 'role'", facts.get("role"), Role | None)  # traces from before roles have none
    optimum = facts.get("optimum")
    if not isinstance(optimum, float | int) or isinstance(optimum, bool) or abs(optimum) == math.inf:
        raise MisfitError(f"provenance: expected 'optimum' to be a number or nan, got {short(repr(optimum))}")
    choices = provenance["choices"]
    if not choices or not all(type(count) is int and 1 <= count <= MOST_OPTIONS for count in choices):
        raise MisfitError(f"provenance: expected 'choices' of 1..{MOST_OPTIONS:,} options, got {short(repr(choices))}")


def check_columns(kinds: list[tuple[str, str]], about: About) -> None:
    """Raise ValueError unless the columns (name, type) are those of a trace over so many genes, each once."""
    genes = [f"gene{gene}" for gene in range(len(about["provenance"]["choices"]))]
    notes = [name for name, _ in kinds if name.startswith(DIAGNOSTIC)]
    wanted = {"run": INT, "event": ("int32",), **dict.fromkeys(genes, GENE), **dict.fromkeys((*FLOATS, *notes), FLOAT)}
    if sorted(name for name, _ in kinds) != sorted(wanted) or len(set(notes)) < len(notes):
        odd = sorted({name for name, _ in kinds} ^ wanted.keys()) or ["one of them twice"]
        raise MisfitError(f"expected the columns {short(', '.join(wanted))}; see {short(', '.join(odd))}")
    for name, kind in kinds:
        if kind not in wanted[name]:
            raise MisfitError(f"column {short(name)}: expected {' or '.join(wanted[name])}, got {short(kind)}")


def check_content(about: About, columns: Columns) -> None:
    """Raise ValueError naming the first evaluation that cannot have been: out of order, of no option, back in time."""
    runs, lengths = np.array(about["runs"], dtype=np.int64), np.array(about["lengths"], dtype=np.int64)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)  # row of the first event of each row's run
    event = np.arange(first.size) - first
    seconds, before = columns["seconds"], np.r_[0.0, columns["seconds"][:-1]]
    with np.errstate(invalid="ignore"):
        bad = {
            "run": ("the runs in order", columns["run"] != np.repeat(runs, lengths)),
            "event": ("the events of each run in order, from 0", columns["event"] != event),
            "seconds": ("seconds >= 0 that never fall", ~(seconds >= np.where(event == 0, 0.0, before))),
            "error": ("a number, or nan or inf of a failure", columns["error"] == -np.inf),
            "truth": ("a number, or nan where it is unknown", np.isinf(columns["truth"])),
        }
        bad["seconds"][1][:] |= np.isinf(seconds)
    for gene, count in enumerate(about["provenance"]["choices"]):
        values = columns[f"gene{gene}"]
        bad[f"gene{gene}"] = f"an option in 0..{count - 1}", (values < 0) | (values >= count)
    bad |= _noted(columns, event)
    for name, (expected, wrong) in bad.items():
        if wrong.any():
            row = int(wrong.argmax())
            where = f"run {columns['run'][row]}, event {event[row]}"
            raise MisfitError(f"{where}: expected {expected} in the column {short(name)}, got {columns[name][row]}")


def _noted(columns: Columns, event: NDArray[np.int64]) -> dict[str, tuple[str, NDArray[np.bool_]]]:
    """Return what is wrong with the diagnostics that readers rely on: epochs, and events."""
    found = {name: ("an event, or nan", ~_whole(columns[name], 0, float(2**53))) for name in NOTED if name in columns}
    if (epochs := columns.get(f"{DIAGNOSTIC}{EPOCHS}")) is not None:
        found[f"{DIAGNOSTIC}{EPOCHS}"] = "a whole number >= 0", ~_whole(epochs, 0, float(2**53))
    if (choice := columns.get(f"{DIAGNOSTIC}{RECOMMENDED}")) is not None:
        found[f"{DIAGNOSTIC}{RECOMMENDED}"] = "an event up to this one, or -1", ~_whole(choice, -1, event)
    return found


def _whole(values: Floats, low: float, high: float | NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which values are whole numbers in this range, or nan."""
    inside: NDArray[np.bool_] = np.isnan(values) | ((values >= low) & (values <= high) & (values == np.floor(values)))
    return inside


def dense(about: About, kinds: list[tuple[str, str]]) -> int:
    """Return how many bytes the arrays (runs, events, ...) of a trace take."""
    floats = sum(kind == "double" for _, kind in kinds)
    cells: int = len(about["runs"]) * max(about["lengths"])
    return cells * (8 * floats + 2 * len(about["provenance"]["choices"]))


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"CHOICE": f"{__name__}.RECOMMENDED", "NOTE": f"{__name__}.DIAGNOSTIC"})
