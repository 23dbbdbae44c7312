"""Role: what a strategy on a benchmark is: a search, or something that knows what no search for its bill can know.

An oracle hears results of trainings that it is not billed for, as by the exact relaxation of a table: how good a
descent would be if every network's own training were known. Simulated weight sharing hears a model of a supernet. Both
are labelled in everything that is shown, and neither is ranked or tested among searches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

from nassim.core.renamed import renamed_names

Role = Literal["search", "oracle relaxation", "simulated weight sharing"]
SEARCH: Final = "search"
ORACLE: Final = "oracle relaxation"
SIMULATED: Final = "simulated weight sharing"

FEW = 2  # benchmarks that a label names


def labelled(label: str, role: Role) -> str:
    """Return a strategy's label with what it is, unless it is a search: darts [oracle relaxation]."""
    return label if role == SEARCH else f"{label} [{role}]"


def plain(label: str) -> str:
    """Return a strategy's label without what `labelled` added."""
    return label.removesuffix(f" [{ORACLE}]").removesuffix(f" [{SIMULATED}]")


def labelled_on(label: str, roles: Mapping[str, Role]) -> str:
    """Return a strategy's label for all benchmarks together; `roles` by benchmark."""
    kinds = list(dict.fromkeys(roles.values()))
    if len(kinds) == 1:
        return labelled(label, kinds[0])
    told = []
    for kind in kinds:
        where = [benchmark for benchmark, role in roles.items() if role == kind]
        if kind != SEARCH:
            told.append(f"{kind} on {' and '.join(where) if len(where) <= FEW else f'{len(where)} benchmarks'}")
    return f"{label} [{'; '.join(told)}]"


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"recorded": "nassim.core.provenance.recorded"})
