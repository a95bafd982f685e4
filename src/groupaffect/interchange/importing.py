"""Another tool's table as a session, so that the stages after the models run on it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from groupaffect import pipeline
from groupaffect.attendance import SINGLE_FRAME_S
from groupaffect.errors import UsageError, sentence
from groupaffect.inference import network_hashes
from groupaffect.interchange.foreign_faces import ForeignFaces
from groupaffect.interchange.openface_in import read_openface
from groupaffect.interchange.py_feat_in import read_py_feat
from groupaffect.interchange.readings import Seated, iterate_foreign_readings, seat_participants
from groupaffect.reading_fold import Reading
from groupaffect.recording import rebuild_report
from groupaffect.session import Session, SessionRecord, SessionWriter, load_session
from groupaffect.settings import Settings
from groupaffect.settings import preset as preset_settings
from groupaffect.types import Context, MediaFacts, ParticipantFacts

_SAME_RATE = 0.02  # times are rounded to milliseconds at most
Tool = Literal["py-feat", "openface"]


def import_table(  # noqa: PLR0913 (each is a choice that people make)
    path: Path,
    *,
    tool: Tool,
    output: Path,
    rate_hz: float | None = None,
    preset: str = "default",
    context: Context = "not declared",
    consent: str | None = None,
    force: bool = False,
) -> Session:
    """Make a session of the faces and emotions that another tool wrote by frame.

    The tool's own emotions stand as those of the image model; the landmark model reads the tool's
    68 points; fusion, group and report follow as for a recording.

    Parameters
    ----------
    path : CSV of Py-Feat or of OpenFace 2.
    output : folder for the session.
    rate_hz : frames a second, where the table has no exact times (Py-Feat); its own times count
        where it has, and a rate that does not agree with them is told in a warning.
    force : replace a complete session.

    Raises
    ------
    ForeignTableError : the table cannot be read, or holds nothing that can be mapped.
    UsageError : the rate is wrong or needed, or there is no such preset.
    SessionExistsError, OutputError : the session cannot be written there.
    """
    settings = preset_settings(preset)
    faces = _read(path, tool=tool, rate_hz=rate_hz)
    faces = dataclasses.replace(faces, notes=(*faces.notes, *_rate_notes(faces, rate_hz)))
    seated = seat_participants(faces, path)
    end_s = _end_s(seated.time_s)
    readings = iterate_foreign_readings(seated, settings)
    with SessionWriter(output, force=force) as writer:
        analysis = pipeline.analyse_stored(
            _keep(readings, writer),
            settings,
            end_s=end_s,
            participants=_participants(seated),
            lasting_warnings=seated.faces.notes,
        )
        facts = _media_facts(path, seated, end_s=end_s)
        writer.finish(analysis, _record(facts, settings, context=context, consent=consent))
    rebuild_report(output)
    return load_session(output)


def _read(path: Path, *, tool: Tool, rate_hz: float | None) -> ForeignFaces:
    if rate_hz is not None and not (np.isfinite(rate_hz) and rate_hz > 0):
        message = sentence(
            wanted="`--rate` must be above 0 frames a second",
            got=f"{rate_hz:g}",
            remedy="use for example 25",
        )
        raise UsageError(message)
    return read_openface(path) if tool == "openface" else read_py_feat(path, rate_hz=rate_hz)


def _rate_notes(faces: ForeignFaces, rate_hz: float | None) -> list[str]:
    """Return that a given rate was not used, where the times of the table say another one."""
    frame, first = np.unique(faces.frame, return_index=True)
    if rate_hz is None or len(frame) < 2:
        return []
    apart_s = np.median(np.diff(faces.time_s[first]) / np.diff(frame))
    if not apart_s > 0 or abs(apart_s * rate_hz - 1) <= _SAME_RATE:
        return []
    return [
        f"`--rate {rate_hz:g}` was not used: the table has times of its own, by which a second "
        f"has {1 / apart_s:.4g} frames."
    ]


def _keep(readings: Iterator[Reading], writer: SessionWriter) -> Iterator[Reading]:
    for reading in readings:
        writer.write_stretch(*reading)
        yield reading


def _end_s(time_s: np.ndarray) -> float:
    """Return when the last frame ends, if it lasts as long as most do."""
    lasts_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else SINGLE_FRAME_S
    return float(time_s[-1]) + lasts_s


def _participants(seated: Seated) -> tuple[ParticipantFacts, ...]:
    return tuple(
        ParticipantFacts(identity, name or identity, None, None, None, None, 0.0)
        for identity, name in zip(seated.ids, seated.names, strict=True)
    )


def _media_facts(path: Path, seated: Seated, *, end_s: float) -> MediaFacts:
    """Return the table's own facts: the recording is not at hand."""
    width_px, height_px = seated.faces.size_px
    return MediaFacts(
        name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        container=f"table of {seated.faces.tool}",
        codec="none",
        width_px=width_px,
        height_px=height_px,
        duration_s=end_s,
        n_frames_declared=None,
        rate_hz=None,
    )


def _record(
    facts: MediaFacts, settings: Settings, *, context: Context, consent: str | None
) -> SessionRecord:
    name = f"expression/{settings.landmark_model}"
    used = {f"{name}.onnx": network_hashes([name])[name]}
    return SessionRecord(
        facts,
        settings,
        context=context,
        consent=consent,
        model_hashes=used,
        analysed_end_s=facts.duration_s,
    )
