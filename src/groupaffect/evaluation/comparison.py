"""Two recordings of one performance: what each model's reading keeps from one to the other.

An original and its deepfake, two codecs, two cameras (METHODS 2; the paper's Fig. 1).
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from groupaffect.errors import InsufficientDataError, UsageError, sentence
from groupaffect.evaluation.alignment import GRID_S, Alignment, align
from groupaffect.evaluation.face_series import FaceSeries, read_face_series
from groupaffect.evaluation.kept import compare_readings
from groupaffect.session import Session
from groupaffect.types import MODELS, ParticipantFacts

STEP_S = 0.2  # length of a step (ours: seconds are too few in a clip, frames say the same twice)
MIN_STEPS = 20  # steps in common (ours; with fewer no p <= .05 is possible)


def compare_sessions(
    original: Session, other: Session, *, step_s: float = STEP_S
) -> dict[str, Any]:
    """Compare what both models read of each participant in two recordings of one performance.

    Parameters
    ----------
    step_s : seconds; the series are means over steps of this length.

    Raises
    ------
    UsageError : the step is too short or too long, or nobody is in both.
    InsufficientDataError : one shows nobody, or no participant has enough steps in common.
    UnreadableSessionError : a table of a session is damaged.
    """
    if not GRID_S <= step_s <= 10:
        message = sentence(
            wanted=f"the step must be within {GRID_S:g} and 10 s",
            got=f"{step_s:g} s",
            remedy=f"use about {STEP_S:g} s",
        )
        raise UsageError(message)
    pairs, unmatched = match_participants(original.participants, other.participants)
    first, second = read_face_series(original), read_face_series(other)
    found, warnings = {}, [*_facts_warnings(original, other), *unmatched]
    for name, partner in pairs.items():
        if name in first and partner in second:
            result = _compare_faces(first[name], second[partner], step_s=step_s)
            found[name] = {"other": partner, **result}
            warnings += [f"{name}: {text}" for text in _warnings_of(result, step_s=step_s)]
    if not any(row["n_common"] >= MIN_STEPS for row in found.values()):
        raise InsufficientDataError(
            sentence(
                wanted=f"the two recordings need {MIN_STEPS} steps of {step_s:g} s in common",
                got=f"{max((row['n_common'] for row in found.values()), default=0)}",
                remedy="check that they show the same performance and that faces were found",
            )
        )
    return {
        "original": _facts(original),
        "other": _facts(other),
        "step_s": step_s,
        "participants": found,
        "warnings": warnings,
    }


def match_participants(
    first: tuple[ParticipantFacts, ...], second: tuple[ParticipantFacts, ...]
) -> tuple[dict[str, str], list[str]]:
    """Return who of the second is who of the first, by tile in calls and else by id.

    Raises
    ------
    InsufficientDataError : nobody was seen in one of them.
    UsageError : nobody is in both.
    """
    if not (first and second):
        message = sentence(
            wanted="both recordings must show at least one participant",
            got=f"{len(first)} in the original and {len(second)} in the other",
            remedy="choose recordings in which faces are found",
        )
        raise InsufficientDataError(message)
    in_tiles = all(p.tile_row is not None for p in (*first, *second))
    own, others = (
        {(p.tile_row, p.tile_column) if in_tiles else p.participant: p.participant for p in people}
        for people in (first, second)
    )
    pairs = {own[key]: others[key] for key in own if key in others}
    if not pairs:
        message = sentence(
            wanted="at least one participant must be in both recordings",
            got=f"{len(first)} and {len(second)} participants without a match",
            remedy="compare two recordings of the same people in the same places",
        )
        raise UsageError(message)
    left = [(name, "original") for name in own.values() if name not in pairs]
    left += [(name, "other") for name in others.values() if name not in pairs.values()]
    return pairs, [f"{name} is only in the {which} recording" for name, which in left]


def _compare_faces(first: FaceSeries, second: FaceSeries, *, step_s: float) -> dict[str, Any]:
    alignment = align(first, second)
    lag_s = alignment.lag_s if alignment.is_clear else 0.0
    moved = second.shifted(lag_s)
    begin = max(float(first.time_s[0]), float(moved.time_s[0]))
    end = min(float(first.time_s[-1]), float(moved.time_s[-1]))
    first_step = math.floor(begin / step_s + 1e-6)
    n_steps = max(0, math.floor(end / step_s + 1e-6) + 1 - first_step)
    original, other = (
        {
            model: series.by_step(model, step_s=step_s, first_step=first_step, n_steps=n_steps)
            for model in MODELS
        }
        for series in (first, moved)
    )
    models = compare_readings(original, other) if n_steps else {}
    return {
        "alignment": {
            **dataclasses.asdict(alignment),
            "is_clear": alignment.is_clear,
            "used_lag_s": lag_s,
        },
        "n_common": max((row["n_steps"] for row in models.values()), default=0),
        "models": models,
    }


def _facts(session: Session) -> dict[str, Any]:
    media = session.record.media
    return {
        "name": media.name,
        "sha256": media.sha256,
        "codec": media.codec,
        "width_px": media.width_px,
        "height_px": media.height_px,
        "rate_hz": None if media.rate_hz is None else round(float(media.rate_hz), 3),
        "analysed_s": session.analysed_s,
    }


def _facts_warnings(original: Session, other: Session) -> list[str]:
    """Return what differs between the recordings and may pass for a change of expression."""
    said = []
    lengths = original.analysed_s, other.analysed_s
    if abs(lengths[0] - lengths[1]) > 0.5:
        said.append(
            f"the recordings last {lengths[0]:.1f} s and {lengths[1]:.1f} s; "
            "only what both have is compared"
        )
    rates = [s.record.media.rate_hz for s in (original, other)]
    if rates[0] and rates[1] and abs(float(rates[0] / rates[1]) - 1) > 0.01:
        said.append(
            f"the recordings have {float(rates[0]):.2f} and {float(rates[1]):.2f} frames a second"
        )
    if original.record.settings != other.record.settings:
        said.append("the sessions were analysed with different settings")
    if original.record.model_hashes != other.record.model_hashes:
        said.append("the sessions were read by different networks")
    return said


def _warnings_of(result: dict[str, Any], *, step_s: float) -> list[str]:
    alignment = Alignment(
        **{f.name: result["alignment"][f.name] for f in dataclasses.fields(Alignment)}
    )
    said = []
    if not alignment.is_clear:
        said.append(
            "the faces do not move together clearly at any lag within 10 s; "
            "the recordings are compared as they are"
        )
    elif abs(alignment.drift_s) > step_s / 2:
        said.append(
            f"the lag changes from {alignment.lag_first_half_s:+.2f} s to "
            f"{alignment.lag_second_half_s:+.2f} s: the recordings run at different speeds"
        )
    constant = {
        emotion
        for row in result["models"].values()
        for emotion, cell in row["diagonal"].items()
        if cell["verdict"] == "constant"
    }
    if constant:
        said.append(f"constant, so without a correlation: {', '.join(sorted(constant))}")
    return said
