"""Render a script with progress shown, for the commands that do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from groupaffect.app.progress import open_display

if TYPE_CHECKING:
    from groupaffect.synthetic.script import Script


def render(script: Script, output: Path, *, force: bool, n_processes: int, quiet: bool) -> None:
    """Write a synthetic recording; see ``groupaffect.synthesize`` for what is raised."""
    from groupaffect.synthetic.synthesis import synthesize

    with open_display(quiet=quiet) as display:
        display.start(0, script.title or output.name)

        def hook(step: str, *, completed: float, total: float | None) -> None:
            display.advance(0, step, completed=completed, total=total)

        synthesize(script, output=output, force=force, n_processes=n_processes, hook=hook)
