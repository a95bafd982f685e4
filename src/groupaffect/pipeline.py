"""The method, in order: from a recording to what its people showed.

``analyse`` takes a whole recording; ``iterate_seconds`` hands out each second as soon as it is
known. Both fold the same causal steps; only the group's filter needs the whole recording.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float

from groupaffect.adaptive import trace_of
from groupaffect.attendance import Attendance, participant_facts
from groupaffect.change_log import finish_events
from groupaffect.expression.image_model import score_images
from groupaffect.expression.landmark_model import score_landmarks
from groupaffect.faces.observe import observe_faces
from groupaffect.group.polarisation import polarisation, polarisation_chance
from groupaffect.group.synthesis import find_dominant, synthesise
from groupaffect.media import Media, frames_ahead, read_frames
from groupaffect.second_fold import (
    FoldedSeconds,
    SecondResult,
    flush_fold,
    signals_of,
    start_fold,
    step_fold,
)
from groupaffect.settings import Settings
from groupaffect.signals.denoise import denoise
from groupaffect.stage_clock import StageClock
from groupaffect.timeline import n_seconds
from groupaffect.types import (
    Analysis,
    EmotionSignal,
    GroupSignal,
    Hook,
    ModelScores,
    ObservedStretch,
    silent,
)

# Mean distance of analysed frames from which seconds without any are the rule.
SPARSE_S = 1.5
# Share of frames below which a participant may be a mistaken detection (ours).
RARE_SHARE = 0.02

Keep = Callable[[ObservedStretch, ModelScores, ModelScores], None]


def analyse(media: Media, settings: Settings, *, keep: Keep, hook: Hook = silent) -> Analysis:
    """Analyse a whole recording.

    Parameters
    ----------
    media : an opened recording.
    keep : is given every stretch of frames with the scores of both models, in order.
    hook : is told how many seconds of media have passed.

    Raises
    ------
    MediaError : the recording cannot be read, or yields no picture.
    """
    clock, complaints = StageClock(), list[str]()
    attendance, fold = Attendance(), start_fold(settings)
    folded: list[FoldedSeconds] = []
    total_s = _end_s(media, settings)

    readings = _read_expressions(media, settings, clock, on_warning=complaints.append)
    for stretch, image, landmark in readings:  # each (n, ...) rows of about 24 frames
        with clock.stage("write"):
            keep(stretch, image, landmark)
        with clock.stage("signals"):
            attendance = attendance.with_stretch(stretch)
            fold, seconds = step_fold(fold, stretch, image, landmark, settings=settings)
            folded += [seconds] if seconds else []
        hook("analyse", completed=_analysed_end_s(attendance, media, settings), total=total_s)

    with clock.stage("signals"):
        duration_s = _analysed_end_s(attendance, media, settings)
        fold, rest = flush_fold(fold, n_seconds=n_seconds(duration_s), settings=settings)
        folded += [rest] if rest else []
        signals = signals_of(folded)  # p x 3 of (t, 7)
        events = [e for part in folded for result in part.results for e in result.events]
    with clock.stage("group"):
        group = describe_group(signals, settings, n_rows=n_seconds(duration_s))
    participants = participant_facts(attendance, fold.adaptive.log.participants)
    return Analysis(
        participants=participants,
        n_frames=attendance.n_frames,
        duration_s=duration_s,
        signals=signals,
        fusion=trace_of(fold.adaptive, end_s=len(group), settings=settings.fusion),
        groups=(group,),
        events=finish_events(
            sorted(events, key=lambda e: (e.start_s, e.kind)), end_s=float(len(group))
        ),
        warnings=(*complaints, *_cautions(attendance)),
        stage_wall_s={name: round(wall_s, 3) for name, wall_s in clock.wall_s.items()},
    )


def iterate_seconds(
    media: Media, settings: Settings, *, on_warning: Callable[[str], None] = warnings.warn
) -> Iterator[SecondResult]:
    """Yield each second of a recording as soon as it is over; the same values as a session's.

    Parameters
    ----------
    on_warning : is told in a sentence what is wrong with the recording.

    Raises
    ------
    MediaError : the recording cannot be read, or yields no picture.
    """
    clock, attendance, fold = StageClock(), Attendance(), start_fold(settings)
    readings = _read_expressions(media, settings, clock, on_warning=on_warning)
    for stretch, image, landmark in readings:
        attendance = attendance.with_stretch(stretch)
        fold, seconds = step_fold(fold, stretch, image, landmark, settings=settings)
        yield from seconds.results if seconds else ()
    n_rows = n_seconds(_analysed_end_s(attendance, media, settings))
    fold, rest = flush_fold(fold, n_seconds=n_rows, settings=settings)
    yield from rest.results if rest else ()


def describe_group(
    signals: tuple[EmotionSignal, ...], settings: Settings, *, n_rows: int
) -> GroupSignal:
    """Return the expression of all visible members together, from their fused signals.

    Parameters
    ----------
    n_rows : seconds of the media; what the group has rows for where nobody was seen.
    """
    fused = [signal.probability for signal in signals if signal.source == "fused"]
    members = np.stack(fused, axis=1) if fused else np.empty((n_rows, 0, 7))  # (t, p, 7)
    whole = synthesise(members)  # (t, 7), (t,), (t,)
    filtered = denoise(whole.mean, energy_share=settings.signals.energy_share)
    least = settings.group.polarisation_min_members
    return GroupSignal(
        members="all",
        start_s=signals[0].start_s if signals else 0.0,
        mean=whole.mean,
        denoised=filtered.probability,
        dominant=find_dominant(whole.mean, share=settings.group.dominant_share),
        dispersion=whole.dispersion,
        polarisation=polarisation(members, min_members=least),
        polarisation_chance=_chance(whole.n_visible, least),
        n_visible=whole.n_visible,
        energy_kept=filtered.energy_kept,
        n_bins_kept=filtered.n_bins_kept,
    )


def _chance(n_visible: np.ndarray, least: int) -> Float[np.ndarray, " t"]:
    values = [polarisation_chance(int(n)) if n >= least else np.nan for n in n_visible]
    return np.array(values, dtype=np.float64)


def _read_expressions(
    media: Media,
    settings: Settings,
    clock: StageClock,
    *,
    on_warning: Callable[[str], None],
) -> Iterator[tuple[ObservedStretch, ModelScores, ModelScores]]:
    """Yield stretches of frames with both models' scores: media, faces, expression."""
    frames = read_frames(media, settings.media, on_warning=on_warning)
    ahead = frames_ahead(frames, max_bytes=settings.media.queue_mb * 2**20)
    waiting = clock.timed("wait for frames", ahead)
    stretches = observe_faces(waiting, settings=settings.faces, on_warning=on_warning)
    for stretch in clock.timed("faces", stretches):
        faces = stretch.faces
        scorable = faces.success & (faces.quality >= settings.expression.min_quality)
        with clock.stage("expression"):
            image = score_images(faces, scorable=scorable)
            landmark = score_landmarks(faces, scorable=scorable)
        yield stretch, image, landmark


