"""Wrappers around a benchmark of a study: what `wrap` says, and the short keys, each of which stands for one of them.

    wrap = [{name = "faults", failed = 0.1}]    # a wrapper of `nassim list wrappers`, or ./file.py:Class, and options
    validation = "validation_seconds"           # short for {name = "with_overhead", cost = "validation_seconds"}
    judge = "nb201/cifar100"                    # short for {name = "reported_on", judge = "nb201/cifar100"}
    sharing = {correlation = 0.5}               # short for {name = "weight_sharing", correlation = 0.5}
    sharing = "table"                           # short for {name = "one_shot_table"}

The first is innermost, and those that short keys stand for are within the others, in the order above.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nassim import catalog
from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError
from nassim.core.hints import alternatives, extras
from nassim.core.settings import Judges, check_settings, schema
from nassim.core.tables import Plain
from nassim.study.spec.labels import located

if TYPE_CHECKING:
    from nassim.core.hints import Hint

TABLE = "table"  # the judge beside a surrogate: what it was learned from; of sharing: what real supernets said
SHORT = ("validation", "judge", "sharing")


@dataclass(frozen=True)
class WrapperSpec:
    """One wrapper around a benchmark of a study; nothing of it is imported that is code."""

    name: str
    options: Plain
    key: str = ""  # the short key that stands for it

    @property
    def is_code(self) -> bool:
        """Whether its name is code that did not come with nassim."""
        return catalog.is_code(self.name)

    @property
    def judges(self) -> list[str]:
        """The names of benchmarks that judge what is found; none is known of code."""
        known = {} if self.is_code else schema(catalog.wrapper(self.name))
        return [str(value) for option, value in self.options.items() if option in known and _judges(known[option][0])]

    @property
    def shown(self) -> Plain:
        """What a label says of it: its options; where it has none, that it is there."""
        return self.options or {self.name.rpartition(":")[2]: True}

    def check(self) -> None:
        """Raise SettingError unless there is such a wrapper that takes such options; code is looked at when loaded."""
        if not self.is_code:
            check_settings(catalog.wrapper(self.name), self.options, f"{self.key!r}" if self.key else self.name)

    def said(self, folder: Path, source: str) -> Plain:
        """Return it as `nassim.load` takes it: files are relative to `folder`, and the judge "table" is the source."""
        judges = {option for option, value in self.options.items() if value == TABLE and value in self.judges}
        return {"name": located(self.name, folder), **self.options, **dict.fromkeys(judges, source)}


def wrappers_of(said: Plain) -> Iterator[WrapperSpec]:
    """Yield the wrappers of a [[benchmark]], of which `wrap` and the short keys are as written, or None."""
    if said["validation"] is not None:
        yield WrapperSpec("with_overhead", {"cost": said["validation"]}, "validation")
    if said["judge"] is not None:
        yield WrapperSpec("reported_on", {"judge": said["judge"]}, "judge")
    if said["sharing"] == TABLE:
        yield WrapperSpec("one_shot_table", {}, "sharing")
    elif isinstance(sharing := said["sharing"], dict):
        yield WrapperSpec("weight_sharing", sharing, "sharing")
    wraps = said["wrap"]
    yield from map(read_wrapper, wraps if isinstance(wraps, list) else [])


def shown_of(said: Plain) -> Plain:
    """Return what a label says of the wrappers of a [[benchmark]]: options, and short keys as they are written."""
    shown = {key: said[key] for key in ("judge", "validation") if said[key] is not None}
    for wrapper in wrappers_of(said):
        if wrapper.key == "sharing":
            shown |= wrapper.options or {"sharing": said["sharing"] or True}
        elif not wrapper.key:
            shown |= wrapper.shown
    return shown


def read_wrapper(one: JsonValue) -> WrapperSpec:
    """Return the wrapper that a table of `wrap` is."""
    if not isinstance(one, dict) or not isinstance(name := one.get("name"), str):
        raise SettingError(f"'wrap' must have the name of a wrapper in each table, such as 'faults', got {one!r:.80}")
    return WrapperSpec(name, {option: value for option, value in one.items() if option != "name"})


def _judges(hint: Hint) -> bool:
    """Return whether an option is the name of a benchmark that judges."""
    return any(isinstance(extra, Judges) for one in alternatives(hint) for extra in extras(one))
