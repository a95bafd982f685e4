"""Film a script: every frame with everybody in it, and where their faces truly are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.synthetic.acting import Performance, Stream, act
from groupaffect.synthetic.camera import add_camera_noise
from groupaffect.synthetic.person import Person, draw_person
from groupaffect.synthetic.places import compose, place_people
from groupaffect.synthetic.script import Script
from groupaffect.synthetic.tile import render_tile
from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class FilmedFrame:
    """One frame; p people in the script's order.

    Attributes
    ----------
    rgb : the picture. landmark_xy_px : (p, 68, 2) and box_xyxy_px : (p, 4) in its pixels.
    """

    rgb: UInt8[np.ndarray, "height width 3"]
    landmark_xy_px: Float[np.ndarray, "p 68 2"]
    box_xyxy_px: Float[np.ndarray, "p 4"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, landmark_xy_px=("p", 68, 2), box_xyxy_px=("p", 4))


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in a script, and what they do, known before the first frame is drawn."""

    people: tuple[Person, ...]
    performances: tuple[Performance, ...]


def cast(script: Script) -> Cast:
    """Draw the people of a script and let them act it; in a room they have one wall."""
    people = [draw_person(person.identity_seed) for person in script.people]
    if script.layout == "room":
        people = [replace(person, wall=people[0].wall) for person in people]
    return Cast(tuple(people), tuple(act(script, index) for index in range(len(people))))


def film(script: Script, *, first: int = 0, every: int = 1) -> Iterator[FilmedFrame]:
    """Yield the frames of a script; a frame is the same whichever others are filmed.

    Parameters
    ----------
    first, every : from which frame on, and every which.
    """
    actors = cast(script)
    for frame in range(first, script.n_frames, every):
        yield film_frame(script, actors, frame)


def film_frame(script: Script, actors: Cast, frame: int) -> FilmedFrame:
    """Return one frame of a script; everybody has a camera, but a room has one, the noisiest."""
    pictures, points, boxes = [], [], []
    in_room = script.layout == "room"
    for index, (person, place) in enumerate(zip(actors.people, place_people(script), strict=True)):
        state = actors.performances[index].state(frame)
        tile = render_tile(person, state, width_px=place.width_px, height_px=place.height_px)
        sigma = 0.0 if in_room else script.people[index].noise
        pictures.append(_add_noise(tile.rgb, sigma, script, camera=index, frame=frame))
        corner = np.array([place.left_px, place.top_px], dtype=np.float64)
        points.append(tile.landmark_xy_px + corner)
        boxes.append(tile.box_xyxy_px + np.tile(corner, 2))
    sigma = max(person.noise for person in script.people) if in_room else 0.0
    rgb = _add_noise(compose(script, pictures), sigma, script, camera=0, frame=frame)
    return FilmedFrame(rgb, np.stack(points), np.stack(boxes))


def _add_noise(
    rgb: UInt8[np.ndarray, "h w 3"], sigma: float, script: Script, *, camera: int, frame: int
) -> UInt8[np.ndarray, "h w 3"]:
    if sigma == 0:
        return rgb
    rng = np.random.default_rng([script.seed, camera, Stream.CAMERA, frame])
    return add_camera_noise(rgb, sigma, rng)