def _analysed_end_s(attendance: Attendance, media: Media, settings: Settings) -> float:
    """Return when the frames taken so far end; never past the end that was asked for."""
    part = settings.media
    end_s = attendance.end_s(every=part.every, media_end_s=media.facts.duration_s)
    return end_s if part.end_s is None else min(end_s, part.end_s)


def _end_s(media: Media, settings: Settings) -> float | None:
    """Return when the analysed part ends, as far as the container says."""
    known = [t for t in (settings.media.end_s, media.facts.duration_s) if t is not None]
    return min(known, default=None)


def _cautions(attendance: Attendance) -> list[str]:
    """Return what a reader should know of the recording as it was analysed."""
    cautions = []
    if not attendance.seen:
        cautions.append("No face was seen in any analysed frame.")
    spacing_s = (attendance.last_s - attendance.first_s) / max(attendance.n_frames - 1, 1)
    if spacing_s >= SPARSE_S:
        cautions.append(
            f"Analysed frames are {spacing_s:.1f} s apart: changes, adaptive weights and the "
            "denoised group expression need at least one frame a second; lower --every."
        )
    rare = [n for n, s in attendance.seen if s.n_frames < RARE_SHARE * attendance.n_frames]
    if rare:
        cautions.append(
            f"Seen in less than {RARE_SHARE:.0%} of the frames, perhaps no person: "
            f"{', '.join(rare)}."
        )
    return cautions
