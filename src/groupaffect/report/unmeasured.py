"""What could not be measured in a session, and why."""

from __future__ import annotations

import math

import numpy as np

from groupaffect.report.labels import label_participant
from groupaffect.report.summary import why_nobody
from groupaffect.session import Session

_SHORT_S = 60.0  # s; changes are counted by the minute (METHODS 6)
_SECTIONS_FROM = 8  # people; from here on the method divides a group by K-means


def list_unmeasured(session: Session) -> list[str]:
    """Return one sentence for each thing that is missing from the results."""
    return [
        *_people(session),
        *_length(session),
        *_group(session),
        "Kinds of group (engaged, synchronous, homogeneous) and who is engaged: "
        "not computed in this version; `engaged` reads undetermined and `n_engaged` is empty.",
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


def _camps(session: Session) -> list[str]:
    sentences = [
        "Camps (members who show alike): not computed in this version; `camp` is empty.",
    ]
    if len(session.participants) >= _SECTIONS_FROM:
        sentences.append("Sections of a large group (K-means): not computed in this version.")
    return sentences


def _group(session: Session) -> list[str]:
    sentences = []
    n_least = session.record.settings.group.polarisation_min_members
    if 0 < len(session.participants) < n_least:
        sentences.append(f"Polarisation: two camps cannot be told below {n_least} members.")
    if len(session.participants) == 1:
        sentences.append("Group changes and dispersion: there is only one participant.")
    if any(math.isnan(group.energy_kept) for group in session.groups):
        sentences.append(
            "Denoised group expression: too few successive seconds with a face for the filter."
        )
    return sentences
