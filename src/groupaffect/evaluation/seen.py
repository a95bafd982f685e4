"""Check that a face said to be seen is there, against fresh detections."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from groupaffect.faces.detector import box_iou
from groupaffect.faces.layout import Layout, room
from groupaffect.faces.looking import look_for_faces
from groupaffect.settings import FaceSettings
from groupaffect.types import FaceObservations, Frame


def confirm_faces(
    frame: Frame,
    observations: FaceObservations,
    *,
    settings: FaceSettings,
    layout: Layout | None = None,
    iou: float = 0.5,
) -> dict[str, bool]:
    """Return for each participant in a frame whether a fresh detection overlaps their box.

    Parameters
    ----------
    observations : the rows of this frame; who was not seen counts as not confirmed.
    layout : of the recording, so that the detector sees tiles as large as the tracker's did.
    iou : least overlap of the two boxes.
    """
    where = layout or room(frame.width_px, frame.height_px)
    found = look_for_faces(frame, layout=where, settings=settings).found
    overlap: Float[np.ndarray, "n m"] = box_iou(observations.box_xyxy_px, found.box_xyxy_px)
    best = np.nan_to_num(overlap).max(axis=1, initial=0.0)
    return {
        str(name): bool(success and share >= iou)
        for name, success, share in zip(
            observations.participant, observations.success, best, strict=True
        )
    }
