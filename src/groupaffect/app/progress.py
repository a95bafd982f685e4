"""Show people how far an analysis is: bars on a terminal, one line a recording elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import typer

from groupaffect.app.tasks import Outcome

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@runtime_checkable  # so that tests can check it
class Display(Protocol):
    """What is told about the recordings while they are analysed; ``row`` numbers the inputs."""

    def start(self, row: int, name: str, *, start_s: float = 0.0) -> None:
        """Note that a recording begins, at ``start_s`` of the media."""

    def advance(self, row: int, step: str, *, completed: float, total: float | None) -> None:
        """Note that ``completed`` of ``total`` seconds of media have passed ``step``."""

    def finish(self, row: int, outcome: Outcome) -> None:
        """Note what became of a recording."""


class SilentDisplay:
    """Shows nothing but failures, which nobody should miss."""

    def start(self, row: int, name: str, *, start_s: float = 0.0) -> None:
        """Show nothing."""

    def advance(self, row: int, step: str, *, completed: float, total: float | None) -> None:
        """Show nothing."""

    def finish(self, row: int, outcome: Outcome) -> None:  # noqa: ARG002
        """Show a failure."""
        if outcome.error is not None:
            typer.echo(f"groupaffect: {outcome.error}", err=True)


class LineDisplay(SilentDisplay):
    """Shows one line for each recording that ends, for logs."""

    def finish(self, row: int, outcome: Outcome) -> None:  # noqa: ARG002
        """Show what became of it, and its warnings."""
        for line in outcome_lines(outcome):
            typer.echo(line, err=True)


class BarDisplay:
    """Shows stage, share, speed against real time and time left of each running recording."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[int, TaskID] = {}
        self._steps: dict[int, str] = {}
        self._started_s: dict[int, float] = {}
        self._skipped_s: dict[int, float] = {}

    def start(self, row: int, name: str, *, start_s: float = 0.0) -> None:
        """Add a bar."""
        self._started_s[row] = time.monotonic()
        self._skipped_s[row] = start_s
        self._bars[row] = self._progress.add_task(name, total=None, step="opening", speed="")

    def advance(self, row: int, step: str, *, completed: float, total: float | None) -> None:
        """Move the bar."""
        if step != self._steps.get(row):  # each goes through the media at its own speed
            self._steps[row], self._started_s[row] = step, time.monotonic()
            self._progress.reset(self._bars[row])
        # Progress is told in seconds of the media; what came before the start took no work.
        skipped_s = self._skipped_s[row]
        done_s = max(0.0, completed - skipped_s)
        all_s = None if total is None else max(done_s, total - skipped_s)
        speed = speed_text(done_s, time.monotonic() - self._started_s[row])
        self._progress.update(
            self._bars[row], completed=done_s, total=all_s, step=step, speed=speed
        )

    def finish(self, row: int, outcome: Outcome) -> None:
        """Put lines in the bar's place."""
        if row in self._bars:  # an input that is no recording never had one
            self._progress.remove_task(self._bars.pop(row))
        for line in outcome_lines(outcome):
            self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)


def speed_text(completed_s: float, wall_s: float) -> str:
    """Return how many times faster than the recording plays; empty before one can tell.

    Examples
    --------
    >>> speed_text(30.0, 4.0), speed_text(0.1, 0.05)
    ('7.5x real time', '')
    """
    return f"{completed_s / wall_s:.1f}x real time" if wall_s >= 1.0 else ""


def seconds_text(seconds: float) -> str:
    """Return whole seconds, below ten with one decimal.

    Examples
    --------
    >>> seconds_text(0.33), seconds_text(9.96), seconds_text(106.4)
    ('0.3 s', '10 s', '106 s')
    """
    return f"{seconds:.1f} s" if round(seconds, 1) < 10 else f"{seconds:.0f} s"


def outcome_lines(outcome: Outcome) -> list[str]:
    """Return what people are told about one input.

    Examples
    --------
    >>> outcome_lines(Outcome("a.mp4", "already complete", session="s/a", made=("report",)))
    ['a.mp4: already complete in s/a; its report was missing and is made; --force analyses it anew']
    """
    if outcome.error is not None:
        return [f"groupaffect: {outcome.error}"]
    if outcome.status == "already complete":
        made = "".join(f"; its {name} was missing and is made" for name in outcome.made)
        told = f"already complete in {outcome.session}{made}; --force analyses it anew"
        return [f"{outcome.input}: {told}", *_overlay_lines(outcome), *_warning_lines(outcome)]
    n = len(outcome.participants)
    who = f"{n} participant{'' if n == 1 else 's'}"
    seconds, wall_seconds = outcome.seconds or 0.0, outcome.wall_seconds or 0.0
    lines = [
        f"{outcome.input}: {who}, {seconds_text(seconds)} analysed in "
        f"{seconds_text(wall_seconds)}; "
        f"open {outcome.session}/report.html"
    ]
    return [*lines, *_overlay_lines(outcome), *_warning_lines(outcome)]


def _overlay_lines(outcome: Outcome) -> list[str]:
    return [f"  overlay: {outcome.overlay}"] if outcome.overlay is not None else []


def _warning_lines(outcome: Outcome) -> list[str]:
    return [f"  warning: {warning}" for warning in outcome.warnings]


@contextmanager
def open_display(*, quiet: bool) -> Iterator[Display]:
    """Give bars on a terminal, lines elsewhere, and only failures when quiet."""
    if quiet or not sys.stderr.isatty():
        yield SilentDisplay() if quiet else LineDisplay()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeftColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[step]}", style="dim"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeLeftColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield BarDisplay(progress)
