"""A study's results as rows, for CSV and for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from groupaffect.evaluation.across_sessions.measures import MEASURES
from groupaffect.evaluation.across_sessions.study import AcrossSessions

Row = dict[str, Any]

SESSION_COLUMNS = {
    "session": "name of the session's folder",
    "group_kind": "kind of group over the whole recording",
    "group_synchrony": "mean synchrony of the members over the whole recording",
    "group_homogeneity": "alikeness of the members beyond chance over the whole recording",
    "n_members": "participants of the session",
    "person": "number of the person, the same in all sessions",
    "circle": "number of the circle: sessions that share people, directly or by way of others",
}


def participant_rows(study: AcrossSessions) -> list[Row]:
    """Return one row for each participant of each session: measures, then covariates."""
    return [
        {
            "session": study.sessions[s].name,
            "participant": study.sessions[s].participants[p],
            **{name: float(study.sessions[s].values[name][p]) for name in MEASURES},
            "group_kind": study.sessions[s].group_kind,
            "n_members": len(study.sessions[s].participants),
            "person": int(study.person[place]) + 1,
            "circle": int(study.circle[place]) + 1,
            **{name: cells.get((s, p), "") for name, cells in study.covariates.cells.items()},
        }
        for place, (s, p) in enumerate(study.members)
    ]


def session_rows(study: AcrossSessions) -> list[Row]:
    """Return one row for each session: its group, and the means of its participants."""
    circle = dict(zip((s for s, _ in study.members), study.circle, strict=True))
    return [
        {
            "session": one.name,
            "group_kind": one.group_kind,
            "group_synchrony": one.group_synchrony,
            "group_homogeneity": one.group_homogeneity,
            "n_members": len(one.participants),
            "circle": int(circle[s]) + 1 if s in circle else math.nan,
            **{name: _mean(one.values[name]) for name in MEASURES},
        }
        for s, one in enumerate(study.sessions)
    ]


def _mean(value: np.ndarray) -> float:
    known = value[np.isfinite(value)]
    return float(known.mean()) if len(known) else math.nan


def spread_rows(study: AcrossSessions) -> list[Row]:
    """Return one row for each measure: mean, spread, and ICC(1) with its interval."""
    return [
        {
            "measure": name,
            "mean": spread.mean,
            "sd": spread.sd,
            "n": spread.n,
            "icc": spread.intraclass.icc,
            "low": spread.intraclass.low,
            "high": spread.intraclass.high,
            "icc_n": spread.intraclass.n,
            "icc_n_circles": spread.intraclass.n_sessions,
            "why_not": spread.intraclass.why_not,
        }
        for name, spread in study.spreads.items()
    ]


def pseudo_rows(study: AcrossSessions) -> list[Row]:
    """Return one row for each comparison with pseudo-groups."""
    return [
        {
            "measure": one.measure,
            "n_members": one.n_members,
            "n_sessions": one.n_sessions,
            "value": one.finding.effect,
            "low": one.finding.low,
            "high": one.finding.high,
            "p": one.finding.p,
            "why_not": one.finding.why_not,
        }
        for one in study.pseudo
    ]


def association_rows(study: AcrossSessions) -> list[Row]:
    """Return one row for each test."""
    return [
        {
            "covariate": one.covariate,
            "contrast": one.contrast,
            "level": one.level,
            "measure": one.measure,
            "r": one.found.r,
            "low": one.found.low,
            "high": one.found.high,
            "slope": one.found.slope,
            "p": one.found.p,
            "q": one.q,
            "n_sessions": one.found.n_sessions,
            "n_circles": one.found.n_circles,
            "n": one.found.n,
            "why_not": one.found.why_not,
        }
        for one in study.tests
    ]


# File name without ending, and what makes its rows.
TABLES = {
    "study": participant_rows,
    "sessions": session_rows,
    "measures": spread_rows,
    "pseudo_groups": pseudo_rows,
    "associations": association_rows,
}


def study_to_dict(study: AcrossSessions) -> Row:
    """Return all tables as plain values for JSON; what is undefined is NaN."""
    return {
        "n_sessions": len(study.sessions),
        "n_participants": len(study.members),
        "n_people": len(np.unique(study.person)),
        "n_circles": len(np.unique(study.circle)),
        "columns": {**SESSION_COLUMNS, **MEASURES},
        **{name: rows(study) for name, rows in TABLES.items()},
        "warnings": [*study.warnings],
    }


def iterate_tables(study: AcrossSessions) -> Iterator[tuple[str, list[Row]]]:
    """Yield name and rows of every table that has some."""
    for name, rows in TABLES.items():
        made = rows(study)
        if made:
            yield name, made
