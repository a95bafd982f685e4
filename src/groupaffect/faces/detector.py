"""Find faces in a picture with CenterFace (Xu et al. 2019, 1911.03599)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.faces.detections import Detections
from groupaffect.inference import open_network
from groupaffect.types import Frame

# Rows and columns of the output grid are this many input pixels apart.
STRIDE_PX = 4
# Input sides must be multiples of this.
SIDE_MULTIPLE_PX = 32
# A picture higher than this many widths is squeezed; no camera takes one (ours).
MAX_ASPECT = 4.0
# Two boxes that overlap more are one face; as the authors' own decoder.
SUPPRESSION_IOU = 0.3


def detector_input_size(width_px: int, height_px: int, *, target_width_px: int) -> tuple[int, int]:
    """Return the (width, height) nearest the wanted width that the network accepts.

    The picture's shape is kept to within half a multiple of 32 pixels, unless it is more than
    ``MAX_ASPECT`` times as high as wide.

    Examples
    --------
    >>> detector_input_size(1280, 720, target_width_px=320)
    (320, 192)
    >>> detector_input_size(64, 65535, target_width_px=320)
    (320, 1280)
    """

    def multiple(side: float) -> int:
        return max(1, round(side / SIDE_MULTIPLE_PX)) * SIDE_MULTIPLE_PX

    aspect = min(height_px / width_px, MAX_ASPECT)
    return multiple(target_width_px), multiple(target_width_px * aspect)


def detect_faces(
    rgb: UInt8[np.ndarray, "height width 3"],
    *,
    picture_size_px: tuple[int, int],
    threshold: float,
) -> Detections:
    """Return the faces in a picture that was scaled to the detector's size.

    Parameters
    ----------
    rgb : (height, width, 3) picture scaled to ``detector_input_size``.
    picture_size_px : (width, height) of the unscaled picture; results are in its pixels.
    threshold : least confidence, 0..1.

    Returns
    -------
    Detections, most confident first, none overlapping another by more than .3.
    """
    network = open_network("faces", "centerface")
    planes = np.ascontiguousarray(rgb.transpose(2, 0, 1)[None], dtype=np.float32)
    names = ["face_probability", "log_size", "centre_offset", "five_points"]
    outputs = network.run(names, {"rgb": planes})
    height, width = rgb.shape[:2]
    scale_xy = np.array([picture_size_px[0] / width, picture_size_px[1] / height])
    found = decode_detections(*(output[0] for output in outputs), threshold=threshold)
    return Detections(
        box_xyxy_px=found.box_xyxy_px * np.tile(scale_xy, 2),
        five_point_xy_px=found.five_point_xy_px * scale_xy,
        confidence=found.confidence,
    )


def detect_in_frame(frame: Frame, *, target_width_px: int, threshold: float) -> Detections:
    """Return the faces in a frame, searched at about the wanted width; see ``detect_faces``."""
    size = detector_input_size(frame.width_px, frame.height_px, target_width_px=target_width_px)
    picture_size_px = frame.width_px, frame.height_px
    return detect_faces(frame.rgb(*size), picture_size_px=picture_size_px, threshold=threshold)


def decode_detections(
    face_probability: Float[np.ndarray, "1 rows columns"],
    log_size: Float[np.ndarray, "2 rows columns"],
    centre_offset: Float[np.ndarray, "2 rows columns"],
    five_points: Float[np.ndarray, "10 rows columns"],
    *,
    threshold: float,
) -> Detections:
    """Turn the network's maps into faces in input pixels (height before width in each map)."""
    row, column = np.nonzero(face_probability[0] > threshold)
    size_hw = np.exp(log_size[:, row, column].T.astype(np.float64)) * STRIDE_PX  # (n, 2)
    cell = np.stack([row, column], axis=1) + centre_offset[:, row, column].T + 0.5
    top_left_hw = cell * STRIDE_PX - size_hw / 2
    box = np.concatenate([top_left_hw[:, ::-1], (top_left_hw + size_hw)[:, ::-1]], axis=1)
    relative_hw = five_points[:, row, column].T.reshape(-1, 5, 2)
    points = (relative_hw * size_hw[:, None] + top_left_hw[:, None])[:, :, ::-1]
    found = Detections(box, points, face_probability[0, row, column].astype(np.float64))
    return suppress_overlaps(found, iou=SUPPRESSION_IOU)


def box_iou(
    a_xyxy: Float[np.ndarray, "n 4"], b_xyxy: Float[np.ndarray, "m 4"]
) -> Float[np.ndarray, "n m"]:
    """Return the intersection over union of every pair of boxes.

    Examples
    --------
    >>> box_iou(np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[1.0, 0.0, 3.0, 2.0]])).round(3)
    array([[0.333]])
    """
    top_left = np.maximum(a_xyxy[:, None, :2], b_xyxy[None, :, :2])
    bottom_right = np.minimum(a_xyxy[:, None, 2:], b_xyxy[None, :, 2:])
    overlap = np.prod(np.clip(bottom_right - top_left, 0, None), axis=2)
    area_a = np.prod(a_xyxy[:, 2:] - a_xyxy[:, :2], axis=1)
    area_b = np.prod(b_xyxy[:, 2:] - b_xyxy[:, :2], axis=1)
    union = area_a[:, None] + area_b[None] - overlap
    return np.asarray(overlap / np.maximum(union, np.finfo(float).tiny))


def suppress_overlaps(found: Detections, *, iou: float) -> Detections:
    """Keep the most confident of any faces that overlap by more than ``iou``; best first."""
    order = np.argsort(-found.confidence, kind="stable")
    overlap = box_iou(found.box_xyxy_px, found.box_xyxy_px) > iou
    kept: list[int] = []
    for candidate in order:
        if not overlap[candidate, kept].any():
            kept.append(int(candidate))
    return found.where(np.array(kept, dtype=np.intp))
