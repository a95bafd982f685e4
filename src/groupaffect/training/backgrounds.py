"""Cut what is no face (walls, clothes, hair, hands) out of recordings, for a network to refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.faces.crops import cut_crops
from groupaffect.faces.detector import detect_in_frame
from groupaffect.media import open_media, read_frames
from groupaffect.settings import FaceSettings, MediaSettings
from groupaffect.types import Frame

SIDE_PX = 96  # of the patches: a 64 px crop can still be turned and moved inside
# A patch whose middle is farther than this from every face's, in sides of the larger one, frames
# none: as far as the nearest of the landmark network's other missed framings.
CLEAR_OF_FACES = 0.55
# Below the tracker's: a face that is barely found must not be taught as none.
DETECTOR_THRESHOLD = 0.15
FRAME_SIDES = 1.6  # sides of a landmark crop in widths of a detector's box


def cut_backgrounds(
    recordings: list[Path], *, per_frame: int = 40, every: int = 30, seed: int = 0
) -> UInt8[np.ndarray, "n 96 96"]:
    """Return squares of 24 px to half the picture's height that frame no face.

    Parameters
    ----------
    recordings : that may be trained on.
    per_frame : squares tried in each frame. every : take every n-th frame.
    """
    rng = np.random.default_rng(seed)
    settings = MediaSettings(every=every)
    patches = [
        _frame_backgrounds(frame, per_frame, rng)
        for path in recordings
        for frame in read_frames(open_media(path), settings, on_warning=lambda _: None)
    ]
    return np.concatenate([np.empty((0, SIDE_PX, SIDE_PX), np.uint8), *patches])


def _frame_backgrounds(frame: Frame, n: int, rng: np.random.Generator) -> np.ndarray:
    width = FaceSettings().detector_room_px
    found = detect_in_frame(frame, target_width_px=width, threshold=DETECTOR_THRESHOLD)
    side = np.exp(rng.uniform(np.log(24), np.log(max(frame.height_px / 2, 25)), size=n))
    centre = rng.uniform(0, 1, size=(n, 2)) * [frame.width_px, frame.height_px]
    kept = clear_of_faces(centre, side, box_xyxy_px=found.box_xyxy_px)
    scale = side[kept] / SIDE_PX
    middle = (SIDE_PX - 1) / 2 * scale[:, None]
    transform = np.zeros((len(scale), 2, 3))
    transform[:, 0, 0] = transform[:, 1, 1] = scale
    transform[:, :, 2] = centre[kept] - middle
    return cut_crops(frame.grey, transform, size_px=SIDE_PX)


def clear_of_faces(
    centre_xy_px: Float[np.ndarray, "n 2"],
    side_px: Float[np.ndarray, " n"],
    *,
    box_xyxy_px: Float[np.ndarray, "m 4"],
) -> np.ndarray:
    """Return which squares frame none of the faces.

    Examples
    --------
    >>> face = np.array([[40.0, 40.0, 60.0, 60.0]])
    >>> clear_of_faces(np.array([[50.0, 60], [50, 90]]), np.array([30.0, 30]), box_xyxy_px=face)
    array([False,  True])
    """
    face_centre = (box_xyxy_px[:, :2] + box_xyxy_px[:, 2:]) / 2
    face_side = FRAME_SIDES * (box_xyxy_px[:, 2:] - box_xyxy_px[:, :2]).mean(axis=1)
    apart = np.linalg.norm(centre_xy_px[:, None] - face_centre[None], axis=2)
    limit = CLEAR_OF_FACES * np.maximum(side_px[:, None], face_side[None])
    return np.asarray((apart > limit).all(axis=1))
