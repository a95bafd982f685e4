"""What a face does all by itself: it blinks, speaks, sways, and changes a little.

All functions take times from 0 in order and a generator of their own; what they return for a
time does not depend on how far the times go.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from groupaffect.types import EMOTIONS

BLINK_EVERY_S = (2.0, 6.0)  # 10 to 30 a minute (Bentivoglio et al. 1997, 10.1002/mds.870120629)
BLINK_S = 0.15
# Mouths open 2 to 7 times a second in speech (Chandrasekaran et al. 2009,
# 10.1371/journal.pcbi.1000436); a camera of 10 Hz shows no more than 5.
SYLLABLE_HZ = (3.0, 4.5)
PHRASE_S, PAUSE_S = (0.8, 2.5), (0.2, 0.7)  # ours
MOUTH_OPEN = (0.25, 0.7)  # widest opening of a phrase (ours)
SWAY_PERIOD_S = (4.0, 14.0)  # ours
STRAY_STRENGTH = 0.15  # of small changes that mean nothing; less than can be true (ours)
STRAY_EVERY_S, STRAY_S = (3.0, 8.0), (1.0, 2.0)  # ours
_STRAYS = tuple(EMOTIONS.index(word) for word in ("happy", "sad", "surprise"))


def blink(time_s: Float[np.ndarray, " f"], rng: np.random.Generator) -> Float[np.ndarray, " f"]:
    """Return how far the eyes are closed, 0..1; each blink is half a wave of ``BLINK_S``."""
    closed = np.zeros(len(time_s))
    end_s = time_s[-1] if len(time_s) else 0.0
    at_s = rng.uniform(0.5, BLINK_EVERY_S[1])
    while at_s - BLINK_S < end_s:
        away = np.abs(time_s - at_s) / (BLINK_S / 2)
        closed = np.maximum(closed, np.where(away < 1, np.cos(np.pi / 2 * away), 0.0))
        at_s += rng.uniform(*BLINK_EVERY_S)
    return closed


def speak(time_s: Float[np.ndarray, " f"], rng: np.random.Generator) -> Float[np.ndarray, " f"]:
    """Return how far the mouth of somebody who never stops speaking is open, 0..1."""
    opening = np.zeros(len(time_s))
    end_s = time_s[-1] if len(time_s) else 0.0
    start_s = 0.0
    while start_s <= end_s:
        length_s, pause_s = rng.uniform(*PHRASE_S), rng.uniform(*PAUSE_S)
        widest, rate_hz = rng.uniform(*MOUTH_OPEN), rng.uniform(*SYLLABLE_HZ)
        into_s = time_s - start_s
        inside = (into_s >= 0) & (into_s < length_s)
        fade = np.sin(np.pi * np.clip(into_s / length_s, 0, 1)) ** 0.5
        syllables = 0.5 - 0.5 * np.cos(2 * np.pi * rate_hz * into_s)
        opening = np.where(inside, widest * fade * syllables, opening)
        start_s += length_s + pause_s
    return opening


def sway(time_s: Float[np.ndarray, " f"], rng: np.random.Generator) -> Float[np.ndarray, " f"]:
    """Return a slow movement to and fro, -1..1: the mean of three waves."""
    period_s, phase = rng.uniform(*SWAY_PERIOD_S, 3), rng.uniform(0, 2 * np.pi, 3)
    waves = np.sin(2 * np.pi * time_s[:, None] / period_s + phase)
    return np.asarray(waves.mean(axis=1))


def stray(time_s: Float[np.ndarray, " f"], rng: np.random.Generator) -> Float[np.ndarray, "f 7"]:
    """Return small changes of expression that follow nobody, up to ``STRAY_STRENGTH``."""
    strength = np.zeros((len(time_s), len(EMOTIONS)))
    end_s = time_s[-1] if len(time_s) else 0.0
    start_s = rng.uniform(0.0, STRAY_EVERY_S[0])
    while start_s <= end_s:
        length_s, emotion = rng.uniform(*STRAY_S), _STRAYS[rng.integers(len(_STRAYS))]
        inside = (time_s >= start_s) & (time_s < start_s + length_s)
        strength[inside, emotion] = STRAY_STRENGTH * rng.uniform(0.5, 1.0)
        start_s += length_s + rng.uniform(*STRAY_EVERY_S)
    return strength
