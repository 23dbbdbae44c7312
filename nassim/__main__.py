"""The entry of the command line, which imports so little that an interrupt finds it ready at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from nassim.last_resort import run_to_the_end


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; however it ends, it ends in one line."""
    run_to_the_end(_command_line, list(sys.argv[1:] if arguments is None else arguments))


def _command_line(arguments: list[str]) -> None:
    from nassim.cli import app

    app(args=arguments, prog_name="nassim")


if __name__ == "__main__":
    main()
