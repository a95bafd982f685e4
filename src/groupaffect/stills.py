"""Read the expression in still pictures, by the functions that read video frames.

A face that fills a small still is where its data set put it: its landmarks are placed without
detection. In any other picture the detector finds the face first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image, ImageStat

from groupaffect.adaptive import start_image_weight
from groupaffect.expression.image_model import score_images
from groupaffect.expression.landmark_model import score_landmarks
from groupaffect.faces.detections import Detections
from groupaffect.faces.landmarker import PlacedFaces, place_landmarks
from groupaffect.faces.layout import room
from groupaffect.faces.looking import look_for_faces
from groupaffect.faces.quality import face_quality
from groupaffect.faces.tight_crop import place_landmarks_on_tight_crop
from groupaffect.faces.track import align_faces, landmark_boxes
from groupaffect.fusion.mix import fuse
from groupaffect.fusion.weights import start_weights
from groupaffect.media.image import image_to_frame
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.settings import FaceSettings, Settings
from groupaffect.types import FaceObservations, Source

Crops = Literal["auto", "yes", "no"]

# A picture no larger is taken for a face without context, as FER-2013's of 48 px.
TIGHT_SIDE_PX = 64
# Margins of the picture's mean colour, in longer sides, tried until a face is found: the detector
# wants context. Margins of edge pixels, mirrored or black find fewer (LOG.md).
MARGIN_SHARES = (0.0, 0.5, 1.5)


@dataclass(frozen=True, slots=True)
class StillFace:
    """The face of a still.

    Attributes
    ----------
    points_xy_px : (68, 2) in pixels of the still. aligned_grey : (48, 48) as the models want it.
    probability, fit : 0..1 that it is a face, and that its points are right.
    """

    points_xy_px: Float[np.ndarray, "68 2"]
    aligned_grey: UInt8[np.ndarray, "side side"]
    probability: float
    fit: float


def find_still_face(
    picture: Image.Image,
    *,
    settings: FaceSettings,
    crops: Crops = "auto",
    near_xy_px: Float[np.ndarray, " 2"] | None = None,
) -> StillFace | None:
    """Return the face of a picture; None where none is found.

    Parameters
    ----------
    picture : RGB.
    crops : whether the face fills the picture ("yes": no detection, there always is one);
        "auto": it does where the longer side is at most 64 px.
    near_xy_px : of several faces the nearest is taken; without, the largest and surest.
    """
    grey = np.asarray(picture.convert("L"))
    if crops == "yes" or (crops == "auto" and max(picture.size) <= TIGHT_SIDE_PX):
        placed = place_landmarks_on_tight_crop(grey, network=settings.landmark_network)
        return _still_face(grey, placed)
    for share in MARGIN_SHARES:
        found = _detect(picture, margin_px=round(share * max(picture.size)), settings=settings)
        if not len(found):
            continue
        best = found.five_point_xy_px[[_choose(found, near_xy_px)]]
        rough = place_landmarks(grey, best, network=settings.landmark_network)
        placed = place_landmarks(grey, rough.points_xy_px, network=settings.landmark_network)
        if placed.face_probability[0] >= settings.face_threshold:
            return _still_face(grey, placed)
    return None


def face_at(picture: Image.Image, points_xy_px: Float[np.ndarray, "68 2"]) -> StillFace | None:
    """Return the face at known points; None where they are NaN or far outside the picture."""
    size = np.array(picture.size)
    low, high = points_xy_px.min(axis=0), points_xy_px.max(axis=0)
    # NaN fails each of these.
    if not ((low > -size).all() and (high < 2 * size).all() and (high - low > 1).all()):
        return None
    grey, points = np.asarray(picture.convert("L")), points_xy_px[None].astype(np.float64)
    return _still_face(grey, PlacedFaces(points, np.ones(1), np.ones(1)))


def read_still_faces(
    faces: Sequence[StillFace | None], *, settings: Settings
) -> dict[Source, Float[np.ndarray, "n 7"]]:
    """Return what both models and their fusion read; NaN where no face, or none scorable.

    Stills have no cadence, so the weights of the fusion are those that a recording starts with.
    """
    seen = observe_stills(faces)
    scorable = seen.success & (seen.quality >= settings.expression.min_quality)
    network = settings.expression.image_network
    image = score_images(seen, scorable=scorable, network=network).probability  # (n, 7)
    reader = settings.landmark_model
    landmark = score_landmarks(seen, scorable=scorable, network=reader).probability  # (n, 7)
    start = start_weights(len(faces), image_weight=start_image_weight(settings.fusion))
    return {"image": image, "landmark": landmark, "fused": fuse(image, landmark, start.image)}


def observe_stills(faces: Sequence[StillFace | None]) -> FaceObservations:
    """Return one row for each still, as if it were a frame with one participant."""
    n, size = len(faces), IMAGE_FRAME.size_px
    points, crops = np.full((n, 68, 2), np.nan), np.zeros((n, size, size), dtype=np.uint8)
    boxes, quality, probability = np.full((n, 4), np.nan), np.full(n, np.nan), np.full(n, np.nan)
    success = np.array([face is not None for face in faces], dtype=bool)
    found = [face for face in faces if face is not None]
    if found:
        points[success] = np.stack([face.points_xy_px for face in found])
        crops[success] = np.stack([face.aligned_grey for face in found])
        boxes[success] = landmark_boxes(points[success])
        sure = np.array([face.probability for face in found])
        fit = np.array([face.fit for face in found])
        probability[success] = sure
        quality[success] = face_quality(
            crops[success], points[success], face_probability=sure, fit_probability=fit
        )
    return FaceObservations(
        frame_index=np.arange(n),
        time_s=np.zeros(n),
        participant=np.full(n, "P1"),
        box_xyxy_px=boxes,
        landmark_xy_px=points,
        detection_confidence=probability,
        quality=quality,
        success=success,
        aligned_grey=crops,
    )


def _still_face(grey: UInt8[np.ndarray, "height width"], placed: PlacedFaces) -> StillFace:
    """Return the first of placed faces."""
    points = placed.points_xy_px[:1]
    return StillFace(
        points[0],
        align_faces(grey, points)[0],
        float(placed.face_probability[0]),
        float(placed.fit_probability[0]),
    )


def _detect(picture: Image.Image, *, margin_px: int, settings: FaceSettings) -> Detections:
    """Return the faces in pixels of the picture; a small one is searched enlarged."""
    width_px, height_px = (side + 2 * margin_px for side in picture.size)
    if margin_px:
        mean = tuple(round(level) for level in ImageStat.Stat(picture).mean)
        wider = Image.new("RGB", (width_px, height_px), mean)
        wider.paste(picture, (margin_px, margin_px))
        picture = wider
    enlarge = max(1.0, settings.detector_tile_px / width_px)
    frame = image_to_frame(
        picture,
        index=0,
        time_s=0.0,
        width_px=round(enlarge * width_px),
        height_px=max(1, round(enlarge * height_px)),
    )
    layout = room(frame.width_px, frame.height_px)
    found = look_for_faces(frame, layout=layout, settings=settings).found
    return Detections(
        found.box_xyxy_px / enlarge - margin_px,
        found.five_point_xy_px / enlarge - margin_px,
        found.confidence,
    )


def _choose(found: Detections, near_xy_px: Float[np.ndarray, " 2"] | None) -> int:
    low, high = found.box_xyxy_px[:, :2], found.box_xyxy_px[:, 2:]
    if near_xy_px is not None:
        return int(np.linalg.norm((low + high) / 2 - near_xy_px, axis=1).argmin())
    return int((np.prod(high - low, axis=1) * found.confidence).argmax())
