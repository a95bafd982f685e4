from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groupaffect.faces.layout import room
from groupaffect.faces.naming import name_faces, were_seen_together
from groupaffect.faces.portrait import N_COLUMNS, N_ROWS, Portrait
from groupaffect.faces.track import Track
from groupaffect.faces.tracker import TrackerState, participant_of
from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.settings import FaceSettings

BLANK = np.zeros((48, 48), dtype=np.uint8)


def face(
    key: int, look: float, first_s: float, seen_s: float, participant: str | None = None
) -> Track:
    """Return a track that a detection found in every frame from first_s to seen_s."""
    points = 60 * REFERENCE_SHAPE_XY + 200.0
    texture = np.zeros((48, 48), dtype=np.float32)
    texture[0, 0] = 1.0
    portrait = Portrait(np.full((N_ROWS, N_COLUMNS, 3), look, dtype=np.float32), texture)
    return Track(
        key,
        points,
        BLANK,
        points,
        BLANK,
        probability=1.0,
        fit=1.0,
        confidence=1.0,
        first_s=first_s,
        seen_s=seen_s,
        confirmed_s=seen_s,
        participant=participant,
        is_alive=True,
        album=(portrait,),
    )


def names_of(*tracks: Track) -> dict[int, str]:
    n_named = sum(track.participant is not None for track in tracks)
    named = name_faces(
        tracks, n_participants=n_named, layout=room(640, 480), settings=FaceSettings()
    )
    return participant_of(TrackerState(tracks=named))


def test_name_faces_lost_participant_is_known_again() -> None:
    lost = face(0, 100, 0, 3, "P1")
    assert names_of(lost, face(1, 105, 4, 5)) == {0: "P1", 1: "P1"}
    assert names_of(lost, face(1, 200, 4, 5)) == {0: "P1", 1: "P2"}


def test_name_faces_face_that_went_is_who_was_away_meanwhile() -> None:
    back = replace(face(0, 100, 0, 9, "P1"), away_s=(3.0, 5.2))
    assert names_of(back, face(1, 105, 4, 5)) == {0: "P1", 1: "P1"}
    assert names_of(back, face(1, 200, 4, 5)) == {0: "P1", 1: "P2"}


def test_name_faces_two_seen_together_are_two_people_however_alike() -> None:
    assert names_of(face(0, 100, 0, 5, "P1"), face(1, 100, 4, 5)) == {0: "P1", 1: "P2"}
    left_later = face(0, 100, 0, 4.5, "P1")
    assert names_of(left_later, face(1, 100, 4, 5)) == {0: "P1", 1: "P2"}


@pytest.mark.parametrize(
    ("away_s", "together"),
    [
        pytest.param((3.0, 5.2), False, id="away meanwhile"),
        pytest.param((4.5, 5.2), True, id="left after the other came"),
        pytest.param((3.0, 4.5), True, id="came back before the other left"),
        pytest.param((-np.inf, -np.inf), True, id="never away"),
    ],
)
def test_were_seen_together_unless_one_was_away(
    away_s: tuple[float, float], together: bool
) -> None:
    participant = replace(face(0, 100, 0, 9, "P1"), away_s=away_s)
    assert were_seen_together(participant, face(1, 100, 4, 5)) == together


def test_name_faces_joined_track_remembers_its_last_absence() -> None:
    tracks = face(0, 100, 0, 3, "P1"), face(1, 105, 4, 5)
    (joined,) = name_faces(tracks, n_participants=1, layout=room(640, 480), settings=FaceSettings())
    assert (joined.key, joined.participant, joined.away_s) == (1, "P1", (3.0, 4.0))
    assert len(joined.album) == 1
