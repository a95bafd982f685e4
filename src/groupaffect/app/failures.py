"""Turn errors into the one line and the exit code that people and scripts get."""

from __future__ import annotations

import logging
import sys
import warnings

from groupaffect.errors import GroupaffectError, UsageError, sentence

FAILED = 1
WRONG_USE = 2


def one_line(error: BaseException) -> str:
    """Return one sentence for an error of ours, or how to report one that we did not foresee.

    Examples
    --------
    >>> one_line(UsageError("`every` must be at least 1, but got 0; use 1."))
    '`every` must be at least 1, but got 0; use 1.'
    >>> one_line(KeyError("x"))
    "unexpected KeyError ('x'); run again with `--debug` and report the traceback."
    """
    text = " ".join(str(error).split())
    if isinstance(error, GroupaffectError):
        return text
    if isinstance(error, MemoryError):
        return sentence(
            wanted="the analysis must fit into memory",
            got="too little of it",
            remedy="close other programs, use fewer `--jobs`, or scale the recording down",
        )
    if isinstance(error, OSError) and (words := _no_room_words(error)):
        return words
    kind = type(error).__name__
    detail = f" ({text})" if text else ""
    remedy = "run again with `--debug` and report the traceback"
    return f"unexpected {kind}{detail}; {remedy}."


def _no_room_words(error: OSError) -> str:
    """Return one sentence if there is no room to write; "" for other errors of the system."""
    from groupaffect.session.folder import no_room

    words = no_room(error)
    if words is None:
        return ""
    place = error.filename or "standard output"
    return sentence(wanted=f"{place} must take what is written", got=words[0], remedy=words[1])


def exit_code(error: BaseException) -> int:
    """Return 2 for wrong use, 1 for everything else.

    Examples
    --------
    >>> exit_code(UsageError("x")), exit_code(OSError("x"))
    (2, 1)
    """
    return WRONG_USE if isinstance(error, UsageError) else FAILED


def hush_libraries() -> None:
    """Keep libraries' words from people: what they should know of a recording, we tell them.

    Pillow, for one, warns up to ten times of one damaged image. ``python -W`` still shows it.
    """
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.getLogger("PIL").addHandler(logging.NullHandler())  # else it reaches standard error
