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
    now_s: float,
    settings: FaceSettings,
) -> tuple[Track, ...]:
    """Return the tracks, those of faces that stayed long enough with a participant's id.

    Whoever looks like a participant who is lost is that participant; the lost track goes.
    Others get the next numbers, in reading order of the tiles, from left to right within one.
    """
    ripe = [k for k, track in enumerate(tracks) if is_ripe(track, settings=settings)]
    if not ripe:
        return tracks
    lost = [k for k, t in enumerate(tracks) if t.participant is not None and t.seen_s < now_s]
    known_again = _recognise([tracks[k] for k in lost], [tracks[k] for k in ripe])
    result = list(tracks)
    for row, column in known_again.items():
        old, new = tracks[lost[row]], ripe[column]
        album = old.album
        for portrait in result[new].album:
            album = add_to_album(album, portrait)
        result[new] = replace(result[new], participant=old.participant, album=album)
    strangers = [k for column, k in enumerate(ripe) if column not in known_again.values()]
    for rank, place in enumerate(_reading_order([tracks[k] for k in strangers], layout)):
        name = f"P{n_participants + 1 + rank}"
        result[strangers[place]] = replace(result[strangers[place]], participant=name)
    gone = {lost[row] for row in known_again}
    return tuple(track for k, track in enumerate(result) if k not in gone)


def is_ripe(track: Track, *, settings: FaceSettings) -> bool:
    """Return whether a face without a name stayed long enough, and moved, to get one."""
    stayed = track.seen_s - track.first_s >= settings.confirm_after_s
    return track.participant is None and track.is_alive and stayed


def _recognise(lost: Sequence[Track], ripe: Sequence[Track]) -> dict[int, int]:
    """Return which ripe face is surely which lost participant (indices)."""
    if not lost or not ripe:
        return {}
    columns = [
        np.nan_to_num(looks_apart(lost, face.album), nan=np.inf).min(axis=1, initial=np.inf)
        for face in ripe
    ]
    apart = np.stack(columns, axis=1)
    return assign(apart, apart <= SAME_GREY)


def _reading_order(tracks: Sequence[Track], layout: Layout) -> list[int]:
    """Return the tracks' indices by row and column of their tiles, and from left to right."""
    boxes = landmark_boxes(track_points(tracks))
    home = tile_of(layout.tiles_xyxy_px, boxes)
    middle_x = boxes[:, 0] + boxes[:, 2]
    return [int(k) for k in np.lexsort((middle_x, np.where(home < 0, len(layout.row), home)))]
