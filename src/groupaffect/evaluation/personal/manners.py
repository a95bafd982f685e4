"""People whose faces are special in a lasting way, made of real faces and their embeddings.

A second's reading is a mixture of what was read in real faces, as in the benchmark (``seeing``).
Log probabilities and embeddings are mixed alike, and the networks' last layer is linear, so the
mixed reading is the one that the network would make of the mixed embedding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.evaluation.benchmark.flicker import Flicker, remember
from groupaffect.evaluation.benchmark.pools import CLEAR_VOTES, SUBTLE_VOTES
from groupaffect.evaluation.benchmark.truth_process import NEUTRAL
from groupaffect.evaluation.personal.embedded_faces import EmbeddedFaces
from groupaffect.types import EMOTIONS

Manner = Literal["usual", "biased", "resting", "subtle", "idiosyncratic"]
MANNERS: tuple[Manner, ...] = get_args(Manner)
BIASED: tuple[Manner, ...] = ("biased", "resting")
N_LOOKS = 3  # faces that one person has for one emotion and part of a session (as in `seeing`)
LEAST_FACES = 2 * N_LOOKS  # of an emotion, for a manner to choose among; else all of them
RESTING_SHARE = 0.1  # of the neutral faces: those that read most as another emotion (`seeing`)
N_OWN_WAYS = 3  # emotions that an idiosyncratic person shows in their own way (ours)


@dataclass(frozen=True, slots=True)
class Face:
    """What is read of one person by second: features as in ``EmbeddedFaces.features``, quality."""

    feature: Float[np.ndarray, "t f"]
    quality: Float[np.ndarray, " t"]


class Cast:
    """Draws people from labelled faces.

    Parameters
    ----------
    flicker : how the readings of one face waver on video.
    """

    def __init__(self, faces: EmbeddedFaces, flicker: Flicker) -> None:
        self.faces = faces
        self.feature = faces.features  # (n, f)
        by_label = [self.feature[faces.label == k].mean(axis=0) for k in range(len(EMOTIONS))]
        self.means = np.stack(by_label)  # (7, f)
        self.residual = self.feature - self.means[faces.label]
        widths = 7, 7, faces.image_embedding.shape[1], faces.landmark_embedding.shape[1]
        self.within = np.repeat(np.tile(flicker.within, 2), widths)  # (f,)
        self.memory = flicker.memory

    def show(
        self,
        truth: Int[np.ndarray, " t"],
        manner: Manner,
        *,
        bias: float = 1.0,
        new_looks_from: int | None = None,
        rng: np.random.Generator,
    ) -> Face:
        """Return what is read of a person who truly shows these expressions.

        Parameters
        ----------
        bias : factor of what a "biased" person's face always adds.
        new_looks_from : second from which the person wears other faces than before.
        """
        looks = self._draw_looks(manner, rng)  # (2, 7, looks)
        episode = np.cumsum(np.concatenate([[0], np.diff(truth) != 0]))
        look = rng.integers(0, N_LOOKS, episode[-1] + 1)[episode]
        later = np.zeros(len(truth), dtype=np.int64)
        if new_looks_from is not None:
            later[new_looks_from:] = 1
        face = looks[later, truth, look]
        pushed = self.residual[rng.integers(0, len(self.residual), len(truth))]
        moved = np.sqrt(1.0 - self.within) * self.residual[face]
        moved += np.sqrt(self.within) * remember(pushed, self.memory)
        feature = self.means[truth] + moved
        if manner == "biased":
            feature = feature + bias * self._lasting_bias(rng)
        return Face(feature, self.faces.quality[face])

    def _draw_looks(self, manner: Manner, rng: np.random.Generator) -> Int[np.ndarray, "2 7 k"]:
        """Return the faces of each emotion, other ones for the second part of a session."""
        eligible = self._eligible(manner, rng)
        drawn = []
        for k in range(len(EMOTIONS)):
            own = np.flatnonzero(eligible & (self.faces.label == k))
            drawn.append(rng.choice(own, (2, N_LOOKS), replace=False))
        return np.stack(drawn, axis=1)

    def _eligible(self, manner: Manner, rng: np.random.Generator) -> Bool[np.ndarray, " n"]:
        faces = self.faces
        chosen = np.ones(len(faces), dtype=bool)
        if manner == "subtle":
            chosen = faces.votes <= SUBTLE_VOTES
        elif manner == "resting":
            chosen = (faces.label != NEUTRAL) | self._resting(int(rng.integers(0, NEUTRAL)))
        elif manner == "idiosyncratic":
            own_ways = rng.choice(NEUTRAL, N_OWN_WAYS, replace=False)
            misread = (faces.log_probability.argmax(axis=2) != faces.label[:, None]).any(axis=1)
            clear = faces.votes >= CLEAR_VOTES - 1
            chosen = ~np.isin(faces.label, own_ways) | (misread & clear)
        enough = np.bincount(faces.label[chosen], minlength=len(EMOTIONS)) >= LEAST_FACES
        return np.asarray(chosen | ~enough[faces.label])

    def _resting(self, emotion: int) -> Bool[np.ndarray, " n"]:
        """Choose the neutral faces that most read as another emotion."""
        read = np.exp(self.faces.log_probability[:, :, emotion]).mean(axis=1)
        neutral = self.faces.label == NEUTRAL
        return np.asarray(neutral & (read >= np.quantile(read[neutral], 1.0 - RESTING_SHARE)))

    def _lasting_bias(self, rng: np.random.Generator) -> Float[np.ndarray, " f"]:
        """Return how neutral faces that read as an emotion differ from all neutral faces."""
        resting = self._resting(int(rng.integers(0, NEUTRAL)))
        return np.asarray(self.feature[resting].mean(axis=0) - self.means[NEUTRAL])
