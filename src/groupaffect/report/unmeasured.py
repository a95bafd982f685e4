"""What could not be measured in a session, and why."""

from __future__ import annotations

import math

import numpy as np

from groupaffect.report.kind_words import KIND_WORDS
from groupaffect.report.labels import label_participant
from groupaffect.report.summary import why_nobody
from groupaffect.session import Session
from groupaffect.types import NO_CAMP, UNDETERMINED

_SHORT_S = 60.0  # s; changes are counted by the minute (METHODS 6)


def list_unmeasured(session: Session) -> list[str]:
    """Return one sentence for each thing that is missing from the results."""
    return [
        *_people(session),
        *_length(session),
        *_group(session),
        *_kinds(session),
        *_camps(session),
    ]


def _people(session: Session) -> list[str]:
    if not session.participants:
        return [f"Expressions, weights and group: {why_nobody(session)}."]
    sentences, analysis = _unanalysed(session), session.analysis()
    for facts in session.participants:
        label = label_participant(facts.participant, facts.name)
        signal = analysis.signal(facts.participant, "fused")
        analysed = ~np.isnan(signal.coverage)  # 0: analysed, and the face was not used
        n_analysed = int(analysed.sum())
        n_missing = int((analysed & np.isnan(signal.probability).any(axis=1)).sum())
        if facts.first_s is None or n_missing == n_analysed:
            sentences.append(f"{label}: the face was never seen well enough to read.")
        elif n_missing:
            sentences.append(
                f"{label}: no expression in {n_missing} of {n_analysed} analysed "
                "seconds, "
                "because the face was not seen or not readable."
            )
    return sentences


def _unanalysed(session: Session) -> list[str]:
    """Name the seconds that were never looked at: nothing is known of anybody in them."""
    coverage = [signal.coverage for signal in session.signals if signal.source == "fused"]
    if not coverage:
        return []
    n_none = int(np.isnan(np.stack(coverage)).all(axis=0).sum())
    if not n_none:
        return []
    return [
        f"{n_none} of {len(coverage[0])} seconds from the start of the media: no frame of them "
        "was analysed (outside the chosen part, excluded, or between the frames that were taken)."
    ]


def _length(session: Session) -> list[str]:
    if session.analysed_s >= _SHORT_S:
        return []
    return [
        f"The analysed part is short ({session.analysed_s:.0f} s): changes are counted over "
        f"{session.record.settings.fusion.count_window_s} s, so weights hardly adapt."
    ]


def _kinds(session: Session) -> list[str]:
    """Say where the kind of group could not be asked for, or the answer stays open."""
    whole = [state for state in session.states if not state.participants][:1]
    if not session.participants:
        return []
    if not whole:
        return [
            "Kinds of group and who is engaged: made by an earlier version, which did not "
            "compute them; groupaffect reanalyze adds them."
        ]
    sentences = []
    if whole[0].kind in ("insufficient_data", "undetermined"):
        kind = KIND_WORDS[whole[0].kind]
        sentences.append(f"Kind of group over the whole recording: {kind} ({whole[0].reason}).")
    if not (session.members.engaged != UNDETERMINED).any():
        sentences.append(
            "Who is engaged: it could not be told of anybody, so the rows of the engaged members "
            "in group.csv are empty. It does not say that nobody was."
        )
    return sentences


def _camps(session: Session) -> list[str]:
    n = len(session.participants)
    if not n or (session.members.camp != NO_CAMP).any():
        return []
    return [f"Camps: none could be told apart (participants: {n})."]


def _group(session: Session) -> list[str]:
    sentences = []
    n_least = session.record.settings.group.polarisation_min_members
    if 0 < len(session.participants) < n_least:
        sentences.append(f"Polarisation: two camps cannot be told below {n_least} members.")
    if len(session.participants) == 1:
        sentences.append("Group changes and dispersion: there is only one participant.")
    if any(math.isnan(g.energy_kept) for g in session.groups if g.members == "all"):
        sentences.append(
            "Denoised group expression: too few successive seconds with a face for the filter."
        )
    return sentences
