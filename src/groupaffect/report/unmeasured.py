"""What could not be measured in a session, and why."""

from __future__ import annotations

import math

import numpy as np

from groupaffect.session import Session

_SHORT_S = 60.0  # s; changes are counted by the minute (METHODS 6)


def list_unmeasured(session: Session) -> list[str]:
    """Return one sentence for each thing that is missing from the results."""
    return [
        *_people(session),
        *_length(session),
        *_group(session),
        "Kinds of group (engaged, synchronous, homogeneous) and who is engaged: "
        "not computed in this version; `engaged` reads undetermined and `n_engaged` is empty.",
    ]


def _people(session: Session) -> list[str]:
    if not session.participants:
        return ["Expressions, weights and group: no face was found in the analysed frames."]
    sentences = []
    for facts in session.participants:
        signal = session.analysis().signal(facts.participant, "fused")
        n_missing = int(np.isnan(signal.probability).any(axis=1).sum())
        if facts.first_s is None or n_missing == len(signal):
            sentences.append(f"{facts.participant}: the face was never seen well enough to read.")
        elif n_missing:
            sentences.append(
                f"{facts.participant}: no expression in {n_missing} of {len(signal)} seconds, "
                "because the face was not seen or not readable."
            )
    return sentences


def _length(session: Session) -> list[str]:
    duration_s = session.facts["duration_s"]
    if duration_s >= _SHORT_S:
        return []
    return [
        f"The recording is short ({duration_s:.0f} s): changes are counted over "
        f"{session.record.settings.fusion.count_window_s} s, so weights hardly adapt."
    ]


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
