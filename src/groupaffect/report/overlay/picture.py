"""One frame of the overlay after the other: labels keep their places while they may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.report.overlay.captions import Caption, Captions
from groupaffect.report.overlay.drawing import DrawnFace, draw_faces
from groupaffect.report.overlay.font import picture_to_font_px
from groupaffect.report.overlay.placement import LabelledFace, Place, place_labels
from groupaffect.report.overlay.plate import EXPRESSION_ROWS, draw_plate
from groupaffect.report.overlay.shown_faces import ShownFaces
from groupaffect.report.overlay.tiles import find_tiles
from groupaffect.timeline import time_to_second

_FIRST_CORE_POINT = 17  # iBUG 17..67 are brows, nose, eyes and mouth; 0..16 the jaw


@dataclass(frozen=True, slots=True)
class LabelPlaces:
    """Where labels were in the frame before, by participant."""

    second: int = -1
    places: Mapping[str, Place] = field(default_factory=dict)


def draw_frame(
    rgb: UInt8[np.ndarray, "h w 3"],
    shown: ShownFaces,
    captions: Captions,
    *,
    time_s: float,
    before: LabelPlaces,
) -> tuple[UInt8[np.ndarray, "h w 3"], LabelPlaces]:
    """Return the picture with everybody drawn in, and where the labels are now.

    Parameters
    ----------
    rgb : the picture, black or blurred where it is not to be shown; left as it is.
    before : what this returned for the frame before.
    """
    height_px, width_px = rgb.shape[:2]
    font_px = picture_to_font_px(width_px, height_px)
    said = [captions.at(name, time_s=time_s) for name in shown.participants]
    plates = [_plates(caption, font_px) for caption in said]
    second = int(time_to_second(np.array([time_s]))[0])
    known = _still_good(before, second)
    tiles = find_tiles(shown.box_xyxy_px, captions.grid, picture_size_px=(width_px, height_px))
    found = place_labels(
        [
            LabelledFace(
                shown.box_xyxy_px[row],
                _core(shown.landmark_xy_px[row]),
                tuple((plate.shape[1], plate.shape[0]) for plate in plates[row]),
                before=known.get(name),
                tile_xyxy_px=None if tiles is None else tiles[row],
            )
            for row, name in enumerate(shown.participants)
        ],
        picture_size_px=(width_px, height_px),
        gap_px=max(2, font_px // 4),
    )
    drawn = [
        DrawnFace(
            shown.box_xyxy_px[row],
            shown.landmark_xy_px[row],
            said[row].colour,
            plate=None if place is None else plates[row][place.level],
            plate_xy_px=(0, 0) if place is None else (place.left_px, place.top_px),
        )
        for row, place in enumerate(found)
    ]
    now = {name: p for name, p in zip(shown.participants, found, strict=True) if p is not None}
    return draw_faces(rgb, drawn), LabelPlaces(second, {**known, **now})


def _plates(caption: Caption, font_px: int) -> tuple[np.ndarray, ...]:
    levels = range(len(EXPRESSION_ROWS))
    return tuple(draw_plate(caption, font_px=font_px, level=level) for level in levels)


def _still_good(before: LabelPlaces, second: int) -> Mapping[str, Place]:
    """Return the known places; with a new second, shortened labels are tried in full again."""
    if second == before.second:
        return before.places
    return {name: place for name, place in before.places.items() if place.level == 0}


def _core(landmark_xy_px: Float[np.ndarray, "68 2"]) -> Float[np.ndarray, " 4"]:
    points = landmark_xy_px[_FIRST_CORE_POINT:]
    return np.concatenate([points.min(axis=0), points.max(axis=0)])
