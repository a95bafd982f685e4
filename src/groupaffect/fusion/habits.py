"""What can be observed of how two models read each member lately, without knowing the truth.

Running means that forget: a second ago counts fully, ``MEMORY_S`` ago by 1/e. Nothing here
depends on which emotion is which. Causal; latency 0 s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.value_checks import check_shapes

MEMORY_S = 30.0  # time constant (ours: three windows)
HABITS = (
    "image_confidence",  # mean probability of the image model's likeliest emotion, 0..1
    "landmark_confidence",
    "distance",  # total variation distance of the two models' readings, 0..1
    "quality",  # of the face, 0..1
    "image_changes",  # share of seconds in which the likeliest emotion changed, 0..1
    "landmark_changes",
)
# With the above, of all members seen in the window.
GROUP_HABIT = "group_changes"  # mean of both models' changes over the members, 0..1
_KEPT = float(np.exp(-1.0 / MEMORY_S))


@dataclass(frozen=True, slots=True)
class Habits:
    """Running means of p members.

    Attributes
    ----------
    total : (p, 6) by ``HABITS``, sums of what was observed, the older the less.
    seconds : (p,) how many seconds they stand for, at most about ``MEMORY_S``.
    label : (p, 2) likeliest emotion by each model when last seen; -1 before.
    """

    total: Float[np.ndarray, "p k"]
    seconds: Float[np.ndarray, " p"]
    label: Int[np.ndarray, "p 2"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, total=("p", len(HABITS)), seconds=("p",), label=("p", 2))


def start_habits(n_participants: int) -> Habits:
    """Return the habits of people not seen so far."""
    nothing = np.zeros((n_participants, len(HABITS)))
    return Habits(nothing, nothing[:, 0], np.full((n_participants, 2), -1))


def join_habits(habits: Habits, others: Habits) -> Habits:
    """Return the habits of both, the others at the end."""
    pairs = ((getattr(habits, f), getattr(others, f)) for f in ("total", "seconds", "label"))
    return Habits(*(np.concatenate(pair) for pair in pairs))


def step_habits(
    habits: Habits,
    image_p: Float[np.ndarray, "p 7"],
    landmark_p: Float[np.ndarray, "p 7"],
    quality: Float[np.ndarray, " p"],
) -> Habits:
    """Take one second; who is not seen by both models stays as before.

    Parameters
    ----------
    quality : (p,) of the faces, 0..1; NaN where it is not known.

    Examples
    --------
    >>> happy, sad = np.eye(7)[[3]], np.eye(7)[[4]]
    >>> habits = step_habits(start_habits(1), happy, sad, np.array([0.8]))
    >>> dict(zip(HABITS, habits.total[0].tolist()))["distance"]
    1.0
    """
    seen = ~np.isnan(image_p[:, 0] + landmark_p[:, 0] + quality)
    if not seen.any():
        return habits
    label = np.stack([image_p.argmax(axis=1), landmark_p.argmax(axis=1)], axis=1)
    changed = (label != habits.label) & (habits.label >= 0)
    now = np.column_stack(
        [
            image_p.max(axis=1),
            landmark_p.max(axis=1),
            0.5 * np.abs(image_p - landmark_p).sum(axis=1),
            quality,
            changed,
        ]
    )
    column = seen[:, None]
    return Habits(
        np.where(column, _KEPT * habits.total + now, habits.total),
        np.where(seen, _KEPT * habits.seconds + 1.0, habits.seconds),
        np.where(column, label, habits.label),
    )


def describe_habits(
    habits: Habits,
    visible: Bool[np.ndarray, " p"],
    *,
    usual: Float[np.ndarray, " k"],
    usual_s: float,
) -> Float[np.ndarray, "p k"]:
    """Return each member's mean habits and, last, the group's; new people start as usual ones.

    Parameters
    ----------
    visible : (p,) who was seen in the window.
    usual : (7,) habits of the people that the gate was taught on, the group's last.
    usual_s : how many seconds they count for.
    """
    n = habits.seconds[:, None]
    own = (habits.total + usual_s * usual[:-1]) / (n + usual_s)
    group = own[visible, 4:].mean() if visible.any() else usual[-1]
    return np.column_stack([own, np.full(len(own), group)])
