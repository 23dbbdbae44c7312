"""One file is one command; its name is the file's, and all that is said of it stands in it.

Each has `command`, a function whose arguments are those of the command line, as typer reads them, and whose docstring
is the help; and says

    ORDER = 10  # the lowest comes first in `nassim --help`

Files that begin with an underscore are helpers, `_render/` is how things look in a terminal. A command is imported when
it is asked for, and imports what is slow when it runs.
"""


def __getattr__(name: str) -> object:
    if name != "main":
        raise AttributeError(f"module 'nassim.cli' has no attribute {name!r}")
    from importlib import import_module  # nothing before: the command line is ready at once
    from warnings import warn

    from nassim.old_names import OldNameWarning

    warn("nassim.cli.main is now nassim.__main__.main", OldNameWarning, stacklevel=2)
    return import_module("nassim.__main__").main
