"""Show what needs a whole series while it still grows: over the last minutes, again and again.

Whole-session parts (the group's filter, change points, kinds of group, camps) are functions of a
``MembersBySecond``. Live they are called on the seconds of a trailing window, which is one more
causal step: it hands out the window, and what is done with it is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from groupaffect.errors import UsageError, sentence
from groupaffect.members_by_second import MembersBySecond, members_of_results
from groupaffect.second_fold import SecondResult

LATENCY_S = 0  # a window ends with the second that was taken


@dataclass(frozen=True, slots=True)
class Trailing:
    """The last seconds.

    Attributes
    ----------
    window_s : most seconds of a window. every_s : seconds from one to the next.
    results : of the last ``window_s`` seconds. n_since : seconds since the last window.
    """

    window_s: int
    every_s: int
    results: tuple[SecondResult, ...] = ()
    n_since: int = 0


def start_trailing(*, window_s: int, every_s: int) -> Trailing:
    """Return the state before the first second.

    Raises
    ------
    UsageError : a length is below one second.
    """
    if window_s < 1 or every_s < 1:
        message = sentence(
            wanted="a trailing window and the time from one to the next must be 1 s or more",
            got=f"{window_s} s and {every_s} s",
            remedy="correct `window_s` and `every_s`",
        )
        raise UsageError(message)
    return Trailing(window_s, every_s)


def step_trailing(state: Trailing, result: SecondResult) -> tuple[Trailing, MembersBySecond | None]:
    """Take one second; return the last ``window_s`` seconds at the end of every ``every_s``.

    Latency ``LATENCY_S``. The first windows are shorter than ``window_s``.
    """
    results = (*state.results, result)[-state.window_s :]
    due = state.n_since + 1 >= state.every_s
    state = Trailing(state.window_s, state.every_s, results, 0 if due else state.n_since + 1)
    return state, members_of_results(results) if due else None


def flush_trailing(state: Trailing) -> tuple[Trailing, MembersBySecond | None]:
    """Return the window that ends with the last second, unless it was handed out already."""
    if not state.n_since:
        return state, None
    done = Trailing(state.window_s, state.every_s, state.results)
    return done, members_of_results(state.results)


def iterate_trailing(
    results: Iterable[SecondResult], *, window_s: int, every_s: int
) -> Iterator[MembersBySecond]:
    """Yield trailing windows of seconds as they pass, such as those of ``iterate_seconds``.

    Raises
    ------
    UsageError : a length is below one second.

    Examples
    --------
    >>> list(iterate_trailing([], window_s=300, every_s=10))
    []
    """
    state = start_trailing(window_s=window_s, every_s=every_s)
    for result in results:
        state, window = step_trailing(state, result)
        if window is not None:
            yield window
    _, window = flush_trailing(state)
    if window is not None:
        yield window
