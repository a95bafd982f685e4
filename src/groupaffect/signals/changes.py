"""Change candidates of one member, found as the seconds come (METHODS 5).

A candidate is one move of the member's probability vector:

- a *switch*: the dominant emotion differs from the one before, however briefly; or
- a *jump*: the vector moved by more than ``jump`` (Euclidean) within ``jump_window_s``.

One move is one candidate. A move lasts ``jump_window_s`` from its first second: a jump within
that time is the same move, and so is a switch that follows a jump (the candidate then takes the
new label). A switch that follows a switch is a move of its own. A jump that changes no label
has equal from and to labels: the same expression, weaker or stronger.

"Before" is the last second seen. Over at most ``max_gap_s`` missing seconds the comparison goes
on, and the change belongs to the first second seen again; after a longer gap the member is
lost, the open candidate ends where the gap began, and what is seen next is compared with
nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from groupaffect.settings import SignalSettings

Vector = tuple[float, ...]  # 7 probabilities; plain floats, much faster than arrays this short


@dataclass(frozen=True, slots=True)
class Candidate:
    """One move of one member's expression.

    Attributes
    ----------
    start_s : second in which it was first seen.
    end_s : second of the next move, or the first second of the gap in which the face was
        lost; None while the expression holds.
    before, after : vectors; ``after`` is the farthest from ``before`` within the move.
    from_label, to_label : places in ``EMOTIONS``.
    lost : whether it ended because the face was lost.
    """

    start_s: int
    before: Vector
    after: Vector
    from_label: int
    to_label: int
    end_s: int | None = None
    lost: bool = False

    @property
    def strength(self) -> float:
        """Euclidean distance between the vectors before and after, 0..sqrt(2)."""
        return math.dist(self.before, self.after)


@dataclass(frozen=True, slots=True)
class ChangeWatch:
    """What one member looked like so far, as much as the next second needs.

    Attributes
    ----------
    seen_s : last second seen; None at the start and after a loss.
    label : dominant emotion then, a place in ``EMOTIONS``.
    recent : (second, vector) since the last move was over, at most ``jump_window_s`` back.
    open : the newest candidate, while the expression it led to holds.
    """

    seen_s: int | None = None
    label: int = -1
    recent: tuple[tuple[int, Vector], ...] = ()
    open: Candidate | None = None


# What a second showed of one member: the watch after it, and the candidate that ended with it.
Move = tuple[ChangeWatch, Candidate | None]


def step_candidate(
    watch: ChangeWatch, second: int, vector: Vector | None, *, settings: SignalSettings
) -> Move:
    """Take one second (None: not seen); return the candidate that ended with it, if any.

    A new candidate is known at once as ``watch.open``; latency 0 s. Its ``after`` and
    ``to_label`` may still change within the move, its ``start_s`` never.

    Examples
    --------
    >>> happy, neutral = (0, 0, 0, 1.0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 1.0)
    >>> watch = ChangeWatch()
    >>> for second, vector in enumerate([neutral, neutral, happy, happy]):
    ...     watch, _ = step_candidate(watch, second, vector, settings=SignalSettings())
    >>> watch.open.start_s, watch.open.from_label, watch.open.to_label
    (2, 6, 3)
    >>> round(watch.open.strength, 3)
    1.414
    """
    if watch.seen_s is not None and _n_missing(watch, second, vector) > settings.max_gap_s:
        lost = None
        if watch.open is not None:
            lost = replace(watch.open, end_s=watch.seen_s + 1, lost=True)
        return _first_seen(second, vector), lost
    if vector is None:
        return watch, None
    if watch.seen_s is None:
        return _first_seen(second, vector), None
    return _compare(watch, second, vector, settings)


def flush_candidate(watch: ChangeWatch) -> Move:
    """Return the open candidate, ended where the member was last seen.

    Examples
    --------
    >>> flush_candidate(ChangeWatch())[1] is None
    True
    """
    if watch.open is None or watch.seen_s is None:
        return ChangeWatch(), None
    return ChangeWatch(), replace(watch.open, end_s=watch.seen_s + 1, lost=True)


def dominant_place(vector: Vector) -> int:
    """Return the place of the largest value; the first of equals.

    Examples
    --------
    >>> dominant_place((0.1, 0.5, 0.4))
    1
    """
    return vector.index(max(vector))


def _n_missing(watch: ChangeWatch, second: int, vector: Vector | None) -> int:
    seen_s = second if watch.seen_s is None else watch.seen_s
    return second - seen_s - (vector is not None)


def _first_seen(second: int, vector: Vector | None) -> ChangeWatch:
    if vector is None:
        return ChangeWatch()
    return ChangeWatch(second, dominant_place(vector), ((second, vector),))


def _compare(watch: ChangeWatch, second: int, vector: Vector, settings: SignalSettings) -> Move:
    label = dominant_place(vector)
    ongoing = watch.open
    if ongoing is not None and second >= ongoing.start_s + settings.jump_window_s:
        ongoing = None
    switched = label != watch.label
    if ongoing is not None and (not switched or ongoing.from_label == ongoing.to_label):
        return _continue_move(watch, second, vector, ongoing), None
    before, moved = _farthest(watch, second, vector, settings.jump_window_s)
    if not switched and moved <= settings.jump:
        # the newest is kept however old: across a short gap it is what was before
        since = second - settings.jump_window_s + 1
        recent = tuple(item for item in watch.recent if item[0] >= since)
        return ChangeWatch(second, label, (*recent, (second, vector)), watch.open), None
    found = Candidate(second, before, vector, watch.label, label)
    ended = None if watch.open is None else replace(watch.open, end_s=second)
    return ChangeWatch(second, label, ((second, vector),), found), ended


def _continue_move(
    watch: ChangeWatch, second: int, vector: Vector, ongoing: Candidate
) -> ChangeWatch:
    label = dominant_place(vector)
    farther = math.dist(ongoing.before, vector) > ongoing.strength
    if label != ongoing.to_label or farther:
        ongoing = replace(ongoing, after=vector, to_label=label)
    return replace(watch, seen_s=second, label=label, recent=((second, vector),), open=ongoing)


def _farthest(
    watch: ChangeWatch, second: int, vector: Vector, jump_window_s: int
) -> tuple[Vector, float]:
    """Return the recent vector farthest from this one, and how far it is."""
    near = [v for s, v in watch.recent if second - s <= jump_window_s]
    if not near:  # seen again after a short gap: too long ago for a jump, not for a switch
        return watch.recent[-1][1], 0.0
    distance, place = max((math.dist(v, vector), k) for k, v in enumerate(near))
    return near[place], distance
