"""Which change candidates of a member are noise: dismissal by the member's history (METHODS 5).

A candidate that held for less than ``min_change_s`` is dismissed, unless

- the same from -> to was found in the member's last ``recurrence_s`` (whether that one was kept
  or not: a pattern is what recurs), or
- it falls within ``tolerance_s`` of a group-wise event. The times of these events are handed in
  as values; with none the member's own history alone decides, as tests against chance need it.

An excursion A -> B -> A is two candidates and is dismissed as a whole. While a dismissed change
is pending, the next candidate is judged from what was before the excursion: when it leads back
there (same label, no farther than ``jump``) it is a return and no change; when it leads on to C
it is judged as A -> C. So a chain of short moves counts once, for where it ends. A return that
falls within a group-wise event counts all the same, and so does the return from a short change
that was kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from groupaffect.settings import SignalSettings
from groupaffect.signals.changes import Candidate, Vector


@dataclass(frozen=True, slots=True)
class Excursion:
    """The member before the dismissed changes that are not over yet.

    Attributes
    ----------
    start_s : second of the first of them. before : vector then. label : dominant then.
    """

    start_s: int
    before: Vector
    label: int


@dataclass(frozen=True, slots=True)
class ChangeHistory:
    """What judging a member's next candidate needs.

    Attributes
    ----------
    earlier : (start_s, from_label, to_label) of the judged candidates, returns left out.
    excursion : None unless the newest candidate was dismissed and has not been undone.
    """

    earlier: tuple[tuple[int, int, int], ...] = ()
    excursion: Excursion | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate is a change, and as which.

    Attributes
    ----------
    kept : False where dismissed.
    from_label, to_label : places in ``EMOTIONS``; from before a dismissed excursion, if any.
    strength : Euclidean distance of that net move, 0..sqrt(2).
    reason : why it is kept or dismissed.
    with_group : kept because it falls within a group-wise event.
    """

    kept: bool
    from_label: int
    to_label: int
    strength: float
    reason: str
    with_group: bool = False


def judge_candidate(
    history: ChangeHistory,
    candidate: Candidate,
    *,
    hold_s: int,
    group_s: Sequence[int],
    tolerance_s: int,
    settings: SignalSettings,
) -> tuple[ChangeHistory, Verdict]:
    """Judge a member's next candidate; candidates come in order of their start.

    Parameters
    ----------
    hold_s : seconds that the new expression held, as far as known; at least ``min_change_s``
        is long enough.
    group_s : seconds of the group-wise events; empty: own history only.

    Examples
    --------
    >>> happy, neutral = (0, 0, 0, 1.0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 1.0)
    >>> blip = Candidate(10, neutral, happy, 6, 3, end_s=11)
    >>> back = Candidate(11, happy, neutral, 3, 6, end_s=30)
    >>> judge = dict(group_s=(), tolerance_s=2, settings=SignalSettings())
    >>> history, verdict = judge_candidate(ChangeHistory(), blip, hold_s=1, **judge)
    >>> verdict.kept, verdict.reason
    (False, 'held for 1 s only')
    >>> judge_candidate(history, back, hold_s=19, **judge)[1].reason
    'return from the change dismissed at 10 s'
    """
    if any(abs(candidate.start_s - second) <= tolerance_s for second in group_s):
        verdict = _verdict(candidate, None, kept=True, reason="with the group")
        verdict = replace(verdict, with_group=True)
        return _remember(history, candidate, verdict, settings), verdict
    excursion = history.excursion
    verdict = _verdict(
        candidate, excursion, kept=True, reason=f"held for at least {settings.min_change_s} s"
    )
    is_back = verdict.from_label == verdict.to_label and verdict.strength <= settings.jump
    if excursion is not None and is_back:
        reason = f"return from the change dismissed at {excursion.start_s} s"
        returned = _verdict(candidate, None, kept=False, reason=reason)
        return ChangeHistory(history.earlier), returned
    if hold_s < settings.min_change_s:
        last_s = _last_same(history, candidate, verdict, settings)
        reason = f"held for {hold_s} s only" + (", then not seen" if candidate.lost else "")
        if last_s is not None:
            reason = f"recurs: the same change at {last_s} s"
        verdict = _verdict(candidate, excursion, kept=last_s is not None, reason=reason)
    return _remember(history, candidate, verdict, settings), verdict


def _verdict(
    candidate: Candidate, excursion: Excursion | None, *, kept: bool, reason: str
) -> Verdict:
    if excursion is None:
        label, strength = candidate.from_label, candidate.strength
    else:
        label, strength = excursion.label, math.dist(excursion.before, candidate.after)
    return Verdict(kept, label, candidate.to_label, strength, reason)


def _last_same(
    history: ChangeHistory, candidate: Candidate, verdict: Verdict, settings: SignalSettings
) -> int | None:
    since_s = candidate.start_s - settings.recurrence_s
    wanted = (verdict.from_label, verdict.to_label)
    same = [s for s, *labels in history.earlier if s >= since_s and tuple(labels) == wanted]
    return max(same, default=None)


def _remember(
    history: ChangeHistory, candidate: Candidate, verdict: Verdict, settings: SignalSettings
) -> ChangeHistory:
    since_s = candidate.start_s - settings.recurrence_s
    earlier = tuple(item for item in history.earlier if item[0] >= since_s)
    item = (candidate.start_s, verdict.from_label, verdict.to_label)
    # once the face is lost, what is seen next cannot be a return
    pending = None
    if not verdict.kept and not candidate.lost:
        pending = history.excursion or Excursion(
            candidate.start_s, candidate.before, candidate.from_label
        )
    return ChangeHistory((*earlier, item), pending)
