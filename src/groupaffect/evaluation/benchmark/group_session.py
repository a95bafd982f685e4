"""One session with known truth: a group in one condition, and what the models see of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.benchmark.conditions import Condition
from groupaffect.evaluation.benchmark.seeing import Sight
from groupaffect.evaluation.benchmark.truth_process import simulate_truth
from groupaffect.value_checks import check_shapes

HASTE = {"exaggerated": 2.0}  # by trait: how much more often a member changes alone (ours)


@dataclass(frozen=True, slots=True)
class GroupSession:
    """What is known and what is seen of p people in t seconds.

    Attributes
    ----------
    name : of the condition or of the recording. participants : ids. traits : of each.
    truth : (t, p) places in ``EMOTIONS``; -1 where it is unknown.
    image, landmark : (t, p, 7) rows sum to 1, or are NaN where not seen.
    quality : (t, p) 0..1; NaN where not seen.
    """

    name: str
    participants: tuple[str, ...]
    traits: tuple[str, ...]
    truth: Int[np.ndarray, "t p"]
    image: Float[np.ndarray, "t p 7"]
    landmark: Float[np.ndarray, "t p 7"]
    quality: Float[np.ndarray, "t p"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            participants=("p",),
            traits=("p",),
            truth=("t", "p"),
            image=("t", "p", 7),
            landmark=("t", "p", 7),
            quality=("t", "p"),
        )

    def __len__(self) -> int:
        return len(self.truth)


def simulate_session(condition: Condition, sight: Sight, rng: np.random.Generator) -> GroupSession:
    """Return a group of this condition."""
    members = range(condition.n_members)
    traits = tuple(condition.trait_of(member) for member in members)
    truth = simulate_truth(
        condition.dynamics,
        n_members=condition.n_members,
        duration_s=condition.duration_s,
        haste=tuple(HASTE.get(trait, 1.0) for trait in traits),
        rng=rng,
    )
    seen = [
        sight.see(truth[:, member], traits[member], strength=condition.flicker, rng=rng)
        for member in members
    ]
    return GroupSession(
        name=condition.name,
        participants=tuple(f"P{member + 1}" for member in members),
        traits=traits,
        truth=truth,
        image=np.stack([one.probability[:, 0] for one in seen], axis=1),
        landmark=np.stack([one.probability[:, 1] for one in seen], axis=1),
        quality=np.stack([one.quality for one in seen], axis=1),
    )
