"""Faces that move as a test says, painted into pictures, and networks that see exactly them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image

from groupaffect.faces import following, fresh, tracker
from groupaffect.faces.detections import Detections
from groupaffect.faces.landmarker import PlacedFaces
from groupaffect.faces.layout import Layout
from groupaffect.faces.layout_watch import LayoutWatch
from groupaffect.faces.looking import Look
from groupaffect.faces.track import Track, landmark_boxes
from groupaffect.faces.tracker import TrackerState, name_last, name_tracks, step_tracker
from groupaffect.reference_shape import REFERENCE_SHAPE_XY, five_points
from groupaffect.settings import FaceSettings
from groupaffect.types import Frame

WIDTH_PX, HEIGHT_PX = 640, 480
FACE_PX = 60.0
# What is painted of a person: face, hair and clothes, so far around the face's middle.
REACH_PX = 55

# Where a face's middle is at a time, None while it is away.
Path = Callable[[float], tuple[float, float] | None]


def still(x: float, y: float) -> Path:
    return lambda _: (x, y)


def seed_of(*words: object) -> int:
    return zlib.crc32(repr(words).encode())


@dataclass
class DrawnFaces:
    """A picture's faces, and what the two networks say of them.

    ``hidden`` faces are seen by the landmark network while followed, but by no detection;
    ``probability`` is the landmark network's of each face (.95 unless said otherwise);
    ``looks`` says what a person looks like at a time (two people may look the same);
    ``photographs`` are faces that never change, however the camera's noise changes others;
    ``wall_px`` is the size of the wall behind each person, in a colour of their own.
    """

    paths: dict[str, Path]
    confidence: dict[str, float] = field(default_factory=dict)
    probability: dict[str, float] = field(default_factory=dict)
    hidden: Callable[[str, float], bool] = lambda _name, _time_s: False
    looks: Callable[[str, float], object] = lambda name, _time_s: name
    photographs: frozenset[str] = frozenset()
    wall_px: tuple[int, int] = (0, 0)
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
        self, grey: np.ndarray, framed_by_xy_px: np.ndarray, *, network: str
    ) -> PlacedFaces:
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
        sure = np.array(probability, dtype=np.float64)
        return PlacedFaces(np.array(points).reshape(-1, 68, 2), sure, np.ones(len(sure)))

    def look_for_faces(self, frame: Frame, *, layout: Layout, settings: FaceSettings) -> Look:
        """Return a detection of each face that is not hidden, surest first."""
        self.detected_s.append(frame.time_s)
        seen = {n: s for n, s in self.shapes().items() if not self.hidden(n, self.now_s)}
        names = sorted(seen, key=lambda name: -self.confidence.get(name, 0.9))
        shapes = np.array([seen[name] for name in names]).reshape(-1, 68, 2)
        sure = np.array([self.confidence.get(name, 0.9) for name in names])
        found = Detections(landmark_boxes(shapes), five_points(shapes), sure)
        return Look(found, frame.rgb(), np.ones(2))

    def picture(self, index: int, time_s: float) -> Frame:
        """Paint everybody who is there now; the camera adds noise to all but photographs."""
        rgb = np.full((HEIGHT_PX, WIDTH_PX, 3), 96, dtype=np.uint8)
        rng = np.random.default_rng(index)
        for name, shape in self.shapes().items():
            x, y = (round(float(v)) for v in shape.mean(axis=0))
            wall = np.full((*self.wall_px[::-1], 3), seed_of(name) % 200 + 28, dtype=np.uint8)
            _paste(rgb, wall, x - self.wall_px[0] // 2, y - self.wall_px[1] // 2)
            look = _person(self.looks(name, self.now_s))
            if name not in self.photographs:
                look = look + rng.integers(-8, 9, look.shape[:2])[..., None]
            _paste(rgb, np.clip(look, 0, 255).astype(np.uint8), x - REACH_PX, y - REACH_PX)
        grey = np.asarray(Image.fromarray(rgb).convert("L"))
        return Frame(
            index, time_s, grey, lambda w, h: np.asarray(Image.fromarray(rgb).resize((w, h)))
        )


def _person(look: object) -> np.ndarray:
    """Return (side, side, 3) colours: smooth blotches that are this person's alone."""
    rng = np.random.default_rng(seed_of(look))
    colours = rng.integers(20, 236, (5, 5, 3), dtype=np.uint8)
    side = 2 * REACH_PX
    return np.asarray(Image.fromarray(colours).resize((side, side), Image.Resampling.BICUBIC)) + 0


def _paste(picture: np.ndarray, part: np.ndarray, left: int, top: int) -> None:
    height, width = picture.shape[:2]
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + part.shape[1], width), min(top + part.shape[0], height)
    if x1 > x0 and y1 > y0:
        picture[y0:y1, x0:x1] = part[y0 - top : y1 - top, x0 - left : x1 - left]


def install(faces: DrawnFaces, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package's tracking see these faces."""
    for module in (following, fresh):
        monkeypatch.setattr(module, "place_landmarks", faces.place_landmarks)
    monkeypatch.setattr(tracker, "look_for_faces", faces.look_for_faces)


def follow(
    faces: DrawnFaces,
    monkeypatch: pytest.MonkeyPatch,
    *,
    until_s: float,
    layout: Layout | None = None,
    first_s: float = 0.0,
    rate_hz: float = 25.0,
) -> list[tuple[float, dict[str, str]]]:
    """Track the faces; return (time_s, {participant: name of the face it is on}) by frame.

    Faces are named once a second; who was named has the name in all frames.
    """
    install(faces, monkeypatch)
    state, settings = TrackerState(), FaceSettings()
    if layout is not None:
        state = TrackerState(watch=LayoutWatch(layout, is_settled=True, judged_s=np.inf))
    frames: list[tuple[float, tuple[Track, ...], dict[str, np.ndarray]]] = []
    names: dict[int, str] = {}
    for index in range(round(until_s * rate_hz)):
        faces.now_s = index / rate_hz
        now_s = first_s + faces.now_s
        frame = faces.picture(index, now_s)
        state, seen = step_tracker(state, frame, settings=settings)
        if index % round(rate_hz) == 0:
            state = name_tracks(state, settings=settings)
        names |= tracker.participant_of(state)
        frames.append((faces.now_s, seen, faces.shapes()))
    names |= tracker.participant_of(name_last(state, now_s=now_s, settings=settings))
    return [(time_s, _faces_of(seen, shapes, names)) for time_s, seen, shapes in frames]


def _faces_of(
    seen: Iterable[Track], shapes: dict[str, np.ndarray], names: dict[int, str]
) -> dict[str, str]:
    owner = {}
    for track in seen:
        on = [name for name, s in shapes.items() if np.allclose(s, track.points_xy_px)]
        if track.key in names:
            owner[names[track.key]] = on[0] if on else "nothing"
    return owner
