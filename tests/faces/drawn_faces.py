"""Faces that move as a test says, and networks that see exactly them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pytest

from groupaffect.faces import tracker
from groupaffect.faces.layout import Layout, room
from groupaffect.faces.tracker import Track, TrackerState, landmark_boxes, step_tracker
from groupaffect.reference_shape import REFERENCE_SHAPE_XY, five_points
from groupaffect.settings import FaceSettings
from groupaffect.types import Detections, Frame

WIDTH_PX, HEIGHT_PX = 640, 480
FACE_PX = 60.0

# Where a face's middle is at a time, None while it is away.
Path = Callable[[float], tuple[float, float] | None]


def still(x: float, y: float) -> Path:
    return lambda _: (x, y)


@dataclass
class DrawnFaces:
    """A picture's faces, and what the two networks say of them.

    ``hidden`` faces are seen by the landmark network while followed, but by no detection;
    ``probability`` is the landmark network's of each face (.95 unless said otherwise);
    ``looks`` says which picture (0: blank) the faces are part of at a time.
    """

    paths: dict[str, Path]
    confidence: dict[str, float] = field(default_factory=dict)
    probability: dict[str, float] = field(default_factory=dict)
    hidden: Callable[[str, float], bool] = lambda _name, _time_s: False
    looks: Callable[[float], int] = lambda _time_s: 0
    now_s: float = 0.0
    detected_s: list[float] = field(default_factory=list)

    def shapes(self) -> dict[str, np.ndarray]:
        """Return (68, 2) points by name of the faces that are there now."""
        places = {name: path(self.now_s) for name, path in self.paths.items()}
        return {
            name: FACE_PX * REFERENCE_SHAPE_XY + np.array(place)
            for name, place in places.items()
            if place is not None
        }

    def place_landmarks(
        self, grey: np.ndarray, framed_by_xy_px: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Snap each frame to the nearest face within half a face; else see no face."""
        shapes = self.shapes()
        points, probability = [], []
        for framed_by in framed_by_xy_px:
            middle = framed_by.mean(axis=0)
            apart = {
                name: np.linalg.norm(
                    (shape if len(framed_by) == 68 else five_points(shape)).mean(axis=0) - middle
                )
                for name, shape in shapes.items()
            }
            nearest = min(apart, key=lambda name: apart[name], default=None)
            if nearest is not None and apart[nearest] < FACE_PX / 2:
                points.append(shapes[nearest])
                probability.append(self.probability.get(nearest, 0.95))
            else:
                points.append(FACE_PX * REFERENCE_SHAPE_XY + middle)
                probability.append(0.05)
        return np.array(points).reshape(-1, 68, 2), np.array(probability)

    def find_faces(self, frame: Frame, *, layout: Layout, settings: FaceSettings) -> Detections:
        """Return a detection of each face that is not hidden, surest first."""
        self.detected_s.append(frame.time_s)
        seen = {n: s for n, s in self.shapes().items() if not self.hidden(n, self.now_s)}
        names = sorted(seen, key=lambda name: -self.confidence.get(name, 0.9))
        shapes = np.array([seen[name] for name in names]).reshape(-1, 68, 2)
        sure = np.array([self.confidence.get(name, 0.9) for name in names])
        return Detections(landmark_boxes(shapes), five_points(shapes), sure)


def follow(
    faces: DrawnFaces,
    monkeypatch: pytest.MonkeyPatch,
    *,
    until_s: float,
    layout: Layout | None = None,
    first_s: float = 0.0,
    rate_hz: float = 25.0,
) -> list[tuple[float, dict[str, str]]]:
    """Track the faces; return (time_s, {participant: name of the face it is on}) by frame."""
    layout = layout or room(WIDTH_PX, HEIGHT_PX)
    monkeypatch.setattr(tracker, "place_landmarks", faces.place_landmarks)
    monkeypatch.setattr(tracker, "find_faces", faces.find_faces)
    state, followed = TrackerState(), []
    for index in range(round(until_s * rate_hz)):
        faces.now_s = index / rate_hz
        frame = drawn_frame(index, first_s + faces.now_s, look=faces.looks(faces.now_s))
        state, seen = step_tracker(state, frame, layout=layout, settings=FaceSettings())
        followed.append((faces.now_s, _names_of(seen, faces)))
    return followed


def drawn_frame(index: int, time_s: float, *, look: int) -> Frame:
    grey = np.zeros((HEIGHT_PX, WIDTH_PX), dtype=np.uint8)
    if look:
        grey = np.random.default_rng(look).integers(0, 256, grey.shape, dtype=np.uint8)
    return Frame(index, time_s, grey, lambda w, h: np.zeros((h, w, 3), dtype=np.uint8))


def _names_of(seen: Iterable[Track], faces: DrawnFaces) -> dict[str, str]:
    shapes = faces.shapes()
    owner = {}
    for track in seen:
        on = [name for name, s in shapes.items() if np.allclose(s, track.points_xy_px)]
        owner[str(track.participant)] = on[0] if on else "nothing"
    return owner
