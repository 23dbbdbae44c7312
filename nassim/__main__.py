"""The entry of the command line, which imports so little that an interrupt finds it ready at once.

`python -m nassim` imports, like `nassim`, nothing from the current folder, which Python would put first.
"""

import os
import sys

if __name__ == "__main__":
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib may lie there
    if not sys.flags.safe_path and os.path.abspath(sys.path[0]) != here:  # noqa: PTH100
        del sys.path[0]

from nassim.cli._last_resort import run_to_the_end


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; however it ends, it ends in one line."""
    run_to_the_end(_command_line, list(sys.argv[1:] if arguments is None else arguments))


def _command_line(arguments: list[str]) -> None:
    from nassim.cli._app import run

    run(arguments)


if __name__ == "__main__":
    main()
