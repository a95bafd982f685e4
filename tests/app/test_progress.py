from __future__ import annotations

import io

from rich.console import Console
from rich.progress import Progress, TextColumn

from groupaffect.app.progress import BarDisplay
from groupaffect.app.tasks import Outcome


def test_bar_display_shows_stage_and_leaves_a_line_when_done() -> None:
    text = io.StringIO()
    columns = (TextColumn("{task.description}|{task.fields[step]}|{task.percentage:.0f}%"),)
    console = Console(file=text, width=100, force_terminal=True)
    with Progress(*columns, console=console, auto_refresh=False, transient=True) as progress:
        display = BarDisplay(progress)
        display.start(0, "[a].mp4")
        display.advance(0, "faces", completed=25.0, total=100.0)
        progress.refresh()
        assert "faces|25%" in text.getvalue()
        display.finish(0, Outcome("[a].mp4", "failed", error="`[a].mp4` must be a recording."))
        assert progress.tasks == []
    assert "groupaffect: `[a].mp4` must be a recording." in text.getvalue()


def test_bar_display_input_that_never_began_needs_no_bar() -> None:
    text = io.StringIO()
    with Progress(console=Console(file=text), disable=True) as progress:
        BarDisplay(progress).finish(-1, Outcome("x", "failed", error="No."))
    assert text.getvalue() == "groupaffect: No.\n"


def test_bar_display_does_not_count_what_came_before_the_start() -> None:
    with Progress(console=Console(file=io.StringIO()), disable=True) as progress:
        display = BarDisplay(progress)
        display.start(0, "a.mp4", start_s=3600.0)
        display.advance(0, "faces", completed=3605.0, total=3610.0)
        (bar,) = progress.tasks
        assert (bar.completed, bar.total) == (5.0, 10.0)
