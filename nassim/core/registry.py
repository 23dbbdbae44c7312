"""The file is the registration: a file in its folder is one of its kind, and so is an entry point of another package.

nassim/report/figures/regret.py is the figure `regret`; another package adds one in its pyproject.toml:

    [project.entry-points."nassim.figures"]
    my-figure = "my_package.my_figure"

Files that begin with an underscore are helpers. Nothing is imported before it is asked for.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from nassim.core.errors import SettingError, UnknownNameError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Registry:
    """All modules of one kind, by their names."""

    kind: str  # of which one is, such as "figure"
    plural: str
    package: str  # of nassim, where they lie, such as "report.figures"
    joint: str = "-"  # between the words of a name

    @property
    def group(self) -> str:
        """The entry points of other packages, such as nassim.figures."""
        return f"nassim.{self.plural}"

    def names(self) -> list[str]:
        """Return the sorted names of all that there are."""
        return sorted({*self._files(), *(entry.name for entry in self._of_others())})

    def __contains__(self, name: str) -> bool:
        return name in self._files() or name in self.names()

    def module(self, name: str) -> ModuleType:
        """Return the module of a name.

        Raises:
            UnknownNameError: If there is none of this name; it suggests what was probably meant.
            SettingError: If that of another package cannot be imported, or is no module.
        """
        found = self.found(name)
        if not isinstance(found, ModuleType):
            raise SettingError(f"the {self.kind} {name!r} of another package must be a module, it is {found!r:.80}")
        return found

    def found(self, name: str) -> ModuleType | type:
        """Return the module of a name, or what the entry point of another package names; ours is not replaced.

        Raises:
            UnknownNameError: If there is none of this name; it suggests what was probably meant.
            SettingError: If that of another package cannot be imported.
        """
        files = self._files()
        return import_module(f"nassim.{self.package}.{files[name]}") if name in files else self._other(name)

    def _files(self) -> dict[str, str]:
        """Return name -> file without its ending; import_.py, which may not be called as Python's word, is `import`."""
        stems = (path.stem for path in (PACKAGE / self.package.replace(".", "/")).glob("[a-z]*.py"))
        return {stem.rstrip("_").replace("_", self.joint): stem for stem in stems}

    def _of_others(self) -> tuple[EntryPoint, ...]:
        if not _is_registered(self.group):
            return ()
        from importlib.metadata import entry_points

        return tuple(entry_points(group=self.group))

    def _other(self, name: str) -> ModuleType | type:
        entries = [entry for entry in self._of_others() if entry.name == name]
        if not entries:
            raise UnknownNameError.of(self.kind, name, self.names())
        try:
            found: ModuleType | type = entries[0].load()
        except Exception as error:  # it is another's: anything may go wrong in it
            from nassim.core.frames import told_frames

            where = f"cannot import {entries[0].value!r}, which has the {self.kind} {name!r}"
            raise SettingError(f"{where}: {error}{told_frames(error)}") from error
        return found


def _is_registered(group: str) -> bool:
    """Return whether any package has entry points of a group: a look at files that takes a millisecond.

    Python's own module for it takes as long to import as most of the command line, and is needed only if so.
    """
    files = (file for folder in sys.path for file in Path(folder).glob("*-info/entry_points.txt"))
    return any(group.encode() in file.read_bytes() for file in files)
