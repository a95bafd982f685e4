"""Measure the limits of ``faces``: ``make portraits DATA=...``.

How far apart portraits of one person and of different people are, how alike their faces, how
much a face changes from frame to frame, and a photograph never. On the single faces of
``clips/faces``; the acted clips are for evaluation only.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from pathlib import Path

import numpy as np
from jaxtyping import Float

from groupaffect.evaluation.composed_calls import Call, Scene, grid, tile, write_call
from groupaffect.faces.layout import room
from groupaffect.faces.portrait import (
    OTHER_GREY,
    SAME_GREY,
    Portrait,
    add_to_album,
    album_distance,
    portrait_distance,
    take_portraits,
)
from groupaffect.faces.track import Track, align_faces, likeness, mean_change
from groupaffect.faces.tracker import TrackerState, step_tracker
from groupaffect.media import open_media, read_frames
from groupaffect.settings import FaceSettings, MediaSettings
from groupaffect.types import Frame

LOOKED_AT_S = 14.0
PORTRAIT_EVERY_S = 0.2
PORTRAIT_WIDTH_PX = 320  # as wide as the tracker makes a tile
CLOSEST_EVERY = 3  # of the portraits, when every pair is compared
LIFE_WITHIN_S = 0.5
PHOTOGRAPH_SIZES_PX = (640, 360), (1280, 720)


@dataclass(frozen=True, slots=True)
class Person:
    """What was seen of the one person of a clip.

    Attributes
    ----------
    whole, heads : portraits, and portraits of the head only, in order of time.
    frame_likeness : (n,) correlation of the aligned face in each frame with the one before.
    life_grey : the most by which the face differed from its first crop within half a second.
    """

    whole: tuple[Portrait, ...]
    heads: tuple[Portrait, ...]
    frame_likeness: Float[np.ndarray, " n"]
    life_grey: float


def watch_person(clip: Path) -> Person:
    """Follow the one face of a clip by the package's own tracking."""
    whole, heads, crops = list[Portrait](), list[Portrait](), list[np.ndarray]()
    life_grey = 0.0
    taken_s = -np.inf
    for frame, tracks in _follow(clip):
        if len(tracks) != 1:
            continue
        track = tracks[0]
        crops.append(track.aligned_grey)
        if frame.time_s - track.first_s <= LIFE_WITHIN_S:
            life_grey = max(life_grey, _life_grey(track, frame))
        if frame.time_s - taken_s >= PORTRAIT_EVERY_S - 1e-6:
            taken_s = frame.time_s
            whole.append(_portrait(track, frame, head_only=False))
            heads.append(_portrait(track, frame, head_only=True))
    alike = [likeness(a[None], b[None])[0] for a, b in pairwise(crops)]
    return Person(tuple(whole), tuple(heads), np.array(alike), life_grey)


