"""A session in a few plain sentences, each with the number it rests on."""

from __future__ import annotations

import numpy as np

from groupaffect.report.labels import label_participant
from groupaffect.session import Session
from groupaffect.types import EMOTIONS, EventKind, GroupSignal

_KINDS: dict[EventKind, str] = {
    "group": "changes of the group",
    "individual": "changes of one member",
    "dismissed": "candidates dismissed as noise",
}


def summarise(session: Session) -> list[str]:
    """Return the sentences of the summary."""
    return [*_who(session), *_dominant(session), *_changes(session)]


def percent(share: float) -> str:
    """Return a share as a whole percentage; a dash where it is missing.

    Examples
    --------
    >>> percent(0.128), percent(float("nan"))
    ('13 %', '–')
    """  # noqa: RUF002 (an en dash is what people read as "nothing here")
    return "\N{EN DASH}" if np.isnan(share) else f"{share:.0%}".replace("%", " %")


def why_nobody(session: Session) -> str:
    """Return why a session is without participants, as a part of a sentence."""
    if session.record.n_forgotten:
        return "nobody is left, as participants were removed for good"
    return f"nobody was seen in the {session.facts['n_frames']} analysed frames"


def _who(session: Session) -> list[str]:
    n_participants, n_frames = len(session.participants), session.facts["n_frames"]
    if not n_participants:
        return [f"No participants: {why_nobody(session)}."]
    seen = ", ".join(
        f"{label_participant(facts.participant, facts.name)} in {percent(facts.visible_share)}"
        for facts in session.participants
    )
    people = "1 participant was" if n_participants == 1 else f"{n_participants} participants were"
    return [f"{people} found; of {n_frames} analysed frames the face was seen: {seen}."]


def _dominant(session: Session) -> list[str]:
    groups = [group for group in session.groups if group.members == "all"]
    if not groups:
        return []
    counts, n_known = count_dominant(groups[0])
    if not n_known:
        return ["In no second was a face read well enough to describe the group's expression."]
    order = [k for k in np.argsort(-counts, kind="stable") if counts[k]]
    parts = ", ".join(
        f"{EMOTIONS[k]} in {percent(counts[k] / n_known)} (n = {counts[k]} s)" for k in order
    )
    return [
        f"Of {n_known} seconds with at least one readable face, the group's dominant expression "
        f"was: {parts}. Several can dominate a second, so the shares may add up to more than 100 %."
    ]


def count_dominant(group: GroupSignal) -> tuple[np.ndarray, int]:
    """Return in how many seconds each emotion dominates, (7,), and how many seconds are known."""
    known = ~np.isnan(group.mean).any(axis=1)
    return group.dominant.sum(axis=0), int(known.sum())


def _changes(session: Session) -> list[str]:
    if not session.participants:
        return []
    parts = ", ".join(
        f"{words}: n = {sum(event.kind == kind for event in session.events)}"
        for kind, words in _KINDS.items()
    )
    seconds = f"{session.analysed_s:.{0 if session.analysed_s >= 10 else 1}f}"
    return [f"Changes of expression in {seconds} s: {parts}."]
