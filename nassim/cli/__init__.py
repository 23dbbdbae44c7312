"""One file is one command; its name is the file's, and all that is said of it stands in it.

Each has `command`, a function whose arguments are those of the command line, as typer reads them, and whose docstring
is the help; and says

    ORDER = 10  # the lowest comes first in `nassim --help`

Files that begin with an underscore are helpers, `_render/` is how things look in a terminal. A command is imported when
it is asked for, and imports what is slow when it runs.
"""
