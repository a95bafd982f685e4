"""The program: ``groupaffect``, or ``python -m groupaffect``."""

from __future__ import annotations

from groupaffect.app.closed_pipes import forgive_closed_pipes
from groupaffect.app.stopping import exiting_when_stopped


def main() -> None:
    """Run the command line; from its first import on, a signal ends it in order."""
    forgive_closed_pipes()
    with exiting_when_stopped():
        from groupaffect.app.command_line import main as run_command_line

        run_command_line()


if __name__ == "__main__":
    main()
