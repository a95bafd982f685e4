"""The analysis of a session's frame table: everything after the two models, once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from groupaffect import pipeline
from groupaffect.cautions import NOBODY_LEFT, caution_others_profiles
from groupaffect.corrected_rows import leave_out
from groupaffect.corrections import Exclude
from groupaffect.errors import UsageError, sentence
from groupaffect.reading_fold import Reading
from groupaffect.report.drawable import caution_names
from groupaffect.session.face_reading import iterate_readings
from groupaffect.session.reader import Session
from groupaffect.session.record import SessionRecord
from groupaffect.types import Analysis, ParticipantFacts


def recompute(
    frames: Path,
    old: Session,
    record: SessionRecord,
    *,
    participants: tuple[ParticipantFacts, ...],
    lasting_warnings: tuple[str, ...],
) -> Analysis:
    """Return the analysis of a frame table.

    Parameters
    ----------
    old : the session that the table comes from, for what no table says.
    record : of the new session: its settings and what is excluded.
    participants : everybody in the table, in its order, with names and tiles.

    Raises
    ------
    UsageError : no analysed frame is left, or a profile needs embeddings that were not kept.
    """
    with_embeddings = any(profile.needs_embeddings for profile in record.profiles)
    readings = iterate_readings(frames, with_embeddings=with_embeddings)
    analysis = pipeline.analyse_stored(
        _without_excluded(readings, record.excluded),
        record.settings,
        end_s=old.facts["duration_s"],
        participants=participants,
        profiles=record.profiles,
        lasting_warnings=tuple(dict.fromkeys(lasting_warnings)),
    )
    if participants and not analysis.n_frames:
        message = sentence(
            wanted="some analysed frames must be left",
            got="exclusions that leave none",
            remedy="exclude less",
        )
        raise UsageError(message)
    analysis = replace(analysis, stage_wall_s=dict(old.facts["stage_wall_s"]))
    if participants:
        cautions = caution_names(participants)
        cautions += caution_others_profiles(record.profiles, record.media.sha256)
        return replace(analysis, warnings=(*analysis.warnings, *cautions))
    # Without participants the table has no rows that could be counted.
    analysis = replace(analysis, n_frames=old.facts["n_frames"])
    if not record.n_forgotten:
        return analysis
    return replace(analysis, warnings=(*analysis.lasting_warnings, NOBODY_LEFT))


def _without_excluded(
    readings: Iterator[Reading], excluded: Sequence[Exclude]
) -> Iterator[Reading]:
    for reading in readings:
        left = leave_out(reading, excluded)
        if len(left[0].frame_index):
            yield left
