"""Show people what they named, where the work is done under other names."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from groupaffect.app.progress import Display
from groupaffect.app.tasks import Outcome


class ShownNames:
    """A display that is told of working paths and shows others in their place.

    Parameters
    ----------
    display : what shows. shown : what to show by what stands there; the first that fits goes first.
    """

    def __init__(self, display: Display, shown: Mapping[str, str]) -> None:
        self._display = display
        self._shown = dict(shown)

    def start(self, row: int, name: str, *, start_s: float = 0.0) -> None:
        """Note that a recording begins."""
        self._display.start(row, name, start_s=start_s)

    def advance(self, row: int, step: str, *, completed: float, total: float | None) -> None:
        """Note how far it is."""
        self._display.advance(row, step, completed=completed, total=total)

    def finish(self, row: int, outcome: Outcome) -> None:
        """Note what became of it, by the names that people know."""
        told = dataclasses.replace(
            outcome,
            input=self._show(outcome.input),
            session=None if outcome.session is None else self._show(outcome.session),
            warnings=tuple(self._show(text) for text in outcome.warnings),
            error=None if outcome.error is None else self._show(outcome.error),
        )
        self._display.finish(row, told)

    def _show(self, text: str) -> str:
        for worked, shown in self._shown.items():
            text = text.replace(worked, shown)
        return text
