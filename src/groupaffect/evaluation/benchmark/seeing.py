"""What the two models see of people whose expressions are known.

A person has a few looks for each emotion: real faces from the pools. While an expression holds
the person wears one of them, read as that face really was; around it the readings waver as they
do on video (``flicker``). What is special about a person (``conditions.Trait``) chooses the faces
or the way in which they were spoilt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import softmax

from groupaffect.evaluation.benchmark.conditions import Trait
from groupaffect.evaluation.benchmark.flicker import (
    Flicker,
    class_means,
    draw_wavering,
)
from groupaffect.evaluation.benchmark.pools import CLEAR_VOTES, SUBTLE_VOTES, VARIANTS, Pools
from groupaffect.evaluation.benchmark.truth_process import NEUTRAL

N_LOOKS = 3  # faces that one person has for one emotion (ours)
LEAST_FACES = 5  # of an emotion, for a trait to choose among; else all of them (ours)
RESTING_SHARE = 0.1  # of the neutral faces: those that read most as another emotion (ours)
TALKING_SHARE, TALKING_S = 0.6, 8.0  # of the time; mean length of a turn (ours)
UNSEEN_SHARE, UNSEEN_S = 0.2, 5.0  # of the time; mean length of a drop-out (ours)
QUALITY_WAVER = 0.04  # standard deviation of a second's quality around the face's (ours)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person's face gives.

    Attributes
    ----------
    probability : (t, 2, 7) by model; rows sum to 1, or are NaN where the face is not seen.
    quality : (t,) 0..1; NaN where not seen.
    """

    probability: Float[np.ndarray, "t 2 7"]
    quality: Float[np.ndarray, " t"]


class Sight:
    """Draws what is seen of people from one half of the pools.

    Parameters
    ----------
    flickers : of ``load_flickers``: how usual people waver, and how those who talk vividly do.
    """

    def __init__(self, pools: Pools, flickers: Mapping[str, Flicker]) -> None:
        self.pools = pools
        self.flickers = flickers
        self.means = class_means(pools)  # (7, v, 2, 7)
        self.residuals = pools.log_probability - self.means[pools.label]  # (n, v, 2, 7)

    def see(
        self,
        truth: Int[np.ndarray, " t"],
        trait: Trait,
        *,
        strength: float = 1.0,
        rng: np.random.Generator,
    ) -> Seen:
        """Return what both models read of a person with these true expressions.

        Parameters
        ----------
        strength : factor of the wavering; 1 is as measured on video.
        """
        variant = VARIANTS.index(trait) if trait in VARIANTS else 0
        face = self._wear_looks(truth, trait, rng)
        waver, within = self._waver(len(truth), trait, strength, rng)  # (t, 2, 7), (t, 2, 1)
        moved = np.sqrt(1.0 - within) * self.residuals[face, variant]
        moved += np.sqrt(within) * waver[:, variant]
        readings = softmax(self.means[truth, variant] + moved, axis=2)
        probability = blend_onsets(readings, truth, rng)
        noise = rng.normal(0.0, QUALITY_WAVER, len(truth))
        quality = np.clip(self.pools.quality[face, variant] + noise, 0.01, 1.0)
        if trait == "dropping out":
            gone = switch_on_and_off(len(truth), UNSEEN_SHARE, UNSEEN_S, rng)
            probability[gone], quality[gone] = np.nan, np.nan
        return Seen(probability, quality)

    def _waver(
        self, n_seconds: int, trait: Trait, strength: float, rng: np.random.Generator
    ) -> tuple[Float[np.ndarray, "t v 2 7"], Float[np.ndarray, "t 2 1"]]:
        """Return wavering of unit size, and its share of the variance in each second."""
        usual, talking = self.flickers["usual"], self.flickers["talking"]
        talks = np.zeros(n_seconds, dtype=bool)
        if trait == "talking":
            talks = switch_on_and_off(n_seconds, TALKING_SHARE, TALKING_S, rng)
        memory = talking.memory if trait == "talking" else usual.memory
        waver = draw_wavering(self.residuals, n_seconds, memory=memory, rng=rng)
        within = np.where(talks[:, None], talking.within, usual.within)
        return waver, np.minimum(within * strength**2, 1.0)[..., None]

    def _wear_looks(
        self, truth: Int[np.ndarray, " t"], trait: Trait, rng: np.random.Generator
    ) -> Int[np.ndarray, " t"]:
        """Return the face worn in each second: one while an expression holds."""
        eligible = self._eligible(trait, rng)
        looks = np.stack(
            [
                rng.choice(np.flatnonzero(eligible & (self.pools.label == k)), N_LOOKS)
                for k in range(7)
            ]
        )  # (7, looks)
        episode = np.cumsum(np.concatenate([[0], np.diff(truth) != 0]))
        look = rng.integers(0, N_LOOKS, episode[-1] + 1)[episode]
        return np.asarray(looks[truth, look])

    def _eligible(self, trait: Trait, rng: np.random.Generator) -> Bool[np.ndarray, " n"]:
        pools = self.pools
        votes = {"subtle": pools.votes <= SUBTLE_VOTES, "exaggerated": pools.votes >= CLEAR_VOTES}
        chosen = votes.get(trait, np.ones(len(pools), dtype=bool))
        if trait == "resting":
            chosen = self._reads_as(int(rng.integers(0, NEUTRAL)))
        enough = np.bincount(pools.label[chosen], minlength=7) >= LEAST_FACES
        return np.asarray(chosen | ~enough[pools.label])

    def _reads_as(self, emotion: int) -> Bool[np.ndarray, " n"]:
        """Choose the neutral faces that most read as another emotion, and all other faces."""
        read = np.exp(self.pools.log_probability[:, 0, :, emotion]).mean(axis=1)
        neutral = self.pools.label == NEUTRAL
        least = np.quantile(read[neutral], 1.0 - RESTING_SHARE)
        return np.asarray(~neutral | (read >= least))


def switch_on_and_off(
    n_seconds: int, share: float, mean_s: float, rng: np.random.Generator
) -> Bool[np.ndarray, " t"]:
    """Return a two-state Markov chain that is on for a share of the time, ``mean_s`` at a time."""
    leave, come = 1.0 / mean_s, share / (1.0 - share) / mean_s
    on, chance = np.empty(n_seconds, dtype=bool), rng.random(n_seconds)
    here = bool(rng.random() < share)
    for second in range(n_seconds):
        here = chance[second] >= leave if here else chance[second] < come
        on[second] = here
    return on


def blend_onsets(
    probability: Float[np.ndarray, "t m k"],
    truth: Int[np.ndarray, " t"],
    rng: np.random.Generator,
) -> Float[np.ndarray, "t m k"]:
    """Mix up to half of the second before into each second in which an expression begins.

    An expression rarely begins with a second; the truth says what showed for most of it.
    """
    blended = probability.copy()
    onset = np.flatnonzero(np.diff(truth)) + 1
    share = rng.uniform(0.0, 0.5, len(onset))[:, None, None]
    blended[onset] = (1.0 - share) * probability[onset] + share * probability[onset - 1]
    return blended
