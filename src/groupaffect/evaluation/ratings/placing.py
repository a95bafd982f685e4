"""Ratings of known sessions: their people go by their ids, and nobody is rated after the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from groupaffect.errors import RatingsError, sentence
from groupaffect.evaluation.ratings.rating import Rating, Ratings
from groupaffect.session import Session
from groupaffect.timeline import TIME_GRACE_S, n_seconds


def place_ratings(ratings: Ratings, sessions: Sequence[Session]) -> Ratings:
    """Return the ratings with each session's folder name and each participant's id.

    A rating names its session by its folder or by its recording; where one session is given, it
    need not.

    Raises
    ------
    RatingsError : a session or participant is unknown, or a rating ends after its recording;
        names the file, and the line or tier.
    """
    return Ratings(tuple(_place(row, sessions) for row in ratings.rows))


def _place(row: Rating, sessions: Sequence[Session]) -> Rating:
    session = _find_session(row, sessions)
    end_s = n_seconds(float(session.facts["duration_s"]))
    if row.end_s > end_s + TIME_GRACE_S:
        message = sentence(
            wanted=f"the session {session.path.name} lasts {end_s} s, and ratings must end by then",
            got=f"{row.start_s:g} to {row.end_s:g} s ({row.place})",
            remedy="correct the time, or choose the session that was rated",
        )
        raise RatingsError(message)
    return replace(row, session=session.path.name, participant=_find_participant(row, session))


def _find_session(row: Rating, sessions: Sequence[Session]) -> Session:
    if not row.session and len(sessions) == 1:
        return sessions[0]
    for session in sessions:
        media = session.record.media.name
        if row.session in (session.path.name, media, PurePath(media).stem):
            return session
    known = ", ".join(session.path.name for session in sessions)
    message = sentence(
        wanted=f"every rating must belong to one of the sessions {known}",
        got=f"{row.session!r} ({row.place})",
        remedy="name the session as its folder is named, or give its folder to `--session`",
    )
    raise RatingsError(message)


def _find_participant(row: Rating, session: Session) -> str:
    word = row.participant.casefold()
    for facts in session.participants:
        if word in (facts.participant.casefold(), facts.name.casefold()):
            return facts.participant
    known = ", ".join(facts.participant for facts in session.participants) or "nobody"
    message = sentence(
        wanted=f"whoever is rated must be in the session {session.path.name} ({known})",
        got=f"{row.participant!r} ({row.place})",
        remedy="write the participant's id or name",
    )
    raise RatingsError(message)
