"""Count how often ids leave their people: switches, fragments, strangers.

Terms follow the CLEAR MOT metrics (Bernardin & Stiefelhagen 2008, 10.1155/2008/246309) and
IDF1 (Ristani et al. 2016, 1609.01775), here by frame and person whose place is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from groupaffect.types import FaceObservations

# Names of people with where each of them is: left, top, right, bottom in pixels.
Boxes = tuple[tuple[str, tuple[float, float, float, float]], ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """That a participant was seen in a frame, and on whom; None: on nobody of the truth."""

    time_s: float
    participant: str
    person: str | None


@dataclass(frozen=True, slots=True)
class IdentityScore:
    """How well ids stayed with their people.

    Attributes
    ----------
    n_switches : times that a person's id changed from one frame in which they were seen to the
        next. n_fragments : ids beyond one for each person. n_strangers : ids mostly on nobody.
    idf1 : 0..1, 2 x frames with the right id / (frames of people + frames of ids), each person
        having the one id that makes the sum largest.
    seen_share : 0..1 of the frames of people in which they have any id.
    n_people, minutes : what was looked at.
    """

    n_switches: int
    n_fragments: int
    n_strangers: int
    idf1: float
    seen_share: float
    n_people: int
    minutes: float


def locate(faces: FaceObservations, people: Boxes) -> list[Sighting]:
    """Return on whom each seen face is: the person whose box holds its centre."""
    found = []
    for row in np.flatnonzero(faces.success):
        left, top, right, bottom = faces.box_xyxy_px[row].tolist()
        x, y = (left + right) / 2, (top + bottom) / 2
        on = [name for name, (a, b, c, d) in people if a <= x < c and b <= y < d]
        time_s, participant = float(faces.time_s[row]), str(faces.participant[row])
        found.append(Sighting(time_s, participant, on[0] if on else None))
    return found


def score_identity(
    sightings: Iterable[Sighting], *, frames_of: dict[str, int], minutes: float
) -> IdentityScore:
    """Return how well ids stayed with their people.

    Parameters
    ----------
    sightings : in order of time.
    frames_of : frames in which each person is there to be seen.

    Examples
    --------
    >>> seen = [Sighting(0.0, "P1", "ann"), Sighting(0.1, "P2", "ann"), Sighting(0.2, "P2", "ann")]
    >>> score = score_identity(seen, frames_of={"ann": 3}, minutes=0.005)
    >>> score.n_switches, score.n_fragments, round(score.idf1, 2), score.seen_share
    (1, 1, 0.67, 1.0)
    """
    seen = list(sightings)
    people = sorted(frames_of)
    ids = sorted({s.participant for s in seen})
    counts = np.zeros((len(people), len(ids)), dtype=int)
    on_nobody = dict.fromkeys(ids, 0)
    n_switches, last_id = 0, dict[str, str]()
    for one in seen:
        if one.person is None:
            on_nobody[one.participant] += 1
            continue
        counts[people.index(one.person), ids.index(one.participant)] += 1
        n_switches += last_id.get(one.person, one.participant) != one.participant
        last_id[one.person] = one.participant
    rows, columns = linear_sum_assignment(-counts)
    right = int(counts[rows, columns].sum())
    real = [k for k, name in enumerate(ids) if on_nobody[name] <= counts[:, k].sum()]
    n_ids_of_people = [int((counts[p, real] > 0).sum()) for p in range(len(people))]
    return IdentityScore(
        n_switches=n_switches,
        n_fragments=sum(max(n - 1, 0) for n in n_ids_of_people),
        n_strangers=len(ids) - len(real),
        idf1=2 * right / max(sum(frames_of.values()) + len(seen), 1),
        seen_share=int(counts.sum()) / max(sum(frames_of.values()), 1),
        n_people=len(people),
        minutes=minutes,
    )
