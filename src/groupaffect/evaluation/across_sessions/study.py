"""A study over many sessions: its table, what lies between groups, and what goes with what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from groupaffect.counting import counted
from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.across_sessions.association import Association, associate
from groupaffect.evaluation.across_sessions.circles import (
    Member,
    come_again,
    find_circles,
    identify_people,
)
from groupaffect.evaluation.across_sessions.contrasts import Contrast, to_contrasts
from groupaffect.evaluation.across_sessions.covariates import Covariates, read_covariates
from groupaffect.evaluation.across_sessions.intraclass import Intraclass, intraclass_correlation
from groupaffect.evaluation.across_sessions.levels import Level, levels_that_differ
from groupaffect.evaluation.across_sessions.measures import (
    MEASURES,
    MIN_SEEN_S,
    RELATIONAL,
    TESTED,
    StudiedSession,
    measure_session,
)
from groupaffect.evaluation.across_sessions.pseudo import PseudoComparison, compare_with_strangers
from groupaffect.group.chance import adjust_p
from groupaffect.session import Session


@dataclass(frozen=True, slots=True)
class Spread:
    """How one measure spreads over participants; ``n`` of them are known."""

    mean: float
    sd: float
    n: int
    intraclass: Intraclass


@dataclass(frozen=True, slots=True)
class Tested:
    """One measure beside one covariate; ``q`` is p corrected for all tests of the study."""

    covariate: str
    contrast: str
    level: Level
    measure: str
    found: Association
    q: float


@dataclass(frozen=True, slots=True)
class AcrossSessions:
    """All that a study over sessions found.

    Attributes
    ----------
    covariates : cells by covariate and member. spreads : by measure. tests : in the order of
        covariates, levels and measures.
    person, circle : (n,) numbers of each member's person, and of the circle of sessions that
        share people.
    """

    sessions: tuple[StudiedSession, ...]
    covariates: Covariates
    person: Int[np.ndarray, " n"]
    circle: Int[np.ndarray, " n"]
    spreads: dict[str, Spread]
    pseudo: tuple[PseudoComparison, ...]
    tests: tuple[Tested, ...]
    warnings: tuple[str, ...]

    @property
    def members(self) -> list[Member]:
        """Every participant of every session, in order."""
        return _members(self.sessions)

    @property
    def n_again(self) -> int:
        """How many people are in several sessions."""
        return come_again(self.person)


def study_sessions(
    sessions: Sequence[tuple[str, Session]],
    *,
    covariates: Path | None = None,
    measures: Sequence[str] = TESTED,
) -> AcrossSessions:
    """Measure every session and compare them.

    Parameters
    ----------
    sessions : with the name of each. covariates : CSV file. measures : that are tested.

    Raises
    ------
    UsageError : a measure is not known.
    StudyError : the covariates cannot be read or name who is not there.
    UnreadableSessionError : a table of a session is damaged.
    """
    _check_measures(measures)
    found = tuple(measure_session(session, name=name) for name, session in sessions)
    given = Covariates({}) if covariates is None else read_covariates(covariates, found)
    contrasts, untested = to_contrasts(given.cells, _members(found))
    number, person = _number_of_session(found), identify_people(found, given.person)
    circle = find_circles(number, person)
    again = _people_again(number, person, circle, is_told=given.person is not None)
    return AcrossSessions(
        sessions=found,
        covariates=given,
        person=person,
        circle=circle,
        spreads=_spreads(found, person, circle),
        pseudo=tuple(compare_with_strangers(_first_of_each(found, number, circle))),
        tests=_test_all(found, contrasts, measures, person),
        warnings=(*again, *_warnings(sessions, found), *given.warnings, *untested),
    )


def _check_measures(measures: Sequence[str]) -> None:
    unknown = [name for name in measures if name not in MEASURES]
    if unknown:
        message = sentence(
            wanted=f"a measure must be one of {', '.join(MEASURES)}",
            got=repr(unknown[0]),
            remedy="choose among these",
        )
        raise UsageError(message)


def _members(sessions: Sequence[StudiedSession]) -> list[Member]:
    return [(s, p) for s, one in enumerate(sessions) for p in range(len(one.participants))]


def _number_of_session(sessions: Sequence[StudiedSession]) -> Int[np.ndarray, " n"]:
    return np.array([member[0] for member in _members(sessions)], dtype=np.int64)


def _column(sessions: Sequence[StudiedSession], measure: str) -> np.ndarray:
    return np.concatenate([one.values[measure] for one in sessions]) if sessions else np.zeros(0)


def _first_of_each(
    sessions: Sequence[StudiedSession],
    number: Int[np.ndarray, " n"],
    circle: Int[np.ndarray, " n"],
) -> list[StudiedSession]:
    """Return the first session of each circle for each size: people of these never met."""
    first: dict[tuple[int, int], StudiedSession] = {}
    for s, one in enumerate(sessions):
        if one.participants:
            first.setdefault((int(circle[number == s][0]), len(one.participants)), one)
    return [*first.values()]


def _spreads(
    sessions: Sequence[StudiedSession],
    person: Int[np.ndarray, " n"],
    circle: Int[np.ndarray, " n"],
) -> dict[str, Spread]:
    _, first = np.unique(person, return_index=True)
    spreads = {}
    for measure in MEASURES:
        value = _column(sessions, measure)
        known = value[np.isfinite(value)]
        if measure in RELATIONAL:
            nan = float("nan")
            why_not = "members share it by construction"
            intraclass = Intraclass(nan, nan, nan, 0, 0, why_not)
        else:
            intraclass = intraclass_correlation(_mean_of_each(value, person), circle[first])
        spreads[measure] = Spread(
            mean=float(known.mean()) if len(known) else float("nan"),
            sd=float(known.std(ddof=1)) if len(known) > 1 else float("nan"),
            n=len(known),
            intraclass=intraclass,
        )
    return spreads


def _mean_of_each(value: Float[np.ndarray, " n"], person: Int[np.ndarray, " n"]) -> np.ndarray:
    """Return each person's mean over their sessions; NaN where nothing is known."""
    known = np.isfinite(value)
    total = np.bincount(person, np.where(known, value, 0.0))
    n = np.bincount(person, known)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _test_all(
    sessions: Sequence[StudiedSession],
    contrasts: Sequence[Contrast],
    measures: Sequence[str],
    person: Int[np.ndarray, " n"],
) -> tuple[Tested, ...]:
    number = _number_of_session(sessions)
    made = [
        (contrast, level, measure, associate(contrast.value, y, number, level=level, person=person))
        for contrast in contrasts
        for level in levels_that_differ(contrast.value, number, person)
        for measure in measures
        for y in [_column(sessions, measure)]
    ]
    corrected = adjust_p([found.p for *_, found in made])
    return tuple(
        Tested(contrast.covariate, contrast.label, level, measure, found, q)
        for (contrast, level, measure, found), q in zip(made, corrected, strict=True)
    )


