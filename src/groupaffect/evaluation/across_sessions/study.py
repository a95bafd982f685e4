"""A study over many sessions: its table, what lies between groups, and what goes with what."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int

from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.across_sessions.association import Association, Level, associate
from groupaffect.evaluation.across_sessions.contrasts import Contrast, to_contrasts
from groupaffect.evaluation.across_sessions.covariates import Covariates, Member, read_covariates
from groupaffect.evaluation.across_sessions.intraclass import Intraclass, intraclass_correlation
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
    """

    sessions: tuple[StudiedSession, ...]
    covariates: Covariates
    spreads: dict[str, Spread]
    pseudo: tuple[PseudoComparison, ...]
    tests: tuple[Tested, ...]
    warnings: tuple[str, ...]

    @property
    def members(self) -> list[Member]:
        """Every participant of every session, in order."""
        return _members(self.sessions)


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
    return AcrossSessions(
        sessions=found,
        covariates=given,
        spreads=_spreads(found),
        pseudo=tuple(compare_with_strangers(found)),
        tests=_test_all(found, contrasts, measures),
        warnings=(*_warnings(sessions, found), *given.warnings, *untested),
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


def _spreads(sessions: Sequence[StudiedSession]) -> dict[str, Spread]:
    number = _number_of_session(sessions)
    spreads = {}
    for measure in MEASURES:
        value = _column(sessions, measure)
        known = value[np.isfinite(value)]
        if measure in RELATIONAL:
            nan = float("nan")
            why_not = "members share it by construction"
            intraclass = Intraclass(nan, nan, nan, 0, 0, why_not)
        else:
            intraclass = intraclass_correlation(value, number)
        spreads[measure] = Spread(
            mean=float(known.mean()) if len(known) else float("nan"),
            sd=float(known.std(ddof=1)) if len(known) > 1 else float("nan"),
            n=len(known),
            intraclass=intraclass,
        )
    return spreads


def _test_all(
    sessions: Sequence[StudiedSession], contrasts: Sequence[Contrast], measures: Sequence[str]
) -> tuple[Tested, ...]:
    number = _number_of_session(sessions)
    made = [
        (contrast, level, measure, associate(contrast.value, value, number, level=level))
        for contrast in contrasts
        for level in _levels(contrast, number)
        for measure in measures
        for value in [_column(sessions, measure)]
    ]
    corrected = adjust_p([found.p for *_, found in made])
    return tuple(
        Tested(contrast.covariate, contrast.label, level, measure, found, q)
        for (contrast, level, measure, found), q in zip(made, corrected, strict=True)
    )


def _levels(contrast: Contrast, session: Int[np.ndarray, " n"]) -> Iterator[Level]:
    """Yield where a covariate differs: among session means, and among members of a session."""
    known = np.isfinite(contrast.value)
    values = [contrast.value[known & (session == number)] for number in np.unique(session)]
    values = [each for each in values if len(each)]
    differs_within = any(np.ptp(each) > 0 for each in values)
    means = [each.mean() for each in values]
    if not differs_within or (means and np.ptp(means) > 1e-9):
        yield "between sessions"
    if differs_within:
        yield "within sessions"


def _warnings(
    opened: Sequence[tuple[str, Session]], sessions: Sequence[StudiedSession]
) -> Iterator[str]:
    yield from _same_recordings(sessions)
    yield from _people_again(sessions)
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
            yield f"{' and '.join(names)} are of one recording, and count as if they were several"


def _people_again(sessions: Sequence[StudiedSession]) -> Iterator[str]:
    named = [
        {name for name, who in zip(one.names, one.participants, strict=True) if name != who}
        for one in sessions
    ]
    again = {name for one, other in itertools.combinations(named, 2) for name in one & other}
    if again:
        yield (
            f"{len(again)} names are in several sessions: tests take sessions for independent, "
            "which they are not if the same people come again"
        )
