from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from groupaffect.evaluation.identity import Sighting, locate, score_identity
from groupaffect.evaluation.identity_study import ROOM, find_marked, watch_call, watch_recording
from groupaffect.evaluation.standard_calls import STANDARD_CALLS
from groupaffect.types import FaceObservations

MARKS = Path(__file__).resolve().parents[2] / f"benchmarks/{ROOM}_marks.csv"


def seen(*rows: tuple[str, str | None]) -> list[Sighting]:
    return [Sighting(k / 10, participant, person) for k, (participant, person) in enumerate(rows)]


def test_score_identity_of_a_worked_example() -> None:
    rows = seen(
        *[("P1", "ann"), ("P2", "bob")] * 3,  # right
        *[("P2", "ann"), ("P1", "bob")] * 1,  # swapped: a switch for each
        ("P3", "ann"),  # a switch and a fragment
        *[("P4", None)] * 2,  # a poster
    )
    score = score_identity(rows, frames_of={"ann": 6, "bob": 5}, minutes=1.0)
    # ann: P1 P1 P1 P2 P3; bob: P2 P2 P2 P1
    assert (score.n_switches, score.n_fragments, score.n_strangers) == (3, 3, 1)
    assert score.idf1 == pytest.approx(2 * 6 / (11 + 11))
    assert score.seen_share == pytest.approx(9 / 11)
    assert score.n_people == 2


def test_score_identity_idf1_equals_trying_every_pairing(rng: np.random.Generator) -> None:
    people, ids = ["a", "b", "c"], ["P1", "P2", "P3", "P4"]
    rows = seen(*[(str(rng.choice(ids)), str(rng.choice(people))) for _ in range(60)])
    counts = Counter((s.person, s.participant) for s in rows)
    best = max(
        sum(counts[p, i] for p, i in zip(people, order, strict=True))
        for order in itertools.permutations(ids, 3)
    )
    frames_of = dict(Counter(str(s.person) for s in rows))
    score = score_identity(rows, frames_of=frames_of, minutes=1.0)
    assert score.idf1 == pytest.approx(2 * best / 120)


def test_score_identity_other_ids_change_nothing() -> None:
    rows = seen(("P1", "a"), ("P2", "b"), ("P2", "a"), ("P2", "b"))
    renamed = [Sighting(s.time_s, f"x{s.participant}", s.person) for s in rows]
    there = score_identity(rows, frames_of={"a": 2, "b": 2}, minutes=1.0)
    assert there == score_identity(renamed, frames_of={"a": 2, "b": 2}, minutes=1.0)


def test_score_identity_of_nobody_seen() -> None:
    score = score_identity([], frames_of={"a": 4}, minutes=1.0)
    assert (score.n_switches, score.n_fragments, score.idf1, score.seen_share) == (0, 0, 0.0, 0.0)


def test_locate_says_on_whom_each_seen_face_is() -> None:
    boxes = np.array([[0.0, 0, 10, 10], [90, 0, 110, 10], [np.nan] * 4, [300, 0, 310, 10]])
    n = len(boxes)
    faces = FaceObservations(
        frame_index=np.zeros(n, dtype=np.int64),
        time_s=np.full(n, 2.0),
        participant=np.array(["P1", "P2", "P3", "P4"]),
        box_xyxy_px=boxes,
        landmark_xy_px=np.full((n, 68, 2), np.nan),
        detection_confidence=np.full(n, 0.9),
        quality=np.full(n, 0.9),
        success=~np.isnan(boxes[:, 0]),
    )
    people = (("ann", (0.0, 0.0, 100.0, 50.0)), ("bob", (100.0, 0.0, 200.0, 50.0)))
    found = locate(faces, people)
    assert [(s.participant, s.person) for s in found] == [
        ("P1", "ann"),
        ("P2", "bob"),  # its middle is on the border, which belongs to the right one
        ("P4", None),
    ]


@pytest.mark.parametrize("name", STANDARD_CALLS)
def test_ids_stay_with_their_people_in(name: str, data_dir: Path) -> None:
    call = STANDARD_CALLS[name]
    sightings, frames_of = watch_call(call, clips=data_dir / "clips/faces")
    score = score_identity(sightings, frames_of=frames_of, minutes=call.duration_s / 60)
    assert (score.n_switches, score.n_fragments, score.n_strangers) == (0, 0, 0)
    # Whoever joins within the last half of a second is seen from the next second on.
    assert score.seen_share > 0.98
    if len(call.scenes) > 1 and call.scenes[1].start_s <= 1.0:
        return  # nobody had a name yet when the tiles moved
    # The people of the first scene are numbered in reading order; later ones as they come.
    first = [p for tile in call.scenes[0].tiles for p in tile.people if tile.show == "face"]
    id_of = {s.person: s.participant for s in sightings}
    assert [id_of[person] for person in first] == [f"P{k + 1}" for k in range(len(first))]


def test_ids_stay_with_their_people_in_a_room_that_is_no_grid(data_dir: Path) -> None:
    stretches = watch_recording(data_dir / f"clips/groups/{ROOM}.avi")
    assert not any(np.any(stretch.faces.tile_row_column) for stretch in stretches)
    sightings, frames_of = find_marked(stretches, MARKS)
    score = score_identity(sightings, frames_of=frames_of, minutes=0.4)
    assert (score.n_switches, score.n_fragments, score.n_strangers) == (0, 0, 0)
    assert sum(frames_of.values()) == 141
    assert score.seen_share > 0.93
