"""The method, in order: from a recording to what its people showed.

``analyse`` takes a whole recording; ``iterate_seconds`` hands out each second as soon as it is
known; ``analyse_stored`` takes what the models read before. All fold the same causal steps; what
the group's filter, the kinds of group and the camps say rests on the whole recording, or, live, on
the windows of ``iterate_descriptions``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from groupaffect.adaptive import trace_of
from groupaffect.attendance import Attendance, participant_facts, update_facts
from groupaffect.cautions import caution_profiles, caution_sampling, caution_sightings
from groupaffect.change_events import find_events, finish_events
from groupaffect.expression.image_model import score_images, score_own
from groupaffect.expression.landmark_model import score_landmarks
from groupaffect.faces.observe import observe_faces
from groupaffect.group_description import GroupDescription, describe_group, list_members
from groupaffect.inference import open_moved_network
from groupaffect.media import Media, frames_ahead, read_frames
from groupaffect.members_by_second import members_of_signals, mixture_of_results
from groupaffect.person_profile import PersonProfile, apply_profiles
from groupaffect.reading_fold import Passed, Reading, fold_readings, start_passing
from groupaffect.second_fold import FoldedSeconds, SecondResult, signals_of
from groupaffect.settings import Settings
from groupaffect.stage_clock import StageClock
from groupaffect.timeline import n_seconds
from groupaffect.trailing import iterate_trailing
from groupaffect.types import (
    Analysis,
    Event,
    Hook,
    ModelScores,
    ObservedStretch,
    ParticipantFacts,
    silent,
)

if TYPE_CHECKING:
    import onnxruntime

Keep = Callable[[ObservedStretch, ModelScores, ModelScores], None]


def analyse(
    media: Media,
    settings: Settings,
    *,
    keep: Keep,
    profiles: tuple[PersonProfile, ...] = (),
    keep_embeddings: bool = False,
    hook: Hook = silent,
) -> Analysis:
    """Analyse a whole recording.

    Parameters
    ----------
    media : an opened recording.
    keep : is given every stretch of frames with the scores of both models, in order; profiles
        are not applied to them, but for image networks of a person's own.
    profiles : of participants, whose readings they correct before fusion.
    keep_embeddings : give ``keep`` the embeddings too.
    hook : is told how many seconds of media have passed.

    Raises
    ------
    MediaError : the recording cannot be read, or yields no picture.
    UsageError : embeddings are needed and the image network tells none.
    """
    clock, complaints = StageClock(), list[str]()
    passed, folded = start_passing(settings), list[FoldedSeconds]()
    total_s = _end_s(media, settings)

    with_embedding = keep_embeddings or any(p.needs_embeddings for p in profiles)
    readings = _read_expressions(
        media,
        settings,
        clock,
        own=_open_own_networks(profiles, settings),
        with_embedding=with_embedding,
        on_warning=complaints.append,
    )
    kept = _keep_each(readings, keep, clock, with_embedding=keep_embeddings)
    own = correct_readings(kept, profiles)  # each (n, ...) rows of about 24 frames
    passing = fold_readings(own, settings, end_s_of=partial(_analysed_end_s, media, settings))
    for passed in clock.timed("signals", passing):
        folded += [passed.seconds] if passed.seconds else []
        hook("analyse", completed=passed.end_s, total=total_s)

    with clock.stage("group"):
        analysis = _conclude(
            passed,
            folded,
            settings,
            participants=participant_facts(passed.attendance, passed.participants),
            profiles=profiles,
            lasting_warnings=(*complaints, *caution_sampling(passed.attendance)),
        )
    wall_s = {name: round(stage_s, 3) for name, stage_s in clock.wall_s.items()}
    return replace(analysis, stage_wall_s=wall_s)


def analyse_stored(
    readings: Iterable[Reading],
    settings: Settings,
    *,
    end_s: float,
    participants: tuple[ParticipantFacts, ...],
    profiles: tuple[PersonProfile, ...] = (),
    lasting_warnings: tuple[str, ...] = (),
) -> Analysis:
    """Analyse what the two models read before: everything after them, without the recording.

    Parameters
    ----------
    readings : stretches of frames with the scores of both models, in order.
    end_s : when the analysed part of the recording ends.
    participants : everybody in the readings, in their order; who was seen when and how much
        is found anew, names and tiles are kept.
    profiles : of participants, whose readings they correct before fusion.
    lasting_warnings : about the recording.

    Raises
    ------
    UsageError : a profile needs embeddings and the readings have none.
    """
    passed, folded = start_passing(settings), list[FoldedSeconds]()
    own = correct_readings(readings, profiles)
    for passed in fold_readings(own, settings, end_s_of=lambda _: end_s):
        folded += [passed.seconds] if passed.seconds else []
    return _conclude(
        passed,
        folded,
        settings,
        participants=update_facts(passed.attendance, participants),
        profiles=profiles,
        lasting_warnings=lasting_warnings,
    )


def correct_readings(
    readings: Iterable[Reading], profiles: tuple[PersonProfile, ...]
) -> Iterator[Reading]:
    """Yield readings with each person's rows as their own profile has them.

    Raises
    ------
    UsageError : a profile needs embeddings and the readings have none.
    """
    for stretch, image, landmark in readings:
        yield stretch, apply_profiles(image, profiles), apply_profiles(landmark, profiles)


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
    clock = StageClock()
    readings = _read_expressions(media, settings, clock, on_warning=on_warning)
    passing = fold_readings(readings, settings, end_s_of=partial(_analysed_end_s, media, settings))
    for passed in passing:
        yield from passed.seconds.results if passed.seconds else ()


def iterate_descriptions(
    seconds: Iterable[SecondResult], settings: Settings, *, window_s: int = 660, every_s: int = 10
) -> Iterator[GroupDescription]:
    """Yield what is said of the group over the last minutes, as seconds pass; for live views.

    Parameters
    ----------
    seconds : such as those of ``iterate_seconds``.
    window_s : seconds described; kinds of group leave the first ``group.settle_s`` out, as
        changes have no history there. every_s : seconds from one description to the next.

    Raises
    ------
    UsageError : a length is below one second.
    """
    for members in iterate_trailing(seconds, window_s=window_s, every_s=every_s):
        yield describe_group(members, settings)


def _conclude(
    passed: Passed,
    folded: list[FoldedSeconds],
    settings: Settings,
    *,
    participants: tuple[ParticipantFacts, ...],
    profiles: tuple[PersonProfile, ...],
    lasting_warnings: tuple[str, ...],
) -> Analysis:
    """Return the analysis of readings that have all passed: what needs the whole recording."""
    signals = signals_of(folded)  # p x 3 of (t, 7)
    members = members_of_signals(signals, n_rows=n_seconds(passed.end_s))  # (t, p, 7) by source
    group = describe_group(members, settings)  # (t, 7) of all and of the engaged; kinds, camps
    results = [result for part in folded for result in part.results]
    events = _events_of(results, settings)
    return Analysis(
        participants=participants,
        n_frames=passed.attendance.n_frames,
        duration_s=passed.end_s,
        signals=signals,
        fusion=trace_of(passed.fold.adaptive, end_s=len(members), settings=settings.fusion),
        groups=group.groups,
        events=finish_events(events, end_s=float(len(members))),
        states=group.states,
        members=list_members(group.members, tuple(facts.participant for facts in participants)),
        warnings=(
            *lasting_warnings,
            *caution_sightings(passed.attendance),
            *caution_profiles(profiles, tuple(facts.participant for facts in participants)),
        ),
        lasting_warnings=lasting_warnings,
    )


def _events_of(results: Sequence[SecondResult], settings: Settings) -> list[Event]:
    """Return the events that settled as the seconds passed, or those that PELT finds.

    PELT takes noise of neighbouring seconds for independent: it looks at the mixture as the
    weights made it, before a rule steadied it.
    """
    if settings.signals.change_detector == "pelt" and results:
        found = find_events(
            mixture_of_results(results),  # (t, p, 7)
            participants=results[-1].participants,
            settings=settings,
            first_second=results[0].second,
        )
    else:
        found = tuple(event for result in results for event in result.events)
    return sorted(found, key=lambda event: (event.start_s, event.kind))


def _read_expressions(
    media: Media,
    settings: Settings,
    clock: StageClock,
    *,
    own: Mapping[str, onnxruntime.InferenceSession] | None = None,
    with_embedding: bool = False,
    on_warning: Callable[[str], None],
) -> Iterator[Reading]:
    """Yield stretches of frames with both models' scores: media, faces, expression."""
    frames = read_frames(media, settings.media, on_warning=on_warning)
    ahead = frames_ahead(frames, max_bytes=settings.media.queue_mb * 2**20)
    waiting = clock.timed("wait for frames", ahead)
    stretches = observe_faces(waiting, settings=settings.faces, on_warning=on_warning)
    for stretch in clock.timed("faces", stretches):
        faces = stretch.faces
        scorable = faces.success & (faces.quality >= settings.expression.min_quality)
        with clock.stage("expression"):
            network = settings.expression.image_network
            image = score_images(
                faces, scorable=scorable, network=network, with_embedding=with_embedding
            )
            image = score_own(image, faces, own or {}, network=network)
            landmark = score_landmarks(
                faces,
                scorable=scorable,
                network=settings.landmark_model,
                with_embedding=with_embedding,
            )
        yield stretch, image, landmark


