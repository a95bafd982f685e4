"""Eyes as drawings on a face: a mean of photographs has none that look at anybody."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageDraw

from groupaffect.synthetic.pen import smooth_curve
from groupaffect.synthetic.person import Person, Rgb

OVERSAMPLING = 3
# Of the width between an eye's corners; an iris is 11.7 mm wide, an eye 30 mm (ours, by eye).
IRIS_RADIUS = 0.22
WHITE: Rgb = (226, 220, 214)
LASHES: Rgb = (34, 24, 22)


def draw_eyes(
    picture: Image.Image, landmark_xy_px: Float[np.ndarray, "68 2"], person: Person
) -> None:
    """Draw both eyes between their lids, looking at the viewer."""
    for eye in (landmark_xy_px[36:42], landmark_xy_px[42:48]):
        _draw_eye(picture, eye, person)


def _draw_eye(picture: Image.Image, eye_xy_px: Float[np.ndarray, "6 2"], person: Person) -> None:
    low = np.floor(eye_xy_px.min(axis=0)).astype(int) - 3
    size = np.ceil(eye_xy_px.max(axis=0)).astype(int) + 4 - low
    eye = (eye_xy_px - low) * OVERSAMPLING
    across = eye[3] - eye[0]
    width = float(np.hypot(*across))
    down = np.array([-across[1], across[0]]) / width
    upper, lower = smooth_curve(eye[[0, 1, 2, 3]]), smooth_curve(eye[[0, 5, 4, 3]])
    canvas = (int(size[0]) * OVERSAMPLING, int(size[1]) * OVERSAMPLING)
    ball, cover = Image.new("RGB", canvas, WHITE), Image.new("L", canvas)
    outline = np.concatenate([upper, lower[::-1]]).ravel().tolist()
    ImageDraw.Draw(cover).polygon(outline, fill=235)
    _draw_ball(ImageDraw.Draw(ball), eye, down, person)
    # the upper lid's shadow, then its lashes; they stay when the eye is closed
    shade = ImageDraw.Draw(ball, "RGBA")
    shade.line([*map(tuple, upper + 0.05 * width * down)], (30, 20, 20, 80), round(0.14 * width))
    lashes = [*map(tuple, upper)]
    shade.line(lashes, LASHES, max(1, round(0.07 * width)))
    ImageDraw.Draw(cover).line(lashes, 190, max(1, round(0.06 * width)))
    ImageDraw.Draw(cover).line([*map(tuple, lower)], 70, max(1, round(0.03 * width)))
    place = int(low[0]), int(low[1])
    picture.paste(ball.reduce(OVERSAMPLING), place, cover.reduce(OVERSAMPLING))


def _draw_ball(
    draw: ImageDraw.ImageDraw, eye: Float[np.ndarray, "6 2"], down: np.ndarray, person: Person
) -> None:
    width = float(np.hypot(*(eye[3] - eye[0])))
    middle = (eye[0] + eye[3]) / 2 - 0.045 * width * down
    radius = IRIS_RADIUS * width
    dark = tuple(int(0.55 * c) for c in person.iris)
    for share, colour in ((1.0, dark), (0.86, person.iris), (0.46, (14, 12, 12))):
        _disc(draw, middle, share * radius, colour)
    _disc(draw, middle + radius * np.array([-0.32, -0.36]), 0.2 * radius, (250, 250, 250))


def _disc(
    draw: ImageDraw.ImageDraw, middle: np.ndarray, radius: float, colour: tuple[int, ...]
) -> None:
    x, y = middle
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)
