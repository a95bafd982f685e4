"""The shape and the coloured texture of a person's face at one moment."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageDraw, ImageFilter

from groupaffect.synthetic.appearance import load_appearance
from groupaffect.synthetic.mesh import TEXTURE_FRAME, texture_mesh
from groupaffect.synthetic.performance import FaceState
from groupaffect.synthetic.person import Person, Rgb

CONTRAST = 0.23  # a texture's standard deviation against its mean brightness
SHINE = 0.13  # what is brighter than the mean nears this: skin does not shine like photographs
# A clear expression is stronger than the mean of what raters called one, the more so where they
# called quiet faces sad. In the order of ``EMOTIONS``; by eye, not by what a model reads.
STRENGTH_GAIN = np.array([1.3, 1.3, 1.3, 1.3, 1.95, 1.3, 0.0], dtype=np.float32)
FADE_PX = 10.0  # of the texture frame, along the outline

UPPER_LIDS, LOWER_LIDS = (37, 38, 43, 44), (41, 40, 47, 46)
# how far each point goes down, in jaw widths, as speech opens the mouth
JAW_DROP = {
    **dict.fromkeys((6, 10), 0.035),
    **dict.fromkeys((7, 8, 9), 0.06),
    **dict.fromkeys((55, 59), 0.045),
    **dict.fromkeys((56, 57, 58), 0.075),
    **dict.fromkeys((65, 66, 67), 0.085),
    **dict.fromkeys((50, 51, 52, 61, 62, 63), -0.008),
}
SMEAR = 0.6  # of what is dark around the lips, no shadow of one face but blur of many
LIP_TINT = np.array([1.0, 0.82, 0.8], dtype=np.float32)  # of the skin's
# the depth of a head and of the nose on it, in jaw widths, for turning
HEAD_DEPTH, NOSE_DEPTH = 0.45, 0.12


def face_shape(person: Person, state: FaceState) -> Float[np.ndarray, "68 2"]:
    """Return the face's points in jaw widths, turned but neither rolled nor shifted."""
    model = load_appearance()
    shape, _ = _neutral_face(person.identity)
    strength = STRENGTH_GAIN * state.emotion_strength
    shape = shape + np.tensordot(strength, model.expression_shape, axes=1)
    shape = _open_mouth(shape, state.mouth_open)
    shape = _close_eyes(shape, state.eyes_closed)
    return turn_shape(shape, state.turn_deg)


def face_texture(person: Person, state: FaceState) -> Float[np.ndarray, "s s 4"]:
    """Return the face's colours, 0..255, and how much of it covers what is behind, 0..255.

    Eyes and the inside of the mouth are drawn later, on the face's points.
    """
    model = load_appearance()
    _, texture = _neutral_face(person.identity)
    texture = (
        texture
        + (STRENGTH_GAIN * state.emotion_strength).astype(np.float32) @ model.expression_texture
    )
    colours = _tint(person.skin).copy()
    colours[texture_mesh().inside, :3] *= texture_light(texture)[:, None]
    return np.asarray(np.minimum(colours, 255, out=colours))


def texture_light(texture: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
    """Return how bright skin is, of its mean brightness."""
    light = CONTRAST * texture
    soft = np.where(light > 0, SHINE * np.tanh(0.6 * light / SHINE), light * _dark_share())
    return np.asarray(np.clip(1 + soft, 0.15, None), dtype=np.float32)


def forehead_light(person: Person) -> float:
    """Return how bright the upper end of a resting face is, for the skin that goes on above."""
    rows = np.nonzero(texture_mesh().inside)[0]
    _, texture = _neutral_face(person.identity)
    return float(texture_light(texture)[rows < rows.min() + FADE_PX].mean())


def turn_shape(shape: Float[np.ndarray, "68 2"], turn_deg: float) -> Float[np.ndarray, "68 2"]:
    """Return the points of a head turned to the viewer's right; depth is that of an egg."""
    turn = np.deg2rad(turn_deg)
    across, down = shape[:, 0] / 0.56, (shape[:, 1] + 0.1) / 0.85
    depth = HEAD_DEPTH * np.sqrt(np.maximum(0.0, 1 - across**2 - down**2))
    depth[27:36] += NOSE_DEPTH * np.array([0.2, 0.5, 0.8, 1.0, 0.5, 0.6, 0.7, 0.6, 0.5])
    turned = shape.copy()
    turned[:, 0] = shape[:, 0] * np.cos(turn) + depth * np.sin(turn)
    return turned


@lru_cache(maxsize=64)
def _neutral_face(identity: int) -> tuple[Float[np.ndarray, "68 2"], Float[np.ndarray, " m"]]:
    return load_appearance().neutral_face(identity)


def _open_mouth(shape: Float[np.ndarray, "68 2"], share: float) -> Float[np.ndarray, "68 2"]:
    drop = np.zeros(68)
    drop[list(JAW_DROP)] = list(JAW_DROP.values())
    return np.asarray(shape + np.stack([np.zeros(68), share * drop], axis=1))


def _close_eyes(shape: Float[np.ndarray, "68 2"], share: float) -> Float[np.ndarray, "68 2"]:
    closed = shape.copy()
    upper, lower = list(UPPER_LIDS), list(LOWER_LIDS)
    closed[upper] += 0.9 * share * (shape[lower] - shape[upper])
    return closed


@lru_cache(maxsize=64)
def _tint(skin: Rgb) -> Float[np.ndarray, "s s 4"]:
    """Return the texture frame's colours under a light of 1, and what it covers, 0..255."""
    points = texture_mesh().point_xy_px
    lips = _polygon([points[48:60]], blur_px=1.2)[..., None]
    tint = np.array(skin, dtype=np.float32) * (1 + lips * (LIP_TINT - 1))
    inside = Image.fromarray(texture_mesh().inside.astype(np.uint8) * 255)
    # the blurred outline falls from 1/2 on it to 1 inside: stretched to 0..1
    soft = np.asarray(inside.filter(ImageFilter.GaussianBlur(FADE_PX / 2)), dtype=np.float32) / 255
    return np.concatenate([tint, 255 * np.clip(2 * soft - 1, 0, 1)[..., None]], axis=2)


@cache
def _dark_share() -> Float[np.ndarray, " m"]:
    """Return how much of the dark stays: less around the lips, where means of mouths smear."""
    points = texture_mesh().point_xy_px
    mouth, middle = points[48:60], points[48:60].mean(axis=0)
    around = _polygon([middle + (mouth - middle) * [1.5, 1.9]], blur_px=4.0)
    lips = _polygon([mouth], blur_px=1.5)
    return np.asarray((1 - SMEAR * around * (1 - lips))[texture_mesh().inside])


def _polygon(corners: list[np.ndarray], *, blur_px: float) -> Float[np.ndarray, "s s"]:
    mask = Image.new("L", (TEXTURE_FRAME.size_px,) * 2)
    for polygon in corners:
        ImageDraw.Draw(mask).polygon(polygon.ravel().tolist(), fill=255)
    soft = mask.filter(ImageFilter.GaussianBlur(blur_px))
    return np.asarray(soft, dtype=np.float32) / 255