def _open_own_networks(
    profiles: tuple[PersonProfile, ...], settings: Settings
) -> dict[str, onnxruntime.InferenceSession]:
    """Return by participant the image network with the weights that their profile moved."""
    name = settings.expression.image_network
    return {
        profile.participant: open_moved_network("expression", name, profile.moved)
        for profile in profiles
        if profile.reads_pictures
    }


def _keep_each(
    readings: Iterator[Reading], keep: Keep, clock: StageClock, *, with_embedding: bool
) -> Iterator[Reading]:
    for stretch, *scores in readings:
        with clock.stage("write"):
            keep(stretch, *(s if with_embedding else replace(s, embedding=None) for s in scores))
        yield stretch, scores[0], scores[1]


def _analysed_end_s(media: Media, settings: Settings, attendance: Attendance) -> float:
    """Return when the frames taken so far end; never past the end that was asked for."""
    part = settings.media
    end_s = attendance.end_s(every=part.every, media_end_s=media.facts.duration_s)
    return end_s if part.end_s is None else min(end_s, part.end_s)


def _end_s(media: Media, settings: Settings) -> float | None:
    """Return when the analysed part ends, as far as the container says."""
    known = [t for t in (settings.media.end_s, media.facts.duration_s) if t is not None]
    return min(known, default=None)
