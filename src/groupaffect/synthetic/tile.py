"""One person in one tile of a video call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

from groupaffect.synthetic.eyes import draw_eyes
from groupaffect.synthetic.face import face_shape, face_texture
from groupaffect.synthetic.head import HeadLayer, still_layers
from groupaffect.synthetic.mesh import add_forehead
from groupaffect.synthetic.mouth import bared_teeth, draw_mouth
from groupaffect.synthetic.performance import FaceState
from groupaffect.synthetic.person import Person
from groupaffect.synthetic.warp import put_texture

JAW_SHARE = 0.39  # the width of the jaw line, of the tile's height
ORIGIN_SHARE = 0.55  # where the face's origin rests, of the tile's height


@dataclass(frozen=True, slots=True)
class RenderedTile:
    """A rendered picture and where its face truly is.

    Attributes
    ----------
    rgb : (height, width, 3) uint8.
    landmark_xy_px : (68, 2) points in pixels of the tile.
    box_xyxy_px : (4,) left, top, right, bottom of the points in pixels of the tile.
    """

    rgb: UInt8[np.ndarray, "height width 3"]
    landmark_xy_px: Float[np.ndarray, "68 2"]
    box_xyxy_px: Float[np.ndarray, " 4"]


def render_tile(person: Person, state: FaceState, *, width_px: int, height_px: int) -> RenderedTile:
    """Draw a person at one moment.

    Parameters
    ----------
    width_px, height_px : of the tile.
    """
    jaw_px = JAW_SHARE * height_px
    rest = (0.5 * width_px, ORIGIN_SHARE * height_px)
    layers = still_layers(
        person, width_px=width_px, height_px=height_px, jaw_px=jaw_px, origin_xy_px=rest
    )
    origin = np.array(rest) + np.array(state.shift_xy) * height_px
    roll = np.deg2rad(state.roll_deg)
    turn = jaw_px * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    points = add_forehead(face_shape(person, state)) @ turn.T + origin

    picture = layers.room.copy()
    if layers.hair_behind:
        _lay(picture, layers.hair_behind, roll, origin)
    picture.paste(layers.body, (0, 0), layers.body)
    _lay(picture, layers.skull, roll, origin)
    pixels, place = put_texture(face_texture(person, state), points)
    face = Image.fromarray(pixels.astype(np.uint8), "RGBA")
    picture.paste(face, place, face)
    landmarks = points[:68]
    draw_eyes(picture, landmarks, person)
    draw_mouth(picture, landmarks, teeth=bared_teeth(state))
    _lay(picture, layers.hair_before, roll, origin)
    box = np.concatenate([landmarks.min(axis=0), landmarks.max(axis=0)])
    return RenderedTile(np.array(picture), landmarks, box)


def _lay(picture: Image.Image, layer: HeadLayer, roll: float, origin_xy_px: np.ndarray) -> None:
    """Put a layer on the picture, rolled about the face's origin."""
    cos, sin = np.cos(roll), np.sin(roll)
    width, height = layer.colours.size
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)]) - layer.origin_xy_px
    turned = corners @ np.array([[cos, sin], [-sin, cos]]) + origin_xy_px
    low = np.floor(turned.min(axis=0)).astype(int)
    size = np.ceil(turned.max(axis=0)).astype(int) - low
    # where each pixel comes from: back by the roll about the origin
    x, y = origin_xy_px - low
    left, top = layer.origin_xy_px
    back = (cos, sin, left - cos * x - sin * y, -sin, cos, top + sin * x - cos * y)
    wanted = (int(size[0]), int(size[1]))
    affine, bilinear = Image.Transform.AFFINE, Image.Resampling.BILINEAR
    colours = layer.colours.transform(wanted, affine, back, bilinear)
    cover = layer.cover.transform(wanted, affine, back, bilinear)
    picture.paste(colours, (int(low[0]), int(low[1])), cover)
