from __future__ import annotations

import numpy as np
from scipy.special import softmax

from groupaffect.personal.online_offset import OnlineOffset, start_online, step_online
from groupaffect.settings import PersonalSettings

SETTINGS = PersonalSettings()


def fold(own: np.ndarray, others: np.ndarray) -> list[OnlineOffset]:
    states = [start_online()]
    for pair in zip(own, others, strict=True):
        states.append(step_online(states[-1], *pair, settings=SETTINGS))
    return states


def made(rng: np.random.Generator, n: int, *, sadness: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a person and others who show the same about as often, at other times."""
    own, others = (softmax(2.0 * np.eye(7)[rng.choice([3, 4, 5, 6], n)], axis=1) for _ in range(2))
    own = softmax(np.log(own) + sadness * np.eye(7)[4], axis=1)
    return own, others


def test_online_undoes_a_lasting_bias_of_people_who_are_not_alike(
    rng: np.random.Generator,
) -> None:
    own, others = made(rng, 1500, sadness=1.5)
    bias = fold(own, others)[-1].bias
    corrected = softmax(np.log(own) + bias, axis=1)
    before, after = (np.abs(p.mean(axis=0) - others.mean(axis=0)).sum() for p in (own, corrected))
    assert after < 0.4 * before


def test_online_moves_a_person_like_all_others_little(rng: np.random.Generator) -> None:
    states = fold(*made(rng, 1500, sadness=0.0))
    assert max(np.abs(state.bias).max() for state in states) < 0.7


def test_online_steps_and_offset_are_bounded() -> None:
    own, others = np.tile(np.eye(7)[4], (900, 1)), np.tile(np.eye(7)[3], (900, 1))
    states = fold(own, others)
    steps = np.diff([state.bias for state in states], axis=0)
    assert np.abs(steps).max() <= SETTINGS.online_step + SETTINGS.online_bound / 600
    assert max(np.abs(state.bias).max() for state in states) <= SETTINGS.online_bound


def test_online_fades_while_nobody_is_seen(rng: np.random.Generator) -> None:
    own, others = made(rng, 900, sadness=1.5)
    before = fold(own, others)[-1]
    state = before
    for _ in range(600):
        state = step_online(state, np.full(7, np.nan), others[0], settings=SETTINGS)
    np.testing.assert_allclose(state.bias, before.bias * np.exp(-1.0))


def test_online_is_causal(rng: np.random.Generator) -> None:
    own, others = made(rng, 50, sadness=1.0)
    changed = own.copy()
    changed[30:] = np.eye(7)[0]
    np.testing.assert_array_equal(fold(own, others)[30].bias, fold(changed, others)[30].bias)
