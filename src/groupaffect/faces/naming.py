"""Make participants of faces that stayed and moved; know again those who were lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from groupaffect.faces.layout import Layout, tile_of
from groupaffect.faces.portrait import SAME_GREY, add_to_album
from groupaffect.faces.recognition import assign, looks_apart
from groupaffect.faces.track import Track, landmark_boxes, track_points
from groupaffect.settings import FaceSettings


def name_faces(
    tracks: tuple[Track, ...],
    *,
    n_participants: int,
    layout: Layout,
    settings: FaceSettings,
) -> tuple[Track, ...]:
    """Return the tracks, those of faces that stayed long enough with a participant's id.

    Whoever looks like a participant who was away meanwhile is that participant; of the two
    tracks the one seen last goes on. Others get the next numbers, in reading order of the tiles,
    from left to right within one.
    """
    ripe = [track for track in tracks if is_ripe(track, settings=settings)]
    if not ripe:
        return tracks
    named = [track for track in tracks if track.participant is not None]
    by_key = {track.key: track for track in tracks}
    strangers = list(ripe)
    for row, column in _recognise(named, ripe).items():
        strangers.remove(ripe[column])
        earlier, later = sorted((named[row], ripe[column]), key=lambda track: track.seen_s)
        by_key[later.key] = _join_tracks(earlier, later, participant=named[row].participant)
        del by_key[earlier.key]
    for rank, place in enumerate(_reading_order(strangers, layout)):
        track = strangers[place]
        by_key[track.key] = replace(track, participant=f"P{n_participants + 1 + rank}")
    return tuple(by_key.values())


def is_ripe(track: Track, *, settings: FaceSettings) -> bool:
    """Return whether a face without a name stayed long enough, and moved, to get one."""
    stayed = track.seen_s - track.first_s >= settings.confirm_after_s
    return track.participant is None and track.is_alive and stayed


def were_seen_together(participant: Track, face: Track) -> bool:
    """Return whether detections found both, so that they are two people.

    The participant's last absence alone is remembered.
    """
    left_s, back_s = participant.away_s
    meanwhile = left_s < face.first_s and face.seen_s < back_s
    return participant.confirmed_s >= face.first_s and not meanwhile


def _recognise(named: Sequence[Track], ripe: Sequence[Track]) -> dict[int, int]:
    """Return which ripe face is surely which participant (indices)."""
    if not named or not ripe:
        return {}
    columns = [
        np.nan_to_num(looks_apart(named, face.album), nan=np.inf).min(axis=1, initial=np.inf)
        for face in ripe
    ]
    together = np.array([[were_seen_together(one, face) for face in ripe] for one in named])
    worth = 1 - np.stack(columns, axis=1) / SAME_GREY
    return assign(np.where(together, 0.0, np.maximum(worth, 0.0)))


def _join_tracks(earlier: Track, later: Track, *, participant: str | None) -> Track:
    """Return the later track of a participant with what is known from the earlier one."""
    album = earlier.album
    for portrait in later.album:
        album = add_to_album(album, portrait)
    left_s, back_s = later.away_s
    away_s = (max(left_s, earlier.confirmed_s), max(back_s, later.first_s))
    joined = (*later.joined, earlier.key, *earlier.joined)
    return replace(later, participant=participant, album=album, away_s=away_s, joined=joined)


def _reading_order(tracks: Sequence[Track], layout: Layout) -> list[int]:
    """Return the tracks' indices by row and column of their tiles, and from left to right."""
    boxes = landmark_boxes(track_points(tracks))
    home = tile_of(layout.tiles_xyxy_px, boxes)
    middle_x = boxes[:, 0] + boxes[:, 2]
    return [int(k) for k in np.lexsort((middle_x, np.where(home < 0, len(layout.row), home)))]