def _warnings(
    opened: Sequence[tuple[str, Session]], sessions: Sequence[StudiedSession]
) -> Iterator[str]:
    yield from _same_recordings(sessions)
    settings = {session.record.settings for _, session in opened}
    if len(settings) > 1:
        yield f"the sessions were analysed with {len(settings)} different settings"
    networks = {tuple(sorted(session.record.model_hashes.items())) for _, session in opened}
    if len(networks) > 1:
        yield f"the sessions were read by {len(networks)} different sets of networks"
    empty = [one.name for one in sessions if not one.participants]
    if empty:
        yield f"nobody was seen in {', '.join(empty)}"
    short = [
        f"{one.name} {who}"
        for one in sessions
        for who, seen_s in zip(one.participants, one.values["seen_s"], strict=True)
        if seen_s < MIN_SEEN_S
    ]
    if short:
        yield f"read in fewer than {MIN_SEEN_S} s, so not measured: {', '.join(short)}"


def _same_recordings(sessions: Sequence[StudiedSession]) -> Iterator[str]:
    by_hash: dict[str, list[str]] = defaultdict(list)
    for one in sessions:
        by_hash[one.sha256].append(one.name)
    for names in by_hash.values():
        if len(names) > 1:
            yield f"{' and '.join(names)} are of one recording: leave out all but one"


def _people_again(
    session: Int[np.ndarray, " n"],
    person: Int[np.ndarray, " n"],
    circle: Int[np.ndarray, " n"],
    *,
    is_told: bool,
) -> Iterator[str]:
    n = come_again(person)
    if not n:
        return
    how = "the column `person`" if is_told else "names or recordings"
    n_sessions, n_circles = len(np.unique(session)), len(np.unique(circle))
    yield (
        f"people who come again, by {how}: {n}; the {counted(n_sessions, 'session')} are taken for "
        f"{counted(n_circles, 'independent circle')}, each of sessions that share people"
    )
