"""Follow every face from frame to frame and say whose it is: the causal step.

Between detections a face is followed by its own landmarks: the points of one frame frame
the crop of the next. Detection runs on key frames, when the picture jumps, and while a face is
lost. Latency: none; ids come with ``name_tracks``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import not_

import numpy as np

from groupaffect.faces.following import MAX_OVERLOOKED, all_is_calm, follow_tracks
from groupaffect.faces.fresh import FreshFaces, find_landmarks, look_at_people
from groupaffect.faces.jumps import Glance, notice_jump
from groupaffect.faces.layout import Layout, room
from groupaffect.faces.layout_watch import LayoutWatch, watch_layout
from groupaffect.faces.looking import Look, look_for_faces
from groupaffect.faces.naming import is_ripe, name_faces
from groupaffect.faces.portrait import Portrait, add_to_album, album_distance
from groupaffect.faces.recognition import MOVING_GREY, match_followed, match_lost
from groupaffect.faces.track import Track, landmark_boxes, track_points
from groupaffect.settings import FaceSettings
from groupaffect.types import Frame

# Followed crops less alike than this may be another person's: look again at once (ours).
DOUBTFUL_LIKENESS = 0.75
# Seconds between two detections while there is doubt (ours).
DOUBT_GAP_S = 0.1
# Detections of a recording too short for faces to be confirmed that count all the same (ours).
SURE_CONFIDENCE = 0.65
# Seconds after which a face that never moved is worth a word, and pixels between two (ours).
STILL_S, STILL_APART_PX = 2.0, 40.0


@dataclass(frozen=True, slots=True)
class TrackerState:
    """All that the tracker remembers.

    Attributes
    ----------
    tracks : everybody who was named, and new faces. n_tracks : begun so far.
    frame_s : time of the last frame. detected_s : when faces were last looked for.
    jumped_s : when the picture last jumped.
    n_participants : named so far.
    stills : where faces were that never moved until they went.
    watch : of the layout. glance : at the last frame.
    """

    tracks: tuple[Track, ...] = ()
    n_tracks: int = 0
    frame_s: float = -np.inf
    detected_s: float = -np.inf
    jumped_s: float = -np.inf
    n_participants: int = 0
    stills: tuple[tuple[float, float], ...] = ()
    watch: LayoutWatch = field(default_factory=LayoutWatch)
    glance: Glance | None = None


def step_tracker(
    state: TrackerState, frame: Frame, *, settings: FaceSettings
) -> tuple[TrackerState, tuple[Track, ...]]:
    """Take one frame; return the new state and the tracks seen in it, named or not."""
    now = frame.time_s
    layout = state.watch.layout or room(frame.width_px, frame.height_px)
    glance, jumped = notice_jump(state.glance, frame.grey, tiles_xyxy_px=layout.tiles_xyxy_px)
    state = replace(state, glance=glance)
    tracks, least_likeness = state.tracks, 1.0
    if not jumped:
        tracks, least_likeness = follow_tracks(
            tracks, frame, layout=layout, jumped_s=state.jumped_s, settings=settings
        )
    calm = all_is_calm(state.tracks, tracks, now_s=now, settings=settings)
    due = settings.detect_every_s if calm else settings.retry_after_s
    due = min(due, DOUBT_GAP_S) if least_likeness < DOUBTFUL_LIKENESS else due
    state = replace(state, tracks=tracks)
    if jumped or now - state.detected_s >= due - 1e-6:
        look = look_for_faces(frame, layout=layout, settings=settings)
        jumped_s = now if jumped else state.jumped_s
        state = replace(state, detected_s=now, jumped_s=jumped_s)
        state = _join(state, look, frame, layout=layout, settings=settings)
    seen = tuple(_with_life(t, frame) for t in state.tracks if t.seen_s == now)
    by_key = {track.key: track for track in seen}
    state = replace(
        state,
        tracks=tuple(by_key.get(track.key, track) for track in state.tracks),
        frame_s=now,
        watch=watch_layout(state.watch, frame, landmark_boxes(track_points(seen)), jumped=jumped),
    )
    return state, seen


def _with_life(track: Track, frame: Frame) -> Track:
    """Return the track, alive if its face looks different from the first time."""
    if track.is_alive or not track.changed(frame.grey):
        return track
    return replace(track, is_alive=True)


def name_tracks(state: TrackerState, *, settings: FaceSettings) -> TrackerState:
    """Return the state in which faces that stayed are participants."""
    if state.watch.layout is None:
        return state
    tracks = name_faces(
        state.tracks,
        n_participants=state.n_participants,
        layout=state.watch.layout,
        settings=settings,
    )
    n_named = sum(t.participant is not None for t in tracks)
    return replace(state, tracks=tracks, n_participants=n_named)


def name_last(state: TrackerState, *, now_s: float, settings: FaceSettings) -> TrackerState:
    """Return the state after the last frame.

    Where a recording, such as a photograph, is too short for any face to be confirmed, the sure
    ones are participants.
    """
    state = name_tracks(state, settings=settings)
    too_short = all(now_s - t.first_s < settings.confirm_after_s for t in state.tracks)
    if state.n_participants or not too_short:
        return state
    sure = tuple(
        replace(t, first_s=-np.inf, is_alive=True) if t.confidence >= SURE_CONFIDENCE else t
        for t in state.tracks
    )
    return name_tracks(replace(state, tracks=sure), settings=settings)


def participant_of(state: TrackerState) -> dict[int, str]:
    """Return the participant of each track that was ever named, by its key."""
    named = [(t, t.participant) for t in state.tracks if t.participant is not None]
    return {key: name for track, name in named for key in (track.key, *track.joined)}


def still_faces(state: TrackerState) -> list[tuple[float, float]]:
    """Return where faces were that stayed for a while and never moved, each place once."""
    unnamed = [t for t in state.tracks if t.participant is None]
    places: list[tuple[float, float]] = []
    for x, y in state.stills + _places_of_stills(unnamed):
        if all(np.hypot(x - a, y - b) > STILL_APART_PX for a, b in places):
            places.append((x, y))
    return places


def _places_of_stills(tracks: Iterable[Track]) -> tuple[tuple[float, float], ...]:
    stayed = [t for t in tracks if not t.is_alive and t.seen_s - t.first_s >= STILL_S]
    return tuple((float(x), float(y)) for x, y in track_points(stayed).mean(axis=1))


def _join(
    state: TrackerState,
    look: Look,
    frame: Frame,
    *,
    layout: Layout,
    settings: FaceSettings,
) -> TrackerState:
    """Confirm, regain or begin tracks from fresh detections."""
    now_s, tracks, found = frame.time_s, list(state.tracks), look.found
    sure_layout = layout if state.watch.is_settled and state.jumped_s < now_s else None
    followed = match_followed(tracks, found.box_xyxy_px, now_s=now_s, settings=settings)
    for k, portrait in _portraits(tracks, sorted(followed), look, sure_layout).items():
        if album_distance(tracks[k].album, portrait) > MOVING_GREY:
            del followed[k]
        else:
            album = add_to_album(tracks[k].album, portrait)
            tracks[k] = replace(tracks[k], n_overlooked=0, confirmed_s=now_s, album=album)
    free = [d for d in range(len(found)) if d not in followed.values()]
    fresh = find_landmarks(frame, look, free, layout=sure_layout, settings=settings)
    lost = [k for k in range(len(tracks)) if k not in followed]
    owner = match_lost(
        [tracks[k] for k in lost],
        fresh,
        layout=layout,
        now_s=now_s,
        before_s=state.frame_s,
        jumped_s=state.jumped_s,
        settings=settings,
    )
    for row, k in enumerate(lost):
        tracks[k] = (
            _regain(tracks[k], fresh, owner[row], now_s)
            if row in owner
            else _overlook(tracks[k], now_s)
        )
    strangers = [row for row in range(len(fresh)) if row not in owner.values()]
    new = [
        _begin(fresh, row, key=state.n_tracks + n, now_s=now_s) for n, row in enumerate(strangers)
    ]
    stay = [
        t.participant is not None or t.seen_s == now_s or is_ripe(t, settings=settings)
        for t in tracks
    ]
    return replace(
        state,
        tracks=(*compress(tracks, stay), *new),
        n_tracks=state.n_tracks + len(new),
        stills=state.stills + _places_of_stills(compress(tracks, map(not_, stay))),
    )


def _portraits(
    tracks: Sequence[Track], chosen: Sequence[int], look: Look, layout: Layout | None
) -> dict[int, Portrait]:
    """Return a portrait of each chosen track, as it is seen now."""
    if not chosen:
        return {}
    points = track_points([tracks[k] for k in chosen])
    crops = np.stack([tracks[k].aligned_grey for k in chosen])
    return dict(zip(chosen, look_at_people(look, points, crops, layout=layout), strict=True))


def _regain(track: Track, fresh: FreshFaces, row: int, now_s: float) -> Track:
    """Return the track on the fresh face that turned out to be its own."""
    track = track.seen(
        fresh.points_xy_px[row],
        fresh.aligned_grey[row],
        probability=float(fresh.probability[row]),
        fit=float(fresh.fit[row]),
        now_s=now_s,
    )
    return replace(
        track,
        n_overlooked=0,
        confirmed_s=now_s,
        away_s=(track.confirmed_s, now_s),
        album=add_to_album(track.album, fresh.portraits[row]),
    )


def _begin(fresh: FreshFaces, row: int, *, key: int, now_s: float) -> Track:
    """Return a new track on a fresh face."""
    return Track(
        key,
        fresh.points_xy_px[row],
        fresh.aligned_grey[row],
        first_points_xy_px=fresh.points_xy_px[row],
        first_grey=fresh.aligned_grey[row],
        probability=float(fresh.probability[row]),
        fit=float(fresh.fit[row]),
        confidence=float(fresh.confidence[row]),
        first_s=now_s,
        seen_s=now_s,
        confirmed_s=now_s,
        album=(fresh.portraits[row],),
    )


def _overlook(track: Track, now_s: float) -> Track:
    """Count a detection that did not find the face; after too many it is not believed."""
    n_overlooked = track.n_overlooked + 1
    believed = n_overlooked < MAX_OVERLOOKED or track.seen_s < now_s
    seen_s = track.seen_s if believed else float(np.nextafter(now_s, -np.inf))
    return replace(track, n_overlooked=n_overlooked, seen_s=seen_s)
