"""The command ``groupaffect``: collects the commands, runs one, turns errors into exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Annotated, NoReturn

import typer

from groupaffect import __version__
from groupaffect.app.failures import exit_code, hush_libraries, one_line
from groupaffect.app.stopping import raise_if_asked

# Each is a module of this folder whose function `command` bears the module's name; a word of
# Python's has an underscore after it there. They import what is heavy inside their functions, so
# that `--help` stays quick.
COMMANDS = (
    *("demo", "analyze", "reanalyze", "personalize", "forget", "report", "overlay", "synthesize"),
    *("export", "import", "evaluate", "agree", "complement", "compare", "figures", "study"),
    *("benchmark", "doctor"),
)


def build_app() -> typer.Typer:
    """Return the application with every command in ``COMMANDS``."""
    app = typer.Typer(
        name="groupaffect",
        help="Read the facial expressions of every person in a small conversing group.",
        epilog="It says what faces show, not what people feel. Nothing leaves this machine.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for name in COMMANDS:
        module = f"{name}_" if iskeyword(name) else name
        app.command(name)(import_module(f"groupaffect.app.{module}").command)
    return app


def _show_version(wanted: bool) -> bool:
    if wanted:
        typer.echo(f"groupaffect {__version__}")
        raise typer.Exit
    return wanted


def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass  # the option acts by its callback


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit; an error of any kind is one line on standard error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    hush_libraries()
    try:
        build_app()(args=words, prog_name="groupaffect")
    except Exception as error:  # the edge of the program: nothing above could tell people
        raise_if_asked()
        if "--debug" in words:
            raise
        typer.echo(f"groupaffect: {one_line(error)}", err=True)
        sys.exit(exit_code(error))
    sys.exit(0)