def measure_portraits(people: Sequence[Sequence[Portrait]]) -> dict[str, float]:
    """Return how far later portraits are from their own album and from other people's.

    Parameters
    ----------
    people : portraits of each person in order of time; the first half makes the album.
    """
    albums = [_album(portraits[: len(portraits) // 2]) for portraits in people]
    own, others = list[float](), list[float]()
    for k, portraits in enumerate(people):
        for portrait in portraits[len(portraits) // 2 :]:
            apart = [album_distance(album, portrait) for album in albums]
            own.append(apart.pop(k))
            others += apart
    return {
        "own_quantile_95": float(np.quantile(own, 0.95)),
        "own_share_beyond_same_grey": float(np.mean(np.array(own) > SAME_GREY)),
        "own_share_beyond_other_grey": float(np.mean(np.array(own) > OTHER_GREY)),
        "others_quantile_005": float(np.quantile(others, 0.005)),
        "others_share_within_same_grey": float(np.mean(np.array(others) <= SAME_GREY)),
        "others_share_within_other_grey": float(np.mean(np.array(others) <= OTHER_GREY)),
        "others_closest": float(min(others)),
        "others_closest_portraits": _closest(people),
    }


def measure_likeness(people: Sequence[Person]) -> dict[str, float]:
    """Return how alike aligned faces are: of different people, and of one from frame to frame."""
    faces = [np.stack([p.texture.ravel() for p in person.whole]) for person in people]
    pairs = [(a @ b.T).ravel() for a, b in combinations(faces, 2)]
    steps = np.concatenate([person.frame_likeness for person in people])
    return {
        "others_quantile_99": float(np.quantile(np.concatenate(pairs), 0.99)),
        "frame_to_frame_quantile_001": float(np.quantile(steps, 0.001)),
        "frame_to_frame_least": float(steps.min()),
    }


def measure_photograph(clips: Path, size_px: tuple[int, int]) -> float:
    """Return the most by which a photograph in a tile came to differ from its first crop."""
    names = [clip.stem for clip in sorted(clips.glob("talking_*.mp4"))[:2]]
    shows = [tile(names[0], show="photograph"), tile(names[1])]
    call = Call((Scene(0.0, grid(1, 2, shows)),), 10.0, size_px=size_px)
    most = 0.0
    with tempfile.TemporaryDirectory() as folder:
        write_call(call, Path(folder) / "call.mp4", clips=clips)
        for frame, tracks in _follow(Path(folder) / "call.mp4"):
            on_left = [t for t in tracks if t.points_xy_px[:, 0].mean() < size_px[0] / 2]
            most = max([most, *(_life_grey(track, frame) for track in on_left)])
    return most


def _closest(people: Sequence[Sequence[Portrait]]) -> float:
    """Return the distance of the two most alike portraits of different people."""
    sampled = [portraits[::CLOSEST_EVERY] for portraits in people]
    return min(
        portrait_distance(a, b)
        for one, other in combinations(sampled, 2)
        for a, b in product(one, other)
    )


def _follow(recording: Path) -> Iterator[tuple[Frame, tuple[Track, ...]]]:
    state, settings = TrackerState(), FaceSettings()
    media = open_media(recording)
    looked_at = MediaSettings(end_s=LOOKED_AT_S)
    for frame in read_frames(media, looked_at, on_warning=lambda _: None):
        state, tracks = step_tracker(state, frame, settings=settings)
        yield frame, tracks


def _life_grey(track: Track, frame: Frame) -> float:
    at_first_place = align_faces(frame.grey, track.first_points_xy_px[None])[0]
    return min(mean_change(crop, track.first_grey) for crop in (track.aligned_grey, at_first_place))


def _portrait(track: Track, frame: Frame, *, head_only: bool) -> Portrait:
    scale = PORTRAIT_WIDTH_PX / frame.width_px
    rgb = frame.rgb(PORTRAIT_WIDTH_PX, round(frame.height_px * scale))
    tiles = None if head_only else room(rgb.shape[1], rgb.shape[0]).tiles_xyxy_px
    points, crops = scale * track.points_xy_px[None], track.aligned_grey[None]
    return take_portraits(rgb, points, crops, tile_xyxy_px=tiles)[0]


def _album(portraits: Sequence[Portrait]) -> tuple[Portrait, ...]:
    album: tuple[Portrait, ...] = ()
    for portrait in portraits:
        album = add_to_album(album, portrait)
    return album


def main() -> None:
    """Write what was measured as JSON and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with clips/")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/portraits.json"))
    arguments = parser.parse_args()
    clips = arguments.data / "clips"
    people = [watch_person(clip) for clip in sorted((clips / "faces").glob("*.mp4"))]
    measured = {
        "portraits": measure_portraits([person.whole for person in people]),
        "heads": measure_portraits([person.heads for person in people]),
        "likeness": measure_likeness(people),
        "life_grey": {
            "faces_least_in_half_a_second": min(person.life_grey for person in people),
            **{
                f"photograph_most_at_{width}x{height}": measure_photograph(
                    clips / "faces", (width, height)
                )
                for width, height in PHOTOGRAPH_SIZES_PX
            },
        },
    }
    rounded = {
        part: {name: round(value, 4) for name, value in values.items()}
        for part, values in measured.items()
    }
    text = json.dumps({"n_people": len(people), **rounded}, indent=2) + "\n"
    sys.stdout.write(text)
    arguments.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
