"""Make the settings and the context of a run from what was typed."""

from __future__ import annotations

import dataclasses
import math
import sys
from pathlib import Path
from typing import get_args

import typer

from groupaffect.errors import UsageError, sentence
from groupaffect.settings import MediaSettings, Settings, preset, settings_from_toml
from groupaffect.types import Context

UNDECLARED: Context = "not declared"
CONTEXTS: tuple[Context, ...] = get_args(Context)


def choose_settings(
    preset_name: str | None, file: Path | None, *, made: Settings | None = None
) -> Settings:
    """Return the settings of a file or of a preset.

    Parameters
    ----------
    made : those of an analysis that is computed again; see ``settings_from_toml``.

    Raises
    ------
    UsageError : both are given, the file cannot be read or holds no settings, or there is no
        such preset.
    """
    if file is None:
        return preset(preset_name or "default")
    if preset_name is not None:
        raise UsageError(
            sentence(
                wanted="settings come from `--preset` or from `--settings`",
                got="both",
                remedy='write preset = "..." into the file',
            )
        )
    try:
        return settings_from_toml(file.read_text(encoding="utf-8"), made=made)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        message = sentence(
            wanted="`--settings` must be a TOML file",
            got=f"{file} ({why})",
            remedy="check the path",
        )
        raise UsageError(message) from error


def check_names(file: Path | None) -> None:
    """Check a file of names before any work is done for it.

    Raises
    ------
    UsageError : it cannot be read, or a row is wrong.
    """
    if file is not None:
        from groupaffect.names import read_names

        read_names(file)


def choose_part(
    settings: Settings, *, start_s: float | None, end_s: float | None, every: int | None
) -> Settings:
    """Return settings for the part of the media that was asked for.

    Raises
    ------
    UsageError : a number is out of its range, or the end is not after the start.

    Examples
    --------
    >>> choose_part(Settings(), start_s=5.0, end_s=None, every=2).media.every
    2
    """
    asked = {"start_s": start_s, "end_s": end_s, "every": every}
    given = {name: value for name, value in asked.items() if value is not None}
    _check_numbers(start_s=start_s, end_s=end_s, every=every)
    first_s = settings.media.start_s if start_s is None else start_s
    last_s = settings.media.end_s if end_s is None else end_s
    # Checked before the settings check it too: here people hear the option's own name.
    if last_s is not None and last_s <= first_s:
        raise UsageError(
            sentence(
                wanted=f"`--end` must be after the start at {first_s:g} s",
                got=f"{last_s:g} s",
                remedy="give both in seconds from the start of the recording",
            )
        )
    media: MediaSettings = dataclasses.replace(settings.media, **given)  # type: ignore[arg-type]
    return dataclasses.replace(settings, media=media)


def _check_numbers(*, start_s: float | None, end_s: float | None, every: int | None) -> None:
    """Check each option by its own name; the settings would speak of their fields."""
    if start_s is not None and not 0 <= start_s < math.inf:
        remedy = "give it from the start of the recording, or leave it out"
        raise _out_of_range("--start", "a time of 0 s or more", f"{start_s:g} s", remedy)
    if end_s is not None and not 0 <= end_s < math.inf:
        remedy = "leave it out to analyse to the end"
        raise _out_of_range("--end", "a time of 0 s or more", f"{end_s:g} s", remedy)
    if every is not None and every < 1:
        raise _out_of_range("--every", "1 or more", str(every), "use 1 for every frame")


def check_jobs(n_jobs: int) -> None:
    """Check how many recordings are to be analysed at a time.

    Raises
    ------
    UsageError : not one.
    """
    if n_jobs < 1:
        raise _out_of_range("--jobs", "1 or more", str(n_jobs), "use 1 for one after the other")


def _out_of_range(option: str, wanted: str, got: str, remedy: str) -> UsageError:
    return UsageError(sentence(wanted=f"`{option}` must be {wanted}", got=got, remedy=remedy))


def choose_context(word: str | None, *, may_ask: bool) -> Context:
    """Return the declared context; ask for it where somebody sits at the terminal.

    Raises
    ------
    UsageError : there is no such context.

    Examples
    --------
    >>> choose_context(None, may_ask=False)
    'not declared'
    """
    if word is None and may_ask and at_terminal():
        question = (
            "What is this analysis for? research, clinical, self, other (Enter: not declared)"
        )
        word = typer.prompt(question, default="", show_default=False, err=True).strip()
    for context in CONTEXTS:
        if context == (word or UNDECLARED):
            return context
    known = ", ".join(context for context in CONTEXTS if context != UNDECLARED)
    raise UsageError(
        sentence(wanted=f"`--context` must be one of {known}", got=repr(word), remedy="choose one")
    )


def at_terminal() -> bool:
    """Tell whether somebody can read a question and answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()
